"""Lines from a box to itself in a drawing of columns: around its corners, where no other line ends, the name beside."""

from collections import defaultdict
from dataclasses import replace

from diagrams.drawing import Drawing
from diagrams.geometry import Path, Point, Rect
from diagrams.placed import Placed, line_label

#: How far the first loop of a corner reaches beyond it, and each further one more.
LOOP_OUT, _MORE = 15.0, 12.0
#: How far from the corner its ends are, beside the box and below it.
_UP, _IN = 7.0, 26.0
_GAP, _CLEAR = 6.0, 16.0
#: To the right and down, in the order in which corners are taken: lower right, upper right, lower left, upper left.
_CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


def loop_room(name: float) -> float:
    """What a loop needs beside its box, with a name of that width."""
    return LOOP_OUT + _GAP + name + _CLEAR


def beside(drawing: Drawing, placed: Placed, lang: str) -> Placed:
    """The drawing with such lines."""
    loops: defaultdict[str, list[str]] = defaultdict(list)
    for edge in drawing.edges:
        if edge.source == edge.target and edge.source in placed.nodes:
            loops[edge.source].append(edge.id)
    widths = {edge.id: line_label(edge, lang).width for edge in drawing.edges if edge.source == edge.target}
    paths, rooms = dict(placed.edges), dict(placed.kept_room)
    for name, lines in loops.items():
        for number, line in enumerate(lines):
            right, down = _CORNERS[number % len(_CORNERS)]
            out = LOOP_OUT + _MORE * (number // len(_CORNERS))
            rect = placed.nodes[name]
            paths[line] = _loop(rect, right, down, out)
            corner = _corner(rect, right, down)
            rooms[line] = (corner[0] + right * (out + _GAP + widths[line] / 2), corner[1] + down * out / 2)
    return replace(placed, edges=paths, kept_room=rooms)


def _corner(rect: Rect, right: int, down: int) -> Point:
    return rect.right if right > 0 else rect.x, rect.bottom if down > 0 else rect.y


def _loop(rect: Rect, right: int, down: int, out: float) -> Path:
    """From the side of the box around its corner to below or above it."""
    x, y = _corner(rect, right, down)
    start: Point = (x, y - down * min(_UP, rect.height / 3))
    end: Point = (x - right * min(_IN, rect.width / 3), y)
    far, low = x + right * out, y + down * out
    aside = ((far, start[1]), (far, low), (x, low))
    back = ((x - right * (x - end[0]) * right / 2, low), (end[0], low), end)
    return Path(start, (aside, back))
