"""Pictures: a viewpoint makes a drawing or a chart from a state, `render` makes a file of it.

`draw(state, "context", uid="kemenkeu:SAKTI")` and then `render(drawing, "png")`. Viewpoints stand in
`viewpoints/`, one a module, formats in `renderers/`; the ArchiMate notation in data files beside `notation.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from diagrams.chart import Chart, Picture
from diagrams.drawing import Drawing
from diagrams.notation import THEMES, Theme, plain
from diagrams.options import Links, Options
from diagrams.renderers import PictureFormat
from ea_repo.catalogue import entries, entry, has
from ea_repo.errors import UnknownFormat

__all__ = [
    "THEMES",
    "Chart",
    "Drawing",
    "Links",
    "Options",
    "Picture",
    "PictureFormat",
    "Theme",
    "bind",
    "draw",
    "format_of",
    "formats",
    "picture_format",
    "render",
]


def draw(state: Any, viewpoint: str, **options: Any) -> Picture:
    """A drawing or a chart by the viewpoint of that name; `options` are its parameters."""
    picture: Picture = entry("viewpoint", viewpoint).subject(state, **options)
    return picture


def render(picture: Picture, format: str = "svg", **options: Any) -> bytes:
    """The drawing or chart as a file of that format; `options` are those of `Options`.

    `UnknownFormat` for a chart in a format that only graphs can be written as; it names the others.
    """
    chosen = Options.of(options)
    return picture_format(format).write(_in_notation(picture, chosen), chosen)


def bind(pictures: Sequence[tuple[Picture, Options]], title: str) -> bytes:
    """Several drawings and charts as one PDF with a page and a bookmark for each; their options say the paper."""
    from diagrams.renderers import pdf  # as much to load as the rest together, and few ask for it
    from diagrams.renderers.svg import document

    documents = [(document(_in_notation(picture, chosen), chosen), chosen) for picture, chosen in pictures]
    return pdf.write(documents, title=title)


def _in_notation(picture: Picture, options: Options) -> Picture:
    if options.notation == "archimate" or not isinstance(picture, Drawing):
        return picture
    nodes = (replace(node, kind=replace(node.kind, notation=plain(node.kind.notation))) for node in picture.nodes)
    frames = (replace(each, kind=replace(each.kind, notation=plain(each.kind.notation))) for each in picture.clusters)
    return replace(picture, nodes=tuple(replace(node, alternative=False) for node in nodes), clusters=tuple(frames))


def formats() -> tuple[str, ...]:
    """The names of the formats that there are."""
    return tuple(entries("picture"))


def picture_format(name: str) -> PictureFormat:
    """The format of that name; `UnknownFormat` lists those that there are."""
    if not has("picture", name):
        known = formats()
        raise UnknownFormat(f'"{name}" is not a picture format; use one of {", ".join(known)}', formats=list(known))
    found: PictureFormat = entry("picture", name).subject
    return found


def format_of(file: PurePath) -> str:
    """The name of the format that the ending of a file says."""
    suffix = file.suffix.lower().removeprefix(".")
    if has("picture", suffix) and suffix in picture_format(suffix).suffixes:
        return suffix
    endings = {each: name for name in formats() for each in picture_format(name).suffixes}
    if suffix not in endings:
        raise UnknownFormat(
            f"{file.name} does not say the format; end it with .{', .'.join(endings)}", formats=list(formats())
        )
    return endings[suffix]
