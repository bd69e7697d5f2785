"""A stored view is drawn as its author drew it, whatever its file left out or got wrong."""

import base64
import struct
from itertools import pairwise

import pytest

import diagrams
from diagrams import embedded_images
from diagrams.boxes import dress
from diagrams.drawing import Drawing, said
from diagrams.geometry import Rect
from diagrams.outlines import outline
from diagrams.stored_layout import place
from diagrams.viewpoints.stored import drawing_of
from ea_repo.metamodel import standard
from ea_repo.store.records import Concept, Property, View
from ea_repo.store.view_content import Connection, Node, Style, ViewContent
from tests.diagrams.svg_reading import Reading

VIEW = View("m:v", "m", "Layers", description="What it shows")
ELEMENTS = {
    "m:a": Concept("m:a", "element", "ApplicationComponent", "m", "Tax register", properties=(Property("ID", "T1"),)),
    "m:b": Concept("m:b", "element", "BusinessService", "m", "Pay tax", translations={"id": {"name": "Bayar pajak"}}),
    "m:j": Concept("m:j", "element", "Junction", "m", "", attributes={"junction_type": "or"}),
    "m:r": Concept("m:r", "relationship", "Realization", "m", "makes", source="m:a", target="m:b"),
    "m:i": Concept(
        "m:i", "relationship", "Influence", "m", "", source="m:a", target="m:b", attributes={"strength": "++"}
    ),
}


def a_box(id: str, concept: str | None = None, x: float = 0, y: float = 0, **fields: object) -> Node:
    fields = {"width": 120.0, "height": 55.0, "kind": "element" if concept else "note", **fields}
    return Node(id=id, x=x, y=y, concept=concept, **fields)  # type: ignore[arg-type]


def drawn(
    *nodes: Node, lines: tuple[Connection, ...] = (), extra: dict[str, object] | None = None, **fields: object
) -> Drawing:
    content = ViewContent(list(nodes), list(lines), dict(extra or {}))
    return drawing_of(VIEW, content, ELEMENTS, standard(), **fields)  # type: ignore[arg-type]


def test_boxes_keep_their_places_and_say_what_they_show() -> None:
    drawing = drawn(a_box("1", "m:a", 40, 60), a_box("2", "m:b", 300, -20, width=200, height=80))
    first, second = drawing.nodes
    assert (first.place, second.place) == (Rect(40, 60, 120, 55), Rect(300, -20, 200, 80))
    assert (first.uid, first.kind.notation, said(second.name, "id"), said(second.name, "ko")) == (
        "m:a", "ApplicationComponent", "Bayar pajak", "Pay tax",
    )  # fmt: skip
    assert drawing.placed
    assert said(drawing.title, "en") == "Layers"


@pytest.mark.parametrize("size", [(-1, -1), (0, 0), (-5, 55), (120, 0)])
def test_a_size_that_is_none_is_the_tools_default(size: tuple[float, float]) -> None:
    (node,) = drawn(a_box("1", "m:a", width=size[0], height=size[1])).nodes
    assert node.place == Rect(0, 0, 120, 55)


def test_other_things_have_the_default_sizes_of_their_kind() -> None:
    drawing = drawn(
        a_box("note", width=-1, height=-1),
        a_box("group", kind="group", width=-1, height=-1),
        a_box("junction", "m:j", width=-1, height=-1),
    )
    sizes = [(node.place.width, node.place.height) for node in drawing.nodes if node.place]
    assert sizes == [(185, 80), (400, 140), (15, 15)]
    assert drawing.nodes[2].kind.notation == "OrJunction"


def test_absurd_numbers_do_not_make_an_absurd_page() -> None:
    drawing = drawn(a_box("1", "m:a", 1e12, -1e12, width=1e12, height=1e9), a_box("2", "m:b"))
    assert Reading(diagrams.render(drawing, "svg")).page.right < 1_000_000


def test_a_line_between_a_box_and_one_nested_in_it_is_said_by_the_nesting() -> None:
    outer = a_box("outer", "m:a", width=400, height=300)
    outer.nodes = [a_box("inner", "m:b", 40, 60)]
    lines = (Connection("l", "outer", "inner", "m:r"),)
    assert drawn(outer, lines=lines).edges == ()
    bent = (Connection("l", "outer", "inner", "m:r", bend_points=[(500, 20)]),)
    assert len(drawn(outer, lines=bent).edges) == 1


def test_a_line_keeps_its_bends_and_leaves_at_right_angles() -> None:
    line = Connection("l", "1", "2", "m:r", bend_points=[(60, 200), (360, 200)])
    drawing = drawn(a_box("1", "m:a", 0, 0), a_box("2", "m:b", 300, 300), lines=(line,))
    reading = Reading(diagrams.render(drawing, "svg"))
    (bounds,) = {
        bounds for bounds in reading.drawn() if bounds.right - bounds.left > 290 and bounds.bottom - bounds.top < 260
    }
    x, y = reading.shift
    assert (bounds.left, bounds.top, bounds.right, bounds.bottom) == pytest.approx(
        (60 + x, 55 + y, 360 + x, 300 + y), abs=0.2
    )


def test_a_relationship_may_end_on_a_relationship() -> None:
    lines = (Connection("later", "1", "l", "m:i"), Connection("l", "1", "2", "m:r"))
    drawing = drawn(a_box("1", "m:a", 0, 0), a_box("2", "m:b", 300, 0), lines=lines)
    reading = Reading(diagrams.render(drawing, "svg"))
    drawn_lines = [each for each in reading.content if (each.get("class") or "").startswith("edge")]
    assert len(drawn_lines) == 2


def test_lines_that_wait_for_each_other_or_for_nothing_are_left_out_without_ado() -> None:
    lines = (Connection("x", "1", "y"), Connection("y", "1", "x"), Connection("z", "1", "nowhere"))
    drawing = drawn(a_box("1", "m:a"), lines=lines)
    assert diagrams.render(drawing, "svg")


def test_what_is_no_longer_there_is_drawn_as_missing() -> None:
    (node,) = drawn(a_box("1", "m:gone")).nodes
    assert (said(node.name, "en"), said(node.name, "ko")) == ("No longer in the repository", "저장소에 없음")


def test_the_name_of_a_line_says_the_strength_of_an_influence() -> None:
    (edge,) = drawn(a_box("1", "m:a"), a_box("2", "m:b", 300), lines=(Connection("l", "1", "2", "m:i"),)).edges
    assert said(edge.name, "en").strip() == "++"


def test_the_authors_colours_fonts_and_alignment_are_kept_where_they_are_sound() -> None:
    style = Style(
        fill="#FF8800", fill_alpha=128, line="#00f", line_width=3, font_size=9, font_bold=True, font_italic=True,
        font_color="#ffffff", text_alignment="left", text_position="bottom",
    )  # fmt: skip
    (node,) = drawn(a_box("1", "m:a", style=style)).nodes
    look = node.look
    assert (look.fill, look.line, look.text, look.line_width) == ("#ff8800", "#0000ff", "#ffffff", 3)
    assert look.fill_opacity == pytest.approx(0.5, abs=0.01)
    assert (look.size, look.bold, look.italic, look.align, look.position) == (12, True, True, "left", "bottom")


@pytest.mark.parametrize(
    ("figure", "type_outline"), [(0, "rectangle"), (1, "component")], ids=["the box", "the type's own shape"]
)
def test_the_figure_that_was_chosen_is_drawn(figure: int, type_outline: str) -> None:
    (node,) = drawn(a_box("1", "m:a", figure=figure)).nodes
    rect = Rect(0, 0, 120, 55)
    assert dress(node, rect, "en").outline == outline(type_outline, rect)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("${name}", "Tax register"),
        ("${property:ID} - ${name}", "T1 - Tax register"),
        ("${if:${property:ID}:has ${property:ID}:none}", "has T1"),
        ("${if:${property:None}:has:none}", "none"),
        ("${nif:${property:None}:empty}", "empty"),
        ("${type}", "Application component"),
        ("in $view{name}", "in Layers"),
        ("$realization:target{name}", "Pay tax"),
        ("$parent{name}", "Tax register"),  # nothing around it: the name stands
        ("${name", "${name"),
        ("plain", "plain"),
        ("${wordwrap:20:${name}}", "Tax register"),
    ],
)
def test_a_label_expression_is_evaluated(expression: str, expected: str) -> None:
    def related(uid: str, relationship: str, end: str) -> Concept | None:
        return ELEMENTS["m:b"] if (uid, relationship, end) == ("m:a", "Realization", "target") else None

    (node,) = drawn(a_box("1", "m:a", label_expression=expression), related=related).nodes
    assert said(node.name, "en") == expected


def test_a_label_expression_may_look_at_the_box_around() -> None:
    outer = a_box("outer", "m:b", width=400, height=300)
    outer.nodes = [a_box("inner", "m:a", 20, 80, label_expression="${name} of $parent{name}")]
    assert said(drawn(outer).nodes[1].name, "en") == "Tax register of Pay tax"


def test_deeply_nested_braces_come_to_an_end() -> None:
    (node,) = drawn(a_box("1", "m:a", label_expression="${if:" * 500 + "x" + "}" * 500)).nodes
    assert said(node.name, "en") == "Tax register"


def test_notes_groups_labels_pictures_and_views_have_their_figures() -> None:
    image = a_png(20, 10)
    drawing = drawn(
        a_box("n", text="a note"), a_box("g", kind="group", text="a group"), a_box("v", kind="view", view="m:w"),
        a_box("i", kind="image", image="images/x.png"), a_box("s", kind="sticky", text="s"),
        extra={"images": {"images/x.png": image}}, view_names={"m:w": "Another view"},
    )  # fmt: skip
    assert [node.kind.notation for node in drawing.nodes] == ["Note", "Group", "ViewReference", "Picture", "Sticky"]
    assert [said(node.name, "en") for node in drawing.nodes] == ["a note", "a group", "Another view", "", "s"]
    assert (drawing.nodes[2].uid, drawing.nodes[3].image) == ("m:w", image)


def test_a_picture_from_anywhere_else_is_never_fetched() -> None:
    drawing = drawn(a_box("i", kind="image", image="p"), extra={"images": {"p": "https://example.org/x.png"}})
    assert drawing.nodes[0].image is None
    assert b"example.org" not in diagrams.render(drawing, "svg")


def test_a_box_laid_on_another_without_nesting_does_not_hide_its_name() -> None:
    drawing = drawn(a_box("back", text="Chain", width=500, height=400), a_box("1", "m:a", 40, 60))
    back, front = Reading(diagrams.render(drawing, "svg")).things("node")
    assert back.texts[0][1].bottom <= front.box.top


def test_parallel_lines_between_two_boxes_lie_side_by_side() -> None:
    lines = (Connection("1", "1", "2", "m:r"), Connection("2", "1", "2", "m:i"))
    drawing = drawn(a_box("1", "m:a", 0, 0), a_box("2", "m:b", 300, 0), lines=lines)
    reading = Reading(diagrams.render(drawing, "svg"))
    heights = {round(bounds.top, 1) for bounds in reading.drawn() if bounds.right - bounds.left > 170}
    assert len(heights) == 2


def test_a_manhattan_view_has_lines_of_right_angles_only() -> None:
    line = Connection("l", "1", "2", "m:r")
    drawing = drawn(
        a_box("1", "m:a", 0, 0), a_box("2", "m:b", 300, 300), lines=(line,), extra={"connectionRouterType": "2"}
    )
    points = place(drawing).edges["l"].flattened()
    assert len(points) == 4
    for (x1, y1), (x2, y2) in pairwise(points):
        assert x1 == pytest.approx(x2) or y1 == pytest.approx(y2)


def a_png(width: int, height: int) -> str:
    """The head of a PNG of that size: what says how much it unpacks into."""
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII5B", 13, b"IHDR", width, height, 8, 6, 0, 0, 0)
    return "data:image/png;base64," + base64.b64encode(head).decode()


@pytest.mark.parametrize(
    ("image", "kept"),
    [
        (a_png(200, 100), True),
        (a_png(60_000, 60_000), False),
        (a_png(0, 100), False),
        ("data:image/gif;base64," + base64.b64encode(b"GIF89a\x0a\x00\x0b\x00").decode(), True),
        ("data:image/jpeg;base64," + base64.b64encode(b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01").decode(), True),
        ("data:image/jpeg;base64," + base64.b64encode(b"\xff\xd8\xff").decode(), False),
        ("data:image/svg+xml;base64," + base64.b64encode(b"<svg/>").decode(), False),
        ('data:image/png;base64,"/><script>', False),
        ("data:image/png;base64,AAAA", False),
        ("https://example.org/x.png", False),
        (7, False),
    ],
)  # fmt: skip
def test_only_pictures_that_are_safe_to_show_are_shown(image: object, kept: bool) -> None:
    assert (embedded_images.safe(image) is not None) is kept


def test_a_view_of_thousands_of_boxes_is_drawn_whole() -> None:
    boxes = [a_box(str(at), text=f"note {at}", x=at % 80 * 130, y=at // 80 * 65) for at in range(2_000)]
    drawing = drawn(*boxes)
    assert len(Reading(diagrams.render(drawing, "svg", embed_font=False)).things("node")) == 2_000
