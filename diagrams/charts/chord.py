"""A circle of parties with a line for each pair that has to do with each other: thicker for more, an arrow for where to."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagrams.drawing import LegendEntry, MarkStyle, Swatch, Words, said
from diagrams.geometry import Path, Point, centred
from diagrams.marks import NAME_SIZE, Mark, Shape, Stroke, high, label, line, lines_of, samples

_LEAST_RADIUS, _EACH = 150.0, 11.0
_GAP, _LABEL_ROOM, _DOT = 26.0, 210.0, (6.0, 15.0)
_THICKEST = 7.0
_LEADER = MarkStyle("line", tone="rule", width=1)


@dataclass(frozen=True, slots=True)
class Arc:
    """A party on the circle."""

    key: str
    name: Words
    uid: str | None = None
    type: str = ""
    tooltip: Words = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """So much from one party to another."""

    source: str
    target: str
    count: int
    swatch: Swatch
    tooltip: Words = ""


@dataclass(frozen=True, slots=True)
class Chord:
    """Parties in the order in which they stand around the circle."""

    arcs: tuple[Arc, ...]
    ties: tuple[Tie, ...]
    swatches: tuple[Swatch, ...] = ()

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        widths = {tie.swatch: _width(tie.count, self._most) for tie in sorted(self.ties, key=lambda tie: tie.count)}
        return samples(self.swatches, widths.keys(), lambda each: _line(each, widths[each]))

    @property
    def _most(self) -> int:
        return max((tie.count for tie in self.ties), default=1)

    def marks(self, lang: str) -> Sequence[Mark]:
        """Names stand in two columns beside the circle, joined to their place on it."""
        radius = max(_LEAST_RADIUS, len(self.arcs) * _EACH)
        count = max(len(self.arcs), 1)
        at = {
            arc.key: _on_circle(radius, -math.pi / 2 + math.pi * (2 * index + 1) / count)
            for index, arc in enumerate(self.arcs)
        }
        return [*self._ties(at, radius), *self._parties(at, radius, lang)]

    def _ties(self, at: dict[str, Point], radius: float) -> Iterator[Mark]:
        for tie in sorted(self.ties, key=lambda tie: (tie.count, tie.source, tie.target)):
            if tie.source in at and tie.target in at:
                style = _line(tie.swatch, _width(tie.count, self._most))
                yield Stroke(_bow(at[tie.source], at[tie.target]), style, tooltip=tie.tooltip)

    def _parties(self, at: dict[str, Point], radius: float, lang: str) -> Iterator[Mark]:
        weights: Counter[str] = Counter()
        for tie in self.ties:
            weights.update({tie.source: tie.count, tie.target: tie.count})
        heaviest = max(weights.values(), default=1)
        half = (len(self.arcs) + 1) // 2
        for side, arcs in ((1, self.arcs[:half]), (-1, tuple(reversed(self.arcs[half:])))):
            lines = {arc.key: lines_of(said(arc.name, lang), _LABEL_ROOM, NAME_SIZE, most=2) for arc in arcs}
            tops = _spread([at[arc.key][1] for arc in arcs], [_height(lines[arc.key]) for arc in arcs])
            for arc, middle in zip(arcs, tops, strict=True):
                x, y = at[arc.key]
                edge = side * (radius + _GAP)
                yield line([(x, y), (edge, middle), (edge + side * 6, middle)], _LEADER)
                tooltip = arc.tooltip or arc.name
                yield label(
                    lines[arc.key], (edge + side * 10, middle), hang="start" if side > 0 else "end", uid=arc.uid,
                    type=arc.type, tooltip=tooltip,
                )  # fmt: skip
                share = math.sqrt(weights[arc.key] / heaviest)
                dot = _DOT[0] + (_DOT[1] - _DOT[0]) * share
                style = MarkStyle("disc", Swatch("c1", ""), tone="line")
                yield Shape(centred((x, y), dot, dot), style, uid=arc.uid, type=arc.type, tooltip=tooltip)


def _on_circle(radius: float, angle: float) -> Point:
    return radius * math.cos(angle), radius * math.sin(angle)


def _bow(source: Point, target: Point) -> Path:
    """A curve through the inside of the circle; back and forth differ a little, so that both are seen."""
    across = (target[1] - source[1], source[0] - target[0])
    near = math.dist(source, target)
    push = 5.0 / max(near, 1.0)
    bend = (across[0] * push, across[1] * push)
    first = (source[0] * 0.35 + bend[0], source[1] * 0.35 + bend[1])
    second = (target[0] * 0.35 + bend[0], target[1] * 0.35 + bend[1])
    end = (target[0] * 0.965, target[1] * 0.965)
    return Path(source, ((first, second, end),))


def _height(lines: Sequence[str]) -> float:
    return max(high(lines, NAME_SIZE), high([""], NAME_SIZE)) + 4


def _spread(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Middles in that order, none nearer than its height allows, as near to those wanted as that leaves."""
    found: list[float] = []
    for at, (middle, height) in enumerate(zip(wanted, heights, strict=True)):
        least = found[-1] + (heights[at - 1] + height) / 2 if found else middle
        found.append(max(middle, least))
    shift = (sum(wanted) - sum(found)) / len(found) if found else 0.0
    return [each + shift for each in found]


def _width(count: int, most: int) -> float:
    return round(1 + (_THICKEST - 1) * math.sqrt(count / most), 1)


def _line(swatch: Swatch, width: float) -> MarkStyle:
    return MarkStyle("line", swatch, width=width, arrow=True, opacity=0.8)
