"""Pictures: a viewpoint makes a drawing from a state, `render` makes a file of it.

`draw(state, "context", uid="kemenkeu:SAKTI")` and then `render(drawing, "png")`. Viewpoints stand in
`viewpoints/`, one a module; the ArchiMate notation in data files beside `notation.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, get_args

from diagrams import layout, text
from diagrams.drawing import Drawing, said
from diagrams.notation import THEMES, Theme, phrase
from diagrams.renderers import dot, pdf, png, svg
from ea_repo.catalogue import entry
from ea_repo.errors import InvalidInput, UnknownFormat

Format = Literal["svg", "png", "pdf", "dot"]
Links = Callable[[str], str]

FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: Mapping[Format, str] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "dot": "text/vnd.graphviz",
}

__all__ = ["FORMATS", "MEDIA_TYPES", "THEMES", "Drawing", "Format", "Links", "Theme", "draw", "render"]


def draw(state: Any, viewpoint: str, **options: Any) -> Drawing:
    """A drawing by the viewpoint of that name; `options` are its parameters."""
    drawing: Drawing = entry("viewpoint", viewpoint).subject(state, **options)
    return drawing


def render(
    drawing: Drawing,
    format: Format = "svg",
    *,
    theme: Theme = "light",
    scale: float = 2.0,
    links: Links | None = None,
    lang: str = "en",
    header: bool = True,
    legend: bool = True,
    embed_font: bool = True,
    seconds: float = layout.SECONDS,
    engine: str | None = None,
) -> bytes:
    """The drawing as a file.

    `scale` counts for PNG: pixels for each pixel of the SVG. `links` gives the address a uid leads to, in SVG.
    `seconds` is how long Graphviz may take before a simpler layout is used, and said in the drawing.
    `engine` is the only Graphviz to use, by its name in `engines`.
    """
    _check(format, theme, scale)
    if format == "dot":
        kept = layout.place(drawing, lang) if drawing.placed else None
        return dot.write(drawing, kept, theme=theme, lang=lang).encode()
    placed = layout.place(drawing, lang, engine=engine, seconds=seconds)
    lacking = any(text.uncovered(text.cleaned(each)) for each in drawing.texts(lang))
    if lacking:
        placed = replace(placed, notes=(*placed.notes, phrase("missing_glyphs")))
    # The rasteriser and the PDF writer bring the font files themselves.
    embedded = embed_font and format == "svg"
    document = svg.write(
        drawing, placed, theme=theme, lang=lang, links=links, header=header, legend=legend, embed_font=embedded
    )
    return _from_svg(document, format, title=said(drawing.title, lang), scale=scale, system_fonts=lacking)


def _from_svg(document: str, format: Format, *, title: str, scale: float, system_fonts: bool) -> bytes:
    if format == "png":
        return png.write(document, scale=scale, system_fonts=system_fonts)
    if format == "pdf":
        return pdf.write(document, title=text.cleaned(title), system_fonts=system_fonts)
    return document.encode()


def _check(format: str, theme: str, scale: float) -> None:
    if format not in FORMATS:
        raise UnknownFormat(
            f'"{format}" is not a picture format; use one of {", ".join(FORMATS)}', formats=list(FORMATS)
        )
    if theme not in THEMES:
        raise InvalidInput(f'there is no theme "{theme}"; use one of {", ".join(THEMES)}')
    if not 0.1 <= scale <= 10:
        raise InvalidInput(f"scale {scale:g} is out of range; use 0.1 to 10")
