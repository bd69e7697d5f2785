"""The columns of a layered drawing, and where lines pass a column that they do not end in: between its boxes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from diagrams.geometry import Rect

#: Free between a line that passes and the boxes above and below it.
_CLEAR = 6.0
#: Between lines that pass side by side: as wished, and the least before another gap is taken.
_APART, _LEAST = 9.0, 3.5
_FAR = 1e5


@dataclass(slots=True)
class Column:
    """From `x` to `right`. `gaps` are free stretches from above to below, the first and the last without end."""

    x: float
    right: float
    gaps: list[tuple[float, float]] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return (self.x + self.right) / 2

    def stand(self, obstacles: Iterable[Rect]) -> None:
        """What stands in the column leaves these gaps."""
        taken = [
            (rect.y - _CLEAR, rect.bottom + _CLEAR) for rect in obstacles if rect.x < self.right and self.x < rect.right
        ]
        ends, reached = [-_FAR], -_FAR
        for top, bottom in sorted(taken):
            if top > reached:
                ends += [top, bottom]
            else:
                ends[-1] = max(ends[-1], bottom)
            reached = max(reached, bottom)
        self.gaps = [(top, bottom) for top, bottom in zip(ends[::2], [*ends[1::2], _FAR], strict=True)]


def columns_of(rects: Iterable[Rect], headings: Sequence[Rect]) -> list[Column]:
    """What stands below each other is a column; from left to right. A heading reaches as far as it is long."""
    rects = list(rects)
    found: list[Column] = []
    for rect in sorted(rects, key=lambda each: (each.x, each.right)):
        if found and rect.x < found[-1].right:
            found[-1].right = max(found[-1].right, rect.right)
        else:
            found.append(Column(rect.x, rect.right))
    ends = [-_FAR, *(column.right for column in found)]
    begins = [*(column.x for column in found[1:]), _FAR]
    for column, left, right in zip(found, ends, begins, strict=False):
        over = [each for each in headings if each.x < column.right and column.x < each.right]
        column.x = min([column.x, *(each.x for each in over if each.x > left)])
        column.right = max([column.right, *(each.right for each in over if each.right < right)])
        column.stand([*rects, *headings])
    return found


def passages(columns: Sequence[Column], wanted: Mapping[str, Mapping[int, float]]) -> dict[str, dict[int, float]]:
    """How high each line passes each column, where it wishes to pass; lines in one gap stand side by side.

    `wanted` is by line and number of the column. O(lines * gaps).
    """
    found: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for number, column in enumerate(columns):
        heights = {name: at[number] for name, at in wanted.items() if number in at}
        inside: defaultdict[int, list[str]] = defaultdict(list)
        for name in sorted(heights, key=lambda each: (heights[each], each)):
            inside[_gap(column, heights[name], inside)].append(name)
        for gap, names in inside.items():
            names.sort(key=lambda each: (heights[each], each))
            for name, height in zip(names, _side_by_side(column.gaps[gap], [heights[n] for n in names]), strict=True):
                found[name][number] = height
    return dict(found)


def _gap(column: Column, height: float, used: Mapping[int, Sequence[str]]) -> int:
    """The nearest gap that has room for one more."""

    def misfit(number: int) -> tuple[bool, float]:
        top, bottom = column.gaps[number]
        full = (len(used.get(number, ())) + 1) * _LEAST > bottom - top
        return full, max(top - height, height - bottom, 0.0)

    return min(range(len(column.gaps)), key=misfit)


def _side_by_side(gap: tuple[float, float], wanted: Sequence[float]) -> list[float]:
    """As near to the wanted heights as keeps them in the gap and apart from each other."""
    top, bottom = gap
    apart = min(_APART, (bottom - top) / len(wanted))
    found: list[float] = []
    for height in wanted:
        found.append(max(height, found[-1] + apart if found else top))
    last = bottom
    for at in range(len(found) - 1, -1, -1):
        found[at] = min(found[at], last)
        last = found[at] - apart
    return found
