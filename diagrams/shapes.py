"""What shapes are made of: parts of SVG path data, the room left for text, and the plainest pieces."""

from dataclasses import dataclass
from typing import Literal

from diagrams.geometry import Rect

Role = Literal["body", "mark", "shade", "dashed"]


@dataclass(frozen=True, slots=True)
class Part:
    """body: filled and stroked; mark: a line on it; shade: a darker body; dashed: one with a dashed line."""

    data: str
    role: Role = "body"


@dataclass(frozen=True, slots=True)
class Outline:
    """`room` holds the text; `band` is a strip along the top for the icon."""

    parts: tuple[Part, ...]
    room: Rect
    band: Rect | None = None
    header: bool = False  # the room is a tab: its text stands at the left


def n(value: float) -> str:
    """A number as short as a tenth of a pixel needs."""
    return f"{round(value, 1):g}"


def polygon(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points) + "Z"


def rectangle(rect: Rect) -> str:
    return f"M{n(rect.x)} {n(rect.y)}H{n(rect.right)}V{n(rect.bottom)}H{n(rect.x)}Z"


def rounded_rectangle(rect: Rect, radius: float) -> str:
    r = max(min(radius, rect.width / 2, rect.height / 2), 0)
    return (
        f"M{n(rect.x + r)} {n(rect.y)}H{n(rect.right - r)}"
        f"A{n(r)} {n(r)} 0 0 1 {n(rect.right)} {n(rect.y + r)}"
        f"V{n(rect.bottom - r)}A{n(r)} {n(r)} 0 0 1 {n(rect.right - r)} {n(rect.bottom)}"
        f"H{n(rect.x + r)}A{n(r)} {n(r)} 0 0 1 {n(rect.x)} {n(rect.bottom - r)}"
        f"V{n(rect.y + r)}A{n(r)} {n(r)} 0 0 1 {n(rect.x + r)} {n(rect.y)}Z"
    )


def ellipse(rect: Rect) -> str:
    rx, ry = rect.width / 2, rect.height / 2
    x, y = rect.centre
    return f"M{n(x - rx)} {n(y)}A{n(rx)} {n(ry)} 0 1 1 {n(x + rx)} {n(y)}A{n(rx)} {n(ry)} 0 1 1 {n(x - rx)} {n(y)}Z"


def inside(rect: Rect, left: float = 7, top: float = 4, right: float = 7, bottom: float = 4) -> Rect:
    """The rectangle less its margins; small boxes keep at least four fifths of themselves."""
    across = min(1, rect.width / 5 / (left + right)) if left + right else 1
    down = min(1, rect.height / 5 / (top + bottom)) if top + bottom else 1
    return Rect(
        rect.x + left * across,
        rect.y + top * down,
        rect.width - (left + right) * across,
        rect.height - (top + bottom) * down,
    )
