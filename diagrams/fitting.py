"""Sets text into a shape, as large as may be and clear of its corners; cuts it only as a last resort."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from diagrams.text import ELLIPSIS, LINE_HEIGHT, baseline_in, cleaned, shortened, width
from diagrams.wrapping import HARDNESS, Parting, Widths, evened, filled

Align = Literal["left", "center", "right"]
Position = Literal["top", "middle", "bottom"]
Tone = Literal["ink", "quiet"]
Corners = Literal["beside", "below", "ignored"]

#: How far into a line its letters begin: a line may reach that much into a corner's height.
_CORNER_LEAD = 2.5
#: Large text rather gets smaller, down to so many pixels, than that the icon goes, which says what the box is.
_SMALL, _STILL_READ = (0.78, 0.72, 0.66, 0.6), 9.5
#: How hard to try, in this order: text beside the corners, below them, over them; with the optional runs
#: or without;
#: which words may be parted; shrunk to which shares.
_ATTEMPTS: tuple[tuple[Corners, bool, Parting, tuple[float, ...]], ...] = (
    ("beside", True, "none", (1.0, 0.93)),
    ("below", True, "none", (1.0,)),
    ("beside", False, "none", (1.0, 0.93)),
    ("below", False, "none", (1.0, 0.93)),
    ("beside", False, "none", (0.86,)),
    ("below", False, "seams", (1.0, 0.93, 0.86, 0.78)),
    ("beside", False, "none", _SMALL),
    ("below", False, "none", _SMALL),
    ("ignored", False, "seams", (1.0, 0.93, 0.86, 0.78)),
    ("below", False, "long", (1.0, 0.86)),
    ("ignored", False, "long", (1.0, 0.86, 0.75, 0.65, 0.55, 0.45)),
    ("ignored", False, "any", (1.0, 0.86, 0.75, 0.65, 0.55, 0.45)),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a label: the name, the type in guillemets, a detail. Optional ones go when room is short."""

    text: str
    size: float
    bold: bool = False
    italic: bool = False
    tone: Tone = "ink"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """The inside of a shape.

    Corners are kept free: (width, height) of what stands in the top right and top left.
    """

    width: float
    height: float
    align: Align = "center"
    position: Position = "middle"
    corner_right: tuple[float, float] = (0, 0)
    corner_left: tuple[float, float] = (0, 0)
    top: float = 0.0  # where text may begin


@dataclass(frozen=True, slots=True)
class Line:
    """A line set in a room: `x` is where it is anchored, `baseline` counts from the room's top."""

    text: str
    x: float
    baseline: float
    size: float
    width: float
    bold: bool
    italic: bool
    tone: Tone


@dataclass(frozen=True, slots=True)
class Fitted:
    lines: tuple[Line, ...]
    height: float
    with_corners: bool  # the corners could be kept free
    whole: bool  # False: something was cut with an ellipsis

    @property
    def width(self) -> float:
        return max((line.width for line in self.lines), default=0)


def fit(runs: Sequence[Run], room: Room) -> Fitted:
    """Sets the runs one below the other.

    Shrinks and breaks before anything is cut; cuts what fits in no way.
    """
    return _fitted(tuple(runs), _steady(room))


def _steady(room: Room) -> Room:
    """Where a box stands leaves traces in the last digits of its room: without them, alike boxes are set once."""
    right, left = ((round(wide, 6), round(high, 6)) for wide, high in (room.corner_right, room.corner_left))
    return Room(
        round(room.width, 6), round(room.height, 6), room.align, room.position, right, left, round(room.top, 6)
    )  # fmt: skip


# The same names are set again and again: for the size of a box, for each theme, in the drawings of all neighbours.
@lru_cache(maxsize=16_384)
def _fitted(runs: tuple[Run, ...], room: Room) -> Fitted:
    wanted = [replace(run, text=cleaned(run.text)) for run in runs if cleaned(run.text)]
    if not wanted:
        return Fitted((), 0, True, True)
    for corners, optional, parting, shares in _ATTEMPTS:
        kept = [run for run in wanted if optional or not run.optional]
        if not kept:
            continue
        for share in shares:
            if shares is _SMALL and min(run.size for run in kept) * share < _STILL_READ:
                break
            found = _set(kept, _spared(room, corners), share, parting)
            if found is not None:
                return Fitted(found[0], found[1], corners != "ignored", True)
    return _cut([run for run in wanted if not run.optional] or wanted[:1], _spared(room, "ignored"))


def _spared(room: Room, corners: Corners) -> Room:
    """The room as the text sees it. Below the corners it begins lower, and has nothing to keep clear of."""
    if corners == "beside":
        return room
    top = max(room.corner_right[1], room.corner_left[1]) - _CORNER_LEAD if corners == "below" else 0.0
    return replace(room, top=room.top + max(top, 0.0), corner_right=(0, 0), corner_left=(0, 0))


def _set(runs: Sequence[Run], room: Room, share: float, parting: Parting) -> tuple[tuple[Line, ...], float] | None:
    """The runs as lines at a share of their size, or None where they do not fit."""
    scaled = [replace(run, size=run.size * share) for run in runs]
    if sum(_least_lines(run, room) * run.size * LINE_HEIGHT for run in scaled) > room.height - room.top:
        return None
    top = room.top if room.position == "top" else room.height / 2
    for _ in range(5):
        broken = _broken(scaled, room, top, parting)
        if broken is None:
            return None
        height = sum(run.size * LINE_HEIGHT for run, _ in broken)
        if height > room.height - room.top:
            return None
        settled = _top(room, height)
        if abs(settled - top) < 0.01:
            return tuple(_lines(broken, room, top)), height
        top = settled
    return None


def _least_lines(run: Run, room: Room) -> int:
    """No way of breaking needs fewer lines, so that most attempts end before they are made."""
    return sum(math.ceil(width(line, run.size, run.bold) / room.width) or 1 for line in run.text.split("\n"))


def _top(room: Room, height: float) -> float:
    shares = {"top": 0.0, "middle": 0.5, "bottom": 1.0}
    return room.top + (room.height - room.top - height) * shares[room.position]


def _broken(runs: Iterable[Run], room: Room, top: float, parting: Parting) -> list[tuple[Run, str]] | None:
    broken: list[tuple[Run, str]] = []
    for run in runs:
        step = run.size * LINE_HEIGHT
        widths = _widths(room, top, step)
        found = filled(run.text, widths, run.size, run.bold)
        if found.hardest > HARDNESS[parting]:
            return None
        lines = found.lines
        if room.align == "center" and len(lines) > run.text.count("\n") + 1:
            lines = evened(run.text, widths, run.size, run.bold)
        last = len(widths) - 1
        if any(width(line, run.size, run.bold) > widths[min(at, last)] + 0.01 for at, line in enumerate(lines)):
            return None
        broken.extend((run, line) for line in lines)
        top += len(lines) * step
    return broken


def _widths(room: Room, top: float, step: float) -> Widths:
    """The widths of lines one below the other, as far down as they differ."""
    corners = max(room.corner_right[1], room.corner_left[1])
    count = max(math.ceil((corners - top - _CORNER_LEAD) / step), 0) + 1
    return tuple(_width_at(room, top + at * step + _CORNER_LEAD) for at in range(count))


def _width_at(room: Room, top: float) -> float:
    """The width free for a line with that top: beside the corners less, on both sides when centred."""
    right = room.corner_right[0] if top < room.corner_right[1] else 0
    left = room.corner_left[0] if top < room.corner_left[1] else 0
    taken = 2 * max(left, right) if room.align == "center" else left + right
    return max(room.width - taken, 1)


def _lines(broken: Iterable[tuple[Run, str]], room: Room, top: float) -> Iterator[Line]:
    for run, text in broken:
        yield Line(
            text,
            _anchor(room, top + _CORNER_LEAD),
            top + baseline_in(run.size),
            run.size,
            width(text, run.size, run.bold),
            run.bold,
            run.italic,
            run.tone,
        )
        top += run.size * LINE_HEIGHT


def _anchor(room: Room, top: float) -> float:
    if room.align == "center":
        return room.width / 2
    if room.align == "left":
        return room.corner_left[0] if top < room.corner_left[1] else 0
    return room.width - (room.corner_right[0] if top < room.corner_right[1] else 0)


def _cut(runs: Sequence[Run], room: Room) -> Fitted:
    """The last resort: the smallest size, as many lines as there is room for, an ellipsis at the end."""
    run = replace(runs[0], size=min(max(runs[0].size * 0.45, 5.0), max(room.height / LINE_HEIGHT, 1.0)))
    if len(runs) == 1 and width(ELLIPSIS, run.size, run.bold) > room.width:
        return Fitted((), 0, False, False)
    step = run.size * LINE_HEIGHT
    lines = list(filled(run.text, (room.width,), run.size, run.bold).lines)
    count = max(int((room.height + 0.01) // step), 1)
    kept = lines[:count]
    if len(lines) > count:
        kept[-1] = shortened(kept[-1] + ELLIPSIS * 2, room.width, run.size, run.bold)
    kept = [shortened(line, room.width, run.size, run.bold) for line in kept]
    top = max(_top(room, step * len(kept)), 0)
    return Fitted(tuple(_lines([(run, line) for line in kept], room, top)), step * len(kept), False, False)
