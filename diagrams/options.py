"""How a picture is wanted as a file. Declared once: `render`, the command, the API and the books read it from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, get_args

from diagrams.notation import NOTATIONS, THEMES, Notation, Theme
from ea_repo import catalogue
from ea_repo.catalogue import Parameter
from ea_repo.errors import InvalidInput

#: The address that a uid leads to; empty: no link.
Links = Callable[[str], str]
PaperSize = Literal["drawing", "A4", "A3", "A2", "A1", "A0"]
Orientation = Literal["auto", "portrait", "landscape"]
PAPER_SIZES: tuple[PaperSize, ...] = get_args(PaperSize)
ORIENTATIONS: tuple[Orientation, ...] = get_args(Orientation)
#: How long Graphviz may take before a simpler layout is used, and said in the drawing.
SECONDS = 20.0
_SCALES = (0.1, 10.0)
_WIDTHS, _DPIS = range(16, 20_001), range(10, 1_201)


@dataclass(frozen=True, slots=True)
class Options:
    """What one may choose of a file. A field with a help text is offered by the command and the API as well.

    `links` and `embed_font` count for SVG; `engine` is the only Graphviz to use, by its name in `engines`.
    """

    theme: Annotated[Theme, "print stays readable in grey, colour-blind tells layers apart for everybody."] = "light"
    notation: Annotated[Notation, "plain: simple boxes with icons, for who does not read ArchiMate."] = "archimate"
    scale: Annotated[float, "PNG: pixels for each pixel of the SVG.", _SCALES] = 2.0
    width: Annotated[int | None, "PNG: how many pixels wide, in place of scale.", _WIDTHS] = None
    dpi: Annotated[
        int | None, "PNG: dots per inch, in place of scale; 96 is scale 1. With a width it is only stated.", _DPIS
    ] = None
    paper: Annotated[PaperSize, "PDF: the size of the page; drawing: as large as the drawing."] = "drawing"
    orientation: Annotated[Orientation, "PDF: how the page lies; auto: as the drawing is."] = "auto"
    header: Annotated[bool, "Title, date, changeset and filter above the drawing."] = True
    legend: Annotated[bool, "What the figures and lines mean, below the drawing."] = True
    lang: str = "en"
    links: Links | None = None
    embed_font: bool = True
    seconds: float = SECONDS
    engine: str | None = None

    def __post_init__(self) -> None:
        _one_of("theme", self.theme, THEMES)
        _one_of("notation", self.notation, NOTATIONS)
        _one_of("paper", self.paper, PAPER_SIZES)
        _one_of("orientation", self.orientation, ORIENTATIONS)
        if not _SCALES[0] <= self.scale <= _SCALES[1]:
            raise InvalidInput(f"scale {self.scale:g} is out of range; use {_SCALES[0]:g} to {_SCALES[1]:g}")
        for name, value, allowed in (("width", self.width, _WIDTHS), ("dpi", self.dpi, _DPIS)):
            if value is not None and value not in allowed:
                raise InvalidInput(f"{name} {value} is out of range; use {allowed[0]} to {allowed[-1]}")

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Options":
        """The options of these names. `InvalidInput` names those that do not exist."""
        known = [each.name for each in fields(cls)]
        if unknown := [name for name in given if name not in known]:
            raise InvalidInput(f'there is no option "{unknown[0]}"; there are: {", ".join(known)}')
        return cls(**given)


def offered() -> tuple[Parameter, ...]:
    """The options that a command or an endpoint asks for."""
    return tuple(each for each in catalogue.parameters_of(Options) if each.help)


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise InvalidInput(f'there is no {name} "{value}"; use one of {", ".join(known)}')
