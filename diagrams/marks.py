"""What a chart is made of once it has positions: shapes, lines and texts in pixels, y downwards.

Shapes have the roles that nodes, frames and labels have in a drawing, so that scripts, tests and pages treat both alike.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from diagrams import text, wrapping
from diagrams.drawing import Kind, LegendEntry, MarkStyle, Swatch, Words
from diagrams.fitting import Align, Position, Room, Run, fit
from diagrams.geometry import Path, Point, Rect, around, straight

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
#: Width and dashes of the rims of a class of values: heavy, fine, broken, dotted, and so on.
RIMS: tuple[tuple[float, tuple[float, ...]], ...] = (
    (2.6, ()), (1.0, ()), (1.4, (4, 2.5)), (1.6, (1.4, 1.8)), (2.6, (6, 3)), (2.6, (1.4, 1.8)), (0.5, ()), (1.4, (8, 2)),
)  # fmt: skip
GRID = MarkStyle("line", tone="rule", width=0.8)
_SHARE: Mapping[Hang, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}  # of a text that is left of where it hangs


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


def wide(lines: Iterable[str], size: float, bold: bool = False) -> float:
    """How wide lines of that size are together."""
    return max((text.width(line, size, bold) for line in lines), default=0.0)


def high(lines: Sequence[str], size: float) -> float:
    return len(lines) * size * text.LINE_HEIGHT


def hung(at: Point, width: float, height: float, hang: Hang) -> Rect:
    """The area of a text of that size that hangs at a point, with its middle as high as the point."""
    return Rect(at[0] - width * _SHARE[hang], at[1] - height / 2, width, height)


def label(
    lines: Sequence[str],
    at: Point,
    *,
    size: float = NAME_SIZE,
    hang: Hang = "start",
    bold: bool = False,
    tone: TextTone = "ink",
    middle: bool = True,
    upward: bool = False,
    uid: str | None = None,
    type: str = "",
    tooltip: Words = "",
    frame: MarkStyle = NO_FRAME,
) -> Shape:
    """Lines of text that stand by themselves: beside a point (`middle`), below it, or read upwards from it.

    Lines that are read upwards have the point in their middle: the heading of a narrow column.
    """
    step, width, height = size * text.LINE_HEIGHT, wide(lines, size, bold), high(lines, size)
    if upward:
        rect = Rect(at[0] - height / 2, at[1] - width, height, width)
        places = [(rect.x + index * step + text.baseline_in(size), at[1]) for index in range(len(lines))]
    else:
        rect = hung(at if middle else (at[0], at[1] + height / 2), width, height, hang)
        places = [(at[0], rect.y + index * step + text.baseline_in(size)) for index in range(len(lines))]
    texts = [MarkText(line, place, size, bold, tone, hang, upward) for line, place in zip(lines, places, strict=True)]
    return Shape(rect.grow(0.5), frame, tuple(texts), "label", uid, type, tooltip=tooltip)


def line(points: Sequence[Point], style: MarkStyle) -> Stroke:
    """A line of no thing of the repository: an axis, a grid, a leader."""
    return Stroke(straight(points), style)


def samples(
    order: Sequence[Swatch], used: Collection[Swatch], look: Callable[[Swatch], MarkStyle]
) -> tuple[LegendEntry, ...]:
    """The legend of those classes of values that a chart has, in that order, each with a sample that looks like them."""
    return tuple(sample(each.label, look(each)) for each in order if each in used)


def sample(label: Words, style: MarkStyle) -> LegendEntry:
    """One entry of the legend."""
    return LegendEntry("mark", Kind("Value", label=label), mark=style)
