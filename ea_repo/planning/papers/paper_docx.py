"""A paper as a Word document, by python-docx: headings, tables and lines that an office goes on editing.

A template of one's own is a Word document with names in double braces. A paragraph that is nothing but {{sections}},
{{section purpose}} (by its key) or {{signatures}} becomes that part, in the template's styles; {{provider}} and other single
texts are put in wherever they stand, text boxes, headers and footers included, in the format of the name's first letter.
"""

import importlib
import io
import re
from collections.abc import Sequence
from typing import Any

from ea_repo.errors import InvalidInput, MissingPart
from ea_repo.planning.papers import docx_template
from ea_repo.planning.papers.paper import Paper, Section

#: Found in Word; LibreOffice takes what it has for it.
_EAST_ASIAN_FONT = "Malgun Gothic"
_MARGIN_CENTIMETRES = 2.2
#: Each is a whole part of the paper.
_MOST_PARTS = 50
_NAMED = re.compile(r"\{\{\s*([a-z_]+(?: [a-z_]+)?)\s*\}\}")


def write(text: Paper, template: bytes | None = None) -> bytes:
    """The document. `MissingPart` without python-docx; `MalformedRequest` for a template that is no Word document,
    `InvalidInput` for one that names what there is not.
    """
    docx = _docx()
    if template is not None:
        made = docx_template.opened(template)
        _fill_template(made, text)
        with docx_template.understood():
            return _saved(made)
    made = docx.Document()
    _style(made, text)
    made.add_heading(text.title, 0)
    made.add_paragraph(text.subtitle, style="Subtitle")
    _add_sections(made, text, text.sections)
    _add_signatures(made, text)
    made.sections[0].footer.paragraphs[0].text = text.made
    return _saved(made)


def _saved(made: Any) -> bytes:
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


def _fill_template(made: Any, text: Paper) -> None:
    blocks = {"sections": text.sections, **{f"section {each.key}": (each,) for each in text.sections if each.key}}
    known, named, parts = [*text.texts, *blocks, "signatures"], 0, 0
    for paragraph in docx_template.paragraphs(made):
        said = docx_template.text_of(paragraph)
        for name in _NAMED.findall(said):
            named += 1
            if name not in known:
                raise InvalidInput(
                    f"the template names {{{{{name}}}}}, which there is not; there are {', '.join(known)}"
                )
        whole = _NAMED.fullmatch(said.strip())
        if whole and whole[1] not in text.texts:
            parts += 1
            if parts > _MOST_PARTS:
                raise InvalidInput(f"the template names more than {_MOST_PARTS} parts in paragraphs of their own")
            with docx_template.understood():
                _put_before(made, paragraph, text, blocks.get(whole[1]))
        else:
            docx_template.put_in(paragraph, _NAMED, text.texts)
    if not named:
        raise InvalidInput(
            "the template names nothing; write {{sections}} in a paragraph of its own where the text belongs"
        )


def _put_before(made: Any, paragraph: Any, text: Paper, sections: Sequence[Section] | None) -> None:
    """A part of the paper in the place of a paragraph: it is added at the end, and then moved."""
    body = made.element.body
    before = len(body)
    _add_signatures(made, text) if sections is None else _add_sections(made, text, sections)
    last = body[-1] if body[-1].tag.endswith("}sectPr") else None
    added = [each for each in body[before - (last is not None) :] if each is not last]
    for each in added:
        paragraph.addprevious(each)
    docx_template.take_out(paragraph)


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
