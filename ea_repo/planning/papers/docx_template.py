"""A Word document that somebody sent, opened with bounds, and the places in it where names stand.

It is a zip of XML: what it unpacks to is counted before python-docx reads it, which takes everything for true.
"""

import importlib
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lxml import etree

from ea_repo.errors import MalformedRequest, TooLarge
from ea_repo.exchange.archives import MEGABYTE, is_zip, read_zip

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NAME = "the template"
_MOST_BYTES = 20 * MEGABYTE
#: As XML it takes ten times its size in memory, and more.
_MOST_XML = 8 * MEGABYTE
_MOST_FILES = 1_000
_MOST_PARAGRAPHS = 20_000


def opened(data: bytes) -> Any:
    """The document of python-docx. `MalformedRequest` for what is no Word document, `TooLarge` for more than is safe."""
    if len(data) > _MOST_BYTES:
        raise TooLarge(f"{_NAME} has more than {_MOST_BYTES // MEGABYTE} MB")
    if not is_zip(data):
        raise MalformedRequest(f"{_NAME} is no Word document (.docx)")
    files = read_zip(io.BytesIO(data), _NAME, lambda path: True)
    xml = [content for path, content in files.items() if path.endswith((".xml", ".rels"))]
    if len(files) > _MOST_FILES or sum(map(len, xml)) > _MOST_XML:
        raise TooLarge(f"{_NAME} has more than {_MOST_FILES:,} files or {_MOST_XML // MEGABYTE} MB of text in it")
    with understood():
        made = importlib.import_module("docx").Document(io.BytesIO(data))
        made.styles, made.element.body.sectPr  # noqa: B018 - read only when asked for
    if sum(1 for part in _parts(made) for _ in part.iter(f"{_W}p")) > _MOST_PARAGRAPHS:
        raise TooLarge(f"{_NAME} has more than {_MOST_PARAGRAPHS:,} paragraphs")
    return made


@contextmanager
def understood() -> Iterator[None]:
    """Around what python-docx does with a document: what it expects and does not find shows as any of these errors."""
    errors = importlib.import_module("docx.opc.exceptions").OpcError
    try:
        yield
    except (LookupError, ValueError, TypeError, AttributeError, OSError, etree.LxmlError, errors) as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise MalformedRequest(f"{_NAME} is no Word document (.docx): {said}") from error


def paragraphs(made: Any) -> Iterator[Any]:
    """The `w:p` of the body, of its tables and text boxes, and of headers and footers."""
    for part in _parts(made):
        yield from list(part.iter(f"{_W}p"))


def text_of(paragraph: Any) -> str:
    return "".join(piece.text or "" for piece in _pieces(paragraph))


def put_in(paragraph: Any, named: re.Pattern[str], texts: Mapping[str, str]) -> None:
    """Puts the text in the place of each name that the pattern finds, though Word may have cut the name in pieces."""
    for found in reversed(list(named.finditer(text_of(paragraph)))):
        new, begins = texts.get(found[1], found[0]), 0
        for piece in _pieces(paragraph):
            old = piece.text or ""
            start, end = max(found.start() - begins, 0), min(found.end() - begins, len(old))
            begins += len(old)
            if start < end:
                _write(piece, old[:start] + new + old[end:])
                new = ""


def take_out(paragraph: Any) -> None:
    """Without the paragraph; a cell of a table, or a text box, which must end with one, keeps it empty."""
    parent = paragraph.getparent()
    if parent.tag != f"{_W}body" and paragraph.getnext() is None:
        for piece in _pieces(paragraph):
            piece.text = ""
    else:
        parent.remove(paragraph)


def _parts(made: Any) -> Iterator[Any]:
    yield made.element.body
    for each in made.part.rels.values():
        if each.reltype.endswith(("/header", "/footer")) and not each.is_external:
            root = getattr(each.target_part, "element", None)
            if root is not None:
                yield root


def _pieces(paragraph: Any) -> list[Any]:
    """The `w:t` of a paragraph in their order, without those of text boxes in it."""
    return [piece for piece in paragraph.iter(f"{_W}t") if next(piece.iterancestors(f"{_W}p")) is paragraph]


def _write(piece: Any, text: str) -> None:
    """The text into a `w:t`, each further line of it behind a break."""
    first, *others = text.split("\n")
    for line in reversed(others):
        following = piece.makeelement(f"{_W}t", {_SPACE: "preserve"})
        following.text = line
        piece.addnext(following)
        piece.addnext(piece.makeelement(f"{_W}br"))
    piece.text = first
    piece.set(_SPACE, "preserve")
