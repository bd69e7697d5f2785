"""A part of the dependency graph, such as a question leaves, as a networkx graph: for the rich algorithms."""

from collections.abc import Iterable
from typing import Any

import networkx as nx
import numpy as np

from ea_repo.analysis.chains import labels_of
from ea_repo.analysis.graph import Graph
from ea_repo.store.labels import ids_of, uids
from ea_repo.store.state import State


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


def named_graph(state: State, wanted: Iterable[str]) -> "nx.MultiDiGraph[str]":
    """The concepts of these uids as far as they are nodes of the state's graph, and the edges among them, by name."""
    graph: Graph = state.graph
    places = (graph.row(id_) for id_ in ids_of(state, wanted).values())
    by_row = to_networkx(graph, (row for row in places if row is not None))
    labels = labels_of(state, by_row)
    names = uids(state, {data["id"] for _, _, data in by_row.edges(data=True)})
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for label in (labels[row] for row in by_row):
        said: dict[str, Any] = {"name": label.name, "type": label.type, "model": label.model}
        found.add_node(label.uid, **said, **({} if label.owner is None else {"owner": label.owner}))
    for one, other, data in by_row.edges(data=True):
        found.add_edge(labels[one].uid, labels[other].uid, key=names[data["id"]], type=data["type"])
    return found
