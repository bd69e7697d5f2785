"""Lines of a drawing whose layers are columns: even curves between columns, level where they pass one.

A line passes a column that it does not end in through a gap between its boxes. Where lines end they are spread along the
sides of the boxes; a line's name stands at the end at which fewer lines meet.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from diagrams.drawing import Drawing
from diagrams.geometry import Path, Point, Rect
from diagrams.passages import Column, columns_of, passages
from diagrams.placed import line_label

#: Of a box's height, how much the ends of its lines may take; and how far apart they are at most.
_SPREAD, _FARTHEST = 0.72, 11.0
#: What a line takes of the height of a box that many end at.
LINE_APART = 11.0
#: Left free for the sign at the end of a line, before its name.
_SIGN = 15.0
#: In which a line turns from one height to another.
_TURN = 44.0
#: How far a line between two boxes of one column swings out, least and most.
_SWING = (22.0, 46.0)
Side = Literal["left", "right"]
Name = TypeVar("Name")
End = TypeVar("End")


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


def name_room(name: float) -> float:
    """What a line needs between its columns, with a name of that width."""
    return name + 2 * _SIGN + _TURN


def named_at_end(lines: Mapping[Name, tuple[End, End]]) -> dict[Name, bool]:
    """Whether the name of each line, from its left to its right end, stands at the right one: where fewer lines meet."""
    leaving, arriving = Counter(near for near, _ in lines.values()), Counter(far for _, far in lines.values())
    return {line: leaving[near] >= arriving[far] for line, (near, far) in lines.items()}


@dataclass(frozen=True, slots=True)
class Lines:
    """Paths by line, and the middles of the rooms for their names."""

    paths: Mapping[str, Path]
    rooms: Mapping[str, Point]


def drawn(drawing: Drawing, boxes: Mapping[str, Rect], headings: Sequence[Rect], lang: str) -> Lines:
    """The lines of the drawing between `boxes`, by id, past these and the headings of frames.

    Lines between neighbours in a column, from a box to itself, and to what is no box are not among them.
    """
    columns = columns_of(boxes.values(), headings)
    lines = [line for line in _lines(drawing, boxes, columns) if not _neighbours(line, boxes)]
    through = passages(columns, {line.id: _wishes(line, boxes) for line in lines})
    starts, stops = _ends(lines, boxes, columns, through)
    widths = {edge.id: line_label(edge, lang).width for edge in drawing.edges}
    at_end = named_at_end({line.id: (line.near, line.far) for line in lines})
    levels = _levels(lines, columns, at_end, widths)
    paths, rooms = dict[str, Path](), dict[str, Point]()
    for line in lines:
        start, stop = starts[line.id], stops[line.id]
        if line.first == line.last:
            path = _bracket(start, stop, columns[line.first])
        else:
            level = levels[line.first if not at_end[line.id] else line.last, at_end[line.id]]
            level_at = (_SIGN, level) if at_end[line.id] else (level, _SIGN)
            path = _curves(line, start, stop, level_at, columns, through.get(line.id, {}))
        paths[line.id] = path if line.forth else path.reversed()
        if line.first != line.last:
            aside = _SIGN + widths[line.id] / 2
            rooms[line.id] = (stop[0] - aside, stop[1]) if at_end[line.id] else (start[0] + aside, start[1])
    return Lines(paths, rooms)


def _lines(drawing: Drawing, boxes: Mapping[str, Rect], columns: Sequence[Column]) -> Iterator[_Line]:
    def column(name: str) -> int | None:
        rect = boxes.get(name)
        if rect is None:
            return None
        return next(
            (at for at, each in enumerate(columns) if each.x - 1 <= rect.x and rect.right <= each.right + 1), None
        )

    for edge in drawing.edges:
        first, last = column(edge.source), column(edge.target)
        if first is None or last is None or edge.source == edge.target:
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


def _wishes(line: _Line, boxes: Mapping[str, Rect]) -> dict[int, float]:
    """How high the line would pass the columns between if it ran straight."""
    y1, y2 = boxes[line.near].centre[1], boxes[line.far].centre[1]
    steps = line.last - line.first
    return {line.first + step: y1 + (y2 - y1) * step / steps for step in range(1, steps)}


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
        found[key] = max(found[key], min(wanted, max(room * 0.6, room - _TURN)))
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
