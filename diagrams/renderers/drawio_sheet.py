"""A page of draw.io: the file around it, layers, ids, cells with what is no geometry, and the texts around a picture."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any
from xml.etree import ElementTree

from diagrams import text
from diagrams.chart import Picture
from diagrams.drawing import Words, said
from diagrams.geometry import Path, Point, Rect, simplified
from diagrams.notation import palette
from diagrams.options import Options
from diagrams.page import Page, Symbol, Written

#: Cells 0 and 1 are draw.io's own: the root and the first layer.
ROOT, CONTENT, AROUND = "0", "1", "around"
_TOLERANCE = 2.5  # pixels that a curve may be off, to have few points that can be dragged


class Sheet:
    """The cells of one picture. What is drawn stands in the layer `CONTENT`, title and legend in one that can be hidden."""

    def __init__(self, picture: Picture, page: Page, options: Options) -> None:
        self.page, self.options = page, options
        self.colours = palette(options.theme)
        self.root = ElementTree.Element("root")
        self._title = text.cleaned(said(picture.title, options.lang)).replace("\n", " ")
        self._given: Counter[str] = Counter()
        self._layer(ROOT, None, "")
        self._layer(CONTENT, ROOT, "")
        self._layer(AROUND, ROOT, "Title and legend")

    def _layer(self, id: str, parent: str | None, name: str) -> None:
        cell = ElementTree.SubElement(self.root, "mxCell", id=id)
        if parent is not None:
            cell.set("parent", parent)
        if name:
            cell.set("value", name)

    def id(self, role: str, name: str) -> str:
        """An id of its own, the same each time: an element may be drawn twice."""
        found = f"{role}-{re.sub(r'[^A-Za-z0-9._-]', lambda match: f'_{ord(match[0]):x}_', name)}"
        self._given[found] += 1
        return found if self._given[found] == 1 else f"{found}.{self._given[found]}"

    def thing(self, id: str, label: str, kind: str, uid: str | None, tooltip: Words) -> Any:
        """A cell in the wrapper that carries what is no geometry: uid, type, tooltip, link."""
        words = text.cleaned(said(tooltip, self.options.lang))
        values = {"label": label, "id": id, "type": kind}
        if uid:
            values["uid"] = text.cleaned(uid)
        if words:
            values["tooltip"] = html(words)
        if uid and self.options.links is not None and (address := self.options.links(uid)):
            values["link"] = text.cleaned(address)
        return ElementTree.SubElement(ElementTree.SubElement(self.root, "UserObject", values), "mxCell")

    def cell(self, id: str, value: str, parent: str) -> Any:
        """A cell of nothing but its text."""
        return ElementTree.SubElement(self.root, "mxCell", {"id": id, "value": value, "parent": parent})

    def moved(self, rect: Rect) -> Rect:
        """A rectangle of the picture on the page."""
        return rect.moved(*self.page.shift)

    def around(self, symbol: Callable[["Sheet", Any, Symbol], None]) -> None:
        """Title, notes and legend; `symbol` makes a cell a sample of the legend."""
        for at, line in enumerate(self.page.texts):
            cell = self.cell(f"text-{at}", html(line.text), AROUND)
            as_vertex(cell, self._text_style(line), _text_rect(line))
        for at, each in enumerate(self.page.symbols):
            symbol(self, self.cell(f"legend-{at}", "", AROUND), each)

    def _text_style(self, line: Written) -> str:
        values: dict[str, object] = {
            "fontSize": f"{line.size:.1f}",
            "fontStyle": 1 if line.bold else 0,
            "fontColor": self.colours.ink if line.tone == "ink" else self.colours.quiet,
            "align": {"start": "left", "middle": "center", "end": "right"}[line.hang],
            "spacing": 0,
            "strokeColor": "none",
            "fillColor": "none",
        }
        return style("text", values)

    def file(self) -> bytes:
        file = ElementTree.Element("mxfile", host="ea-repo", type="device")
        diagram = ElementTree.SubElement(file, "diagram", id="drawing", name=self._title or "Drawing")
        size = {"pageWidth": f"{math.ceil(self.page.width)}", "pageHeight": f"{math.ceil(self.page.height)}"}
        settings = {"grid": "0", "page": "1", "tooltips": "1", "background": self.colours.page, **size}
        ElementTree.SubElement(diagram, "mxGraphModel", settings).append(self.root)
        ElementTree.indent(file)
        content: bytes = ElementTree.tostring(file, encoding="utf-8", xml_declaration=True)
        return content


def _text_rect(line: Written) -> Rect:
    width = text.width(line.text, line.size, line.bold) + 8
    shares = {"start": 0.0, "middle": 0.5, "end": 1.0}
    return Rect(line.at[0] - width * shares[line.hang], line.at[1] - line.size, width, line.size * 1.3)


def style(shape: str, values: Mapping[str, object], *, container: bool = False) -> str:
    held = {"container": 1, "collapsible": 0, "recursiveResize": 0} if container else {}
    parts = [shape, "html=1", *(f"{name}={value}" for name, value in {**values, **held}.items())]
    return ";".join(part for part in parts if part) + ";"


def html(words: str) -> str:
    """draw.io takes labels and tooltips for HTML: as HTML they say the text."""
    return escape(text.cleaned(words), quote=True).replace("\n", "<br>")


def as_vertex(cell: Any, look: str, rect: Rect) -> None:
    cell.set("style", look)
    cell.set("vertex", "1")
    sides = {name: f"{getattr(rect, name):.1f}" for name in ("x", "y", "width", "height")}
    ElementTree.SubElement(cell, "mxGeometry", {**sides, "as": "geometry"})


def as_edge(cell: Any, look: str, corners: Sequence[Point]) -> Any:
    """Returns the geometry, for what else belongs there."""
    cell.set("style", look)
    cell.set("edge", "1")
    geometry = ElementTree.SubElement(cell, "mxGeometry", relative="1", attrib={"as": "geometry"})
    for end, corner in (("sourcePoint", corners[0]), ("targetPoint", corners[-1])):
        point(geometry, corner, end)
    if len(corners) > 2:
        between = ElementTree.SubElement(geometry, "Array", attrib={"as": "points"})
        for corner in corners[1:-1]:
            point(between, corner)
    return geometry


def corners_of(path: Path, shift: Point) -> tuple[list[Point], list[Point], bool]:
    """A line on the page: all its points, the few that can be dragged, and whether it is curved between them."""
    points = [(x + shift[0], y + shift[1]) for x, y in path.flattened()]
    corners = simplified(points, _TOLERANCE)
    return points, corners, len(corners) > 2 and any(len(step) > 1 for step in path.steps)


def point(parent: Any, at: Point, role: str | None = None) -> None:
    found = ElementTree.SubElement(parent, "mxPoint", x=f"{at[0]:.1f}", y=f"{at[1]:.1f}")
    if role is not None:
        found.set("as", role)
