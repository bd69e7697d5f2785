"""SVG to PDF by typst: one page of the drawing's size, vector, searchable text, fonts inside."""

import importlib
import re
from typing import Any

from diagrams import fonts
from ea_repo.errors import MissingPart

_SIZE = re.compile(r'<svg\b[^>]*? width="([\d.]+)" height="([\d.]+)"')
_POINTS_PER_PIXEL = 0.75
#: Viewers refuse pages longer than 200 inches.
_LONGEST_POINTS = 14_400.0
_SOURCE = """
#set document(title: sys.inputs.title, date: none)
#set page(width: {width:.2f}pt, height: {height:.2f}pt, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%, alt: sys.inputs.title)
"""


def write(svg: str, *, title: str, system_fonts: bool = False) -> bytes:
    typst = _typst()
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError("the SVG does not state its size")
    width, height = float(found[1]) * _POINTS_PER_PIXEL, float(found[2]) * _POINTS_PER_PIXEL
    share = min(1.0, _LONGEST_POINTS / max(width, height))
    written: bytes = typst.compile(
        _SOURCE.format(width=width * share, height=height * share).encode(),
        font_paths=[str(fonts.folder())],
        ignore_system_fonts=not system_fonts,
        sys_inputs={"svg": svg, "title": title},
        format="pdf",
    )
    return written


def _typst() -> Any:
    try:
        return importlib.import_module("typst")
    except ImportError as error:
        raise MissingPart("PDF needs the extra pdf: pip install 'ea-repo[pdf]'; SVG and PNG work without it") from error
