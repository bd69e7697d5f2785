"""A paper as a Word document, by python-docx: headings, tables and lines that an office goes on editing.

A template of one's own is a Word document with names in double braces. A paragraph that is nothing but {{sections}},
{{section purpose}} (by its key) or {{signatures}} becomes that part, in the template's styles; {{provider}} and other single
texts are put in wherever they stand. Such a paragraph takes the format of its first letter.
"""

import importlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from ea_repo.errors import InvalidInput, MalformedRequest, MissingPart
from ea_repo.planning.papers.paper import Paper, Section

#: Found in Word; LibreOffice takes what it has for it.
_EAST_ASIAN_FONT = "Malgun Gothic"
_MARGIN_CENTIMETRES = 2.2
_MOST_TEMPLATE = 20_000_000
_NAMED = re.compile(r"\{\{\s*([a-z_]+(?: [a-z_]+)?)\s*\}\}")


def write(text: Paper, template: bytes | None = None) -> bytes:
    """The document. `MissingPart` without python-docx; `MalformedRequest` for a template that is no Word document,
    `InvalidInput` for one that names what there is not.
    """
    docx = _docx()
    if template is not None:
        made = _opened(docx, template)
        _fill_template(made, text)
    else:
        made = docx.Document()
        _style(made, text)
        made.add_heading(text.title, 0)
        made.add_paragraph(text.subtitle, style="Subtitle")
        _add_sections(made, text, text.sections)
        _add_signatures(made, text)
        made.sections[0].footer.paragraphs[0].text = text.made
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _add_sections(made: Any, text: Paper, sections: Sequence[Section]) -> None:
    for section in sections:
        _heading(made, f"{text.sections.index(section) + 1}. {section.heading}")
        _fill(made, section)


def _add_signatures(made: Any, text: Paper) -> None:
    _heading(made, f"{len(text.sections) + 1}. {text.signatures_heading}")
    for block in text.signatures:
        first, *lines = block
        made.add_paragraph().add_run(first).bold = True
        for line in lines:
            made.add_paragraph(line)


def _opened(docx: Any, template: bytes) -> Any:
    if len(template) > _MOST_TEMPLATE:
        raise MalformedRequest(f"the template has more than {_MOST_TEMPLATE:,} bytes")
    try:
        return docx.Document(io.BytesIO(template))
    except (KeyError, ValueError, zipfile.BadZipFile, importlib.import_module("docx.opc.exceptions").OpcError) as error:
        raise MalformedRequest(f"the template is no Word document (.docx): {error}") from None


def _fill_template(made: Any, text: Paper) -> None:
    blocks = {"sections": text.sections, **{f"section {each.key}": (each,) for each in text.sections if each.key}}
    texts, is_used = text.texts, False
    for paragraph in list(_paragraphs(made)):
        for name in _NAMED.findall(paragraph.text):
            is_used = True
            if name not in texts and name not in blocks and name != "signatures":
                known = ", ".join([*texts, *blocks, "signatures"])
                raise InvalidInput(f"the template names {{{{{name}}}}}, which there is not; there are {known}")
        whole = _NAMED.fullmatch(paragraph.text.strip())
        if whole and whole[1] in (*blocks, "signatures"):
            _put_before(made, paragraph, text, blocks.get(whole[1]))
        elif _NAMED.search(paragraph.text):
            said = _NAMED.sub(lambda found: texts.get(found[1], found[0]), paragraph.text)
            first, *others = paragraph.runs or [paragraph.add_run()]
            first.text = said
            for run in others:
                run.text = ""
    if not is_used:
        raise InvalidInput(
            "the template names nothing; write {{sections}} in a paragraph of its own where the text belongs"
        )


def _paragraphs(made: Any) -> Iterator[Any]:
    """Those of the body, of its tables, and of headers and footers."""
    yield from made.paragraphs
    parts = [made, *(part for section in made.sections for part in (section.header, section.footer))]
    for part in parts:
        if part is not made:
            yield from part.paragraphs
        for table in part.tables:
            for row in table.rows:
                for cell in row.cells:
                    yield from cell.paragraphs


def _put_before(made: Any, paragraph: Any, text: Paper, sections: Sequence[Section] | None) -> None:
    """A part of the paper in the place of a paragraph: it is added at the end, and then moved."""
    body = made.element.body
    before = len(body)
    _add_signatures(made, text) if sections is None else _add_sections(made, text, sections)
    last = body[-1] if body[-1].tag.endswith("}sectPr") else None
    added = [each for each in body[before - (last is not None) :] if each is not last]
    for each in added:
        paragraph._p.addprevious(each)
    paragraph._p.getparent().remove(paragraph._p)


def _style(made: Any, text: Paper) -> None:
    length = importlib.import_module("docx.shared")
    names = importlib.import_module("docx.oxml.ns")
    section = made.sections[0]
    section.page_width, section.page_height = length.Cm(21), length.Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, length.Cm(_MARGIN_CENTIMETRES))
    for name in ("Normal", "Title", "Subtitle", "Heading 1"):
        fonts = made.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(names.qn("w:eastAsia"), _EAST_ASIAN_FONT)
    said = made.core_properties
    said.title, said.subject, said.author, said.language = text.title, text.subtitle, "", text.language
    said.comments = ""


def _fill(made: Any, section: Section) -> None:
    if section.pairs:
        _table(made, section.pairs, is_headed=False)
    if section.table:
        _table(made, section.table, is_headed=True)
    for each in section.sentences:
        made.add_paragraph(each, style=_known(made, "List Bullet"))


def _table(made: Any, rows: tuple[tuple[str, ...], ...], *, is_headed: bool) -> None:
    table = made.add_table(len(rows), len(rows[0]), style=_known(made, "Table Grid"))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            run = table.cell(at, column).paragraphs[0].add_run(text)
            run.bold = at == 0 if is_headed else column == 0


def _heading(made: Any, heading: str) -> None:
    made.add_paragraph(heading, style=_known(made, "Heading 1"))


def _known(made: Any, style: str) -> str | None:
    """A style, or the usual one where a template has it not."""
    return style if style in {each.name for each in made.styles} else None


def _docx() -> Any:
    try:
        return importlib.import_module("docx")
    except ImportError as error:
        raise MissingPart("DOCX needs the extra office: pip install 'ea-repo[office]'; PDF works without it") from error
