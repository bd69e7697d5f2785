"""A radar: a spoke for each part, rings for the scale, and a closed line through the scores of each of whom are compared."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagrams.drawing import LegendEntry, MarkStyle, Swatch, Words, said
from diagrams.geometry import Point, centred, crosses
from diagrams.marks import GRID, NAME_SIZE, SMALL_SIZE, Hang, Mark, Shape, high, label, line, lines_of, sample

_RADIUS, _NAME_GAP, _NAME_ROOM = 210.0, 14.0, 170.0
_DISC, _CENTRE = 11.0, 0.12  # the least of the scale is a small ring, so that lines there are still told apart
_BESIDE = (0.35, 0.5, 0.65)  # of the way from one spoke to the next: where the number of a ring may stand


@dataclass(frozen=True, slots=True)
class Spoke:
    """A part that is scored; `value` is written below its name."""

    key: str
    name: Words
    value: Words = ""
    tooltip: Words = ""


@dataclass(frozen=True, slots=True)
class Ring:
    """`at` is the share (0 to 1) of the scale."""

    at: float
    label: Words


@dataclass(frozen=True, slots=True)
class Outline:
    """Whom a line is about. `shares` (0 to 1 of the scale) by spoke; a spoke without one breaks the line.

    `discs`: with a disc on each spoke; `tooltips` are theirs.
    """

    name: Words
    shares: dict[str, float]
    swatch: Swatch | None = None
    dashes: tuple[float, ...] = ()
    width: float = 1.8
    discs: bool = False
    uid: str | None = None
    type: str = ""
    tooltips: dict[str, Words] | None = None

    @property
    def style(self) -> MarkStyle:
        return MarkStyle("line", self.swatch, tone="quiet", width=self.width, dashes=self.dashes)


@dataclass(frozen=True, slots=True)
class Radar:
    """Outlines stand one on another, the last in front."""

    spokes: tuple[Spoke, ...]
    rings: tuple[Ring, ...]
    outlines: tuple[Outline, ...]

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        return tuple(sample(each.name, each.style) for each in reversed(self.outlines) if self.spokes)

    def marks(self, lang: str) -> Sequence[Mark]:
        return list(self._marks(lang)) if self.spokes else []

    def _marks(self, lang: str) -> Iterator[Mark]:
        for ring in self.rings:
            corners = [self._place(at, ring.at) for at in range(len(self.spokes))]
            yield line([*corners, corners[0]], GRID)
        for at in range(len(self.spokes)):
            yield line([(0.0, 0.0), self._place(at, 1.0)], GRID)
        for ring in self.rings:
            yield self._number(ring, lang)
        for outline in self.outlines:
            yield from self._lines(outline)
        for outline in self.outlines:
            yield from self._discs(outline)
        for at, spoke in enumerate(self.spokes):
            yield from self._name(at, spoke, lang)

    def _place(self, at: float, share: float) -> Point:
        angle = 2 * math.pi * at / len(self.spokes)
        radius = _RADIUS * (_CENTRE + (1 - _CENTRE) * min(max(share, 0.0), 1.0))
        return radius * math.sin(angle), -radius * math.cos(angle)

    def _number(self, ring: Ring, lang: str) -> Mark:
        """What a ring stands for, written on it where no line of an outline goes: left of the first spoke, else further round."""
        lines, count = lines_of(said(ring.label, lang), 60, SMALL_SIZE, most=1), len(self.spokes)
        drawn = [ends for outline in self.outlines for ends in self._ends(outline)]
        found: Mark | None = None
        for beyond in (0.0, SMALL_SIZE)[
            : 2 if count > 2 else 1
        ]:  # just outside it, where an outline follows it all around
            for back in range(1, count + 1):
                (x1, y1), (x2, y2) = self._place(-back, ring.at), self._place(1 - back, ring.at)
                for share in _BESIDE:
                    x, y = x2 + (x1 - x2) * share, y2 + (y1 - y2) * share
                    out = 1 + beyond / (math.hypot(x, y) or 1.0)
                    tried = label(lines, (x * out, y * out), size=SMALL_SIZE, hang="middle", tone="quiet")
                    if not any(crosses(tried.rect, one, other) for one, other in drawn):
                        return tried
                    found = found or tried
        return found or label(lines, (0.0, 0.0), size=SMALL_SIZE)

    def _ends(self, outline: Outline) -> Iterator[tuple[Point, Point]]:
        places = [
            self._place(at, outline.shares[spoke.key]) if spoke.key in outline.shares else None
            for at, spoke in enumerate(self.spokes)
        ]
        for one, other in zip(places, [*places[1:], places[0]], strict=True):
            if one is not None and other is not None:
                yield one, other

    def _lines(self, outline: Outline) -> Iterator[Mark]:
        for ends in self._ends(outline):
            yield line(ends, outline.style)

    def _discs(self, outline: Outline) -> Iterator[Mark]:
        for at, spoke in enumerate(self.spokes):
            if outline.discs and spoke.key in outline.shares:
                place = self._place(at, outline.shares[spoke.key])
                yield Shape(
                    centred(place, _DISC, _DISC), MarkStyle("disc", outline.swatch), (), "node", outline.uid, outline.type,
                    tooltip=(outline.tooltips or {}).get(spoke.key, outline.name),
                )  # fmt: skip

    def _name(self, at: int, spoke: Spoke, lang: str) -> Iterator[Mark]:
        angle = 2 * math.pi * at / len(self.spokes)
        across, down = math.sin(angle), -math.cos(angle)
        hang: Hang = "middle" if abs(across) < 0.2 else "start" if across > 0 else "end"
        lines = lines_of(said(spoke.name, lang), _NAME_ROOM, NAME_SIZE, most=3, bold=True)
        values = lines_of(said(spoke.value, lang), _NAME_ROOM, SMALL_SIZE, most=2)
        tall = high(lines, NAME_SIZE) + high(values, SMALL_SIZE)
        x, y = across * (_RADIUS + _NAME_GAP), down * (_RADIUS + _NAME_GAP)
        # The whole text stands outside the ring: above the highest corner, below the lowest, beside those between.
        top = y - tall * (1 - down) / 2 if abs(across) >= 0.2 else (y - tall if down < 0 else y)
        if lines:
            yield label(lines, (x, top), hang=hang, bold=True, middle=False, tooltip=spoke.tooltip or spoke.name)
        if values:
            below = (x, top + high(lines, NAME_SIZE) + 1)
            yield label(values, below, size=SMALL_SIZE, hang=hang, tone="quiet", middle=False)
