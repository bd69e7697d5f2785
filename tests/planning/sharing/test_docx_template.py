"""Word templates as Word makes them, and as nobody should: read back by python-docx and by the XML itself."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest

from ea_repo.errors import InvalidInput, MalformedRequest, TooLarge
from ea_repo.planning.papers import paper_docx
from ea_repo.planning.papers.paper import Paper, Section

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccfc0f01f0005050202"
    "4bd1b4780000000049454e44ae426082"
)
TEXT_BOX = (
    '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml">'
    "<w:r><w:t>Around {{title}}</w:t></w:r><w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>In {{title}}"
    "</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)


@pytest.fixture
def text() -> Paper:
    sections = (Section("Purpose", sentences=("To know.",), key="purpose"), Section("Data", pairs=(("Set", "Births"),)))
    return Paper("en", "Agreement", "of two", sections, "Signatures", (("For A", "Name"),), "made", {"uid": "a\nb"})


def made(fill: Callable[[Any], object]) -> bytes:
    document = docx.Document()
    fill(document)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def opened(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def with_part(template: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            new.writestr(each, change(old.read(each)) if each == name else old.read(each))
    return packed.getvalue()


def test_a_name_is_found_wherever_word_cut_it_and_what_stands_beside_it_stays(text: Paper) -> None:
    def fill(document: docx.document.Document) -> None:
        paragraph = document.add_paragraph()
        for at, piece in enumerate(("See {{ti", "tle", "}} and {{sub", "title}}, {{title}}.")):
            paragraph.add_run(piece).bold = at == 0
        paragraph.add_run().add_picture(io.BytesIO(PIXEL))
        document.add_paragraph("{{sections}}")

    written = opened(paper_docx.write(text, made(fill)))
    first = written.paragraphs[0]
    assert [run.text for run in first.runs] == ["See Agreement", "", " and of two", ", Agreement.", ""]
    assert first.runs[0].bold is True
    assert len(written.inline_shapes) == 1


def test_a_value_of_two_lines_has_a_break_in_it(text: Paper) -> None:
    written = opened(paper_docx.write(text, made(lambda document: document.add_paragraph("[{{uid}}]"))))
    assert written.paragraphs[0].text == "[a\nb]"
    assert [each.tag.rpartition("}")[2] for each in written.paragraphs[0].runs[0]._r] == ["t", "br", "t"]


def test_names_in_headers_of_the_first_page_and_in_text_boxes_are_filled(text: Paper) -> None:
    def fill(document: docx.document.Document) -> None:
        section = document.sections[0]
        section.different_first_page_header_footer = True
        section.first_page_header.paragraphs[0].text = "First {{title}}"
        document.element.body.insert(0, docx.oxml.parse_xml(TEXT_BOX))

    content = paper_docx.write(text, made(fill))
    body = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert re.findall(">((?:Around|In) [^<]*)<", body) == ["Around Agreement", "In Agreement"]
    assert opened(content).sections[0].first_page_header.paragraphs[0].text == "First Agreement"


def test_a_template_without_a_header_gets_none(text: Paper) -> None:
    content = paper_docx.write(text, made(lambda document: document.add_paragraph("{{title}}")))
    relations = opened(content).part.rels.values()
    assert [each for each in relations if each.reltype.endswith(("/header", "/footer"))] == []


def test_a_part_in_a_cell_leaves_the_paragraph_that_a_cell_must_end_with(text: Paper) -> None:
    def fill(document: docx.document.Document) -> None:
        document.add_table(1, 1).cell(0, 0).text = "{{section purpose}}"

    cell = opened(paper_docx.write(text, made(fill))).tables[0].cell(0, 0)
    assert [each.text for each in cell.paragraphs] == ["1. Purpose", "To know.", ""]


def plain() -> bytes:
    return made(lambda document: document.add_paragraph("{{sections}}"))


def with_body(change: Callable[[bytes], bytes]) -> bytes:
    return with_part(plain(), "word/document.xml", change)


def many_paragraphs(count: int) -> bytes:
    return with_body(lambda xml: xml.replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * count))


def laughing() -> bytes:
    """Nine entities, each ten of the one before: a billion."""
    levels = [b'<!ENTITY l0 "x">', *(b'<!ENTITY l%d "%s">' % (at, b"&l%d;" % (at - 1) * 10) for at in range(1, 10))]
    doctype = b'<?xml version="1.0"?><!DOCTYPE a [' + b"".join(levels) + b"]>"
    return with_body(lambda xml: doctype + xml.partition(b"?>")[2].replace(b"{{sections}}", b"&l9;"))


@pytest.mark.parametrize(
    ("template", "error", "told"),
    [
        (lambda: many_paragraphs(2_000_000), TooLarge, "8 MB of text"),
        (lambda: many_paragraphs(50_000), TooLarge, "more than 20,000 paragraphs"),
        (
            lambda: made(lambda document: [document.add_paragraph("{{sections}}") for _ in range(60)]),
            InvalidInput,
            "more than 50 parts",
        ),
        (laughing, MalformedRequest, "entity"),
        (lambda: with_body(lambda xml: xml[:500]), MalformedRequest, "no Word document"),
        (lambda: with_part(plain(), "[Content_Types].xml", lambda xml: b"<a/>"), MalformedRequest, "no Word document"),
        (lambda: with_part(plain(), "word/styles.xml", lambda xml: b"\xff"), MalformedRequest, "no Word document"),
        (lambda: b"PK\x03\x04 cut off", MalformedRequest, "damaged or cut off"),
    ],
)
def test_a_template_that_would_take_too_much_is_refused(
    text: Paper, template: Callable[[], bytes], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        paper_docx.write(text, template())


def test_a_cell_that_claims_to_span_a_million_columns_costs_nothing(text: Paper) -> None:
    template = made(lambda document: document.add_table(1, 1).cell(0, 0).__setattr__("text", "{{title}}"))
    spanning = b'<w:tcPr><w:gridSpan w:val="1000000000"/>'
    written = paper_docx.write(
        text, with_part(template, "word/document.xml", lambda xml: xml.replace(b"<w:tcPr>", spanning))
    )
    assert b"Agreement" in zipfile.ZipFile(io.BytesIO(written)).read("word/document.xml")
