"""SVG to PNG with resvg and the shipped fonts, so that a machine without any font draws the same picture."""

import re

import resvg_py

from diagrams import fonts

#: Above this a picture is drawn smaller: nobody sees more, and it takes 160 MB of memory.
_MOST_PIXELS = 40_000_000
_SIZE = re.compile(r'<svg\b[^>]*? width="([\d.]+)" height="([\d.]+)"')
_DOCTYPE = re.compile(r"<!DOCTYPE[^>]*>", re.IGNORECASE)


def write(svg: str, *, scale: float = 2.0, system_fonts: bool = False) -> bytes:
    """`scale`: pixels for one of the SVG; `system_fonts`: the machine's own where ours lack a script."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=_DOCTYPE.sub("", svg, count=1),
            font_files=fonts.font_files(),
            skip_system_fonts=not system_fonts,
            font_family=fonts.FAMILIES[0],
            sans_serif_family=fonts.FAMILIES[0],
            zoom=_bounded(svg, scale),
        )
    )


def _bounded(svg: str, scale: float) -> float:
    found = _SIZE.search(svg)
    if found is None:
        return scale
    pixels = float(found[1]) * float(found[2])
    return min(scale, (_MOST_PIXELS / pixels) ** 0.5) if pixels else scale
