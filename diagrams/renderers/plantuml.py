"""Drawing to PlantUML with its built-in ArchiMate boxes and lines. PlantUML lays it out."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from diagrams import text, wrapping
from diagrams.boxes import NAME_SIZE
from diagrams.chart import Picture
from diagrams.drawing import Cluster, Drawing, Edge, Node, said, shown_value
from diagrams.nesting import Item, Nesting
from diagrams.notation import figure, line_colour, paint_of, palette
from diagrams.options import Options
from diagrams.renderers import graph_of
from ea_repo.catalogue import picture_format

#: What PlantUML could take for syntax, Creole, a function, a file to include or an icon.
_SIGNS = re.compile(r"[!-+./:-@\[-`{-~-]")
_LONGEST = 2_000
_ROOM = 200.0
_PARTS = re.compile(r"(?<!^)(?=[A-Z])")


@picture_format(name="plantuml")
class PlantUml:
    """Text for PlantUML, with its own ArchiMate boxes, icons and line ends."""

    media_type = "text/x-plantuml"
    suffixes = ("puml", "plantuml")
    graphs_only = True

    def write(self, picture: Picture, options: Options) -> bytes:
        drawing = graph_of(picture, "plantuml")
        return ("\n".join(_Writer(drawing, options).lines()) + "\n").encode()


class _Writer:
    def __init__(self, drawing: Drawing, options: Options) -> None:
        self._drawing, self._options = drawing, options
        self._nesting = Nesting(drawing)
        self._styles = _styles()

    def lines(self) -> Iterator[str]:
        colours = palette(self._options.theme)
        yield "@startuml"
        yield f"skinparam backgroundColor {colours.page}"
        yield f"skinparam defaultFontColor {colours.ink}"
        yield "skinparam shadowing false"
        if self._drawing.direction == "right":
            yield "left to right direction"
        if self._options.header and (title := self._heading()):
            yield f"title {title}"
        yield from self._content(None, 0)
        for edge in self._nesting.drawn:
            yield from self._edge(edge)
        notes = [said(note, self._options.lang) for note in self._drawing.notes]
        if notes:
            yield f"caption {escaped(' '.join(notes), wrap=False)}"
        yield "@enduml"

    def _heading(self) -> str:
        parts = [said(each, self._options.lang) for each in (self._drawing.title, self._drawing.subtitle)]
        return "\\n".join(escaped(part, wrap=False) for part in parts if text.cleaned(part))

    def _content(self, within: str | None, depth: int) -> Iterator[str]:
        indent = "  " * depth
        for item in self._nesting.children(within):
            held = bool(self._nesting.children(item.id))
            opening = " {" if held else ""
            yield f"{indent}{self._box(item, holds=held)}{opening}"
            if held:
                yield from self._content(item.id, depth + 1)
                yield f"{indent}}}"

    def _box(self, item: Item, *, holds: bool) -> str:
        name = self._nesting.names[item.id]
        if isinstance(item, Cluster):
            colours = palette(self._options.theme)
            return f'rectangle "{self._label(item)}" as {name} {colours.clusters[0]}'
        colour = paint_of(item, self._options.theme).fill
        keyword = self._styles["keyword"].get(item.kind.notation)
        icon = self._icon(item)
        if keyword is not None or icon is None or holds:
            words = " " if keyword == "circle" else self._label(item)
            return f'{keyword or "rectangle"} "{words}" as {name} {colour}'
        return f'archimate {colour} "{self._label(item)}" as {name} <<{icon}>>'

    def _icon(self, node: Node) -> str | None:
        look, notation = figure(node.kind.notation), node.kind.notation
        if not look.icon or look.layer in ("composite", "plain", "note"):
            return self._styles["icon"].get(notation)
        words = "-".join(_PARTS.split(notation)).lower()
        usual = words if words.startswith(f"{look.layer}-") else f"{look.layer}-{words}"
        return str(self._styles["icon"].get(notation, usual))

    def _label(self, item: Item) -> str:
        lang = self._options.lang
        parts = [said(item.name, lang), said(item.detail, lang)]
        if isinstance(item, Node):
            kind = said(item.stereotype, lang) or (said(item.kind.label, lang) if item.kind.refined else "")
            parts = [f"«{kind}»" if kind else "", *parts, said(shown_value(item), lang)]
        return "\\n".join(escaped(part) for part in parts if text.cleaned(part)) or " "

    def _edge(self, edge: Edge) -> Iterator[str]:
        names = self._nesting.names
        source, target, joint = names[edge.source], names[edge.target], names.get(edge.id)
        start, stroke, end = self._style(edge)
        colour = line_colour(edge.look, self._options.theme, edge.swatch)
        words = escaped(said(edge.name, self._options.lang))
        label = f" : {words}" if words else ""
        middle = f"{stroke}[{colour}]{stroke}"
        if joint is None:
            yield f"{source} {start}{middle}{end} {target}{label}"
            return
        yield f'circle " " as {joint}'
        yield f"{source} {start}{middle} {joint}"
        yield f"{joint} {middle}{end} {target}{label}"

    def _style(self, edge: Edge) -> tuple[str, str, str]:
        notation = edge.kind.notation
        found = self._styles["line"].get(notation) or self._styles["line"]["Connection"]
        if notation == "Access":
            found = self._styles["access"].get(edge.access, found)
        elif edge.directed:
            found = self._styles["directed"].get(notation, found)
        start, stroke, end = found
        return start, stroke, end


def escaped(words: str, *, wrap: bool = True) -> str:
    """A text as PlantUML shows it: every sign by its number, lines broken where they are long."""
    shown = text.cleaned(words)
    if len(shown) > _LONGEST:
        shown = shown[:_LONGEST].rstrip() + text.ELLIPSIS
    lines = wrapping.wrap(shown, _ROOM, NAME_SIZE) if wrap and shown else shown.split("\n")
    return "\\n".join(_SIGNS.sub(lambda match: f"<U+{ord(match[0]):04X}>", line) for line in lines)


@cache
def _styles() -> Mapping[str, Any]:
    return tomllib.loads((files("diagrams.renderers") / "plantuml.toml").read_text(encoding="utf-8"))
