"""A plot of two axes: bubbles of different size and colour with their names beside them, or numbers where there is no room."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from diagrams import text
from diagrams.drawing import LegendEntry, MarkStyle, Swatch, Words, said
from diagrams.fitting import Run
from diagrams.geometry import Point, Rect, centred
from diagrams.marks import (
    GRID,
    NAME_SIZE,
    RIMS,
    SMALL_SIZE,
    Hang,
    Mark,
    Shape,
    high,
    hung,
    label,
    line,
    lines_of,
    sample,
    samples,
    set_in,
    wide,
)

_WIDTH, _HEIGHT = 860.0, 560.0
_RADII = (8.0, 30.0)
_NAME_ROOM, _GAP, _EDGE = 150.0, 3.0, 4.0
_ROUNDS = 120
_LIST_GAP = 18.0
_FRAME = MarkStyle("line", tone="quiet", width=1.2)
_MIDDLE = MarkStyle("line", tone="quiet", width=1.1, dashes=(5, 4))


@dataclass(frozen=True, slots=True)
class Tick:
    """`at` is the share (0 to 1) of the axis."""

    at: float
    label: Words


@dataclass(frozen=True, slots=True)
class Axis:
    """`middle` is the share at which half of the points are on each side; None: no line."""

    title: Words
    ticks: tuple[Tick, ...]
    middle: float | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    """`x` and `y` are shares of the axes (0 to 1), `size` the share of the largest area."""

    key: str
    name: Words
    x: float
    y: float
    size: float
    swatch: Swatch
    uid: str | None = None
    type: str = ""
    tooltip: Words = ""


@dataclass(frozen=True, slots=True)
class Scatter:
    bubbles: tuple[Bubble, ...]
    across: Axis
    up: Axis
    swatches: tuple[Swatch, ...] = ()
    explained: tuple[LegendEntry, ...] = ()

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        used = {bubble.swatch for bubble in self.bubbles}
        classes = samples(self.swatches, used, self.style)
        return (*classes, *(self.explained if self.bubbles else ()))

    def style(self, swatch: Swatch) -> MarkStyle:
        """How the bubbles of a class look: in grey, and to the colour-blind, their rims tell them apart."""
        at = self.swatches.index(swatch) if swatch in self.swatches else 0
        width, dashes = RIMS[at % len(RIMS)]
        return MarkStyle("disc", swatch, width=width, dashes=dashes)

    def marks(self, lang: str) -> Sequence[Mark]:
        return list(_Laid(self, lang).marks()) if self.bubbles else []


def median_line(label: Words) -> LegendEntry:
    """What the lines through the middles mean."""
    return sample(label, _MIDDLE)


class _Laid:
    """The plot with places for its bubbles and their names."""

    def __init__(self, plot: Scatter, lang: str) -> None:
        self.plot, self.lang = plot, lang
        self.frame = Rect(0, 0, _WIDTH, _HEIGHT)
        self.bubbles = sorted(plot.bubbles, key=lambda each: (-each.size, each.key))
        self.radii = self._radii()
        self.centres = self._apart()

    def _radii(self) -> list[float]:
        """Areas go by size; of very many the largest is smaller."""
        most = min(_RADII[1], math.sqrt(0.2 * _WIDTH * _HEIGHT / max(len(self.bubbles), 1) / math.pi))
        return [max(_RADII[0], most * math.sqrt(max(each.size, 0.0))) for each in self.bubbles]

    def _apart(self) -> list[Point]:
        """The centres, moved apart as little as may be where one bubble would cover another, and kept within."""
        found = [
            self._within((each.x * _WIDTH, (1 - each.y) * _HEIGHT), radius)
            for each, radius in zip(self.bubbles, self.radii, strict=True)
        ]
        for _ in range(_ROUNDS):
            moved = False
            for at in range(len(found)):
                for other in range(at):
                    moved |= self._push(found, other, at)
            if not moved:
                break
        return found

    def _push(self, found: list[Point], one: int, other: int) -> bool:
        wanted = self.radii[one] + self.radii[other] + _GAP
        (x1, y1), (x2, y2) = found[one], found[other]
        distance = math.dist(found[one], found[other])
        if distance >= wanted - 0.01:
            return False
        if distance < 0.01:  # on one spot: each its own way, the same every time
            angle = 2.399963 * other
            across, down, distance = math.cos(angle), math.sin(angle), 1.0
        else:
            across, down = x2 - x1, y2 - y1
        share = (wanted - (distance if distance != 1.0 or (x1, y1) != (x2, y2) else 0.0)) / 2 / distance
        found[one] = self._within((x1 - across * share, y1 - down * share), self.radii[one])
        found[other] = self._within((x2 + across * share, y2 + down * share), self.radii[other])
        return True

    def _within(self, centre: Point, radius: float) -> Point:
        free = radius + _EDGE
        return min(max(centre[0], free), _WIDTH - free), min(max(centre[1], free), _HEIGHT - free)

    def marks(self) -> Iterator[Mark]:
        yield from self._across()
        yield from self._up()
        frame = [(0.0, 0.0), (_WIDTH, 0.0), (_WIDTH, _HEIGHT), (0.0, _HEIGHT), (0.0, 0.0)]
        yield from (line(pair, _FRAME) for pair in pairwise(frame))
        for rect in self._middles():
            yield line([(rect.x, rect.y), (rect.right, rect.bottom)], _MIDDLE)
        yield from self._bubbles()

    def _middles(self) -> list[Rect]:
        """The lines through the middles, which no name shall stand on."""
        across, up = self.plot.across.middle, self.plot.up.middle
        upright = [] if across is None else [Rect(across * _WIDTH, 0.0, 0.0, _HEIGHT)]
        level = [] if up is None else [Rect(0.0, (1 - up) * _HEIGHT, _WIDTH, 0.0)]
        return [*upright, *level]

    def _across(self) -> Iterator[Mark]:
        end = -math.inf
        for tick in self.plot.across.ticks:
            x = tick.at * _WIDTH
            yield line([(x, 0), (x, _HEIGHT)], GRID)
            lines = lines_of(said(tick.label, self.lang), 110, SMALL_SIZE, most=2)
            half = wide(lines, SMALL_SIZE) / 2
            if lines and x - half > end + 6:
                yield label(lines, (x, _HEIGHT + 6), size=SMALL_SIZE, hang="middle", tone="quiet", middle=False)
                end = x + half
        title = lines_of(said(self.plot.across.title, self.lang), _WIDTH, NAME_SIZE, most=1, bold=True)
        yield label(title, (_WIDTH / 2, _HEIGHT + 36), hang="middle", bold=True, middle=False)

    def _up(self) -> Iterator[Mark]:
        widest, low = 0.0, math.inf
        for tick in self.plot.up.ticks:
            y = (1 - tick.at) * _HEIGHT
            yield line([(0, y), (_WIDTH, y)], GRID)
            lines = lines_of(said(tick.label, self.lang), 100, SMALL_SIZE, most=2)
            half = high(lines, SMALL_SIZE) / 2
            if lines and y + half < low - 2:
                yield label(lines, (-8, y), size=SMALL_SIZE, hang="end", tone="quiet")
                low = y - half
                widest = max(widest, wide(lines, SMALL_SIZE))
        title = lines_of(said(self.plot.up.title, self.lang), _HEIGHT, NAME_SIZE, most=1, bold=True)
        if title:
            foot = (-8 - widest - 16, (_HEIGHT + wide(title, NAME_SIZE, True)) / 2)
            yield label(title, foot, bold=True, upward=True)

    def _bubbles(self) -> Iterator[Mark]:
        rects = [
            centred(centre, 2 * radius, 2 * radius) for centre, radius in zip(self.centres, self.radii, strict=True)
        ]
        taken, numbered, names = [*rects, *self._middles()], [], []
        for bubble, rect in zip(self.bubbles, rects, strict=True):
            lines = lines_of(said(bubble.name, self.lang), _NAME_ROOM, SMALL_SIZE, most=2)
            found = self._free(lines, rect, taken)
            if found is None:
                numbered.append(bubble)
            else:
                taken.append(found.rect)
                names.append(found)
        numbers = {each.key: str(at + 1) for at, each in enumerate(numbered)}
        for bubble, rect in zip(self.bubbles, rects, strict=True):
            side = rect.width * 0.72
            runs = [Run(numbers[bubble.key], SMALL_SIZE, bold=True)] if bubble.key in numbers else []
            yield Shape(
                rect, self.plot.style(bubble.swatch), tuple(set_in(centred(rect.centre, side, side), runs)), "node",
                bubble.uid, bubble.type, bubble.name, bubble.tooltip,
            )  # fmt: skip
        yield from names
        yield from self._list(numbered, numbers)

    def _free(self, lines: Sequence[str], rect: Rect, taken: Sequence[Rect]) -> Shape | None:
        """The name at the first side where it covers nothing."""
        if not lines:
            return None
        (x, y), width, height = rect.centre, wide(lines, SMALL_SIZE), high(lines, SMALL_SIZE)
        above, below, up, down = rect.y - height / 2 - 2, rect.bottom + height / 2 + 2, rect.y, rect.bottom
        sides: tuple[tuple[Point, Hang], ...] = (
            ((rect.right + 3, y), "start"), ((rect.x - 3, y), "end"), ((x, above), "middle"), ((x, below), "middle"),
            ((rect.right, up - height / 4), "start"), ((rect.right, down + height / 4), "start"),
            ((rect.x, up - height / 4), "end"), ((rect.x, down + height / 4), "end"),
        )  # fmt: skip
        for at, hang in sides:
            place = hung(at, width, height, hang).grow(1)
            if self.frame.holds(place) and not any(place.overlaps(each) for each in taken):
                return label(lines, at, size=SMALL_SIZE, hang=hang)
        return None

    def _list(self, numbered: Sequence[Bubble], numbers: dict[str, str]) -> Iterator[Mark]:
        """The names of the numbered bubbles, in columns below the axis."""
        if not numbered:
            return
        columns = 4
        room, top = _WIDTH / columns - _LIST_GAP, _HEIGHT + 66
        deep = math.ceil(len(numbered) / columns)
        for at, bubble in enumerate(numbered):
            x, y = at // deep * (_WIDTH / columns), top + at % deep * (SMALL_SIZE * text.LINE_HEIGHT + 4)
            lines = lines_of(f"{numbers[bubble.key]}  {said(bubble.name, self.lang)}", room, SMALL_SIZE, most=1)
            yield label(
                lines, (x, y), size=SMALL_SIZE, middle=False, uid=bubble.uid, type=bubble.type,
                tooltip=bubble.tooltip or bubble.name,
            )  # fmt: skip
