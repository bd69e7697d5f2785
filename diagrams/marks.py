"""What a chart is made of once it has positions: shapes, lines and texts in pixels, y downwards.

Shapes have the roles that nodes, frames and labels have in a drawing, so that scripts, tests and pages treat both alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from diagrams import text, wrapping
from diagrams.drawing import MarkStyle, Words
from diagrams.fitting import Align, Position, Room, Run, fit
from diagrams.geometry import Path, Point, Rect, around

Role = Literal["node", "cluster", "label"]
Hang = Literal["start", "middle", "end"]
TextTone = Literal["ink", "quiet", "accent"]

NAME_SIZE, SMALL_SIZE = 11.0, 9.5
_LONGEST = 400  # characters: far more than a label of a chart holds; the tooltip has all of it


@dataclass(frozen=True, slots=True)
class MarkText:
    """A line of text. `upward`: it is read from below to above."""

    text: str
    at: Point
    size: float = NAME_SIZE
    bold: bool = False
    tone: TextTone = "ink"
    hang: Hang = "start"
    upward: bool = False

    def moved(self, right: float, down: float) -> "MarkText":
        return replace(self, at=(self.at[0] + right, self.at[1] + down))


@dataclass(frozen=True, slots=True)
class Shape:
    """An area with what is written in it. A `cluster` has others inside, a `label` only its text."""

    rect: Rect
    style: MarkStyle
    texts: tuple[MarkText, ...] = ()
    role: Role = "node"
    uid: str | None = None
    type: str = ""
    name: Words = ""
    tooltip: Words = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line. With a uid it is a relationship of the repository, else an axis, a grid or a sign."""

    path: Path
    style: MarkStyle
    uid: str | None = None
    type: str = ""
    tooltip: Words = ""


Mark = Shape | Stroke
NO_FRAME = MarkStyle("none", tone="none")


def bounds(marks: Iterable[Mark]) -> Rect:
    """The smallest rectangle that holds everything drawn."""
    return around([mark.rect if isinstance(mark, Shape) else mark.path.bounds() for mark in marks])


def set_in(
    rect: Rect, runs: Sequence[Run], *, align: Align = "center", position: Position = "middle"
) -> list[MarkText]:
    """Text set into a rectangle, as large as may be; what fits in no way ends with an ellipsis."""
    if rect.width <= 1 or rect.height <= 1:
        return []
    short = [replace(run, text=_short(run.text)) for run in runs]
    found = fit(short, Room(rect.width, rect.height, align, position))
    hang: Hang = {"left": "start", "center": "middle", "right": "end"}[align]  # type: ignore[assignment]
    return [
        MarkText(line.text, (rect.x + line.x, rect.y + line.baseline), line.size, line.bold, _tone(line.tone), hang)
        for line in found.lines
        if line.text
    ]


def _tone(tone: str) -> TextTone:
    return "quiet" if tone == "quiet" else "ink"


def _short(words: str) -> str:
    words = text.cleaned(words)
    return words if len(words) <= _LONGEST else words[:_LONGEST].rstrip() + text.ELLIPSIS


def lines_of(words: str, room: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """At most so many lines no wider than `room`; the last ends with an ellipsis where that is not enough."""
    words = _short(words)
    if not words:
        return []
    lines = wrapping.balanced(words, room, size, bold)
    if len(lines) > most:
        lines = [*lines[: most - 1], text.shortened(" ".join(lines[most - 1 :]), room, size, bold)]
        if not lines[-1].endswith(text.ELLIPSIS):
            lines[-1] = text.shortened(lines[-1] + text.ELLIPSIS, room, size, bold)
    return [text.shortened(line, room, size, bold) for line in lines]


def label(
    lines: Sequence[str],
    at: Point,
    *,
    size: float = NAME_SIZE,
    hang: Hang = "start",
    bold: bool = False,
    tone: TextTone = "ink",
    middle: bool = True,
    uid: str | None = None,
    type: str = "",
    tooltip: Words = "",
) -> Shape:
    """Lines of text that stand by themselves: beside a point (`middle`) or below it."""
    step = size * text.LINE_HEIGHT
    widest = max((text.width(line, size, bold) for line in lines), default=0.0)
    top = at[1] - (step * len(lines) / 2 if middle else 0)
    left = at[0] - widest * {"start": 0.0, "middle": 0.5, "end": 1.0}[hang]
    texts = [
        MarkText(line, (at[0], top + index * step + text.baseline_in(size)), size, bold, tone, hang)
        for index, line in enumerate(lines)
    ]
    rect = Rect(left, top, widest, step * len(lines)).grow(0.5)
    return Shape(rect, NO_FRAME, tuple(texts), "label", uid, type, tooltip=tooltip)


def upward_label(
    lines: Sequence[str],
    at: Point,
    *,
    size: float = NAME_SIZE,
    bold: bool = False,
    tone: TextTone = "ink",
    uid: str | None = None,
    type: str = "",
    tooltip: Words = "",
) -> Shape:
    """Lines that are read upwards from a point: the heading of a narrow column, in its middle."""
    step = size * text.LINE_HEIGHT
    longest = max((text.width(line, size, bold) for line in lines), default=0.0)
    left = at[0] - step * len(lines) / 2
    texts = [
        MarkText(line, (left + index * step + text.baseline_in(size), at[1]), size, bold, tone, upward=True)
        for index, line in enumerate(lines)
    ]
    rect = Rect(left, at[1] - longest, step * len(lines), longest).grow(0.5)
    return Shape(rect, NO_FRAME, tuple(texts), "label", uid, type, tooltip=tooltip)
