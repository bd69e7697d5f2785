"""SVG to PDF by typst: a page for each drawing, vector, searchable text, fonts inside, a bookmark for each."""

import importlib
import re
from collections.abc import Sequence
from typing import Any

from diagrams import fonts
from diagrams.chart import Picture
from diagrams.options import Options, Orientation, PaperSize
from diagrams.renderers.svg import Document, document
from ea_repo.catalogue import picture_format
from ea_repo.errors import InvalidInput, MissingPart

_SIZE = re.compile(r'<svg\b[^>]*? width="([\d.]+)" height="([\d.]+)"')
_POINTS_PER_PIXEL = 0.75
_POINTS_PER_MILLIMETRE = 72 / 25.4
_MARGIN_MILLIMETRES = 8.0
#: Viewers refuse pages longer than 200 inches.
_LONGEST_POINTS = 14_400.0
#: ISO 216, upright, in millimetres.
_PAPERS: dict[PaperSize, tuple[float, float]] = {
    "A4": (210, 297),
    "A3": (297, 420),
    "A2": (420, 594),
    "A1": (594, 841),
    "A0": (841, 1189),
}
# A heading becomes a bookmark; it is not drawn, as the drawing has its title.
_START = """
#set document(title: sys.inputs.title, date: none)
#set text(lang: sys.inputs.lang)
#show heading: none
"""
_PAGE = """
#page(width: {width:.2f}pt, height: {height:.2f}pt, margin: 0pt)[
  #heading(outlined: false, bookmarked: {bookmarked}, sys.inputs.title{at})
  #place(center + horizon, image(bytes(sys.inputs.svg{at}), format: "svg", width: {wide:.2f}pt, height: {high:.2f}pt,
    alt: sys.inputs.title{at}))
]
"""


@picture_format(name="pdf")
class Pdf:
    """Vector pages with searchable text, as large as the drawing or on paper from A4 to A0."""

    media_type = "application/pdf"
    suffixes = ("pdf",)
    graphs_only = False

    def write(self, picture: Picture, options: Options) -> bytes:
        made = document(picture, options)
        return write([(made, options)], title=made.title)


def write(documents: Sequence[tuple[Document, Options]], *, title: str) -> bytes:
    """A page for each of the documents, in that order, on the paper that its options say. `MissingPart` without typst."""
    if not documents:
        raise InvalidInput("a PDF needs at least one drawing")
    typst = _typst()
    source, inputs = [_START], {"title": title, "lang": documents[0][1].lang}
    for at, (each, options) in enumerate(documents):
        width, height, share = _fitted(*_size(each.svg), options.paper, options.orientation)
        wide, high = (side * share for side in _size(each.svg))
        bookmarked = "true" if len(documents) > 1 else "false"
        source.append(_PAGE.format(at=at, width=width, height=height, wide=wide, high=high, bookmarked=bookmarked))
        inputs |= {f"svg{at}": each.svg, f"title{at}": each.title}
    written: bytes = typst.compile(
        "".join(source).encode(),
        font_paths=[str(fonts.folder())],
        ignore_system_fonts=not any(each.lacking for each, _ in documents),
        sys_inputs=inputs,
        format="pdf",
    )
    return written


def _size(svg: str) -> tuple[float, float]:
    """Width and height in points."""
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError("the SVG does not state its size")
    return float(found[1]) * _POINTS_PER_PIXEL, float(found[2]) * _POINTS_PER_PIXEL


def _fitted(width: float, height: float, paper: PaperSize, orientation: Orientation) -> tuple[float, float, float]:
    """Width and height of the page in points, and by how much the drawing is scaled to fill it."""
    if paper == "drawing":
        share = min(1.0, _LONGEST_POINTS / max(width, height))
        return width * share, height * share, share
    across, down = (side * _POINTS_PER_MILLIMETRE for side in _PAPERS[paper])
    if orientation == "landscape" or (orientation == "auto" and width > height):
        across, down = down, across
    margin = 2 * _MARGIN_MILLIMETRES * _POINTS_PER_MILLIMETRE
    return across, down, min((across - margin) / width, (down - margin) / height)


def _typst() -> Any:
    try:
        return importlib.import_module("typst")
    except ImportError as error:
        raise MissingPart("PDF needs the extra pdf: pip install 'ea-repo[pdf]'; SVG and PNG work without it") from error
