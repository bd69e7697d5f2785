"""A chart's marks as cells of draw.io: areas with their texts, lines with their ends, and their samples in the legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from diagrams import text
from diagrams.drawing import MarkStyle, said
from diagrams.geometry import Rect
from diagrams.marks import Mark, MarkText, Shape, Stroke
from diagrams.page import Symbol
from diagrams.renderers.drawio_sheet import CONTENT, Sheet, as_edge, as_vertex, corners_of, html, style
from diagrams.renderers.mark_parts import MarkLook, sample_rect

_SHAPES = {
    "box": "rounded=0", "rounded": "rounded=1;absoluteArcSize=1;arcSize=6", "disc": "ellipse", "diamond": "rhombus",
    "none": "text", "line": "text",
}  # fmt: skip
_ALIGN = {"start": "left", "middle": "center", "end": "right"}


@dataclass(frozen=True, slots=True)
class MarkCells:
    """Writes the marks of a chart into a sheet."""

    sheet: Sheet
    marks: Sequence[Mark]

    def write(self) -> None:
        for mark in self.marks:
            if isinstance(mark, Shape):
                self._area(mark)
            else:
                self._line(mark)
        self.sheet.around(self._symbol)

    def _area(self, mark: Shape) -> None:
        tooltip = mark.tooltip if said(mark.tooltip, self.sheet.options.lang) else mark.name
        id = self.sheet.id(mark.role[0], mark.uid or "mark")
        look = MarkLook.of(mark.style, self.sheet.options.theme, frame=mark.role == "cluster")
        cell = self.sheet.thing(id, self._label(mark, look), mark.type or mark.role, mark.uid, tooltip)
        cell.set("parent", CONTENT)
        as_vertex(cell, _area_style(mark.style, look, _set(mark, look)), self.sheet.moved(mark.rect))

    def _label(self, mark: Shape, look: MarkLook) -> str:
        """Its lines; what is smaller, bolder or paler than the first says so."""
        first = mark.texts[0] if mark.texts else None
        found = []
        for line in mark.texts:
            words = html(line.text)
            if first is not None and line.bold and not first.bold:
                words = f"<b>{words}</b>"
            if first is not None and line.size < first.size:
                words = f"<small>{words}</small>"
            found.append(words)
        return "<br>".join(found)

    def _line(self, mark: Stroke) -> None:
        _, corners, curved = corners_of(mark.path, self.sheet.page.shift)
        look = self._line_style(mark.style, curved=curved)
        if mark.uid or said(mark.tooltip, self.sheet.options.lang):
            cell = self.sheet.thing(self.sheet.id("e", mark.uid or "mark"), "", mark.type, mark.uid, mark.tooltip)
        else:
            cell = self.sheet.cell(self.sheet.id("e", "mark"), "", CONTENT)
        cell.set("parent", CONTENT)
        as_edge(cell, look, corners)

    def _line_style(self, given: MarkStyle, *, curved: bool) -> str:
        values: dict[str, object] = {
            "edgeStyle": "none",
            "rounded": 1,
            "strokeColor": MarkLook.of(given, self.sheet.options.theme).stroke,
            "strokeWidth": f"{given.width:g}",
            "startArrow": "none",
            "endArrow": "block" if given.arrow else "none",
            "endSize": 6,
        }
        if curved:
            values["curved"] = 1
        if given.opacity < 1:
            values["opacity"] = round(given.opacity * 100)
        return style("", {**values, **_dashes(given)})

    def _symbol(self, sheet: Sheet, cell: Any, symbol: Symbol) -> None:
        given = symbol.entry.mark or MarkStyle()
        if given.outline == "line":
            y = symbol.rect.centre[1]
            as_edge(cell, self._line_style(given, curved=False), [(symbol.rect.x, y), (symbol.rect.right, y)])
            return
        look = MarkLook.of(given, sheet.options.theme)
        cell.set("value", html(given.sign))
        as_vertex(
            cell, _area_style(given, look, {"fontSize": 10, "fontColor": look.paint.text}), sample_rect(symbol, given)
        )


def _area_style(given: MarkStyle, look: "MarkLook", letters: dict[str, object]) -> str:
    values: dict[str, object] = {"fillColor": look.fill, "strokeColor": look.stroke, **letters, **_dashes(given)}
    if look.stroke != "none":
        values["strokeWidth"] = f"{given.width:g}"
    return style(_SHAPES[given.outline], {**values, "spacing": 0, "overflow": "visible"})


def _dashes(given: MarkStyle) -> dict[str, object]:
    dashes = given.dashes or ((3.0, 2.0) if given.swatch is not None and given.swatch.dashed else ())
    return {"dashed": 1, "dashPattern": " ".join(f"{each:g}" for each in dashes)} if dashes else {}


def _set(mark: Shape, look: MarkLook) -> dict[str, object]:
    """How the texts stand in the shape: as they do in the chart."""
    if not mark.texts:
        return {}
    first = mark.texts[0]
    values: dict[str, object] = {
        "fontSize": f"{first.size:.1f}",
        "fontStyle": 1 if first.bold else 0,
        "fontColor": look.text_colour(first),
        "align": _ALIGN[first.hang],
    }
    if first.upward:
        return {**values, "horizontal": 0, "align": "center", "verticalAlign": "middle"}
    block = _block(mark.texts)
    room = mark.rect
    if first.hang == "start":
        values["spacingLeft"] = f"{max(first.at[0] - room.x, 0):.1f}"
    if first.hang == "end":
        values["spacingRight"] = f"{max(room.right - first.at[0], 0):.1f}"
    if abs(block.centre[1] - room.centre[1]) < 2:
        return {**values, "verticalAlign": "middle"}
    return {**values, "verticalAlign": "top", "spacingTop": f"{max(block.y - room.y, 0):.1f}"}


def _block(texts: Sequence[MarkText]) -> Rect:
    """From the top of the first line to the bottom of the last."""
    first, last = texts[0], texts[-1]
    top = first.at[1] - text.baseline_in(first.size)
    return Rect(first.at[0], top, 0, last.at[1] - text.baseline_in(last.size) + last.size * text.LINE_HEIGHT - top)
