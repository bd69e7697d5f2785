"""Graph and search over plain arrays, without a store, against networkx."""

from collections.abc import Sequence

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.analysis import walk as searching
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.subgraph import to_networkx
from ea_repo.analysis.walk import walk
from ea_repo.store.arrays import Columns, ConceptColumns, RelationshipColumns

Edge = tuple[int, int, int]


def concepts(ids: Sequence[int]) -> ConceptColumns:
    nothing = np.zeros(len(ids), np.int64)
    return ConceptColumns(np.array(ids, np.int64), nothing, nothing, nothing)


def a_graph(ids: Sequence[int], edges: Sequence[Edge], ends: Sequence[int] = ()) -> Graph:
    """Of elements, and (source, target, dependent bits) of relationships, whose ids follow those of the elements."""
    first = max(ids, default=0) + 1
    table = np.array(edges, np.int64).reshape(-1, 3)
    relationships = RelationshipColumns(
        np.arange(first, first + len(edges)),
        np.ones(len(edges), np.int64),
        table[:, 0],
        table[:, 1],
        table[:, 2].astype(np.int8),
    )
    return Graph.build(Columns(("System", "Flow"), concepts(ids), relationships, concepts(ends)))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[int], list[Edge]]:
    """Ids with gaps or far apart, cycles, self-loops and parallel edges."""
    largest = draw(st.sampled_from((40, 10**12)))
    ids = sorted(draw(st.sets(st.integers(1, largest), min_size=1, max_size=25)))
    end = st.sampled_from(ids)
    return ids, draw(st.lists(st.tuples(end, end, st.integers(0, 3)), max_size=60))


def needing(ids: Sequence[int], edges: Sequence[Edge]) -> "nx.DiGraph[int]":
    """From what is needed to what needs it."""
    found: nx.DiGraph[int] = nx.DiGraph()
    found.add_nodes_from(ids)
    for source, target, bits in edges:
        found.add_edges_from([(target, source)] if bits & 1 else [])
        found.add_edges_from([(source, target)] if bits & 2 else [])
    return found


@pytest.mark.parametrize("wide", [1, 10**9], ids=["few at a time", "many at a time"])
@settings(max_examples=150, deadline=None)
@given(drawn=graphs(), data=st.data(), depth=st.sampled_from((None, 1, 2, 4)))
def test_a_walk_reaches_what_networkx_reaches_as_far_away(
    wide: int, drawn: tuple[list[int], list[Edge]], data: st.DataObject, depth: int | None
) -> None:
    ids, edges = drawn
    begin = data.draw(st.sampled_from(ids))
    expected = nx.single_source_shortest_path_length(needing(ids, edges), begin, cutoff=depth)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(searching, "_WIDE", 1 / wide if wide > 1 else 10**9)
        graph = a_graph(ids, edges)
        row = graph.row(begin)
        assert row is not None
        found = walk(graph.dependents, np.array([row], np.int32), depth=depth)
    reached = {int(graph.ids[at]): int(steps) for at, steps in zip(found.rows, found.distances, strict=True)}
    assert reached == {id_: steps for id_, steps in expected.items() if id_ != begin}
    assert list(found.distances) == sorted(found.distances)


def test_both_directions_hold_the_same_edges() -> None:
    graph = a_graph([1, 2, 5], [(1, 2, 1), (2, 5, 2), (5, 1, 3), (1, 2, 1), (2, 2, 1), (1, 5, 0)])
    downwards = {
        (row, int(other), int(by))
        for row in range(len(graph))
        for other, by in neighbours(graph, row)
    }  # fmt: skip
    assert downwards == {(0, 1, 0), (2, 1, 1), (2, 0, 2), (0, 2, 2), (0, 1, 3), (1, 1, 4)}


def neighbours(graph: Graph, row: int) -> list[tuple[int, int]]:
    side = graph.dependencies
    places = slice(side.starts[row], side.starts[row + 1])
    return list(zip(side.neighbours[places], side.relationships[places], strict=True))


def test_a_relationship_that_is_an_end_is_a_node_that_depends_on_both_its_ends() -> None:
    graph = a_graph([1, 2, 3], [(1, 2, 0), (3, 4, 1)], ends=[4])
    assert graph.ids.tolist() == [1, 2, 3, 4]
    assert walk(graph.dependents, np.array([0], np.int32)).rows.tolist() == [3, 2]
    assert walk(graph.dependents, np.array([1], np.int32)).rows.tolist() == [3, 2]


def test_a_relationship_without_an_end_is_left_out_and_so_is_what_ends_at_it() -> None:
    graph = a_graph([1, 2], [(1, 9, 1), (2, 3, 1), (4, 1, 1), (1, 2, 1)], ends=[3, 4])
    assert graph.ids.tolist() == [1, 2]
    assert graph.relationship_ids.tolist() == [6]


def test_a_graph_of_nothing_has_no_rows() -> None:
    graph = a_graph([], [])
    assert len(graph) == 0
    assert graph.row(1) is None
    assert not graph.of_types(["System"]).any()


def test_arrays_of_a_graph_cannot_be_written() -> None:
    graph = a_graph([1, 2], [(1, 2, 1)])
    with pytest.raises(ValueError, match="read-only"):
        graph.dependents.neighbours[0] = 1


def test_the_part_that_a_question_leaves_goes_to_networkx_with_parallel_edges() -> None:
    graph = a_graph([1, 2, 3], [(1, 2, 1), (1, 2, 1), (2, 3, 1), (3, 1, 3)])
    part = to_networkx(graph, [0, 1])
    assert sorted(part.nodes(data="id")) == [(0, 1), (1, 2)]
    assert sorted(part.edges(data="id")) == [(0, 1, 4), (0, 1, 5)]
    assert {type_name for _, _, type_name in part.edges(data="type")} == {"Flow"}
    whole = to_networkx(graph, range(3))
    assert nx.is_strongly_connected(whole)
