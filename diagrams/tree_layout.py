"""A tree as an organisation chart: the top, what stands below it in columns, and all further below as indented lists.

Columns that would be too many for one row stand in several. Every line runs at right angles, in the space between.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diagrams.drawing import Drawing, Edge
from diagrams.geometry import Path, Point, Rect, straight
from diagrams.placed import Placed

_INDENT, _STEM = 30.0, 14.0  # of a list below its head, and of the line that joins it
_BETWEEN, _BELOW = 26.0, 14.0  # columns, and boxes of a list
_LEVEL, _BAND = 46.0, 58.0  # between the top and its columns, and between rows of columns
_ASPECT = 1.7
#: Where the lines turn, above the boxes of a row; and how far left of everything they run down.
_TURN, _ASIDE = 20.0, 22.0


def place(drawing: Drawing, sizes: Mapping[str, tuple[float, float]]) -> Placed:
    """Positions by the lines, each from what stands above to what stands below it.

    Several tops stand one below the other, those with nothing below them together at the end. Of a circle the line that
    closes it is left out.
    """
    tree = _Tree.of(drawing)
    heads = [name for name in tree.tops if tree.below.get(name)]
    columns = {head: [_column(tree, name, sizes) for name in tree.below[head]] for head in heads}
    alone = [_column(tree, name, sizes) for name in tree.tops if not tree.below.get(name)]
    room = max((_room(each) for each in (*columns.values(), alone)), default=0.0)
    rects: dict[str, Rect] = {}
    bands: dict[str, float] = {}
    low = 0.0
    for head in heads:
        width, height = sizes[head]
        found, begins = _bands(columns[head], low + height + _LEVEL, room, _BAND)
        right = max(rect.right for rect in found.values())
        rects |= {head: Rect((right - width) / 2, low, width, height), **found}
        bands |= begins
        low = max(rect.bottom for rect in found.values()) + _BAND
    if alone:
        rects |= _bands(alone, low, max(room, *(rect.right for rect in rects.values()), 0.0), _BETWEEN)[0]
    paths = {edge.id: _path(edge, rects, bands) for edge in tree.edges}
    return Placed(rects, paths)


@dataclass(frozen=True, slots=True)
class _Tree:
    tops: Sequence[str]
    below: Mapping[str, Sequence[str]]
    edges: Sequence[Edge]

    @classmethod
    def of(cls, drawing: Drawing) -> "_Tree":
        names = [node.id for node in drawing.nodes]
        above: dict[str, str] = {}
        edges = []
        for edge in drawing.edges:
            known = edge.source in names and edge.target in names
            if known and edge.target not in above and not _leads_to(above, edge.source, edge.target):
                above[edge.target] = edge.source
                edges.append(edge)
        below: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            if name in above:
                below[above[name]].append(name)
        return cls([name for name in names if name not in above], below, edges)


def _leads_to(above: Mapping[str, str], name: str, wanted: str) -> bool:
    while name != wanted and name in above:
        name = above[name]
    return name == wanted


def _column(tree: _Tree, name: str, sizes: Mapping[str, tuple[float, float]]) -> dict[str, Rect]:
    """A box and all below it, each level indented, from the origin downwards."""
    found: dict[str, Rect] = {}
    waiting, top = [(name, 0)], 0.0
    while waiting:
        each, level = waiting.pop()
        width, height = sizes[each]
        found[each] = Rect(level * _INDENT, top, width, height)
        top += height + _BELOW
        waiting += [(child, level + 1) for child in reversed(tree.below.get(each, ()))]
    return found


def _size(column: Mapping[str, Rect]) -> tuple[float, float]:
    return max(rect.right for rect in column.values()), max(rect.bottom for rect in column.values())


def _room(columns: Sequence[Mapping[str, Rect]]) -> float:
    """How wide rows of these columns are at about the wanted proportions."""
    sizes = [_size(each) for each in columns]
    area = sum((width + _BETWEEN) * (height + _BAND) for width, height in sizes)
    return max(math.sqrt(area * _ASPECT), max((width for width, _ in sizes), default=0.0))


def _bands(
    columns: Sequence[Mapping[str, Rect]], top: float, room: float, between: float
) -> tuple[dict[str, Rect], dict[str, float]]:
    """The columns in rows no wider than the room; and for the head of each column where its row begins."""
    sizes = [_size(each) for each in columns]
    rects: dict[str, Rect] = {}
    begins: dict[str, float] = {}
    x, y, tallest = 0.0, top, 0.0
    for column, (width, height) in zip(columns, sizes, strict=True):
        if x > 0 and x + width > room:
            x, y, tallest = 0.0, y + tallest + between, 0.0
        rects |= {name: rect.moved(x, y) for name, rect in column.items()}
        begins[next(iter(column))] = y
        x += width + _BETWEEN
        tallest = max(tallest, height)
    return rects, begins


def _path(edge: Edge, rects: Mapping[str, Rect], bands: Mapping[str, float]) -> Path:
    upper, lower = rects[edge.source], rects[edge.target]
    if edge.target not in bands:
        x, y = upper.x + _STEM, lower.centre[1]
        return straight([(x, upper.bottom), (x, y), (lower.x, y)])
    start, end = (upper.centre[0], upper.bottom), (lower.centre[0], lower.y)
    first, turn = upper.bottom + _LEVEL - _TURN, bands[edge.target] - _TURN
    if turn <= first + 1:
        return straight(_without_repetition([start, (start[0], turn), (end[0], turn), end]))
    # Rows further down are reached along the left of everything.
    return straight([start, (start[0], first), (-_ASIDE, first), (-_ASIDE, turn), (end[0], turn), end])


def _without_repetition(points: Sequence[Point]) -> list[Point]:
    found = [points[0]]
    for point in points[1:]:
        if point != found[-1]:
            found.append(point)
    return found
