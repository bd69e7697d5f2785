"""Drawing to PlantUML with its built-in ArchiMate boxes and lines. PlantUML lays it out."""

import re
from collections.abc import Iterator

from diagrams import wrapping
from diagrams.boxes import NAME_SIZE
from diagrams.chart import Picture
from diagrams.drawing import Cluster, Drawing, Edge, Node, said
from diagrams.nesting import Item
from diagrams.notation import figure, line_colour, paint_of, palette
from diagrams.options import Options
from diagrams.renderers import graph_of
from diagrams.renderers.text_graph import TextGraph, cut, numbered
from ea_repo.catalogue import picture_format

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


class _Writer(TextGraph):
    def __init__(self, drawing: Drawing, options: Options) -> None:
        super().__init__(drawing, options, "plantuml.toml")

    def lines(self) -> Iterator[str]:
        colours = palette(self.options.theme)
        yield "@startuml"
        yield f"skinparam backgroundColor {colours.page}"
        yield f"skinparam defaultFontColor {colours.ink}"
        yield "skinparam shadowing false"
        if self.drawing.arrangement == "layers":
            yield "left to right direction"
        if title := "\\n".join(escaped(part, wrap=False) for part in self.heading()):
            yield f"title {title}"
        yield from self._content(None, 0)
        for edge in self.nesting.drawn:
            yield from self._edge(edge)
        if notes := " ".join(self.notes()):
            yield f"caption {escaped(notes, wrap=False)}"
        yield "@enduml"

    def _content(self, within: str | None, depth: int) -> Iterator[str]:
        indent = "  " * depth
        for item in self.nesting.children(within):
            held = bool(self.nesting.children(item.id))
            opening = " {" if held else ""
            yield f"{indent}{self._box(item, holds=held)}{opening}"
            if held:
                yield from self._content(item.id, depth + 1)
                yield f"{indent}}}"

    def _box(self, item: Item, *, holds: bool) -> str:
        name = self.nesting.names[item.id]
        if isinstance(item, Cluster):
            colours = palette(self.options.theme)
            return f'rectangle "{self._label(item)}" as {name} {colours.clusters[0]}'
        colour = paint_of(item, self.options.theme).fill
        keyword = self.styles["keyword"].get(item.kind.notation)
        icon = self._icon(item)
        if keyword is not None or icon is None or holds:
            words = " " if keyword == "circle" else self._label(item)
            return f'{keyword or "rectangle"} "{words}" as {name} {colour}'
        return f'archimate {colour} "{self._label(item)}" as {name} <<{icon}>>'

    def _icon(self, node: Node) -> str | None:
        look, notation = figure(node.kind.notation), node.kind.notation
        if not look.icon or look.layer in ("composite", "plain", "note"):
            return self.styles["icon"].get(notation)
        words = "-".join(_PARTS.split(notation)).lower()
        usual = words if words.startswith(f"{look.layer}-") else f"{look.layer}-{words}"
        return str(self.styles["icon"].get(notation, usual))

    def _label(self, item: Item) -> str:
        return "\\n".join(escaped(part) for part in self.said(item, types=False)) or " "

    def _edge(self, edge: Edge) -> Iterator[str]:
        names = self.nesting.names
        source, target, joint = names[edge.source], names[edge.target], names.get(edge.id)
        start, stroke, end = self.line(edge)
        colour = line_colour(edge.look, self.options.theme, edge.swatch)
        words = escaped(said(edge.name, self.options.lang))
        label = f" : {words}" if words else ""
        middle = f"{stroke}[{colour}]{stroke}"
        if joint is None:
            yield f"{source} {start}{middle}{end} {target}{label}"
            return
        yield f'circle " " as {joint}'
        yield f"{source} {start}{middle} {joint}"
        yield f"{joint} {middle}{end} {target}{label}"


def escaped(words: str, *, wrap: bool = True) -> str:
    """A text as PlantUML shows it: every sign by its number, lines broken where they are long."""
    shown = cut(words)
    lines = wrapping.wrap(shown, _ROOM, NAME_SIZE) if wrap and shown else shown.split("\n")
    return "\\n".join(numbered(line, lambda match: f"<U+{ord(match[0]):04X}>") for line in lines)
