"""Lines that join the same two boxes would lie on each other: they are set side by side."""

import math
from collections import defaultdict
from collections.abc import Mapping

from diagrams.drawing import Drawing
from diagrams.geometry import Path, Point, Rect
from diagrams.stored_layout import loop

_APART = 7.0


def side_by_side(drawing: Drawing, paths: Mapping[str, Path], rects: Mapping[str, Rect]) -> dict[str, Path]:
    """The lines, with those that join the same two boxes next to each other, and loops in each other."""
    together: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    ends = {edge.id: (edge.source, edge.target) for edge in drawing.edges}
    for name in paths:
        together[tuple(sorted(ends[name]))].append(name)
    found = dict(paths)
    for pair, names in together.items():
        if pair[0] == pair[1]:
            for lane, name in enumerate(names):
                if pair[0] in rects:
                    found[name] = _straight_loop(rects[pair[0]], lane)
            continue
        for lane, name in enumerate(names):
            offset = (lane - (len(names) - 1) / 2) * _APART
            forth = ends[name][0] == pair[0]
            if offset and ends[name][0] in rects and ends[name][1] in rects:
                boxes = (rects[ends[name][0]], rects[ends[name][1]])
                found[name] = _aside(paths[name], offset if forth else -offset, *boxes)
    return found


def _straight_loop(rect: Rect, lane: int) -> Path:
    first, *rest = loop(rect, lane)
    return Path(first, tuple((point,) for point in rest))


def _aside(path: Path, offset: float, source: Rect, target: Rect) -> Path:
    """The path moved across its direction; its ends slide along the borders that they stand on."""
    (x1, y1), (x2, y2) = path.start, path.end
    distance = math.dist(path.start, path.end) or 1.0
    right, down = -(y2 - y1) / distance * offset, (x2 - x1) / distance * offset
    moved = path.moved(right, down)
    steps = list(moved.steps)
    steps[-1] = (*steps[-1][:-1], _slid(path.end, right, down, target))
    return Path(_slid(path.start, right, down, source), tuple(steps))


def _slid(end: Point, right: float, down: float, rect: Rect) -> Point:
    x, y = end
    beside = min(abs(x - rect.x), abs(x - rect.right)) < min(abs(y - rect.y), abs(y - rect.bottom))
    if beside:
        return x, min(max(y + down, rect.y + 3), rect.bottom - 3)
    return min(max(x + right, rect.x + 3), rect.right - 3), y
