"""The ArchiMate 3.2 notation from its data files: figures, icons, line styles, palettes."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

from babel.numbers import format_decimal

from diagrams.colours import contrast, for_dark, grey, mixed, paired, readable_on, sides
from diagrams.drawing import Edge, Look, Node, Swatch, Words
from ea_repo.errors import InvalidInput

Theme = Literal["light", "dark", "print", "colour-blind"]
THEMES: tuple[Theme, ...] = get_args(Theme)
#: What a picture is coloured by: a theme, or light and dark at once, where each colour is a pair (`colours.py`).
Scheme = Theme | Literal["light-dark"]
#: How boxes are drawn: by the standard, or as simple boxes that keep the icon.
Notation = Literal["archimate", "plain"]
NOTATIONS: tuple[Notation, ...] = get_args(Notation)
_PLAIN = "plain:"
#: The swatch of what has no value.
NO_SWATCH = "none"


@dataclass(frozen=True, slots=True)
class Figure:
    """How a type is drawn: its box, its own shape, the icon in the corner, the letter of its layer."""

    layer: str
    outline: str
    figure: str
    icon: str
    letter: str


#: What a sentence counts, by the names of its gaps.
_COUNTS = frozenset({"count", "shown", "rest", "systems", "groups"})
#: So much of its own colour a faint box keeps.
_FAINT_SHARE = 0.55
#: So much of its line's colour has a darker part of a box.
_SHADE_SHARE = 0.22


@dataclass(frozen=True, slots=True)
class LineStyle:
    dashes: tuple[float, ...]
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Icon:
    """SVG path data on a square of 20: stroked lines, solid areas, faces that hide what is behind."""

    line: tuple[str, ...] = ()
    solid: tuple[str, ...] = ()
    face: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paint:
    fill: str
    line: str
    text: str
    quiet: str
    mark: str  # of icons and letters on the fill


@dataclass(frozen=True, slots=True)
class Palette:
    theme: Scheme
    page: str
    ink: str
    quiet: str
    line: str
    rule: str
    accent: str
    clusters: tuple[str, ...]
    cluster_line: str
    layers: Mapping[str, tuple[str, str]]  # layer -> fill, line
    swatches: Mapping[str, tuple[str, str]]  # name -> fill, line


def figure(notation: str) -> Figure:
    """The figure of an ArchiMate type or of a drawing's own thing; a plain box for what is not known."""
    known = _figures()
    if notation.startswith(_PLAIN):
        return _plain_figure(notation.removeprefix(_PLAIN))
    return known.get(notation) or known["Unknown"]


def plain(notation: str) -> str:
    """The notation of the same thing as a simple box. What is no box of ArchiMate stays what it is."""
    look = figure(notation)
    boxed = look.icon and look.layer not in ("plain", "note")
    return f"{_PLAIN}{notation}" if boxed and not notation.startswith(_PLAIN) else notation


@cache
def _plain_figure(notation: str) -> Figure:
    look = figure(notation)
    return Figure(look.layer, "rectangle", "rectangle", look.icon, "")


def is_known(notation: str) -> bool:
    return notation in _figures()


@cache
def _figures() -> Mapping[str, Figure]:
    data = _data("notation.toml")
    return {name: Figure(**row, letter=data["letters"].get(row["layer"], "")) for name, row in data["element"].items()}


def line_style(edge: Edge) -> LineStyle:
    return style_of(edge.kind.notation, edge.access, edge.directed)


@lru_cache(maxsize=256)
def style_of(notation: str, access: str = "", directed: bool = False) -> LineStyle:
    """The line and its ends. An access without a type writes nothing at its ends (ArchiMate 3.2, 5.2.2)."""
    data = _data("notation.toml")
    row = data["relationship"].get(notation) or data["relationship"]["Connection"]
    ends = row
    if notation == "Access":
        ends = data["access"].get(access) or data["access"]["access"]
    elif directed and notation in data["directed"]:
        ends = data["directed"][notation]
    return LineStyle(tuple(data["dashes"][row["line"]]), ends["source"], ends["target"])


@cache
def icon(name: str) -> Icon:
    row = _data("icons.toml").get(name, {})
    return Icon(**{part: tuple(row.get(part, ())) for part in ("line", "solid", "face")})


@cache
def palette(theme: Scheme) -> Palette:
    if theme == "light-dark":
        return _paired_palette(palette("light"), palette("dark"))
    data = _data("palettes.toml")
    if theme not in data:
        raise InvalidInput(f'there is no theme "{theme}"; there are: {", ".join(THEMES)}')
    row = {**data.get(data[theme].get("base"), {}), **data[theme]}
    row.pop("base", None)
    layers, swatches = (
        {name: (each["fill"], each["line"]) for name, each in row.pop(part).items()} for part in ("layer", "swatch")
    )
    return Palette(theme=theme, layers=layers, swatches=swatches, **{**row, "clusters": tuple(row["clusters"])})


def _paired_palette(light: Palette, dark: Palette) -> Palette:
    def each(name: str) -> Any:
        return _paired(getattr(light, name), getattr(dark, name))

    colours = (each.name for each in fields(Palette) if each.name != "theme")
    return Palette(theme="light-dark", **{name: each(name) for name in colours})


def _paired(light: Any, dark: Any) -> Any:
    """A colour, or several in order or by name, for light and dark at once."""
    if isinstance(light, str):
        return paired(light, dark)
    if isinstance(light, Mapping):
        return {name: _paired(light[name], dark[name]) for name in light}
    return tuple(_paired(one, other) for one, other in zip(light, dark, strict=True))


def paint_of(node: Node, theme: Scheme) -> Paint:
    """The colours of a node: those of its swatch, else its author's, else its layer's; nearer to the page's where it is faint."""
    if theme == "light-dark":
        return _paired_paint(paint_of(node, "light"), paint_of(node, "dark"))
    if node.swatch is not None:
        found = swatch_paint(node.swatch, theme)
    else:
        found = paint(figure(node.kind.notation).layer, node.look, theme)
    return _faint(found, palette(theme).page) if node.emphasis == "faint" else found


@lru_cache(maxsize=4096)
def _paired_paint(light: Paint, dark: Paint) -> Paint:
    return Paint(*(paired(getattr(light, each.name), getattr(dark, each.name)) for each in fields(Paint)))


@lru_cache(maxsize=256)
def _faint(usual: Paint, page: str) -> Paint:
    """Mixed with the page rather than translucent, which PNG takes long for; what is written stays readable."""
    fill, line, mark = (mixed(page, each, _FAINT_SHARE) for each in (usual.fill, usual.line, usual.mark))
    return Paint(fill, line, usual.quiet, usual.quiet, mark)


@lru_cache(maxsize=1024)
def swatch_paint(swatch: Swatch, theme: Scheme) -> Paint:
    """The colours of a class of values; of a name that the palette lacks, those for what is not known."""
    if theme == "light-dark":
        return _paired_paint(swatch_paint(swatch, "light"), swatch_paint(swatch, "dark"))
    colours = palette(theme)
    fill, line = colours.swatches.get(swatch.colour) or colours.swatches[NO_SWATCH]
    text = readable_on(fill, colours.ink, "#000000", "#ffffff")
    return Paint(
        fill, line, text, readable_on(fill, mixed(text, fill, 0.2), text), readable_on(fill, line, text, least=3)
    )


@lru_cache(maxsize=4096)
def paint(layer: str, look: Look, theme: Scheme) -> Paint:
    """The colours of a box: the author's where they can be read in this theme, else the layer's."""
    if theme == "light-dark":
        return _paired_paint(paint(layer, look, "light"), paint(layer, look, "dark"))
    colours = palette(theme)
    own_fill, own_line = colours.layers[layer]
    fill, line = _chosen_fill(layer, look, theme), _chosen_line(look, theme)
    body = fill or own_fill
    seen = mixed(colours.page, body, look.fill_opacity)  # what the reader sees through a translucent box
    if line is None:
        line = own_line if fill is None else mixed(fill, colours.ink, 0.45)
    least = 3.0 if theme == "light" else 4.5  # on white paper the author's colour is kept unless it can hardly be read
    text = readable_on(seen, look.text, colours.ink, colours.page, "#000000", "#ffffff", least=least)
    if look.text is None or text != look.text:
        text = readable_on(seen, colours.ink, "#000000", "#ffffff")
    quiet = readable_on(seen, mixed(text, seen, 0.25), text)
    mark = readable_on(seen, line, mixed(text, seen, 0.25), text, least=2.5)
    return Paint(body, line, text, quiet, mark)


@lru_cache(maxsize=1024)
def shade(fill: str, line: str) -> str:
    """That of a part of a box that is darker than its body."""
    (light_fill, dark_fill), (light_line, dark_line) = sides(fill), sides(line)
    return paired(mixed(light_fill, light_line, _SHADE_SHARE), mixed(dark_fill, dark_line, _SHADE_SHARE))


@lru_cache(maxsize=1024)
def name_colour(wanted: str | None, ground: str, theme: Scheme) -> str:
    """That of the name of a line, on a ground of that colour: its author's on light paper, where it can be read."""
    if theme == "light-dark":
        on_light, on_dark = sides(ground)
        return paired(name_colour(wanted, on_light, "light"), name_colour(wanted, on_dark, "dark"))
    return readable_on(ground, wanted if theme == "light" else None, palette(theme).ink, "#000000", "#ffffff")


def line_width(edge: Edge) -> float:
    """Its author's, else the more the more relationships it stands for."""
    if edge.look.line_width:
        return edge.look.line_width
    return 2.2 if edge.emphasis == "focus" else min(1.2 + 0.5 * math.log2(max(edge.count, 1)), 4.0)


@lru_cache(maxsize=4096)
def line_colour(look: Look, theme: Scheme, swatch: Swatch | None = None) -> str:
    if theme == "light-dark":
        return paired(line_colour(look, "light", swatch), line_colour(look, "dark", swatch))
    colours = palette(theme)
    if swatch is not None:
        return swatch_paint(swatch, theme).line
    chosen = _chosen_line(look, theme)
    if chosen is None or contrast(chosen, colours.page) < (1.3 if theme == "light" else 3):
        return colours.line
    return chosen


def _chosen_fill(layer: str, look: Look, theme: Theme) -> str | None:
    if look.fill is None or theme == "light":
        return look.fill
    if look.fill in _data("notation.toml")["tool_defaults"].get(layer, ()):
        return None
    if theme == "colour-blind":
        return look.fill
    # Black text stays readable on the lifted grey, whatever colour it was.
    return grey(look.fill, darkest=150) if theme == "print" else for_dark(look.fill)


def _chosen_line(look: Look, theme: Theme) -> str | None:
    if look.line is None:
        return None
    if theme in ("light", "colour-blind"):
        return look.line
    page = palette(theme).page
    chosen = grey(look.line) if theme == "print" else look.line
    return chosen if contrast(chosen, page) >= 3 else None


@cache
def words(key: str) -> Mapping[str, str]:
    """A sentence that drawings say, by language, with names in braces to fill in."""
    return _words()[key]


def phrase(key: str, **values: object) -> Words:
    """The sentence with its names filled in; a value may itself be a text in several languages.

    For a `count` of one the sentence `<key>_one` is taken where there is one. How many there are is written as the
    language does, with a mark between thousands; years, and numbers that are names, are not.
    """
    if values.get("count") == 1 and f"{key}_one" in _words():
        key = f"{key}_one"
    from_each = {}
    for lang, sentence in words(key).items():
        filled = {
            name: (value.get(lang) or value.get("en", ""))
            if isinstance(value, Mapping)
            else _counted(name, value, lang)
            for name, value in values.items()
        }
        from_each[lang] = sentence.format(**filled)
    return from_each


def _counted(name: str, value: object, lang: str) -> object:
    if name in _COUNTS and isinstance(value, int) and value >= 1_000:
        return format_decimal(value, locale=lang)
    return value


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return {**_data("words.toml"), **_data("chart_words.toml")}


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files("diagrams") / name).read_text(encoding="utf-8"))
