"""Everything that depends on the largest hub of a million nodes and three million edges, against networkx and igraph.

Each searches its own graph, made beforehand, and gives what it reached in its own form: networkx a set, igraph a list,
we an array with the distances.
"""

import gc
from collections.abc import Iterator

import igraph
import networkx as nx
import numpy as np

from benchmarks.frame import Result, in_turns, median_of, milliseconds
from benchmarks.synthetic import Dependencies, layered
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.walk import Walk, walk
from ea_repo.store.arrays import Columns, ConceptColumns, RelationshipColumns
from ea_repo.store.dependent_code import DEPENDENT_BITS

NODES, EDGES = 1_000_000, 3_000_000


def run() -> Iterator[Result]:
    made = layered(NODES, EDGES)
    columns = columns_of(made)
    graph = Graph.build(columns)
    edges = np.column_stack((made.needed, made.dependents))
    in_networkx: nx.DiGraph[int] = nx.DiGraph()
    in_igraph = igraph.Graph(n=made.nodes, edges=edges, directed=True)
    to_build = milliseconds(lambda: in_networkx.add_edges_from(edges.tolist()))
    gc.freeze()  # or the collector would go through all of networkx's dictionaries again and again
    hub = made.hub

    def ours() -> Walk:
        found = walk(graph.dependents, np.array([hub], np.int32))
        assert len(found.rows) == len(found.distances)
        return found

    reached = set(ours().rows.tolist())
    assert reached == nx.descendants(in_networkx, hub)
    assert reached == set(in_igraph.subcomponent(hub, mode="out")) - {hub}
    mine, by_igraph, by_networkx = in_turns(
        lambda: median_of(5, ours),
        lambda: median_of(3, lambda: in_igraph.subcomponent(hub, mode="out")),
        lambda: milliseconds(lambda: nx.descendants(in_networkx, hub)),
        rounds=3,
    )
    what = f"impact of a hub, {len(reached):,} reached"
    yield Result(what, mine, by_networkx, "networkx descendants", at_most=1 / 30)
    yield Result(what, mine, by_igraph, "igraph subcomponent", at_most=1)
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
