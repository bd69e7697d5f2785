"""A part of the dependency graph, such as a question leaves, as a networkx graph: for the rich algorithms."""

from collections.abc import Iterable

import networkx as nx
import numpy as np

from ea_repo.analysis.graph import Graph


def to_networkx(graph: Graph, rows: Iterable[int]) -> "nx.MultiDiGraph[int]":
    """The rows and the edges among them: from what depends to what it depends on.

    Nodes are rows, with the concept's `id` and `type`; an edge has the `id` and `type` of its relationship, the id as
    its key too. O(edges of the rows).
    """
    wanted = np.unique(np.fromiter(rows, np.int32))
    found: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for row in wanted.tolist():
        found.add_node(row, id=int(graph.ids[row]), type=graph.type_names[graph.types[row]])
    side = graph.dependencies
    for row in wanted.tolist():
        places = slice(int(side.starts[row]), int(side.starts[row + 1]))
        for other, by in zip(side.neighbours[places].tolist(), side.relationships[places].tolist(), strict=True):
            if other in found:
                id_ = int(graph.relationship_ids[by])
                found.add_edge(row, other, key=id_, id=id_, type=graph.type_names[graph.relationship_types[by]])
    return found
