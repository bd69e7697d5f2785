"""SVG to PNG with resvg and the shipped fonts, so that a machine without any font draws the same picture."""

import re
import struct
import zlib

import resvg_py

from diagrams import fonts
from diagrams.chart import Picture
from diagrams.options import Options
from diagrams.renderers.svg import document
from ea_repo.catalogue import picture_format

#: Above this a picture is drawn smaller: nobody sees more, and it takes 160 MB of memory.
_MOST_PIXELS = 40_000_000
_SIZE = re.compile(r'<svg\b[^>]*? width="([\d.]+)" height="([\d.]+)"')
#: Of CSS, in which the sizes of an SVG are.
_PIXELS_PER_INCH = 96
#: Where the first chunk of a PNG, the header, ends.
_HEADER = 33
_DOCTYPE = re.compile(r"<!DOCTYPE[^>]*>", re.IGNORECASE)


@picture_format(name="png")
class Png:
    """Pixels, as many as are wanted, for slides and documents."""

    media_type = "image/png"
    suffixes = ("png",)
    graphs_only = False

    def write(self, picture: Picture, options: Options) -> bytes:
        made = document(picture, options)
        written = write(made.svg, scale=_scale(made.svg, options), system_fonts=made.lacking)
        return written if options.dpi is None else _with_density(written, options.dpi)


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


def _scale(svg: str, options: Options) -> float:
    """Pixels of the picture for one of the SVG."""
    found = _SIZE.search(svg)
    if options.width is not None and found is not None:
        return options.width / float(found[1])
    return options.scale if options.dpi is None else options.dpi / _PIXELS_PER_INCH


def _with_density(png: bytes, dpi: int) -> bytes:
    """The picture saying its density (PNG, 11.3.4.3), so that it is printed in the drawing's own size."""
    body = b"pHYs" + struct.pack(">IIB", *[round(dpi / 0.0254)] * 2, 1)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_HEADER] + chunk + png[_HEADER:]


def _bounded(svg: str, scale: float) -> float:
    found = _SIZE.search(svg)
    if found is None:
        return scale
    pixels = float(found[1]) * float(found[2])
    return min(scale, (_MOST_PIXELS / pixels) ** 0.5) if pixels else scale
