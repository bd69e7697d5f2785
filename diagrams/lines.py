"""Lines as drawn: SVG path data and the signs at the ends. Which relationship has which is `notation`."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from diagrams.geometry import Path, Point
from diagrams.shapes import n

Filling = Literal["solid", "hollow", "none"]

#: Rounding of the bends of a line of straight pieces.
_BEND_RADIUS = 6.0


@dataclass(frozen=True, slots=True)
class Ending:
    """Path data of the sign, how it is filled, and how far it reaches back along the line."""

    data: str
    filling: Filling
    reach: float


#: The signs with the tip at the origin, pointing to the right: points or arcs, filling, reach.
_SIGNS: dict[str, tuple[tuple[Point, ...], Filling, float, bool]] = {
    "arrow": (((-9, -4.5), (0, 0), (-9, 4.5)), "none", 0, False),
    "half-arrow": (((-9, -4.8), (0, 0)), "none", 0, False),
    "arrow-solid": (((-10, -4.2), (0, 0), (-10, 4.2)), "solid", 8, True),
    "triangle": (((-12, -6.5), (0, 0), (-12, 6.5)), "hollow", 12, True),
    "diamond": (((-16, 0), (-8, -4.8), (0, 0), (-8, 4.8)), "hollow", 16, True),
    "diamond-solid": (((-16, 0), (-8, -4.8), (0, 0), (-8, 4.8)), "solid", 15, True),
}
_BALL_RADIUS = 3.6


def ending(name: str, points: list[Point], share: float = 1.0) -> Ending | None:
    """The sign at the end of a polyline, turned as the line arrives; `share` makes it smaller."""
    if not name:
        return None
    tip = points[-1]
    if name == "ball":
        return _ball(tip, share)
    shape, filling, reach, closed = _SIGNS[name]
    angle = _arrival(points, max(reach, 9) * share)
    turned = [_turned(point, tip, angle, share) for point in shape]
    data = "M" + "L".join(f"{n(x)} {n(y)}" for x, y in turned) + ("Z" if closed else "")
    return Ending(data, filling, reach * share)


def _ball(tip: Point, share: float) -> Ending:
    r = _BALL_RADIUS * share
    data = f"M{n(tip[0] - r)} {n(tip[1])}a{n(r)} {n(r)} 0 1 0 {n(2 * r)} 0a{n(r)} {n(r)} 0 1 0 {n(-2 * r)} 0Z"
    return Ending(data, "solid", 0)


def _arrival(points: list[Point], back: float) -> float:
    """The direction in which the line arrives, looked at from as far back as the sign reaches."""
    tip = points[-1]
    for point in reversed(points[:-1]):
        if math.dist(point, tip) >= back:
            break
    else:
        point = points[0]
    return math.atan2(tip[1] - point[1], tip[0] - point[0])


def _turned(point: Point, tip: Point, angle: float, share: float) -> Point:
    x, y = point[0] * share, point[1] * share
    return tip[0] + x * math.cos(angle) - y * math.sin(angle), tip[1] + x * math.sin(angle) + y * math.cos(angle)


def length(points: list[Point]) -> float:
    return sum(math.dist(first, second) for first, second in pairwise(points))


def data(path: Path) -> str:
    """SVG path data; the bends of straight pieces are rounded."""
    if all(len(step) == 1 for step in path.steps):
        return _rounded([path.start, *(step[0] for step in path.steps)])
    parts = [f"M{n(path.start[0])} {n(path.start[1])}"]
    for step in path.steps:
        letter = "L" if len(step) == 1 else "C"
        parts.append(letter + " ".join(f"{n(x)} {n(y)}" for x, y in step))
    return "".join(parts)


def _rounded(points: list[Point]) -> str:
    parts = [f"M{n(points[0][0])} {n(points[0][1])}"]
    for before, bend, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_BEND_RADIUS, math.dist(before, bend) / 2, math.dist(bend, after) / 2)
        enter, leave = _toward(bend, before, radius), _toward(bend, after, radius)
        parts.append(f"L{n(enter[0])} {n(enter[1])}Q{n(bend[0])} {n(bend[1])} {n(leave[0])} {n(leave[1])}")
    if len(points) > 1:
        parts.append(f"L{n(points[-1][0])} {n(points[-1][1])}")
    return "".join(parts)


def _toward(start: Point, goal: Point, by: float) -> Point:
    distance = math.dist(start, goal)
    if distance == 0:
        return start
    return start[0] + (goal[0] - start[0]) * by / distance, start[1] + (goal[1] - start[1]) * by / distance
