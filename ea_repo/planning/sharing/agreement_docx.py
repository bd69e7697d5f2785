"""The text of an agreement as a Word document, by python-docx: headings, tables and lines that an office goes on editing."""

import importlib
import io
from typing import Any

from ea_repo.errors import MissingPart
from ea_repo.planning.sharing.agreement import AgreementText, Section

#: Found in Word; LibreOffice takes what it has for it.
_EAST_ASIAN_FONT = "Malgun Gothic"
_MARGIN_CENTIMETRES = 2.2


def write(text: AgreementText) -> bytes:
    """The document. `MissingPart` without python-docx."""
    docx = _docx()
    made = docx.Document()
    _style(made, text)
    made.add_heading(text.title, 0)
    made.add_paragraph(text.subtitle, style="Subtitle")
    for number, section in enumerate(text.sections, start=1):
        made.add_heading(f"{number}. {section.heading}", 1)
        _fill(made, section)
    made.add_heading(f"{len(text.sections) + 1}. {text.signatures_heading}", 1)
    for block in text.signatures:
        first, *lines = block
        made.add_paragraph().add_run(first).bold = True
        for line in lines:
            made.add_paragraph(line)
    made.sections[0].footer.paragraphs[0].text = text.made
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _style(made: Any, text: AgreementText) -> None:
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
        made.add_paragraph(each, style="List Bullet")


def _table(made: Any, rows: tuple[tuple[str, ...], ...], *, is_headed: bool) -> None:
    table = made.add_table(len(rows), len(rows[0]), style="Table Grid")
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            run = table.cell(at, column).paragraphs[0].add_run(text)
            run.bold = at == 0 if is_headed else column == 0


def _docx() -> Any:
    try:
        return importlib.import_module("docx")
    except ImportError as error:
        raise MissingPart("DOCX needs the extra office: pip install 'ea-repo[office]'; PDF works without it") from error
