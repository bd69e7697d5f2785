"""The part of a graph that holds on a date, given what by its own dates does not."""

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Adjacency, Graph, Rows
from ea_repo.store.sorted_ids import Integers, Mask, among, places


def without(graph: Graph, ids: Integers) -> Graph:
    """The graph without the concepts of these ids, ascending, and without the relationships that lose an end by it.

    A relationship of which no other remains that ends at it is no node any more. O(nodes + edges), a tenth of a second
    for a million and three million.
    """
    if not len(ids):
        return graph
    nodes_stay, relationships_stay = _staying(graph, ids)
    new_row, new_position = (np.cumsum(stay, dtype=np.int32) - 1 for stay in (nodes_stay, relationships_stay))
    return Graph(
        type_names=graph.type_names,
        ids=graph.ids.compress(nodes_stay),
        types=graph.types.compress(nodes_stay),
        models=graph.models.compress(nodes_stay),
        owners=graph.owners.compress(nodes_stay),
        relationship_ids=graph.relationship_ids.compress(relationships_stay),
        relationship_types=graph.relationship_types.compress(relationships_stay),
        sources=new_row.take(graph.sources.compress(relationships_stay)),
        targets=new_row.take(graph.targets.compress(relationships_stay)),
        dependents=_side(graph.dependents, nodes_stay, relationships_stay, new_row, new_position),
        dependencies=_side(graph.dependencies, nodes_stay, relationships_stay, new_row, new_position),
    )


def _staying(graph: Graph, ids: Integers) -> tuple[Mask, Mask]:
    """Which nodes and which relationships stay."""
    nodes = ~among(graph.ids, ids)
    relationships = ~among(graph.relationship_ids, ids)
    rows, is_node = places(graph.ids, graph.relationship_ids)
    rows, positions = rows[is_node], np.flatnonzero(is_node)
    while True:
        relationships &= nodes.take(graph.sources) & nodes.take(graph.targets)
        gone = rows[~relationships[positions]]
        if not nodes[gone].any():
            break
        nodes[gone] = False
    is_end = np.zeros(len(graph), bool)
    for ends in (graph.sources, graph.targets):
        is_end[ends.compress(relationships)] = True
    nodes[rows] &= is_end[rows]
    return nodes, relationships


def _side(side: Adjacency, nodes: Mask, relationships: Mask, new_row: Rows, new_position: Rows) -> Adjacency:
    stays: NDArray[np.bool_] = nodes.take(side.neighbours)
    stays &= relationships.take(side.relationships)
    stays &= np.repeat(nodes, np.diff(side.starts))
    before = np.zeros(len(stays) + 1, np.int32)
    np.cumsum(stays, out=before[1:])
    ends = before.take(side.starts[1:]).compress(nodes)
    # What a row that goes had is none that stays, so its place in the count is that of the row before.
    starts = np.concatenate((np.zeros(1, np.int32), ends))
    return Adjacency(
        starts, new_row.take(side.neighbours.compress(stays)), new_position.take(side.relationships.compress(stays))
    )
