"""Charts go through the same page as drawings, in every format that is not for graphs only, whatever the names say."""

from datetime import date
from io import BytesIO

import pytest
from lxml import etree
from pypdf import PdfReader

import diagrams
from diagrams.chart import Chart
from diagrams.charts.matrix import Cell, Heading, Matrix
from diagrams.charts.timeline import MOMENT, Moment, Row, Span, Timeline
from diagrams.drawing import Swatch
from diagrams.geometry import Rect
from diagrams.marks import Shape, Stroke
from diagrams.text import width as text_width
from ea_repo.errors import UnknownFormat
from tests.diagrams.svg_reading import SVG, Reading

HOSTILE = [
    '"><script>alert(1)</script>',
    '"]; x [label="',
    "word " * 1_000,
    "x" * 5_000,
    "🙂👩‍👩‍👧 emoji",
    "نظام السكان الوطني",
    "a\u0000b\u0008 ]]> &lt;",
    "국가행정정보공동이용시스템 통합관리센터",
    "",
]
FEW, MANY = Swatch("s2", {"en": "few", "id": "sedikit", "ko": "적음"}), Swatch("s5", "many")


def a_matrix(names: list[str], **fields: object) -> Chart:
    heads = tuple(Heading(f"{at}", name, uid=f"gov:{at}", type="System") for at, name in enumerate(names))
    rows = tuple(
        Heading(head.key, head.name, head.uid, head.type, group="" if at < 2 else names[1], flag=MANY, sign="!")
        for at, head in enumerate(heads)
    )
    cells = tuple(
        Cell(row.key, column.key, MANY if row is rows[0] else FEW, f"{at}", tooltip=f"{row.name}\n{column.name}")
        for at, row in enumerate(rows)
        for column in heads[: at + 1]
    )
    matrix = Matrix(rows, heads, cells, row_title=names[0], column_title=names[0], swatches=(FEW, MANY))
    return Chart(title="A matrix", figure=matrix, subtitle="of all", viewpoint="test", **fields)  # type: ignore[arg-type]


def read(chart: Chart, **options: object) -> Reading:
    return Reading(diagrams.render(chart, "svg", embed_font=False, **options))  # type: ignore[arg-type]


def assert_sound(reading: Reading) -> None:
    """No text outside its shape, none on another, no shape on a label, nothing outside the page."""
    nodes, labels, frames = reading.things("node"), reading.things("label"), reading.things("cluster")
    for thing in (*nodes, *labels, *frames):
        assert thing.box.within(reading.page)
        for text, area in thing.texts:
            assert area.within(thing.box), (text, area, thing.box)
    for area in reading.drawn():
        assert area.within(reading.page)
    around = reading.page_texts()
    for text, area in around:
        assert area.within(reading.page), text
    written = [*around, *(each for thing in (*nodes, *labels, *frames) for each in thing.texts)]
    for at, (text, area) in enumerate(written):
        for other, taken in written[at + 1 :]:
            assert not area.overlaps(taken, slack=1.0), (text, other)
    for label in labels:
        assert not any(label.box.overlaps(node.box, slack=1.0) for node in nodes), label.texts


@pytest.mark.parametrize("lang", ["en", "id", "ko"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_matrix_holds_whatever_its_names_say(name: str, lang: str) -> None:
    reading = read(
        a_matrix([name, "Tax", f"{name} Register", "Population Administration Information System"]), lang=lang
    )
    assert_sound(reading)
    tags = {etree.QName(each).localname for each in reading.root.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "g", "path", "text"}


def test_a_chart_is_written_in_every_format_that_is_not_for_graphs_only() -> None:
    chart = a_matrix(["Tax", "Customs"])
    assert diagrams.render(chart, "png").startswith(b"\x89PNG")
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(diagrams.render(chart, "pdf"))).pages)
    assert "A matrix" in said
    assert "Customs" in said
    with pytest.raises(UnknownFormat, match="chart; use one of drawio, pdf, png, svg"):
        diagrams.render(chart, "dot")


def test_a_chart_says_what_it_is_to_who_does_not_see_it() -> None:
    root = read(a_matrix(["Tax", "Customs"], description="Who needs whom")).root
    title, desc = (root.find(f"{SVG}{tag}") for tag in ("title", "desc"))
    assert (title.text, desc.text) == ("A matrix", "Who needs whom. of all. 2 elements")
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"


def test_marks_carry_uid_type_tooltip_and_link_as_nodes_of_a_drawing_do() -> None:
    reading = read(a_matrix(["Tax", "Customs"]), links=lambda uid: f"/elements/{uid}")
    ids = [each.get("id") for each in reading.root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    (tax, *_) = (thing for thing in reading.things("label") if thing.uid == "gov:0")
    assert tax.element.get("data-type") == "System"
    assert tax.element.find(f"{SVG}title").text == "Tax"
    assert tax.element.find(f"{SVG}a").get("href") == "/elements/gov:0"


def test_the_legend_names_the_classes_that_are_used_in_the_chosen_order() -> None:
    def legend(chart: Chart, lang: str) -> list[str]:
        return [
            each.text
            for each in read(chart, lang=lang).root.iter(f"{SVG}text")
            if each.getparent().get("class") == "legend" and each.get("class") == "legend"
        ]

    assert legend(a_matrix(["Tax", "Customs"]), "id") == ["Legenda", "sedikit", "many"]


def test_classes_that_no_sign_tells_apart_differ_by_their_rims() -> None:
    """A grey printer shows two colours as one grey."""
    one, other, said_by_letter = Swatch("c4", "Destroy"), Swatch("c8", "Held"), Swatch("c1", "Reads")
    rows = (Heading("row", "Row"),)
    columns = tuple(Heading(key, key) for key in "abcd")
    cells = (
        Cell("row", "a", one, "1"), Cell("row", "b", other, "→"), Cell("row", "c", other, "2"),
        Cell("row", "d", said_by_letter, "R"),
    )  # fmt: skip
    entries = Matrix(rows, columns, cells, swatches=(one, other, said_by_letter)).legend
    looks = {(each.mark.width, each.mark.dashes, each.mark.sign) for each in entries if each.mark}
    assert len(looks) == 3
    assert [each.mark.sign for each in entries if each.mark] == ["", "", "R"]


def test_a_class_of_several_letters_is_told_by_the_first_that_all_have() -> None:
    creates, reads = Swatch("c3", "Creates"), Swatch("c1", "Reads")
    cells = (Cell("r", "a", creates, "CUR"), Cell("r", "b", creates, "C"), Cell("r", "c", reads, "R"))
    legend = Matrix((Heading("r", "R"),), tuple(Heading(key, key) for key in "abc"), cells).legend
    assert [each.mark.sign for each in legend if each.mark] == ["C", "R"]


def test_a_long_name_of_a_column_is_written_in_full() -> None:
    name = "Vergunning- Toezicht- en Handhavingcomponent fysieke leefomgeving"
    matrix = Matrix((Heading("r", "Row"),), (Heading("c", name), Heading("d", "D")), ())
    reading = Reading(diagrams.render(Chart("Title", matrix), "svg", embed_font=False))
    written = " ".join(text for thing in reading.things("label") for text, _ in thing.texts)
    assert name.replace(" ", "") in written.replace(" ", "")


def test_a_matrix_without_rows_has_no_columns_either() -> None:
    matrix = Matrix((), (Heading("2026", "2026"),), (), "Series", "Year")
    assert matrix.marks("en") == []


def test_no_line_of_a_moment_runs_through_a_word() -> None:
    """A bar too short for its word on one side of the line has it in the middle, and the line gives way."""
    span = Span(date(2027, 1, 1), date(2027, 12, 31), Swatch("c1", "Proposed"), "Proposed")
    line = Timeline(
        (Row("one", "One", (span,)), Row("two", "Two", (span,))), date(2020, 1, 1), date(2036, 12, 31),
        (Moment(date(2027, 7, 2), "Plateau"),),
    )  # fmt: skip
    marks = line.marks("en")
    words = [
        Rect(each.at[0] - text_width(each.text, each.size) / 2, each.at[1] - each.size * 0.7, 30.0, each.size * 0.7)
        for mark in marks if isinstance(mark, Shape) and mark.role == "node" for each in mark.texts
    ]  # fmt: skip
    down = [mark.path.bounds().grow(0.5) for mark in marks if isinstance(mark, Stroke) and mark.style == MOMENT]
    assert len(words) == 2
    assert not [each for each in words for stroke in down if stroke.overlaps(each)]
    assert sum(each.height for each in down) > 30
