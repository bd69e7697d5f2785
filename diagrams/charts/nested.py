"""A map of nested boxes: a tree whose leaves are coloured by a value, in columns that read from above to below."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagrams.drawing import LegendEntry, MarkStyle, Swatch, Words, said
from diagrams.fitting import Run
from diagrams.geometry import Rect
from diagrams.marks import Mark, Shape, high, lines_of, samples, set_in

_LEAF, _LEAF_HEIGHT, _GAP, _PAD = 148.0, 46.0, 6.0, 9.0
_NAME, _VALUE, _HEAD = 10.5, 9.5, 12.0
_MOST_COLUMNS, _WIDEST, _SHAPE = 9, 5, 1.5
_FRAME = MarkStyle("rounded", tone="rule")


@dataclass(frozen=True, slots=True)
class Box:
    """A leaf has a swatch and its value; what has `parts` is a frame around them, with its own value in its head."""

    key: str
    name: Words
    value: Words = ""
    swatch: Swatch | None = None
    parts: tuple["Box", ...] = ()
    uid: str | None = None
    type: str = ""
    tooltip: Words = ""


@dataclass(frozen=True, slots=True)
class Nested:
    boxes: tuple[Box, ...]
    swatches: tuple[Swatch, ...] = ()

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        used = {box.swatch for box in _leaves(self.boxes) if box.swatch is not None}
        return samples(self.swatches, used, lambda each: MarkStyle("rounded", each))

    def marks(self, lang: str) -> Sequence[Mark]:
        """In columns of even width; as wide and as many as make the page about half as wide again as high."""
        if not self.boxes:
            return []
        tried = [
            (_misfit(width, heights, columns), wide, columns)
            for wide in range(1, _WIDEST + 1 if any(box.parts for box in self.boxes) else 2)
            for width, heights in [self._sizes(wide, lang)]
            for count in range(1, min(_MOST_COLUMNS, len(self.boxes)) + 1)
            for columns in [_columns(heights, count)]
        ]
        _, wide, columns = min(tried)
        width, heights = self._sizes(wide, lang)
        found: list[Mark] = []
        x, at = 0.0, 0
        for size in columns:
            y = 0.0
            for box, height in zip(self.boxes[at : at + size], heights[at : at + size], strict=True):
                found.extend(_placed(box, Rect(x, y, width, height), lang))
                y += height + _GAP * 1.5
            at += size
            x += width + _GAP * 1.5
        return found

    def _sizes(self, wide: int, lang: str) -> tuple[float, list[float]]:
        """The width of a column of so many leaves, and the height of each outermost box in it."""
        width = _width(wide) + 2 * _PAD * any(box.parts for box in self.boxes)
        return width, [_height(box, width, lang) for box in self.boxes]


def _misfit(width: float, heights: Sequence[float], columns: Sequence[int]) -> float:
    """How far a page with these columns is from the wanted shape; 0 is right."""
    at, highest = 0, 1.0
    for size in columns:
        highest = max(highest, sum(heights[at : at + size]))
        at += size
    return abs(math.log(len(columns) * width / highest / _SHAPE))


def _leaves(boxes: Sequence[Box]) -> Iterator[Box]:
    for box in boxes:
        if box.parts:
            yield from _leaves(box.parts)
        else:
            yield box


def _width(columns: int) -> float:
    return columns * _LEAF + (columns - 1) * _GAP


def _across(inner: float) -> int:
    return max(int((inner + _GAP) // (_LEAF + _GAP)), 1)


def _head(box: Box, width: float, lang: str) -> list[str]:
    return lines_of(said(box.name, lang), width - 2 * _PAD, _HEAD, most=2, bold=True)


def _head_height(box: Box, width: float, lang: str) -> float:
    value = high([said(box.value, lang)], _VALUE) if said(box.value, lang) else 0
    return _PAD * 0.7 + high(_head(box, width, lang), _HEAD) + value + 5


def _height(box: Box, width: float, lang: str) -> float:
    if not box.parts:
        return _LEAF_HEIGHT
    inner = width - 2 * _PAD
    return (
        _head_height(box, width, lang) + sum(height + _GAP for _, height in _rows(box.parts, inner, lang)) - _GAP + _PAD
    )


def _rows(parts: Sequence[Box], inner: float, lang: str) -> list[tuple[list[Box], float]]:
    """Leaves side by side, what has parts of its own over the whole width; each row with its height."""
    found: list[tuple[list[Box], float]] = []
    across, row = _across(inner), list[Box]()
    for part in parts:
        if part.parts:
            if row:
                found.append((row, _LEAF_HEIGHT))
                row = []
            found.append(([part], _height(part, inner, lang)))
            continue
        row.append(part)
        if len(row) == across:
            found.append((row, _LEAF_HEIGHT))
            row = []
    return [*found, *([(row, _LEAF_HEIGHT)] if row else [])]


def _placed(box: Box, rect: Rect, lang: str) -> Iterator[Mark]:
    if not box.parts:
        yield _leaf(box, rect, lang)
        return
    head = Rect(
        rect.x + _PAD, rect.y + _PAD * 0.7, rect.width - 2 * _PAD, _head_height(box, rect.width, lang) - _PAD * 0.7 - 4
    )
    runs = [
        Run(" ".join(_head(box, rect.width, lang)), _HEAD, bold=True),
        Run(said(box.value, lang), _VALUE, tone="quiet"),
    ]
    texts = set_in(head, runs, align="left", position="top")
    yield Shape(rect, _FRAME, tuple(texts), "cluster", box.uid, box.type, box.name, box.tooltip)
    top, inner = rect.y + _head_height(box, rect.width, lang), rect.width - 2 * _PAD
    for row, height in _rows(box.parts, inner, lang):
        across = 1 if row[0].parts else _across(inner)
        width = (inner - (across - 1) * _GAP) / across
        for at, part in enumerate(row):
            yield from _placed(part, Rect(rect.x + _PAD + at * (width + _GAP), top, width, height), lang)
        top += height + _GAP


def _leaf(box: Box, rect: Rect, lang: str) -> Shape:
    runs = [
        Run(said(box.name, lang), _NAME),
        Run(said(box.value, lang), _VALUE, bold=True, tone="quiet", optional=True),
    ]
    texts = set_in(Rect(rect.x + 6, rect.y + 3, rect.width - 12, rect.height - 6), runs)
    return Shape(rect, MarkStyle("rounded", box.swatch), tuple(texts), "node", box.uid, box.type, box.name, box.tooltip)


def _columns(heights: Sequence[float], count: int) -> list[int]:
    """How many boxes go into each column, in order, so that the highest column is as low as may be."""
    if not heights:
        return []
    low, high = max(heights), sum(heights) + len(heights) * _GAP * 2
    for _ in range(40):
        middle = (low + high) / 2
        if len(_filled(heights, middle)) <= count:
            high = middle
        else:
            low = middle
    return _filled(heights, high)


def _filled(heights: Sequence[float], most: float) -> list[int]:
    found, used = [0], 0.0
    for height in heights:
        if found[-1] and used + height > most + 0.01:
            found.append(0)
            used = 0.0
        found[-1] += 1
        used += height + _GAP * 1.5
    return found
