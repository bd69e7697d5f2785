"""Positions of a stored view: boxes where their author put them, lines from border to border."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from diagrams.drawing import Drawing, Edge, Node
from diagrams.geometry import Path, Point, Rect, along, straight
from diagrams.notation import figure
from diagrams.own_shapes import component_lugs
from diagrams.placed import Placed

_ROUND = frozenset({"dot", "ring", "ellipse"})
_LOOP = 26.0
_LEAST_OVERLAP = 8.0
_APART = 12.0


def place(drawing: Drawing) -> Placed:
    """Lines keep to right angles where the boxes allow it, as modelling tools draw them."""
    rects = {node.id: node.place for node in drawing.nodes if node.place is not None}
    shapes = {node.id: _shape(node) for node in drawing.nodes}
    return Placed(rects, _lines(drawing, rects, shapes))


def _shape(node: Node) -> str:
    look = figure(node.kind.notation)
    return look.figure if node.alternative else look.outline


def _lines(drawing: Drawing, rects: Mapping[str, Rect], shapes: Mapping[str, str]) -> dict[str, Path]:
    """Every line whose ends are known; one that ends on another line waits for that one."""
    lanes = _lanes(drawing.edges)
    paths: dict[str, Path] = {}
    waiting: Sequence[Edge] = drawing.edges
    while waiting:
        later = []
        for edge in waiting:
            ends = _ends(edge, rects, paths)
            if ends is None:
                later.append(edge)
                continue
            points = _route(edge, *ends, lanes[edge.id], drawing.orthogonal)
            paths[edge.id] = straight(_on_outline(points, edge, ends, shapes))
        if len(later) == len(waiting):
            break
        waiting = later
    return paths


def _lanes(edges: Iterable[Edge]) -> dict[str, tuple[int, int]]:
    """Each line's number among those without bends that join the same two boxes, and how many these are."""
    together: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for edge in edges:
        pair = tuple(sorted((edge.source, edge.target)))
        together[pair if not edge.bend_points else (edge.id,)].append(edge.id)
    return {name: (at, len(names)) for names in together.values() for at, name in enumerate(names)}


def _ends(edge: Edge, rects: Mapping[str, Rect], paths: Mapping[str, Path]) -> tuple[Rect, Rect] | None:
    found = [_end(name, rects, paths) for name in (edge.source, edge.target)]
    return (found[0], found[1]) if found[0] is not None and found[1] is not None else None


def _end(name: str, rects: Mapping[str, Rect], paths: Mapping[str, Path]) -> Rect | None:
    if name in rects:
        return rects[name]
    if name in paths:
        x, y = along(paths[name].flattened(), 0.5)
        return Rect(x, y, 0, 0)
    return None


def _route(edge: Edge, source: Rect, target: Rect, lane: tuple[int, int], orthogonal: bool) -> list[Point]:
    if edge.source == edge.target and not edge.bend_points:
        return loop(source, lane[0])
    if edge.bend_points:
        bends = list(edge.bend_points)
        return [_anchor(source, bends[0]), *bends, _anchor(target, bends[-1])]
    return direct(source, target, lane, orthogonal)


def direct(source: Rect, target: Rect, lane: tuple[int, int] = (0, 1), orthogonal: bool = False) -> list[Point]:
    """Straight down or across where the boxes face each other, else slanted; parallel lines in lanes."""
    share = (lane[0] + 1) / (lane[1] + 1)
    left, right = max(source.x, target.x), min(source.right, target.right)
    if right - left >= _LEAST_OVERLAP and not _overlap(source.y, source.bottom, target.y, target.bottom):
        x = left + (right - left) * share
        down = source.bottom <= target.y
        return [(x, source.bottom if down else source.y), (x, target.y if down else target.bottom)]
    top, bottom = max(source.y, target.y), min(source.bottom, target.bottom)
    if bottom - top >= _LEAST_OVERLAP and not _overlap(source.x, source.right, target.x, target.right):
        y = top + (bottom - top) * share
        onward = source.right <= target.x
        return [(source.right if onward else source.x, y), (target.x if onward else target.right, y)]
    if orthogonal and not source.overlaps(target):
        return _elbow(source, target)
    return _slanted(source, target, lane)


def _overlap(low: float, high: float, other_low: float, other_high: float) -> bool:
    return low < other_high and other_low < high


def _slanted(source: Rect, target: Rect, lane: tuple[int, int]) -> list[Point]:
    (x1, y1), (x2, y2) = source.centre, target.centre
    distance = math.dist((x1, y1), (x2, y2)) or 1
    offset = (lane[0] - (lane[1] - 1) / 2) * _APART
    aside = (-(y2 - y1) / distance * offset, (x2 - x1) / distance * offset)
    start, end = (x1 + aside[0], y1 + aside[1]), (x2 + aside[0], y2 + aside[1])
    return [_exit(source, start, end), _exit(target, end, start)]


def _elbow(source: Rect, target: Rect) -> list[Point]:
    """Out at one side, across half-way, in at the facing side."""
    (x1, y1), (x2, y2) = source.centre, target.centre
    if _gap(source.x, source.right, target.x, target.right) >= _gap(source.y, source.bottom, target.y, target.bottom):
        start, end = (source.right, target.x) if x1 < x2 else (source.x, target.right)
        middle = (start + end) / 2
        return [(start, y1), (middle, y1), (middle, y2), (end, y2)]
    start, end = (source.bottom, target.y) if y1 < y2 else (source.y, target.bottom)
    middle = (start + end) / 2
    return [(x1, start), (x1, middle), (x2, middle), (x2, end)]


def _gap(low: float, high: float, other_low: float, other_high: float) -> float:
    return max(other_low - high, low - other_high)


def _anchor(rect: Rect, reference: Point) -> Point:
    """Where a line toward a point leaves the box: at a right angle where that is possible."""
    x, y = reference
    if rect.x <= x <= rect.right and not rect.y < y < rect.bottom:
        return x, rect.y if y <= rect.y else rect.bottom
    if rect.y <= y <= rect.bottom and not rect.x < x < rect.right:
        return rect.x if x <= rect.x else rect.right, y
    return chopped(rect, reference)


def chopped(rect: Rect, toward: Point) -> Point:
    """Where the ray from the centre to a point crosses the border."""
    return _exit(rect, rect.centre, toward)


def _exit(rect: Rect, start: Point, toward: Point) -> Point:
    """Where the ray from a point inside crosses the border; the start itself when the goal is inside too."""
    dx, dy = toward[0] - start[0], toward[1] - start[1]
    shares = []
    if dx:
        shares.append(((rect.right if dx > 0 else rect.x) - start[0]) / dx)
    if dy:
        shares.append(((rect.bottom if dy > 0 else rect.y) - start[1]) / dy)
    share = min((each for each in shares if each >= 0), default=0.0)
    return start[0] + dx * share, start[1] + dy * share


def _on_outline(points: list[Point], edge: Edge, ends: tuple[Rect, Rect], shapes: Mapping[str, str]) -> list[Point]:
    """A line to a shape that does not fill its rectangle goes on to its border."""
    found = list(points)
    found[0] = _to_outline(shapes.get(edge.source, ""), ends[0], found[0], found[1])
    found[-1] = _to_outline(shapes.get(edge.target, ""), ends[1], found[-1], found[-2])
    return found


def _to_outline(shape: str, rect: Rect, end: Point, before: Point) -> Point:
    if shape in _ROUND:
        return _on_ellipse(rect, before)
    if shape == "component" and end[0] <= rect.x + 0.01:
        lug, tops, height = component_lugs(rect)
        if not any(top <= end[1] <= top + height for top in tops):
            return end[0] + lug, end[1]
    return end


def _on_ellipse(rect: Rect, toward: Point) -> Point:
    x, y = rect.centre
    rx, ry = rect.width / 2, rect.height / 2
    dx, dy = toward[0] - x, toward[1] - y
    if rx <= 0 or ry <= 0 or (dx == 0 and dy == 0):
        return x, y
    share = 1 / math.hypot(dx / rx, dy / ry)
    return x + dx * share, y + dy * share


def loop(rect: Rect, lane: int = 0) -> list[Point]:
    """A line from a box to itself, around its lower right corner; further ones around it."""
    out = _LOOP + 10 * lane
    x, y = rect.right - min(24, rect.width / 3), rect.bottom - min(16, rect.height / 3)
    return [
        (x, rect.bottom),
        (x, rect.bottom + out),
        (rect.right + out, rect.bottom + out),
        (rect.right + out, y),
        (rect.right, y),
    ]
