"""Bars: a row for each thing, as long as its amount, in pieces of what the amount is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagrams.charts.rows import Rows
from diagrams.drawing import LegendEntry, MarkStyle, Swatch, Words, said
from diagrams.geometry import Rect
from diagrams.marks import GRID, NAME_SIZE, SMALL_SIZE, Mark, Shape, label, line, lines_of, samples, wide

_LENGTH, _HEIGHT, _GAP, _AXIS = 620.0, 19.0, 12.0, 10.0
_LEAST = 1.5  # what is there is seen

#: Behind an amount no line of the axis is seen.
_CLEAR = MarkStyle("box", tone="none")


@dataclass(frozen=True, slots=True)
class Piece:
    """`size` is the share (0 to 1) of the longest bar."""

    size: float
    swatch: Swatch
    tooltip: Words = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """`value` stands behind the bar."""

    key: str
    name: Words
    pieces: tuple[Piece, ...]
    value: Words = ""
    uid: str | None = None
    type: str = ""
    tooltip: Words = ""
    group: Words = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across all bars: `at` is a share of the longest."""

    at: float
    label: Words


@dataclass(frozen=True, slots=True)
class Bars:
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...] = ()
    swatches: tuple[Swatch, ...] = ()  # in the order of the legend

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        used = {piece.swatch for bar in self.bars for piece in bar.pieces if piece.size > 0}
        return samples(self.swatches, used, lambda each: MarkStyle("box", each))

    def marks(self, lang: str) -> Sequence[Mark]:
        return list(self._marks(lang)) if self.bars else []

    def _marks(self, lang: str) -> Iterator[Mark]:
        rows = Rows(self.bars, lang)
        left = max(rows.width, 60.0) + _GAP
        end = -1.0
        for tick in self.ticks:
            x = left + tick.at * _LENGTH
            yield line([(x, -_AXIS / 2), (x, rows.bottom)], GRID)
            lines = lines_of(said(tick.label, lang), 110.0, SMALL_SIZE, most=1)
            half = wide(lines, SMALL_SIZE) / 2
            if lines and x - half > end + 6:
                yield label(lines, (x, -_AXIS - 2), size=SMALL_SIZE, hang="middle", tone="quiet")
                end = x + half
        yield from rows.headings(left + _LENGTH)
        yield from rows.names()
        for bar in self.bars:
            x, middle = left, rows.middle(bar.key)
            for piece in bar.pieces:
                if piece.size <= 0:
                    continue
                width = max(piece.size * _LENGTH, _LEAST)
                yield Shape(
                    Rect(x, middle - _HEIGHT / 2, width, _HEIGHT), MarkStyle("box", piece.swatch), (), "node", bar.uid,
                    bar.type, tooltip=piece.tooltip or bar.tooltip,
                )  # fmt: skip
                x += width
            value = lines_of(said(bar.value, lang), 200.0, NAME_SIZE, most=1)
            if value:
                yield label(value, (x + 6, middle), tooltip=bar.tooltip, frame=_CLEAR)
