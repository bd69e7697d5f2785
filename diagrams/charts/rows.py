"""Rows of a chart: their names at the left, a heading above those of a group, and where each of them stands."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from diagrams.drawing import Words, said
from diagrams.marks import NAME_SIZE, Mark, high, label, lines_of, wide

_NAME_ROOM, _LEAST_HEIGHT, _AROUND, _GROUP = 250.0, 30.0, 5.0, 27.0


class Head(Protocol):
    """What a row is about. Rows that follow each other and have the same `group` stand under its heading."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> Words: ...
    @property
    def uid(self) -> str | None: ...
    @property
    def type(self) -> str: ...
    @property
    def tooltip(self) -> Words: ...
    @property
    def group(self) -> Words: ...


class Rows:
    """Rows from 0 downwards, each as high as its name needs in a language."""

    def __init__(self, heads: Sequence[Head], lang: str) -> None:
        self._heads = heads
        self._lines = {head.key: lines_of(said(head.name, lang), _NAME_ROOM, NAME_SIZE, most=2) for head in heads}
        self._groups: list[tuple[str, float]] = []
        self.tops: dict[str, float] = {}
        self.heights: dict[str, float] = {}
        self.bottom = 0.0
        group = ""
        for head in heads:
            named = said(head.group, lang)
            if named != group:
                group = named
                if named:
                    self._groups.append((named, self.bottom + _GROUP / 2 + 2))
                    self.bottom += _GROUP
            self.tops[head.key] = self.bottom
            self.heights[head.key] = max(_LEAST_HEIGHT, high(self._lines[head.key], NAME_SIZE) + _AROUND)
            self.bottom += self.heights[head.key]

    @property
    def width(self) -> float:
        """Of the longest name."""
        return wide([line for lines in self._lines.values() for line in lines], NAME_SIZE)

    def middle(self, key: str) -> float:
        return self.tops[key] + self.heights[key] / 2

    def names(self) -> Iterator[Mark]:
        for head in self._heads:
            if self._lines[head.key]:
                tooltip = head.tooltip or head.name
                at = (0.0, self.middle(head.key))
                yield label(self._lines[head.key], at, uid=head.uid, type=head.type, tooltip=tooltip)

    def headings(self, room: float) -> Iterator[Mark]:
        """The names of the groups, no longer than `room`."""
        for named, middle in self._groups:
            yield label(lines_of(named, room, NAME_SIZE, most=1, bold=True), (0.0, middle), bold=True)
