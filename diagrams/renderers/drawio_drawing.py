"""A drawing's nodes, frames and lines as cells of draw.io: ArchiMate shapes, nesting, lines with their bends and ends."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

from diagrams.boxes import NAME_SIZE, STORED_NAME_SIZE
from diagrams.drawing import BARE, Cluster, Drawing, Edge, Node, said, shown_value
from diagrams.geometry import Path, Point, Rect, along
from diagrams.nesting import Nesting
from diagrams.notation import Figure, figure, line_colour, line_style, line_width, paint_of
from diagrams.page import Symbol
from diagrams.placed import LABEL_SIZE, Placed, line_label
from diagrams.renderers.drawio_sheet import CONTENT, Sheet, as_edge, as_vertex, corners_of, html, point, style

_CORNERS = {"rounded": "rounded", "pill": "rounded", "cut": "oct"}
_JOINT = 1.0


@dataclass(slots=True)
class DrawingCells:
    """Writes a placed drawing into a sheet."""

    sheet: Sheet
    drawing: Drawing
    placed: Placed
    nesting: Nesting = field(init=False)
    _ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nesting = Nesting(self.drawing)

    def write(self) -> None:
        for item in self.nesting.walk():
            self._box(item)
        for edge in self.nesting.drawn:
            if edge.id in self.placed.edges:
                self._line(edge, self.placed.edges[edge.id])
        self.sheet.around(self.symbol)

    def _box(self, item: Node | Cluster) -> None:
        rects = self.placed.clusters if isinstance(item, Cluster) else self.placed.nodes
        if item.id not in rects:
            return
        rect = self.sheet.moved(rects[item.id])
        look = figure(item.kind.notation)
        id = self._ids[item.id] = self.sheet.id("g" if isinstance(item, Cluster) else "n", item.uid or item.id)
        outer = self.nesting.parent(item.id)
        parent = self._ids.get(outer) if outer is not None else None
        if isinstance(item, Cluster):
            label, shape = _cluster_label(item, self.sheet.options.lang), self._frame_style(item)
        else:
            label = _node_label(item, look, self.sheet.options.lang)
            shape = self._node_style(item, look)
        cell = self._thing(item, id, label)
        cell.set("parent", parent or CONTENT)
        inside = self._rect_of(outer) if parent is not None and outer is not None else None
        as_vertex(cell, shape, rect.moved(-inside.x, -inside.y) if inside is not None else rect)

    def _thing(self, item: Node | Edge | Cluster, id: str, label: str) -> Any:
        kind = item.kind.type or item.kind.notation
        tooltip = item.tooltip if said(item.tooltip, self.sheet.options.lang) else item.name
        return self.sheet.thing(id, label, kind, item.uid, tooltip)

    def _rect_of(self, id: str) -> Rect | None:
        """Where a box or frame stands on the page."""
        found = self.placed.clusters.get(id) or self.placed.nodes.get(id)
        return self.sheet.moved(found) if found is not None else None

    def _node_style(self, node: Node, look: Figure) -> str:
        colours = paint_of(node, self.sheet.options.theme)
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
        return style(shape_of(look, icon=node.icon), {"whiteSpace": "wrap", **values}, container=holds)

    def _frame_style(self, cluster: Cluster) -> str:
        depth, above = 0, self.nesting.parent(cluster.id)
        while above is not None and depth < len(self.nesting.items):
            depth, above = depth + 1, self.nesting.parent(above)
        values: dict[str, object] = {
            "fillColor": self.sheet.colours.clusters[depth % len(self.sheet.colours.clusters)],
            "strokeColor": self.sheet.colours.cluster_line,
            "fontColor": self.sheet.colours.ink,
            "whiteSpace": "wrap",
            "align": "left",
            "verticalAlign": "top",
            "spacingLeft": 8,
            "spacingTop": 4,
        }
        if cluster.kind.notation == "Grouping":
            values["dashed"] = 1
        return style(_styles()["outline"]["frame"], values, container=True)

    def _line(self, edge: Edge, path: Path) -> None:
        id = self._ids[edge.id] = self.sheet.id("e", edge.uid or edge.id)
        points, corners, curved = corners_of(path, self.sheet.page.shift)
        label = self.placed.labels.get(edge.id)
        lines = line_label(edge, self.sheet.options.lang).lines if label is not None else ()
        cell = self._thing(edge, id, "<br>".join(html(line) for line in lines))
        cell.set("parent", CONTENT)
        for end, name in (("source", edge.source), ("target", edge.target)):
            if name in self._ids:
                cell.set(end, self._ids[name])
        geometry = as_edge(cell, self._line_style(edge, corners, curved=curved), corners)
        if label is not None:
            middle, centre = along(points, 0.5), self.sheet.moved(label).centre
            point(geometry, (centre[0] - middle[0], centre[1] - middle[1]), "offset")
        if edge.id in self.nesting.joints:
            self._joint(edge, id)

    def _joint(self, edge: Edge, id: str) -> None:
        """Lines end at vertices: one without size in the middle of this line is what others end at."""
        joint = self._ids[edge.id] = f"{id}-joint"
        look = "shape=ellipse;connectable=1;strokeColor=none;fillColor=none;"
        values = {"id": joint, "style": look, "vertex": "1", "parent": id}
        cell = ElementTree.SubElement(self.sheet.root, "mxCell", values)
        size = f"{_JOINT:g}"
        geometry = ElementTree.SubElement(
            cell, "mxGeometry", x="0", y="0", width=size, height=size, relative="1", attrib={"as": "geometry"}
        )
        point(geometry, (-_JOINT / 2, -_JOINT / 2), "offset")

    def _line_style(self, edge: Edge, points: list[Point], *, curved: bool) -> str:
        look = line_style(edge)
        values: dict[str, object] = {
            "edgeStyle": "none",
            "rounded": 1,
            "strokeColor": line_colour(edge.look, self.sheet.options.theme, edge.swatch),
            "fontColor": self.sheet.colours.ink,
            "fontSize": f"{LABEL_SIZE:g}",
            "labelBackgroundColor": self.sheet.colours.page,
            "strokeWidth": round(line_width(edge), 1),
        }
        if curved:
            values["curved"] = 1
        if look.dashes:
            values |= {"dashed": 1, "dashPattern": "1 3" if look.dashes[0] < 3 else "7 4"}
        for end, sign in (("start", look.source), ("end", look.target)):
            arrow, filled, size = _styles()["end"].get(sign, ("none", 0, 6))
            values |= {f"{end}Arrow": arrow, f"{end}Fill": filled, f"{end}Size": size}
        for prefix, name, (x, y) in (("exit", edge.source, points[0]), ("entry", edge.target, points[-1])):
            rect = self._rect_of(name)
            if rect is not None and rect.width and rect.height:
                values |= {
                    f"{prefix}X": f"{_share(x, rect.x, rect.width):.4g}",
                    f"{prefix}Y": f"{_share(y, rect.y, rect.height):.4g}",
                    f"{prefix}Perimeter": 0,
                }
        return style("", values)

    def symbol(self, sheet: Sheet, cell: Any, symbol: Symbol) -> None:
        """A sample of the legend."""
        entry, kind, rect = symbol.entry, symbol.entry.kind, symbol.rect
        if entry.shape != "edge":
            swatch = BARE if entry.bare else entry.swatch
            sample = Node("sample", "", kind, swatch=swatch, emphasis="faint" if entry.faint else "normal")
            as_vertex(cell, self._node_style(sample, figure(kind.notation)), rect)
            return
        edge = Edge("sample", "", "", kind, access=entry.access, directed=entry.directed, swatch=entry.swatch)
        ends = [(rect.x, rect.centre[1]), (rect.right, rect.centre[1])]
        as_edge(cell, self._line_style(edge, ends, curved=False), ends)


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


def _share(value: float, start: float, length: float) -> float:
    return min(max((value - start) / length, 0.0), 1.0)


def _node_label(node: Node, look: Figure, lang: str) -> str:
    if look.outline in ("dot", "ring"):
        return ""
    return "<br>".join(_label_lines(node, lang))


def _label_lines(node: Node, lang: str) -> Iterator[str]:
    stereotype = said(node.stereotype, lang) or (said(node.kind.label, lang) if node.kind.refined else "")
    if stereotype:
        yield f"<small>«{html(stereotype)}»</small>"
    name = html(said(node.name, lang))
    yield f"<b>{name}</b>" if node.emphasis == "focus" or node.look.bold else name
    for small in (said(node.detail, lang), said(shown_value(node), lang)):
        if small:
            yield f"<small>{html(small)}</small>"


def _cluster_label(cluster: Cluster, lang: str) -> str:
    detail = said(cluster.detail, lang)
    return f"<b>{html(said(cluster.name, lang))}</b>" + (f"<br><small>{html(detail)}</small>" if detail else "")
