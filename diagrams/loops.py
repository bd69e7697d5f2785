"""Lines from a box to itself in a drawing of layers: one below the other on the right, each with its name beside it.

Graphviz puts them into each other, so that the larger run through the names of the smaller.
"""

from collections import defaultdict
from dataclasses import replace

from diagrams.drawing import Drawing
from diagrams.geometry import Path, Point, Rect
from diagrams.placed import Placed, line_label

_OUT, _GAP = 24.0, 4.0
_HIGHEST = 26.0  # of one loop


def beside(drawing: Drawing, placed: Placed, lang: str) -> Placed:
    """The drawing with such lines; a single one stays as it is."""
    loops: defaultdict[str, list[str]] = defaultdict(list)
    for edge in drawing.edges:
        if edge.source == edge.target and edge.source in placed.nodes and edge.id in placed.edges:
            loops[edge.source].append(edge.id)
    widths = {edge.id: line_label(edge, lang).width for edge in drawing.edges if edge.source == edge.target}
    paths, rooms = dict(placed.edges), dict(placed.kept_room)
    for name, lines in loops.items():
        if len(lines) < 2:
            continue
        rect = placed.nodes[name]
        for lane, line in enumerate(lines):
            high = rect.height / len(lines)
            y = rect.y + high * (lane + 0.5)
            paths[line] = _loop(rect, y, min(high * 0.7, _HIGHEST))
            rooms[line] = (rect.right + _OUT + _GAP + widths[line] / 2, y)
    return replace(placed, edges=paths, kept_room=rooms)


def _loop(rect: Rect, y: float, high: float) -> Path:
    start: Point = (rect.right, y - high / 2)
    end: Point = (rect.right, y + high / 2)
    tip = rect.right + _OUT * 4 / 3  # the curve itself reaches three quarters as far
    return Path(start, (((tip, start[1]), (tip, end[1]), end),))
