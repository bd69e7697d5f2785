"""Drawings for tests: by hand with plain arguments, and at random."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from diagrams.drawing import Cluster, Drawing, Edge, Kind, Look, Node
from diagrams.geometry import Rect
from ea_repo.metamodel import standard

ELEMENTS = tuple(each.name for each in standard().elements() if each.refines is None)
RELATIONSHIPS = tuple(each.name for each in standard().relationships() if each.refines is None)


def a_kind(type_name: str) -> Kind:
    metamodel = standard()
    return Kind(metamodel.base(type_name), type_name, metamodel.type(type_name).label)


def a_node(id: str, type_name: str = "ApplicationComponent", name: str | None = None, **fields: Any) -> Node:
    fields.setdefault("uid", f"gov:{id}")
    return Node(id, id if name is None else name, a_kind(type_name), **fields)


def an_edge(id: str, source: str, target: str, type_name: str = "Serving", **fields: Any) -> Edge:
    fields.setdefault("uid", f"gov:{id}")
    return Edge(id, source, target, a_kind(type_name), **fields)


def a_cluster(id: str, name: str | None = None, **fields: Any) -> Cluster:
    return Cluster(id, id if name is None else name, a_kind("BusinessActor"), **fields)


def a_drawing(nodes: list[Node], edges: list[Edge] | None = None, **fields: Any) -> Drawing:
    fields.setdefault("title", "A drawing")
    return Drawing(nodes=tuple(nodes), edges=tuple(edges or []), **fields)


_WORDS = st.sampled_from([
    "Sistem", "Informasi", "Kependudukan", "dan", "the", "of", "Finance", "X", "pertanggungjawaban",
    "Informatiebeveiligingsbeleidsplan", "supercalifragilisticexpialidocious" * 2, "under_score_name",
    "행정정보공동이용시스템", "국가정보자원관리원", "정부", "电子政务信息资源管理系统", "行政サービス",
    "Пенсионный", "a" * 120, "<b>", "&amp;", "]]>", "\u0000\u0007", "e\u0301\u0301", "«", "--", "I" * 40,
])  # fmt: skip
NAMES = st.one_of(
    st.just(""), st.just("   "), st.lists(_WORDS, min_size=1, max_size=6).map(" ".join), st.text(max_size=60)
)


@st.composite
def drawings(draw: Callable[[Any], Any], *, most_nodes: int = 7) -> Drawing:
    """Small drawings of anything: any types, names in any script, clusters in clusters, lines to lines and loops."""
    clusters = [
        Cluster(
            f"c{at}", draw(NAMES), a_kind("BusinessActor"), cluster=f"c{at - 1}" if at and draw(st.booleans()) else None
        )
        for at in range(draw(st.integers(0, 2)))
    ]
    nodes = [
        Node(
            f"n{at}",
            draw(NAMES),
            a_kind(draw(st.sampled_from((*ELEMENTS, "System", "Agency")))),
            detail=draw(st.one_of(st.just(""), NAMES)),
            cluster=draw(st.sampled_from([None, *(each.id for each in clusters)])),
            emphasis=draw(st.sampled_from(["normal", "focus"])),
        )
        for at in range(draw(st.integers(1, most_nodes)))
    ]
    ends = [node.id for node in nodes]
    edges: list[Edge] = []
    for at in range(draw(st.integers(0, 7))):
        target = draw(st.sampled_from([*ends, *(edge.id for edge in edges)]))
        edges.append(
            Edge(
                f"e{at}",
                draw(st.sampled_from(ends)),
                target,
                a_kind(draw(st.sampled_from(RELATIONSHIPS))),
                draw(st.one_of(st.just(""), NAMES)),
                access=draw(st.sampled_from(["", "read", "write", "read_write", "access"])),
                directed=draw(st.booleans()),
            )
        )
    arrangement = draw(st.sampled_from(["layers", "map"]))
    return Drawing(
        draw(NAMES), tuple(nodes), tuple(edges), tuple(clusters), notes=("A note.",), arrangement=arrangement
    )


@st.composite
def stored_drawings(draw: Callable[[Any], Any]) -> Drawing:
    """Drawings with places of their own: a grid of boxes of any size in any shape, apart from each other."""
    sizes = st.floats(8, 260)
    nodes = []
    for at in range(draw(st.integers(1, 8))):
        x, y = 300 * (at % 3) - 350, 280 * (at // 3) - 120
        place = Rect(x + draw(st.floats(0, 20)), y + draw(st.floats(0, 20)), draw(sizes), draw(sizes))
        kind = a_kind(draw(st.sampled_from(ELEMENTS)))
        if draw(st.integers(0, 3)) == 0:
            kind = Kind(
                draw(st.sampled_from(["Note", "NoteBare", "NotePlain", "Group", "Label", "Sticky", "Frame", "Picture"]))
            )
        nodes.append(
            Node(
                f"n{at}",
                draw(NAMES),
                kind,
                place=place,
                alternative=draw(st.booleans()),
                stereotype=draw(NAMES),
                look=Look(
                    fill=draw(st.sampled_from([None, "#ffffb5", "#102030", "#888888"])),
                    size=draw(st.sampled_from([None, 8.0, 24.0])),
                    align=draw(st.sampled_from([None, "left", "center", "right"])),
                    position=draw(st.sampled_from([None, "top", "middle", "bottom"])),
                ),
            )
        )
    ends = [node.id for node in nodes]
    bends = st.lists(st.tuples(st.floats(-600, 600), st.floats(-600, 600)), max_size=3).map(tuple)
    edges = [
        Edge(
            f"e{at}",
            draw(st.sampled_from(ends)),
            draw(st.sampled_from(ends)),
            a_kind(draw(st.sampled_from(RELATIONSHIPS))),
            draw(NAMES),
            bend_points=draw(bends),
        )
        for at in range(draw(st.integers(0, 6)))
    ]
    return Drawing(draw(NAMES), tuple(nodes), tuple(edges), orthogonal=draw(st.booleans()))
