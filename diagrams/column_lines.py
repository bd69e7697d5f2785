"""Lines between neighbouring columns of a layered drawing: even curves, spread along the sides of boxes.

Nothing stands between two columns, so these need no leading around boxes; Graphviz' own swerve for labels. A
line's name stands at the end at which fewer lines meet.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from diagrams.drawing import Drawing
from diagrams.geometry import Path, Point, Rect
from diagrams.placed import Placed, line_label

#: Of a box's height, how much the ends of its lines may take; and how far apart they are at most.
_SPREAD, _FARTHEST = 0.6, 11.0
#: Left free for the sign at the end of a line, before its name.
_SIGN = 15.0


@dataclass(frozen=True, slots=True)
class _Line:
    """From the box `left` to the box `right` of the next column, whichever way the relationship points."""

    id: str
    left: str
    right: str
    forth: bool


def drawn(drawing: Drawing, placed: Placed, lang: str) -> Placed:
    """The drawing with curves between columns, where it has layers that run to the right."""
    lines = list(_between(drawing)) if drawing.direction == "right" else []
    if not lines:
        return placed
    starts = _ends(lines, placed.nodes, at_left=True)
    ends = _ends(lines, placed.nodes, at_left=False)
    paths, rooms = dict(placed.edges), dict(placed.kept_room)
    leaving, arriving = Counter(line.left for line in lines), Counter(line.right for line in lines)
    labels = {edge.id: line_label(edge, lang) for edge in drawing.edges}
    at_end = {line.id: leaving[line.left] >= arriving[line.right] for line in lines}
    levels = _levels(lines, starts, ends, at_end, {name: label.width for name, label in labels.items()})
    for line in lines:
        start, end = starts[line.id], ends[line.id]
        level = levels[start[0], end[0], at_end[line.id]]
        path = _curve(start, end, *((_SIGN, level) if at_end[line.id] else (level, _SIGN)))
        paths[line.id] = path if line.forth else path.reversed()
        aside = _SIGN + labels[line.id].width / 2
        rooms[line.id] = (end[0] - aside, end[1]) if at_end[line.id] else (start[0] + aside, start[1])
    return replace(placed, edges=paths, kept_room=rooms)


def _between(drawing: Drawing) -> Iterable[_Line]:
    ranks = {node.id: node.rank for node in drawing.nodes if node.rank is not None}
    order = {rank: at for at, rank in enumerate(sorted(set(ranks.values())))}
    for edge in drawing.edges:
        if edge.source not in ranks or edge.target not in ranks:
            continue
        step = order[ranks[edge.target]] - order[ranks[edge.source]]
        if step == 1:
            yield _Line(edge.id, edge.source, edge.target, True)
        elif step == -1:
            yield _Line(edge.id, edge.target, edge.source, False)


def _ends(lines: Iterable[_Line], rects: Mapping[str, Rect], *, at_left: bool) -> dict[str, Point]:
    """Where each line leaves (or arrives), in the order of where it goes to (or comes from)."""
    at: defaultdict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        at[line.left if at_left else line.right].append(line)
    found = {}
    for name, group in at.items():
        rect = rects[name]
        group.sort(key=lambda line: rects[line.right if at_left else line.left].centre[1])
        gap = min(_FARTHEST, rect.height * _SPREAD / len(group))
        x = rect.right if at_left else rect.x
        for number, line in enumerate(group):
            found[line.id] = (x, rect.centre[1] + (number - (len(group) - 1) / 2) * gap)
    return found


def _levels(
    lines: Iterable[_Line],
    starts: Mapping[str, Point],
    ends: Mapping[str, Point],
    at_end: Mapping[str, bool],
    widths: Mapping[str, float],
) -> Mapping[tuple[float, float, bool], float]:
    """How long the lines between two columns run level, at that end: as the widest of their names needs."""
    found: defaultdict[tuple[float, float, bool], float] = defaultdict(float)
    for line in lines:
        left, right = starts[line.id][0], ends[line.id][0]
        wanted = widths[line.id] + 2 * _SIGN if widths[line.id] else _SIGN
        key = (left, right, at_end[line.id])
        found[key] = max(found[key], min(wanted, (right - left) * 0.6))
    return found


def _curve(start: Point, end: Point, level_at_start: float, level_at_end: float) -> Path:
    """A curve that runs level at both ends, where the line's signs and its name stand."""
    first, last = (start[0] + level_at_start, start[1]), (end[0] - level_at_end, end[1])
    bend = (last[0] - first[0]) * 0.5
    return Path(start, ((first,), ((first[0] + bend, first[1]), (last[0] - bend, last[1]), last), (end,)))
