"""Layers: boxes in columns, from left to right, and lines led between them.

The boxes are set so that a small change of the drawing moves little (`column_boxes`), and lines drawn even between them
(`column_lines`). Graphviz is asked for lines that end on lines (`routing`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from diagrams import apart, column_boxes, column_lines, loops
from diagrams.drawing import Drawing
from diagrams.geometry import Path, Rect, along
from diagrams.graphviz_json import Run
from diagrams.parallel_lines import side_by_side
from diagrams.placed import Placed, headings
from diagrams.routing import PROGRAM, Routing
from diagrams.simple_layout import lines


def place(drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str, run: Run) -> Placed:
    """Positions for boxes, frames and lines, and the room that is kept for the names of lines."""
    plan = Plan.of(drawing, sizes, lang)
    source = plan.source()
    return plan.read(run(source, PROGRAM) if source else {})


@dataclass(frozen=True, slots=True)
class Plan:
    """The drawing with its boxes in place, and what is asked of Graphviz for its lines."""

    drawing: Drawing
    sizes: Mapping[str, tuple[float, float]]
    lang: str
    joined: Drawing  # what lines reach; the rest goes below it
    placed: Placed
    routing: Routing

    @classmethod
    def of(cls, drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str) -> "Plan":
        joined = apart.reached(drawing)
        boxes = column_boxes.placed(joined, sizes, lang)
        placed = Placed(boxes.nodes, {}, boxes.frames)
        in_way = tuple(headings(joined, placed, lang))
        even = column_lines.drawn(joined, boxes.ends, in_way, lang)
        known = {edge.id for edge in joined.edges}
        led = {edge.id for edge in joined.edges if edge.source in known or edge.target in known}
        rest = replace(joined, edges=tuple(each for each in joined.edges if each.id not in led | even.paths.keys()))
        straight = side_by_side(rest, lines(rest, {**placed.clusters, **placed.nodes}), placed.nodes)
        placed = replace(placed, edges={**even.paths, **straight}, kept_room=even.rooms)
        placed = loops.beside(joined, placed, lang)
        asked = {edge.id: (edge.source, edge.target) for edge in joined.edges if edge.id in led}
        return cls(drawing, sizes, lang, joined, placed, _routing(boxes.ends, in_way, placed.edges, asked))

    def source(self) -> str:
        """The question to Graphviz as DOT, for `nop2`; empty where no line is left to be led."""
        return self.routing.source()

    def read(self, found: Mapping[str, Any]) -> Placed:
        """All positions, with the lines of Graphviz' answer to `source`."""
        known = {**self.placed.edges, **(self.routing.read(found) if self.routing.lines else {})}
        # What ends at a frame, or on a line that ends on a line, is drawn straight.
        paths = lines(self.joined, {**self.placed.clusters, **self.placed.nodes}, known)
        return apart.with_rest(self.drawing, replace(self.placed, edges=paths), self.sizes, self.lang)


def _routing(
    boxes: Mapping[str, Rect],
    in_way: tuple[Rect, ...],
    paths: Mapping[str, Path],
    asked: Mapping[str, tuple[str, str]],
) -> Routing:
    """Asks for lines between boxes, or from a box to the middle of a line."""
    ends = {end for pair in asked.values() for end in pair}
    middles = {end: Rect(*along(paths[end].flattened(), 0.5), 0, 0) for end in sorted(ends & paths.keys())}
    led = {**boxes, **middles}
    return Routing(led, in_way, {line: pair for line, pair in asked.items() if set(pair) <= led.keys()})
