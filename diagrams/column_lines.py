"""Lines of a drawing whose layers are columns: even curves between columns, level where they pass one.

Graphviz says in which gap between boxes a line passes a column that it does not end in; its own curves swing wide. Where
lines end they are spread along the sides of the boxes; a line's name stands at the end at which fewer lines meet.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from diagrams.drawing import Drawing
from diagrams.geometry import Path, Point, Rect, crosses
from diagrams.passages import Column, columns_of, height_at, passages
from diagrams.placed import Placed, framed_clusters, line_label

#: Of a box's height, how much the ends of its lines may take; and how far apart they are at most.
_SPREAD, _FARTHEST = 0.6, 11.0
#: Left free for the sign at the end of a line, before its name.
_SIGN = 15.0
#: How far a line between two boxes of one column swings out, least and most.
_SWING = (22.0, 46.0)
Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class _Line:
    """From box `near` in column `first` to box `far` in `last`, whichever way the relationship points."""

    id: str
    near: str
    far: str
    first: int
    last: int
    forth: bool

    @property
    def ends(self) -> tuple[tuple[str, Side], tuple[str, Side]]:
        """Inside one column a line leaves and comes back on the left."""
        return (self.near, "left" if self.first == self.last else "right"), (self.far, "left")


def drawn(drawing: Drawing, placed: Placed, lang: str) -> Placed:
    """The drawing with such lines, where its layers run to the right. Lines that would run through a box stay."""
    if drawing.direction != "right":
        return placed
    ends = {end for edge in drawing.edges for end in (edge.source, edge.target)}
    headings = [rect for box in framed_clusters(drawing, placed, lang).values() for rect in box.text_rects()]
    touched = [rect for name, rect in placed.nodes.items() if name in ends]
    columns = columns_of(touched, headings, list(placed.nodes.values()))
    lines = [line for line in _lines(drawing, placed, columns) if not _neighbours(line, placed.nodes)]
    if not lines:
        return placed
    through = passages(columns, {line.id: _wishes(line, placed, columns) for line in lines})
    starts, stops = _ends(lines, placed.nodes, columns, through)
    widths = {edge.id: line_label(edge, lang).width for edge in drawing.edges}
    leaving, arriving = Counter(line.near for line in lines), Counter(line.far for line in lines)
    at_end = {line.id: leaving[line.near] >= arriving[line.far] for line in lines}
    levels = _levels(lines, columns, at_end, widths)
    paths, rooms = dict(placed.edges), dict(placed.kept_room)
    for line in lines:
        start, stop = starts[line.id], stops[line.id]
        if line.first == line.last:
            path = _bracket(start, stop, columns[line.first])
        else:
            level = levels[line.first if not at_end[line.id] else line.last, at_end[line.id]]
            level_at = (_SIGN, level) if at_end[line.id] else (level, _SIGN)
            path = _curves(line, start, stop, level_at, columns, through.get(line.id, {}))
        if _hits(path, [rect for name, rect in placed.nodes.items() if name not in (line.near, line.far)]):
            continue
        paths[line.id] = path if line.forth else path.reversed()
        if line.first != line.last:
            aside = _SIGN + widths[line.id] / 2
            rooms[line.id] = (stop[0] - aside, stop[1]) if at_end[line.id] else (start[0] + aside, start[1])
        else:
            rooms.pop(line.id, None)
    return replace(placed, edges=paths, kept_room=rooms)


def _lines(drawing: Drawing, placed: Placed, columns: Sequence[Column]) -> Iterator[_Line]:
    def column(name: str) -> int | None:
        rect = placed.nodes.get(name)
        if rect is None:
            return None
        return next(
            (at for at, each in enumerate(columns) if each.x - 1 <= rect.x and rect.right <= each.right + 1), None
        )

    for edge in drawing.edges:
        first, last = column(edge.source), column(edge.target)
        if first is None or last is None or edge.source == edge.target or edge.id not in placed.edges:
            continue
        if first <= last:
            yield _Line(edge.id, edge.source, edge.target, first, last, True)
        else:
            yield _Line(edge.id, edge.target, edge.source, last, first, False)


def _neighbours(line: _Line, rects: Mapping[str, Rect]) -> bool:
    """Whether the boxes stand right below each other: then a straight line is best."""
    if line.first != line.last:
        return False
    upper, lower = sorted((rects[line.near], rects[line.far]), key=lambda rect: rect.y)
    between = Rect(upper.x, upper.bottom + 1, upper.width, max(lower.y - upper.bottom - 2, 0.0))
    return not any(between.overlaps(rect) for rect in rects.values() if rect not in (upper, lower))


def _wishes(line: _Line, placed: Placed, columns: Sequence[Column]) -> dict[int, float]:
    """Where Graphviz leads the line through the columns between; else straight."""
    y1, y2 = placed.nodes[line.near].centre[1], placed.nodes[line.far].centre[1]
    found = {}
    for number in range(line.first + 1, line.last):
        there = height_at(placed.edges[line.id], columns[number].middle)
        share = (number - line.first) / (line.last - line.first)
        found[number] = y1 + (y2 - y1) * share if there is None else there
    return found


def _ends(
    lines: Iterable[_Line],
    rects: Mapping[str, Rect],
    columns: Sequence[Column],
    through: Mapping[str, Mapping[int, float]],
) -> tuple[dict[str, Point], dict[str, Point]]:
    """Where each line leaves and arrives, in the order of where it goes to or comes from."""
    at: defaultdict[tuple[str, Side], list[tuple[float, str, bool]]] = defaultdict(list)
    for line in lines:
        near, far = line.ends
        passed = through.get(line.id, {})
        toward = passed.get(line.first + 1, rects[line.far].centre[1])
        origin = passed.get(line.last - 1, rects[line.near].centre[1])
        at[near].append((toward, line.id, True))
        at[far].append((origin, line.id, False))
    starts, stops = dict[str, Point](), dict[str, Point]()
    for (name, side), group in at.items():
        rect = rects[name]
        gap = min(_FARTHEST, rect.height * _SPREAD / len(group))
        x = rect.right if side == "right" else rect.x
        for number, (_, line_id, is_start) in enumerate(sorted(group)):
            y = rect.centre[1] + (number - (len(group) - 1) / 2) * gap
            (starts if is_start else stops)[line_id] = (x, y)
    return starts, stops


def _levels(
    lines: Iterable[_Line], columns: Sequence[Column], at_end: Mapping[str, bool], widths: Mapping[str, float]
) -> Mapping[tuple[int, bool], float]:
    """How long lines run level beside a column, as the widest of their names needs: by column, and at which end."""
    found: defaultdict[tuple[int, bool], float] = defaultdict(float)
    for line in lines:
        if line.first == line.last:
            continue
        beside = line.last if at_end[line.id] else line.first
        left, right = (beside - 1, beside) if at_end[line.id] else (beside, beside + 1)
        room = columns[right].x - columns[left].right
        wanted = widths[line.id] + 2 * _SIGN if widths[line.id] else _SIGN
        key = (beside, at_end[line.id])
        found[key] = max(found[key], min(wanted, room * 0.6))
    return found


def _curves(
    line: _Line,
    start: Point,
    stop: Point,
    level_at: tuple[float, float],
    columns: Sequence[Column],
    through: Mapping[int, float],
) -> Path:
    """Level at both ends, where the line's signs and its name stand, and level through the columns between."""
    first = (max(columns[line.first].right, start[0] + level_at[0]), start[1])
    last = (min(columns[line.last].x, stop[0] - level_at[1]), stop[1])
    steps: list[tuple[Point, ...]] = [(first,)]
    at = first
    for number in sorted(through):
        x, right, y = columns[number].x, columns[number].right, through[number]
        steps += [_bend(at, (x, y)), ((right, y),)]
        at = (right, y)
    return Path(start, (*steps, _bend(at, last), (stop,)))


def _bend(start: Point, end: Point) -> tuple[Point, ...]:
    middle = (start[0] + end[0]) / 2
    return (middle, start[1]), (middle, end[1]), end


def _bracket(start: Point, stop: Point, column: Column) -> Path:
    """Out to the left, along the column, and back."""
    away = stop[1] - start[1]
    swing = min(max(abs(away) * 0.12, _SWING[0]), _SWING[1])
    x, turn = column.x - swing, math.copysign(min(swing, abs(away) / 2), away)
    out = ((x, start[1]), (x, start[1]), (x, start[1] + turn))
    back = ((x, stop[1]), (x, stop[1]), stop)
    return Path(start, (out, ((x, stop[1] - turn),), back))


def _hits(path: Path, rects: Iterable[Rect]) -> bool:
    bounds = path.bounds()
    near = [rect.grow(-1) for rect in rects if rect.overlaps(bounds)]
    return any(crosses(rect, *pair) for pair in pairwise(path.flattened()) for rect in near)
