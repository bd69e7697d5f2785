"""A drawing before it has positions: nodes, edges, clusters, and what is written around them.

A viewpoint makes one from a State; `layout` or its own places give it positions; a renderer turns it into a
file. Nothing here measures or draws. A text that differs by language is a mapping (language -> text).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from diagrams.fitting import Align, Position
from diagrams.geometry import Point, Rect

Words = str | Mapping[str, str]
Emphasis = Literal["normal", "focus", "faint"]
Arrangement = Literal["layers", "map", "tree"]
Outlined = Literal["box", "rounded", "disc", "diamond", "line", "none"]
MarkTone = Literal["ink", "quiet", "line", "rule", "accent", "none"]


def said(words: Words | None, lang: str) -> str:
    """A text in a language, else in English, else in whichever there is."""
    if words is None or isinstance(words, str):
        return words or ""
    found = words.get(lang) or words.get("en")
    return found if found is not None else next((words[each] for each in words), "")


@dataclass(frozen=True, slots=True)
class Look:
    """What the author of a stored view chose, in place of the notation's default.

    Colours are `#rrggbb`; None: default.
    """

    fill: str | None = None
    fill_opacity: float = 1.0
    line: str | None = None
    line_opacity: float = 1.0
    line_width: float | None = None
    text: str | None = None
    size: float | None = None  # of the font, in pixels
    bold: bool = False
    italic: bool = False
    align: Align | None = None
    position: Position | None = None


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Swatch:
    """A class of values that a drawing tells apart: a colour of the palettes, and what it means.

    `label` heads the legend's sample and, as colour is never the only sign, stands in each box of the class unless
    the box says something more exact (`Node.value`). `dashed`: its boxes have a broken border.
    """

    colour: str
    label: Words = field(hash=False)
    dashed: bool = False


#: Of no class: the colours of a sample that shows a figure only.
BARE = Swatch("same", "")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a thing is. `notation` names its figure: an ArchiMate type, or one of the drawing's own things.

    `type` is the metamodel's, `label` its name. A refinement has its base's figure and shows its own label.
    """

    notation: str
    type: str = ""
    label: Words = ""

    @property
    def refined(self) -> bool:
        return bool(self.type) and self.type != self.notation.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Node:
    """A box. `cluster` is the id of the cluster around it, `rank` its layer, where the drawing has layers.

    With a `place` it stays where it is. `alternative` asks for the type's own figure, not a box with an icon.
    """

    id: str
    name: Words
    kind: Kind
    uid: str | None = None
    stereotype: Words = ""  # stands in guillemets above the name; a refinement without one shows its type's name
    detail: Words = ""
    tooltip: Words = ""
    cluster: str | None = None
    rank: int | None = None
    emphasis: Emphasis = "normal"
    place: Rect | None = None
    alternative: bool = False
    holds_others: bool = False  # others are placed inside: the name goes to the top
    icon: bool = True
    image: str | None = None  # a data URI
    look: Look = PLAIN
    swatch: Swatch | None = None  # in place of the layer's colour
    value: Words = ""  # what its swatch stands for, where that is more exact than the swatch's label


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two nodes, clusters or edges, from `source` to `target` as the relationship says.

    `backward`: for the layout the target comes first (the line itself is drawn as it is).
    """

    id: str
    source: str
    target: str
    kind: Kind
    name: Words = ""
    uid: str | None = None
    tooltip: Words = ""
    access: str = ""  # read | write | read_write | access
    directed: bool = False
    count: int = 1  # how many relationships the line stands for
    backward: bool = False
    emphasis: Emphasis = "normal"
    bend_points: tuple[Point, ...] = ()
    look: Look = PLAIN
    swatch: Swatch | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A frame around nodes and other clusters (`cluster` is the one around it)."""

    id: str
    name: Words
    kind: Kind
    uid: str | None = None
    detail: Words = ""
    tooltip: Words = ""
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class MarkStyle:
    """How a mark of a chart looks, in the chart and in its legend. A `line` has no area."""

    outline: Outlined = "box"
    swatch: Swatch | None = None  # what it is filled with, or a line drawn with; None: the page's own colours
    tone: MarkTone = "line"  # of the line
    width: float = 1.0
    dashes: tuple[float, ...] = ()
    arrow: bool = False
    opacity: float = 1.0
    sign: str = ""  # a letter or two that say the same as the colour


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A figure, line, swatch or mark that occurs in the picture, and what it means."""

    shape: Literal["node", "edge", "swatch", "mark"]
    kind: Kind
    access: str = ""
    directed: bool = False
    swatch: Swatch | None = None
    mark: MarkStyle | None = None
    bare: bool = False  # none of these nodes has its layer's colour
    faint: bool = False  # none of them has it in full


def shown_value(node: Node) -> Words:
    """What a box says of its swatch."""
    return node.value or (node.swatch.label if node.swatch is not None else "")


@dataclass(frozen=True, slots=True)
class Drawing:
    """`subtitle` says what was asked and of when, `notes` what was left out, `rank_names` head the layers."""

    title: Words
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    subtitle: Words = ""
    notes: tuple[Words, ...] = ()
    description: Words = ""
    viewpoint: str = ""
    arrangement: Arrangement = "layers"
    rank_names: Mapping[int, Words] = field(default_factory=dict)
    orthogonal: bool = False  # lines of a stored view run at right angles
    swatches: tuple[Swatch, ...] = ()  # in the order of the legend; those that nothing has are left out of it
    swatches_name: Words = ""  # what the swatches tell: heads their part of the legend

    @property
    def placed(self) -> bool:
        """Whether every node brings its own place, as in a stored view."""
        return all(node.place is not None for node in self.nodes)

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        """One entry for each figure, each kind of line and each swatch that the drawing uses, in order of appearance.

        A swatch that only lines have is shown by a line.
        """
        found: dict[tuple[object, ...], LegendEntry] = {}
        layered = {(each.kind.notation, each.kind.type) for each in self.nodes if each.swatch is None}
        layered |= {(each.kind.notation, each.kind.type) for each in self.clusters}
        full = {
            (each.kind.notation, each.kind.type)
            for each in self.nodes
            if each.emphasis != "faint" and each.swatch is None
        }
        full |= {(each.kind.notation, each.kind.type) for each in self.clusters}
        for kind in [*(cluster.kind for cluster in self.clusters), *(node.kind for node in self.nodes)]:
            if kind.label:
                key = (kind.notation, kind.type)
                found.setdefault(key, LegendEntry("node", kind, bare=key not in layered, faint=key in layered - full))
        for edge in self.edges:
            if edge.kind.label:
                line = (edge.kind.notation, edge.kind.type, edge.access, edge.directed)
                found.setdefault(line, LegendEntry("edge", edge.kind, edge.access, edge.directed))
        return (*found.values(), *self._swatches())

    def _swatches(self) -> Iterator[LegendEntry]:
        of_boxes = {node.swatch for node in self.nodes}
        lines = {edge.swatch: edge for edge in self.edges if edge.swatch is not None}
        for swatch in self.swatches:
            if swatch in of_boxes:
                yield LegendEntry("swatch", Kind("Frame", "", swatch.label), swatch=swatch)
            elif swatch in lines:
                yield LegendEntry("edge", Kind(lines[swatch].kind.notation, "", swatch.label), swatch=swatch)

    def texts(self, lang: str) -> Iterator[str]:
        """Everything that will be written, for whoever has to provide glyphs."""
        yield said(self.title, lang)
        yield said(self.subtitle, lang)
        yield from (said(note, lang) for note in self.notes)
        yield from (said(name, lang) for name in self.rank_names.values())
        yield from (said(each, lang) for each in (self.swatches_name, *(swatch.label for swatch in self.swatches)))
        for node in self.nodes:
            told = (node.name, node.detail, node.stereotype, node.kind.label, node.value)
            yield from (said(each, lang) for each in told)
        for cluster in self.clusters:
            yield from (said(each, lang) for each in (cluster.name, cluster.detail, cluster.kind.label))
        for edge in self.edges:
            yield from (said(each, lang) for each in (edge.name, edge.kind.label))
