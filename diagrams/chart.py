"""A picture that is no graph: a map, matrix, time line or plot, with the page around it that drawings have too.

A viewpoint says what stands in which row, box or point; the figure (one of `charts`) gives it positions in a language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from diagrams.drawing import Drawing, LegendEntry, Words, said
from diagrams.marks import Mark, Shape


class Figure(Protocol):
    """What a chart shows, before it has positions."""

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        """What of it is explained below, as far as it is used."""

    def marks(self, lang: str) -> Sequence[Mark]:
        """Everything drawn, from back to front. Positions depend on the language: texts differ in length."""


@dataclass(frozen=True, slots=True)
class Chart:
    """`subtitle` says what was asked and of when, `notes` what was left out, as in a drawing."""

    title: Words
    figure: Figure
    subtitle: Words = ""
    notes: tuple[Words, ...] = ()
    description: Words = ""
    viewpoint: str = ""
    swatches_name: Words = ""  # what the colours tell: heads the legend

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        return self.figure.legend

    def texts(self, lang: str) -> Iterator[str]:
        """Everything that will be written, for whoever has to provide glyphs."""
        yield from (said(each, lang) for each in (self.title, self.subtitle, self.swatches_name, *self.notes))
        yield from (said(entry.kind.label, lang) for entry in self.legend)
        for mark in self.figure.marks(lang):
            if isinstance(mark, Shape):
                yield from (each.text for each in mark.texts)


Picture = Drawing | Chart
