"""A time line: a row for each thing, bars for its phases, signs on days, lines for moments and for what comes after what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from diagrams import text
from diagrams.charts.rows import Rows
from diagrams.drawing import LegendEntry, MarkStyle, Swatch, Words, said
from diagrams.fitting import Run
from diagrams.geometry import Rect, straight
from diagrams.marks import (
    GRID,
    NAME_SIZE,
    SMALL_SIZE,
    Mark,
    Shape,
    Stroke,
    TextTone,
    label,
    lines_of,
    sample,
    samples,
    set_in,
    wide,
)
from diagrams.marks import line as stroke

_DETAIL_ROOM, _GAP = 150.0, 12.0
_BAR, _SIGN, _DONE = 19.0, 12.0, 4.5
_LEAST_SHARE = 0.78  # of the size, before a bar says nothing
_AXIS, _MOMENT_LINE = 24.0, 15.0
_WIDTHS = (620.0, 1_080.0)  # of the time, for few years and for many
_YEAR_ROOM = 40.0  # the least between two names of years
_FAINT = MarkStyle("line", tone="rule", width=0.5, dashes=(2, 3))
TODAY = MarkStyle("line", tone="accent", width=1.8)
MOMENT = MarkStyle("line", tone="quiet", width=1.2, dashes=(5, 3))
LINK = MarkStyle("line", tone="quiet", width=1.2, arrow=True)


@dataclass(frozen=True, slots=True)
class Span:
    """A bar from a day up to another, both inclusive; None: from before what is shown, or beyond it.

    `done` (0 to 1) is how much of it has a strip in the second swatch.
    """

    begin: date | None
    end: date | None
    swatch: Swatch
    text: Words = ""
    tooltip: Words = ""
    uid: str | None = None
    type: str = ""
    done: float | None = None
    done_swatch: Swatch | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """A diamond or disc on a day."""

    day: date
    style: MarkStyle
    label: Words
    tooltip: Words = ""
    lower: float = 0.0  # so many pixels, so that signs of neighbouring days are told apart


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    name: Words
    spans: tuple[Span, ...]
    signs: tuple[Sign, ...] = ()
    detail: Words = ""
    uid: str | None = None
    type: str = ""
    tooltip: Words = ""
    group: Words = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A line through all rows: today, or a plateau that is to be reached."""

    day: date
    name: Words
    style: MarkStyle = MOMENT
    uid: str | None = None
    type: str = ""
    tooltip: Words = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What the row `after` waits for: from the end of the one, or its start, to the start of the other, or its end."""

    before: str
    after: str
    tooltip: Words = ""
    uid: str | None = None
    type: str = ""
    from_start: bool = False
    to_end: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """`first` and `last` are the days between which is drawn. `explained` are further entries of the legend."""

    rows: tuple[Row, ...]
    first: date
    last: date
    moments: tuple[Moment, ...] = ()
    links: tuple[Link, ...] = ()
    detail_title: Words = ""
    swatches: tuple[Swatch, ...] = ()
    explained: tuple[LegendEntry, ...] = ()

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        used = {span.swatch for row in self.rows for span in row.spans}
        used |= {
            span.done_swatch for row in self.rows for span in row.spans if span.done_swatch is not None and span.done
        }
        signs = {said(sign.label, "en"): sign for row in self.rows for sign in row.signs}
        return (
            *samples(self.swatches, used, lambda each: MarkStyle("rounded", each)),
            *(sample(sign.label, sign.style) for _, sign in sorted(signs.items())),
            *(self.explained if self.rows else ()),
        )

    def marks(self, lang: str) -> Sequence[Mark]:
        return list(_Laid(self, lang).marks()) if self.rows else []


class _Laid:
    """The time line with the sizes that its texts need in one language. Time runs from `left` to `right`."""

    def __init__(self, line: Timeline, lang: str) -> None:
        self.line, self.lang = line, lang
        self.rows = Rows(line.rows, lang)
        self.left = max(self.rows.width, 80.0) + _GAP
        years = (line.last - line.first).days / 365.25
        self.right = self.left + min(max(_WIDTHS[0], years * _YEAR_ROOM * 1.4), _WIDTHS[1])
        self.bottom = self.rows.bottom
        self.gaps: list[Rect] = []  # where the line of a moment gives way to a word
        self.bars = {row.key: self._bars(row) for row in line.rows}

    def at(self, day: date) -> float:
        days = max((self.line.last - self.line.first).days, 1)
        share = min(max((day - self.line.first).days / days, 0.0), 1.0)
        return self.left + share * (self.right - self.left)

    def _bars(self, row: Row) -> list[tuple[Span, Rect]]:
        found = []
        for span in row.spans:
            x = self.at(span.begin or self.line.first)
            right = self.at(span.end or self.line.last)
            if (span.end and span.end < self.line.first) or (span.begin and span.begin > self.line.last):
                continue
            found.append((span, Rect(x, self.rows.middle(row.key) - _BAR / 2, max(right - x, 2.0), _BAR)))
        return found

    def marks(self) -> Iterator[Mark]:
        yield from self._axis()
        yield from self.rows.headings(self.right)
        yield from self.rows.names()
        yield from self._links()
        for row in self.line.rows:
            yield from self._row(row)
        yield from self._moments()

    def _axis(self) -> Iterator[Mark]:
        line = self.line
        years = range(line.first.year, line.last.year + 1)
        room = (self.right - self.left) / max((line.last - line.first).days / 365.25, 0.1)
        steps = (each * ten for ten in (1, 10, 100, 1_000) for each in (1, 2, 5))
        step = next((each for each in steps if each * room >= _YEAR_ROOM), 10_000)
        quarters = room >= 150
        for year in years:
            begin, end = self.at(date(year, 1, 1)), self.at(date(year, 12, 31))
            if year > line.first.year:
                yield stroke([(begin, -_AXIS), (begin, self.bottom)], GRID)
            if quarters:
                for month in (4, 7, 10):
                    if line.first < date(year, month, 1) < line.last:
                        x = self.at(date(year, month, 1))
                        yield stroke([(x, 0), (x, self.bottom)], _FAINT)
            if year % step == 0 or step == 1:
                stop = self.at(date(min(year + step - 1, line.last.year), 12, 31))
                if min(end, stop) - begin >= text.width(str(year), NAME_SIZE, True) + 4:
                    yield label(
                        [str(year)], ((begin + min(end, stop)) / 2, -_AXIS / 2), hang="middle", bold=True, tone="quiet"
                    )
        for y in (-_AXIS, 0.0, self.bottom):
            yield stroke([(self.left, y), (self.right, y)], GRID)
        title = said(line.detail_title, self.lang)
        if title:
            lines = lines_of(title, _DETAIL_ROOM, NAME_SIZE, most=1, bold=True)
            yield label(lines, (self.right + _GAP, -_AXIS / 2), bold=True, tone="quiet")

    def _row(self, row: Row) -> Iterator[Mark]:
        middle = self.rows.middle(row.key)
        for span, rect in self.bars[row.key]:
            yield from self._bar(row, span, rect)
        for sign in row.signs:
            if self.line.first <= sign.day <= self.line.last:
                x = self.at(sign.day)
                rect = Rect(x - _SIGN / 2, middle - _SIGN / 2 + sign.lower, _SIGN, _SIGN)
                yield Shape(rect, sign.style, tooltip=sign.tooltip or sign.label)
        detail = lines_of(said(row.detail, self.lang), _DETAIL_ROOM, SMALL_SIZE, most=2)
        if detail:
            yield label(detail, (self.right + _GAP, middle), size=SMALL_SIZE, tone="quiet")

    def _bar(self, row: Row, span: Span, rect: Rect) -> Iterator[Mark]:
        words, texts = said(span.text, self.lang), []
        free = self._free(row, Rect(rect.x, rect.y, rect.width, rect.height - (_DONE if span.done is not None else 0)))
        wanted = text.width(words, SMALL_SIZE) * _LEAST_SHARE + 4
        if wanted > free.width and not row.signs:  # rather the word, and a gap in the line, than a colour without one
            free = Rect(rect.x, rect.y, rect.width, free.height)
            self.gaps.append(free)
        if words and wanted <= free.width:
            texts = set_in(free.grow(-0.5), [Run(words, SMALL_SIZE)])
        yield Shape(
            rect, MarkStyle("rounded", span.swatch), tuple(texts), "node", span.uid, span.type, tooltip=span.tooltip
        )
        if span.done and span.done_swatch is not None:
            width = max((rect.width - 2) * min(span.done, 1.0), 2.0)
            part = Rect(rect.x + 1, rect.bottom - _DONE - 0.5, width, _DONE)
            yield Shape(part, MarkStyle("box", span.done_swatch, tone="none"), tooltip=span.tooltip)

    def _free(self, row: Row, rect: Rect) -> Rect:
        """The widest piece of a bar that no sign stands on and no moment's line goes through."""
        cuts = [(self.at(sign.day), _SIGN / 2) for sign in row.signs] + [
            (self.at(each.day), 2.0) for each in self.line.moments
        ]
        begin, best = rect.x, Rect(rect.x, rect.y, 0, rect.height)
        for x, half in [*sorted(cuts), (rect.right, 0.0)]:
            if not rect.x - half < x <= rect.right + half:
                continue
            end = min(x - half, rect.right)
            if end - begin > best.width:
                best = Rect(begin, rect.y, end - begin, rect.height)
            begin = max(begin, x + half)
        return best

    def _links(self) -> Iterator[Mark]:
        for link in self.line.links:
            before, after = self.bars.get(link.before), self.bars.get(link.after)
            if not before or not after:
                continue
            one, other = before[-1][1], after[0][1]
            points = _way(one, other, link)
            yield Stroke(straight(points), LINK, link.uid, link.type, link.tooltip)

    def _moments(self) -> Iterator[Mark]:
        """The lines, and above the years their names to the right of them, from the right on: none crosses a name."""
        levels: list[float] = []  # where the leftmost name of each line of names begins
        shown = [each for each in self.line.moments if self.line.first <= each.day <= self.line.last]
        for moment in sorted(shown, key=lambda each: (each.day, said(each.name, "en")), reverse=True):
            x = self.at(moment.day)
            words = lines_of(said(moment.name, self.lang), 190.0, SMALL_SIZE, most=1, bold=True)
            end = x + wide(words, SMALL_SIZE, True) + 10
            level = next((index for index, begin in enumerate(levels) if end < begin), len(levels))
            levels[level : level + 1] = [x]
            bottom = -_AXIS - 2 - level * _MOMENT_LINE
            yield stroke([(x, bottom - _MOMENT_LINE), (x, -_AXIS)], moment.style)
            for begin, end in self._pieces(x):
                yield stroke([(x, begin), (x, end)], moment.style)
            tone: TextTone = "accent" if moment.style.tone == "accent" else "quiet"
            yield label(
                words, (x + 4, bottom - _MOMENT_LINE / 2), size=SMALL_SIZE, bold=True, tone=tone, uid=moment.uid,
                type=moment.type, tooltip=moment.tooltip or moment.name,
            )  # fmt: skip

    def _pieces(self, x: float) -> Iterator[tuple[float, float]]:
        """From where to where a line runs down: past the words that had no other place."""
        begin = 0.0
        for gap in sorted((each for each in self.gaps if each.x < x < each.right), key=lambda each: each.y):
            yield begin, gap.y
            begin = gap.bottom
        yield begin, self.bottom


def _way(one: Rect, other: Rect, link: Link) -> list[tuple[float, float]]:
    """The corners of a line from a side of one bar to a side of another; it leaves and arrives outside of both."""
    out, into = -1 if link.from_start else 1, 1 if link.to_end else -1
    (x1, y1) = (one.x if link.from_start else one.right, one.centre[1])
    (x2, y2) = (other.right if link.to_end else other.x, other.centre[1])
    if out == into:
        beside = min(x1, x2) - 9 if out < 0 else max(x1, x2) + 9
        return [(x1, y1), (beside, y1), (beside, y2), (x2, y2)]
    if (x2 - x1) * out >= 14:
        bend = x2 + 8 * into
        return [(x1, y1), (bend, y1), (bend, y2), (x2, y2)]
    between = other.y - 5 if y2 > y1 else other.bottom + 5
    turn, end = x1 + 7 * out, x2 + 9 * into
    return [(x1, y1), (turn, y1), (turn, between), (end, between), (end, y2), (x2, y2)]
