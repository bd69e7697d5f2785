"""Finds a free place for the label of each line: on no box, no other text and no other label."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product

from diagrams.geometry import Point, Rect, along, centred

#: Where along the line a label is tried, the middle first.
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
_CELL = 80.0
#: Larger rectangles would fill too many cells; there are few of them.
_LARGE = 400 * _CELL * _CELL


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label of that size for a line; `first` is where a layout engine kept room for it."""

    id: str
    points: Sequence[Point]
    width: float
    height: float
    first: Point | None = None


def place(wanted: Iterable[Wanted], taken: Iterable[Rect]) -> Mapping[str, Rect | None]:
    """A rectangle for each label, None for one that has no free place. Earlier labels win over later ones."""
    occupied = _Grid(taken)
    found: dict[str, Rect | None] = {}
    for label in wanted:
        rect = next((each for each in _candidates(label) if not occupied.touches(each)), None)
        found[label.id] = rect
        if rect is not None:
            occupied.add(rect)
    return found


def _candidates(label: Wanted) -> Iterator[Rect]:
    if label.first is not None:
        yield centred(label.first, label.width, label.height)
    points = list(label.points)
    middles = [along(points, share) for share in _SHARES]
    on_line = [centred(middle, label.width, label.height) for middle in middles]
    aside, above = label.width / 2 + 5, label.height / 2 + 4
    beside = [
        centred((x + dx, y + dy), label.width, label.height)
        for (dx, dy), (x, y) in product(((0, -above), (0, above), (aside, 0), (-aside, 0)), middles)
    ]
    # A label as long as its line would hide it.
    yield from chain(beside, on_line) if _hides(label, points) else chain(on_line, beside)


def _hides(label: Wanted, points: list[Point]) -> bool:
    (x1, y1), (x2, y2) = points[0], points[-1]
    across, down = abs(x2 - x1), abs(y2 - y1)
    return across < label.width * 1.5 if across >= down else down < label.height * 2


class _Grid:
    """Rectangles sorted into square cells, so that a question looks only at its neighbourhood."""

    def __init__(self, rects: Iterable[Rect]) -> None:
        self._cells: defaultdict[tuple[int, int], list[Rect]] = defaultdict(list)
        self._large: list[Rect] = []
        for rect in rects:
            self.add(rect)

    def add(self, rect: Rect) -> None:
        if rect.width * rect.height > _LARGE:
            self._large.append(rect)
            return
        for cell in _cells(rect):
            self._cells[cell].append(rect)

    def touches(self, rect: Rect) -> bool:
        near = (other for cell in _cells(rect) for other in self._cells.get(cell, ()))
        return any(rect.overlaps(other, 0.5) for other in chain(near, self._large))


def _cells(rect: Rect) -> Iterator[tuple[int, int]]:
    columns = range(int(rect.x // _CELL), int(rect.right // _CELL) + 1)
    rows = range(int(rect.y // _CELL), int(rect.bottom // _CELL) + 1)
    return product(columns, rows)
