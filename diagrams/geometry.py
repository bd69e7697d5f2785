"""Points, rectangles and paths in pixels, y downwards. Nothing here knows what is drawn."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def grow(self, by: float) -> "Rect":
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def moved(self, right: float, down: float) -> "Rect":
        return Rect(self.x + right, self.y + down, self.width, self.height)

    def overlaps(self, other: "Rect", gap: float = 0) -> bool:
        return (
            self.x < other.right + gap
            and other.x < self.right + gap
            and self.y < other.bottom + gap
            and other.y < self.bottom + gap
        )

    def holds(self, other: "Rect", slack: float = 0.01) -> bool:
        return (
            self.x - slack <= other.x
            and self.y - slack <= other.y
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def has(self, point: Point) -> bool:
        return self.x <= point[0] <= self.right and self.y <= point[1] <= self.bottom


def around(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle that holds them all; an empty one at the origin when there are none."""
    found = list(rects)
    if not found:
        return Rect(0, 0, 0, 0)
    left, top = min(rect.x for rect in found), min(rect.y for rect in found)
    right, bottom = max(rect.right for rect in found), max(rect.bottom for rect in found)
    return Rect(left, top, right - left, bottom - top)


def centred(centre: Point, width: float, height: float) -> Rect:
    return Rect(centre[0] - width / 2, centre[1] - height / 2, width, height)


@dataclass(frozen=True, slots=True)
class Path:
    """A line: where it starts, then steps. A step of one point is straight, one of three a cubic Bezier."""

    start: Point
    steps: tuple[tuple[Point, ...], ...]

    @property
    def end(self) -> Point:
        return self.steps[-1][-1] if self.steps else self.start

    def reversed(self) -> "Path":
        points = [self.start, *(point for step in self.steps for point in step)]
        steps, at = [], len(points) - 1
        for step in reversed(self.steps):
            steps.append(tuple(points[at - 1 - offset] for offset in range(len(step))))
            at -= len(step)
        return Path(points[-1], tuple(steps))

    def joined(self, other: "Path") -> "Path":
        """This path and then the other, with a straight piece between when they do not touch."""
        bridge = () if math.dist(self.end, other.start) < 0.01 else ((other.start,),)
        return Path(self.start, (*self.steps, *bridge, *other.steps))

    def moved(self, right: float, down: float) -> "Path":
        steps = tuple(tuple((x + right, y + down) for x, y in step) for step in self.steps)
        return Path((self.start[0] + right, self.start[1] + down), steps)

    def flattened(self, pieces: int = 12) -> list[Point]:
        """The path as a polyline, curves cut into so many pieces."""
        points = [self.start]
        for step in self.steps:
            if len(step) == 1:
                points.append(step[0])
            else:
                points.extend(_curve(points[-1], step, pieces))
        return points

    def bounds(self) -> Rect:
        points = self.flattened()
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def straight(points: Iterable[Point]) -> Path:
    first, *rest = points
    return Path(first, tuple((point,) for point in rest))


def _curve(start: Point, step: tuple[Point, ...], pieces: int) -> Iterator[Point]:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (start, *step)
    for a, b, c, d in _shares(pieces):
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


@cache
def _shares(pieces: int) -> Sequence[tuple[float, float, float, float]]:
    """How much of each of its four points a cubic Bezier has after each piece."""
    found = []
    for piece in range(1, pieces + 1):
        t = piece / pieces
        u = 1 - t
        found.append((u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t))
    return found


def along(points: list[Point], share: float) -> Point:
    """The point at a share (0 to 1) of a polyline's length."""
    lengths = [math.dist(first, second) for first, second in pairwise(points)]
    left = sum(lengths) * share
    for length, first, second in zip(lengths, points, points[1:], strict=False):
        if length and left <= length:
            part = left / length
            return first[0] + (second[0] - first[0]) * part, first[1] + (second[1] - first[1]) * part
        left -= length
    return points[-1]


def crosses(rect: Rect, first: Point, second: Point) -> bool:
    """Whether a segment touches a rectangle (Liang and Barsky's clipping)."""
    low, high = 0.0, 1.0
    dx, dy = second[0] - first[0], second[1] - first[1]
    sides = (
        (-dx, first[0] - rect.x),
        (dx, rect.right - first[0]),
        (-dy, first[1] - rect.y),
        (dy, rect.bottom - first[1]),
    )
    for step, room in sides:
        if step == 0:
            if room < 0:
                return False
            continue
        reach = room / step
        if step < 0:
            low = max(low, reach)
        else:
            high = min(high, reach)
    return low <= high


def simplified(points: list[Point], tolerance: float) -> list[Point]:
    """The polyline with the fewest of its points from which it is nowhere farther than that (Douglas and Peucker)."""
    if len(points) < 3:
        return list(points)
    kept = {0, len(points) - 1}
    pending = [(0, len(points) - 1)]
    while pending:
        first, last = pending.pop()
        between = range(first + 1, last)
        far = max(between, key=lambda at: _off(points[at], points[first], points[last]), default=None)
        if far is not None and _off(points[far], points[first], points[last]) > tolerance:
            kept.add(far)
            pending += [(first, far), (far, last)]
    return [points[at] for at in sorted(kept)]


def _off(point: Point, first: Point, last: Point) -> float:
    """How far a point is from a segment."""
    dx, dy = last[0] - first[0], last[1] - first[1]
    square = dx * dx + dy * dy
    if square == 0:
        return math.dist(point, first)
    share = min(max(((point[0] - first[0]) * dx + (point[1] - first[1]) * dy) / square, 0.0), 1.0)
    return math.dist(point, (first[0] + share * dx, first[1] + share * dy))
