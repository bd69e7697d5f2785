"""Drawing to draw.io's XML (mxGraph), to be edited there: shapes, places, nesting, lines with their bends and ends."""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

from diagrams import layout, text
from diagrams.boxes import NAME_SIZE, STORED_NAME_SIZE
from diagrams.chart import Picture
from diagrams.drawing import Cluster, Drawing, Edge, Node, said, shown_value
from diagrams.geometry import Path, Point, Rect, along, simplified
from diagrams.nesting import Nesting
from diagrams.notation import Figure, Palette, figure, line_colour, line_style, paint_of, palette
from diagrams.options import Options
from diagrams.page import Page, Symbol, compose, content_bounds, heads
from diagrams.placed import LABEL_SIZE, Placed, line_label
from diagrams.renderers import graph_of
from ea_repo.catalogue import picture_format

#: Cells 0 and 1 are draw.io's own: the root and the first layer.
_ROOT, _CONTENT, _AROUND = "0", "1", "around"
_CORNERS = {"rounded": "rounded", "pill": "rounded", "cut": "oct"}
_TOLERANCE = 2.5  # pixels that a curve may be off, to have few points that can be dragged
_JOINT = 1.0


@picture_format(name="drawio")
class DrawIo:
    """A file for diagrams.net: ArchiMate shapes, places, frames and lines kept, all of it editable."""

    media_type = "application/vnd.jgraph.mxfile"
    suffixes = ("drawio",)
    graphs_only = True

    def write(self, picture: Picture, options: Options) -> bytes:
        drawing = graph_of(picture, "drawio")
        placed = layout.place(drawing, options.lang, engine=options.engine, seconds=options.seconds)
        lang = options.lang
        page = compose(
            drawing, content_bounds(placed), lang, heads=heads(drawing, placed, lang), notes=placed.notes,
            header=options.header, legend=options.legend,
        )  # fmt: skip
        written = _Writer(drawing, placed, page, options).written()
        ElementTree.indent(written)
        content: bytes = ElementTree.tostring(written, encoding="utf-8", xml_declaration=True)
        return content


@dataclass(slots=True)
class _Writer:
    drawing: Drawing
    placed: Placed
    page: Page
    options: Options
    nesting: Nesting = field(init=False)
    colours: Palette = field(init=False)
    root: Any = field(init=False)
    _given: Counter[str] = field(default_factory=Counter)
    _ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nesting = Nesting(self.drawing)
        self.colours = palette(self.options.theme)
        self.root = ElementTree.Element("root")

    def written(self) -> Any:
        self._layer(_ROOT, None, "")
        self._layer(_CONTENT, _ROOT, "")
        self._layer(_AROUND, _ROOT, "Title and legend")
        for item in self.nesting.walk():
            self._box(item)
        for edge in self.nesting.drawn:
            if edge.id in self.placed.edges:
                self._line(edge, self.placed.edges[edge.id])
        self._page_around()
        return self._file()

    def _file(self) -> Any:
        title = text.cleaned(said(self.drawing.title, self.options.lang)).replace("\n", " ")
        file = ElementTree.Element("mxfile", host="ea-repo", type="device")
        diagram = ElementTree.SubElement(file, "diagram", id="drawing", name=title or "Drawing")
        size = {"pageWidth": f"{math.ceil(self.page.width)}", "pageHeight": f"{math.ceil(self.page.height)}"}
        settings = {"grid": "0", "page": "1", "tooltips": "1", "background": self.colours.page, **size}
        model = ElementTree.SubElement(diagram, "mxGraphModel", settings)
        model.append(self.root)
        return file

    def _layer(self, id: str, parent: str | None, name: str) -> None:
        cell = ElementTree.SubElement(self.root, "mxCell", id=id)
        if parent is not None:
            cell.set("parent", parent)
        if name:
            cell.set("value", name)

    def _id(self, role: str, name: str) -> str:
        """An id of its own, the same each time: an element may be drawn twice."""
        found = f"{role}-{re.sub(r'[^A-Za-z0-9._-]', lambda match: f'_{ord(match[0]):x}_', name)}"
        self._given[found] += 1
        return found if self._given[found] == 1 else f"{found}.{self._given[found]}"

    def _object(self, item: Node | Edge | Cluster, id: str, label: str) -> Any:
        """The wrapper that carries what is no geometry: uid, type, tooltip, link. Returns its cell."""
        lang = self.options.lang
        tooltip = text.cleaned(said(item.tooltip, lang) or said(item.name, lang))
        values = {"label": label, "id": id, "type": item.kind.type or item.kind.notation}
        if item.uid:
            values["uid"] = text.cleaned(item.uid)
        if tooltip:
            values["tooltip"] = _html(tooltip)
        if item.uid and self.options.links is not None and (address := self.options.links(item.uid)):
            values["link"] = text.cleaned(address)
        return ElementTree.SubElement(ElementTree.SubElement(self.root, "UserObject", values), "mxCell")

    def _box(self, item: Node | Cluster) -> None:
        rects = self.placed.clusters if isinstance(item, Cluster) else self.placed.nodes
        rect = self._moved(rects.get(item.id))
        if rect is None:
            return
        look = figure(item.kind.notation)
        id = self._ids[item.id] = self._id("g" if isinstance(item, Cluster) else "n", item.uid or item.id)
        outer = self.nesting.parent(item.id)
        parent = self._ids.get(outer) if outer is not None else None
        if isinstance(item, Cluster):
            label, style = _cluster_label(item, self.options.lang), self._frame_style(item)
        else:
            label = _node_label(item, look, self.options.lang)
            style = self._node_style(item, look)
        cell = self._object(item, id, label)
        cell.set("style", style)
        cell.set("vertex", "1")
        cell.set("parent", parent or _CONTENT)
        inside = self._moved(self._rect_of(outer)) if parent is not None and outer is not None else None
        _geometry(cell, rect.moved(-inside.x, -inside.y) if inside is not None else rect)

    def _rect_of(self, id: str) -> Rect | None:
        return self.placed.clusters.get(id) or self.placed.nodes.get(id)

    def _moved(self, rect: Rect | None) -> Rect | None:
        return rect.moved(*self.page.shift) if rect is not None else None

    def _node_style(self, node: Node, look: Figure) -> str:
        colours = paint_of(node, self.options.theme)
        holds = bool(self.nesting.children(node.id))
        size = node.look.size or (STORED_NAME_SIZE if node.place is not None else NAME_SIZE)
        values: dict[str, object] = {
            "fillColor": colours.line if look.outline == "dot" else colours.fill,
            "strokeColor": colours.line,
            "fontColor": colours.text,
            "fontSize": f"{size:g}",
            "align": node.look.align or ("left" if node.kind.notation.startswith("Note") else "center"),
            "verticalAlign": node.look.position or ("top" if holds else "middle"),
        }
        if node.look.fill_opacity < 1:
            values["fillOpacity"] = round(node.look.fill_opacity * 100)
        if node.swatch is not None and node.swatch.dashed:
            values["dashed"] = 1
        if node.emphasis == "focus":
            values["strokeWidth"] = 2.4
        if node.emphasis == "faint":
            values["opacity"] = 55
        return _style(shape_of(look, icon=node.icon), {"whiteSpace": "wrap", **values}, container=holds)

    def _frame_style(self, cluster: Cluster) -> str:
        depth, above = 0, self.nesting.parent(cluster.id)
        while above is not None and depth < len(self.nesting.items):
            depth, above = depth + 1, self.nesting.parent(above)
        values: dict[str, object] = {
            "fillColor": self.colours.clusters[depth % len(self.colours.clusters)],
            "strokeColor": self.colours.cluster_line,
            "fontColor": self.colours.ink,
            "whiteSpace": "wrap",
            "align": "left",
            "verticalAlign": "top",
            "spacingLeft": 8,
            "spacingTop": 4,
        }
        if cluster.kind.notation == "Grouping":
            values["dashed"] = 1
        return _style(_styles()["outline"]["frame"], values, container=True)

    def _line(self, edge: Edge, path: Path) -> None:
        id = self._ids[edge.id] = self._id("e", edge.uid or edge.id)
        points = [(x + self.page.shift[0], y + self.page.shift[1]) for x, y in path.flattened()]
        curved = any(len(step) > 1 for step in path.steps)
        corners = simplified(points, _TOLERANCE)
        label = self.placed.labels.get(edge.id)
        lines = line_label(edge, self.options.lang).lines if label is not None else ()
        cell = self._object(edge, id, "<br>".join(_html(line) for line in lines))
        cell.set("style", self._line_style(edge, corners, curved=curved))
        cell.set("edge", "1")
        cell.set("parent", _CONTENT)
        for end, name in (("source", edge.source), ("target", edge.target)):
            if name in self._ids:
                cell.set(end, self._ids[name])
        geometry = ElementTree.SubElement(cell, "mxGeometry", relative="1", attrib={"as": "geometry"})
        for end, point in (("sourcePoint", corners[0]), ("targetPoint", corners[-1])):
            _point(geometry, point, end)
        if len(corners) > 2:
            between = ElementTree.SubElement(geometry, "Array", attrib={"as": "points"})
            for point in corners[1:-1]:
                _point(between, point)
        if label is not None:
            middle, centre = along(points, 0.5), label.moved(*self.page.shift).centre
            _point(geometry, (centre[0] - middle[0], centre[1] - middle[1]), "offset")
        if edge.id in self.nesting.joints:
            self._joint(edge, id)

    def _joint(self, edge: Edge, id: str) -> None:
        """Lines end at vertices: one without size in the middle of this line is what others end at."""
        joint = self._ids[edge.id] = f"{id}-joint"
        style = "shape=ellipse;connectable=1;strokeColor=none;fillColor=none;"
        values = {"id": joint, "style": style, "vertex": "1", "parent": id}
        cell = ElementTree.SubElement(self.root, "mxCell", values)
        size = f"{_JOINT:g}"
        geometry = ElementTree.SubElement(
            cell, "mxGeometry", x="0", y="0", width=size, height=size, relative="1", attrib={"as": "geometry"}
        )
        _point(geometry, (-_JOINT / 2, -_JOINT / 2), "offset")

    def _line_style(self, edge: Edge, points: list[Point], *, curved: bool) -> str:
        look = line_style(edge)
        values: dict[str, object] = {
            "edgeStyle": "none",
            "rounded": 1,
            "strokeColor": line_colour(edge.look, self.options.theme, edge.swatch),
            "fontColor": self.colours.ink,
            "fontSize": f"{LABEL_SIZE:g}",
            "labelBackgroundColor": self.colours.page,
            "strokeWidth": edge.look.line_width or round(min(1.2 + 0.5 * math.log2(max(edge.count, 1)), 4.0), 1),
        }
        if curved and len(points) > 2:
            values["curved"] = 1
        if look.dashes:
            values |= {"dashed": 1, "dashPattern": "1 3" if look.dashes[0] < 3 else "7 4"}
        for end, sign in (("start", look.source), ("end", look.target)):
            arrow, filled, size = _styles()["end"].get(sign, ("none", 0, 6))
            values |= {f"{end}Arrow": arrow, f"{end}Fill": filled, f"{end}Size": size}
        for prefix, name, point in (("exit", edge.source, points[0]), ("entry", edge.target, points[-1])):
            rect = self._moved(self._rect_of(name))
            if rect is not None and rect.width and rect.height:
                values |= {
                    f"{prefix}X": f"{_share(point[0], rect.x, rect.width):.4g}",
                    f"{prefix}Y": f"{_share(point[1], rect.y, rect.height):.4g}",
                    f"{prefix}Perimeter": 0,
                }
        return _style("", values)

    def _page_around(self) -> None:
        """Title, notes and legend, in a layer of their own that can be hidden."""
        for at, line in enumerate(self.page.texts):
            width = text.width(line.text, line.size, line.bold) + 8
            shares = {"start": 0.0, "middle": 0.5, "end": 1.0}
            rect = Rect(line.at[0] - width * shares[line.hang], line.at[1] - line.size, width, line.size * 1.3)
            values: dict[str, object] = {
                "fontSize": f"{line.size:.1f}",
                "fontStyle": 1 if line.bold else 0,
                "fontColor": self.colours.ink if line.tone == "ink" else self.colours.quiet,
                "align": {"start": "left", "middle": "center", "end": "right"}[line.hang],
                "spacing": 0,
                "strokeColor": "none",
                "fillColor": "none",
            }
            style = _style("text", values)
            attributes = {
                "id": f"text-{at}",
                "value": _html(line.text),
                "style": style,
                "vertex": "1",
                "parent": _AROUND,
            }
            cell = ElementTree.SubElement(self.root, "mxCell", attributes)
            _geometry(cell, rect)
        for at, symbol in enumerate(self.page.symbols):
            self._symbol(f"legend-{at}", symbol)

    def _symbol(self, id: str, symbol: Symbol) -> None:
        kind, rect = symbol.entry.kind, symbol.rect
        cell = ElementTree.SubElement(self.root, "mxCell", {"id": id, "value": "", "parent": _AROUND})
        if symbol.entry.shape != "edge":
            sample = Node(id, "", kind, swatch=symbol.entry.swatch)
            cell.set("style", self._node_style(sample, figure(kind.notation)))
            cell.set("vertex", "1")
            _geometry(cell, rect)
            return
        edge = Edge(id, "", "", kind, access=symbol.entry.access, directed=symbol.entry.directed)
        y = rect.centre[1]
        ends = [(rect.x, y), (rect.right, y)]
        cell.set("style", self._line_style(edge, ends, curved=False))
        cell.set("edge", "1")
        geometry = ElementTree.SubElement(cell, "mxGeometry", relative="1", attrib={"as": "geometry"})
        for name, point in zip(("sourcePoint", "targetPoint"), ends, strict=True):
            _point(geometry, point, name)


def shape_of(look: Figure, *, icon: bool = True) -> str:
    """The style that says the shape: a stencil for the type's icon, or a plain one for its outline."""
    styles = _styles()
    found: str | None = styles["shape"].get(look.icon) if icon else None
    if found is None:
        found = styles["outline"].get(look.outline, "rounded=0")
    return found.format(corner=_CORNERS.get(look.outline, "square"))


@cache
def _styles() -> Mapping[str, Any]:
    return tomllib.loads((files("diagrams.renderers") / "drawio.toml").read_text(encoding="utf-8"))


def _style(shape: str, values: Mapping[str, object], *, container: bool = False) -> str:
    held = {"container": 1, "collapsible": 0, "recursiveResize": 0} if container else {}
    parts = [shape, "html=1", *(f"{name}={value}" for name, value in {**values, **held}.items())]
    return ";".join(part for part in parts if part) + ";"


def _share(value: float, start: float, length: float) -> float:
    return min(max((value - start) / length, 0.0), 1.0)


def _html(words: str) -> str:
    """draw.io takes labels and tooltips for HTML: as HTML they say the text."""
    return escape(text.cleaned(words), quote=True).replace("\n", "<br>")


def _node_label(node: Node, look: Figure, lang: str) -> str:
    if look.outline in ("dot", "ring"):
        return ""
    return "<br>".join(_label_lines(node, lang))


def _label_lines(node: Node, lang: str) -> Iterator[str]:
    stereotype = said(node.stereotype, lang) or (said(node.kind.label, lang) if node.kind.refined else "")
    if stereotype:
        yield f"<small>«{_html(stereotype)}»</small>"
    name = _html(said(node.name, lang))
    yield f"<b>{name}</b>" if node.emphasis == "focus" or node.look.bold else name
    for small in (said(node.detail, lang), said(shown_value(node), lang)):
        if small:
            yield f"<small>{_html(small)}</small>"


def _cluster_label(cluster: Cluster, lang: str) -> str:
    detail = said(cluster.detail, lang)
    return f"<b>{_html(said(cluster.name, lang))}</b>" + (f"<br><small>{_html(detail)}</small>" if detail else "")


def _geometry(cell: Any, rect: Rect) -> None:
    sides = {name: f"{getattr(rect, name):.1f}" for name in ("x", "y", "width", "height")}
    ElementTree.SubElement(cell, "mxGeometry", {**sides, "as": "geometry"})


def _point(parent: Any, point: Point, role: str | None = None) -> None:
    found = ElementTree.SubElement(parent, "mxPoint", x=f"{point[0]:.1f}", y=f"{point[1]:.1f}")
    if role is not None:
        found.set("as", role)
