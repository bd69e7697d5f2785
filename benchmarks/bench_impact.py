"""All that depends on each of the ten largest hubs, up to a million nodes and three million edges, against three libraries.

Each searches its own graph, made beforehand, and gives what it reached in its own form: networkx and rustworkx a set,
igraph a list, we an array with the distances. Beside them, what NumPy takes to touch the very edges of the search once:
to read the end of each and mark it, with their places and the marks laid out beforehand.
"""

import gc
from collections.abc import Iterator

import igraph
import networkx as nx
import numpy as np
import rustworkx

from benchmarks.frame import Result, in_turns, median_of, milliseconds
from benchmarks.synthetic import Dependencies, layered
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.walk import Walk, walk
from ea_repo.store.arrays import Columns, ConceptColumns, RelationshipColumns
from ea_repo.store.dependent_code import DEPENDENT_BITS

SCALES = ((200_000, 600_000), (1_000_000, 3_000_000))
HUBS = 10
ROUNDS = 2


def run() -> Iterator[Result]:
    for nodes, edges in SCALES:
        yield from measured(nodes, edges)


def measured(nodes: int, count: int) -> Iterator[Result]:
    made = layered(nodes, count)
    columns = columns_of(made)
    graph = Graph.build(columns)
    edges = np.column_stack((made.needed, made.dependents))
    in_networkx: nx.DiGraph[int] = nx.DiGraph()
    in_igraph = igraph.Graph(n=made.nodes, edges=edges, directed=True)
    to_build = milliseconds(lambda: in_networkx.add_edges_from(edges.tolist()))
    in_rustworkx: rustworkx.PyDiGraph[None, None] = rustworkx.PyDiGraph()
    in_rustworkx.extend_from_edge_list(list(map(tuple, edges.tolist())))
    gc.freeze()  # or the collector would go through all of networkx's dictionaries again and again
    hubs = made.hubs(HUBS)
    marks = np.zeros(made.nodes, bool)
    touched = []

    def ours() -> list[Walk]:
        return [walk(graph.dependents, np.array([hub], np.int32)) for hub in hubs]

    for hub, found in zip(hubs, ours(), strict=True):
        reached = set(found.rows.tolist())
        assert reached == nx.descendants(in_networkx, hub) - {hub}
        assert reached == rustworkx.descendants(in_rustworkx, hub) - {hub}
        assert reached == set(in_igraph.subcomponent(hub, mode="out")) - {hub}
        touched.append(graph.dependents.places(np.append(found.rows, np.int32(hub)))[0])

    def touch() -> None:
        for places in touched:
            marks[graph.dependents.neighbours.take(places)] = True

    mine, floor, by_igraph, by_rustworkx, by_networkx = in_turns(
        lambda: median_of(3, ours),
        lambda: median_of(3, touch),
        lambda: milliseconds(lambda: [in_igraph.subcomponent(hub, mode="out") for hub in hubs]),
        lambda: milliseconds(lambda: [rustworkx.descendants(in_rustworkx, hub) for hub in hubs]),
        lambda: milliseconds(lambda: [nx.descendants(in_networkx, hub) for hub in hubs]),
        rounds=ROUNDS,
    )
    what = f"impact of {HUBS} hubs of {nodes:,}, {sum(map(len, touched)):,} edges"
    yield Result(what, mine, by_networkx, "networkx descendants", at_most=1 / 30)
    yield Result(what, mine, by_igraph, "igraph subcomponent", at_most=1)
    yield Result(what, mine, by_rustworkx, "rustworkx descendants", at_most=1)
    yield Result(what, mine, floor, "NumPy touching the edges", at_most=3)
    (build,) = in_turns(lambda: milliseconds(lambda: Graph.build(columns)), rounds=3)
    yield Result("making the graph", build, to_build, "networkx add_edges_from")


def columns_of(made: Dependencies) -> Columns:
    """As the store would give it: ids from 1 on, elements first; what depends is the source."""
    nothing = np.zeros(made.nodes, np.int64)
    elements = ConceptColumns(np.arange(1, made.nodes + 1), nothing, nothing, nothing)
    size = len(made.needed)
    relationships = RelationshipColumns(
        ids=np.arange(made.nodes + 1, made.nodes + size + 1),
        types=np.ones(size, np.int64),
        sources=made.dependents.astype(np.int64) + 1,
        targets=made.needed.astype(np.int64) + 1,
        dependent=np.full(size, DEPENDENT_BITS["source"], np.int8),
    )
    none = np.zeros(0, np.int64)
    return Columns(("Element", "Relationship"), elements, relationships, ConceptColumns(none, none, none, none))
