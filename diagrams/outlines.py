"""The shapes of boxes as functions of their rectangle: SVG path data, and the room left for text."""

from collections.abc import Callable, Mapping
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


def outline(name: str, rect: Rect, header: tuple[float, float] = (0, 0)) -> Outline:
    """The shape of that name in a rectangle. `header`: width and height that the name wants in a tab."""
    return _SHAPES[name](rect, header)


def names() -> frozenset[str]:
    return frozenset(_SHAPES)


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
    return (
        f"M{n(x - rx)} {n(y)}A{n(rx)} {n(ry)} 0 1 1 {n(x + rx)} {n(y)}"
        f"A{n(rx)} {n(ry)} 0 1 1 {n(x - rx)} {n(y)}Z"
    )


def _inside(rect: Rect, left: float = 7, top: float = 4, right: float = 7, bottom: float = 4) -> Rect:
    """The rectangle less its margins; small boxes keep at least four fifths of themselves."""
    across = min(1, rect.width / 5 / (left + right)) if left + right else 1
    down = min(1, rect.height / 5 / (top + bottom)) if top + bottom else 1
    return Rect(
        rect.x + left * across,
        rect.y + top * down,
        rect.width - (left + right) * across,
        rect.height - (top + bottom) * down,
    )


def _plain(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(rectangle(rect)),), _inside(rect))


def _frame(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(rounded_rectangle(rect, 4)),), _inside(rect))


def _dashed(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(rectangle(rect), "dashed"),), _inside(rect))


def _bare(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((), _inside(rect, 3, 2, 3, 2))


def _rounded(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(rounded_rectangle(rect, min(12, rect.height / 3))),), _inside(rect, 8, 4, 8, 4))


def _pill(rect: Rect, _: tuple[float, float]) -> Outline:
    radius = min(rect.height / 2, rect.width / 2)
    return Outline(
        (Part(rounded_rectangle(rect, radius)),), _inside(rect, radius * 0.55 + 3, 4, radius * 0.55 + 3, 4)
    )


def _cut(rect: Rect, _: tuple[float, float]) -> Outline:
    c = min(9, rect.width / 4, rect.height / 4)
    points = (
        (rect.x + c, rect.y), (rect.right - c, rect.y),
        (rect.right, rect.y + c), (rect.right, rect.bottom - c),
        (rect.right - c, rect.bottom), (rect.x + c, rect.bottom),
        (rect.x, rect.bottom - c), (rect.x, rect.y + c),
    )  # fmt: skip
    return Outline((Part(polygon(*points)),), _inside(rect, 8, 4, 8, 4))


def _band_height(rect: Rect) -> float:
    return min(17, rect.height * 0.32)


def _rule(rect: Rect, y: float) -> Part:
    return Part(f"M{n(rect.x)} {n(y)}H{n(rect.right)}", "mark")


def _lined(rect: Rect, _: tuple[float, float]) -> Outline:
    band = _band_height(rect)
    room = Rect(rect.x, rect.y + band, rect.width, rect.height - band)
    parts = (Part(rectangle(rect)), _rule(rect, rect.y + band))
    return Outline(parts, _inside(room, 7, 2, 7, 3), Rect(rect.x, rect.y, rect.width, band))


def _twice_lined(rect: Rect, _: tuple[float, float]) -> Outline:
    band = _band_height(rect)
    foot = min(6, rect.height * 0.1)
    room = Rect(rect.x, rect.y + band, rect.width, rect.height - band - foot)
    parts = (Part(rectangle(rect)), _rule(rect, rect.y + band), _rule(rect, rect.bottom - foot))
    return Outline(parts, _inside(room, 7, 2, 7, 2), Rect(rect.x, rect.y, rect.width, band))


def _wave_body(rect: Rect) -> tuple[str, float]:
    swing = min(7, rect.height / 6)
    low, quarter, middle = rect.bottom - swing, rect.width / 4, rect.x + rect.width / 2
    data = (
        f"M{n(rect.x)} {n(rect.y)}H{n(rect.right)}V{n(low)}"
        f"Q{n(rect.right - quarter)} {n(low - swing * 1.6)} {n(middle)} {n(low)}"
        f"Q{n(rect.x + quarter)} {n(low + swing * 1.6)} {n(rect.x)} {n(low)}Z"
    )
    return data, swing


def _wave(rect: Rect, _: tuple[float, float]) -> Outline:
    data, swing = _wave_body(rect)
    return Outline(
        (Part(data),), _inside(Rect(rect.x, rect.y, rect.width, rect.height - swing * 1.7), 7, 4, 7, 1)
    )


def _lined_wave(rect: Rect, _: tuple[float, float]) -> Outline:
    data, swing = _wave_body(rect)
    band = _band_height(rect)
    room = Rect(rect.x, rect.y + band, rect.width, rect.height - band - swing * 1.6)
    parts = (Part(data), _rule(rect, rect.y + band))
    return Outline(parts, _inside(room, 7, 2, 7, 1), Rect(rect.x, rect.y, rect.width, band))


def _tabbed(rect: Rect, _: tuple[float, float]) -> Outline:
    band = _band_height(rect)
    half = rect.width / 2
    mark = f"M{n(rect.x)} {n(rect.y + band)}H{n(rect.x + half)}V{n(rect.y)}"
    room = Rect(rect.x, rect.y + band, rect.width, rect.height - band)
    return Outline((Part(rectangle(rect)), Part(mark, "mark")), _inside(room, 7, 2, 7, 3))


def _tab(rect: Rect, header: tuple[float, float]) -> Rect:
    width = min(max(header[0] + 16, rect.width * 0.35), rect.width)
    height = min(max(header[1] + 6, 18), rect.height * 0.8)
    return Rect(rect.x, rect.y, width, height)


def _dashed_tabbed(rect: Rect, header: tuple[float, float]) -> Outline:
    tab = _tab(rect, header)
    body = Rect(rect.x, tab.bottom, rect.width, rect.height - tab.height)
    parts = (Part(rectangle(body), "dashed"), Part(rectangle(tab), "dashed"))
    return Outline(parts, _inside(tab, 8, 2, 8, 2), header=True)


def _group_tabbed(rect: Rect, header: tuple[float, float]) -> Outline:
    tab = _tab(rect, header)
    body = Rect(rect.x, tab.bottom, rect.width, rect.height - tab.height)
    parts = (Part(rectangle(body)), Part(rectangle(tab), "shade"))
    return Outline(parts, _inside(tab, 8, 2, 8, 2), header=True)


def _note(rect: Rect, _: tuple[float, float]) -> Outline:
    c = min(11, rect.width / 4, rect.height / 4)
    points = (
        (rect.x, rect.y),
        (rect.right, rect.y),
        (rect.right, rect.bottom - c),
        (rect.right - c, rect.bottom),
        (rect.x, rect.bottom),
    )
    fold = f"M{n(rect.right)} {n(rect.bottom - c)}H{n(rect.right - c)}V{n(rect.bottom)}"
    return Outline((Part(polygon(*points)), Part(fold, "mark")), _inside(rect, 7, 5, 7, 5))


def _page(rect: Rect, _: tuple[float, float]) -> Outline:
    c = min(14, rect.width / 4, rect.height / 4)
    points = (
        (rect.x, rect.y),
        (rect.right - c, rect.y),
        (rect.right, rect.y + c),
        (rect.right, rect.bottom),
        (rect.x, rect.bottom),
    )
    fold = f"M{n(rect.right - c)} {n(rect.y)}V{n(rect.y + c)}H{n(rect.right)}"
    return Outline((Part(polygon(*points)), Part(fold, "mark")), _inside(rect, 7, c * 0.6 + 2, 7, 4))


def _stack(rect: Rect, _: tuple[float, float]) -> Outline:
    step = min(4, rect.height / 8)
    width, height = rect.width - 2 * step, rect.height - 2 * step
    back_to_front = [Rect(rect.x + step * at, rect.y + step * (2 - at), width, height) for at in (2, 1, 0)]
    return Outline(
        tuple(Part(rounded_rectangle(each, 4)) for each in back_to_front), _inside(back_to_front[-1])
    )


def _arrow(rect: Rect, _: tuple[float, float]) -> Outline:
    head = min(rect.height * 0.45, rect.width * 0.25)
    wing = min(rect.height * 0.16, 12)
    top, low, neck = rect.y + wing, rect.bottom - wing, rect.right - head
    points = (
        (rect.x, top), (neck, top), (neck, rect.y), (rect.right, rect.y + rect.height / 2),
        (neck, rect.bottom), (neck, low), (rect.x, low),
    )  # fmt: skip
    return Outline(
        (Part(polygon(*points)),), _inside(Rect(rect.x, top, rect.width - head * 0.6, low - top), 6, 2, 4, 2)
    )


def _bookmark(rect: Rect, _: tuple[float, float]) -> Outline:
    rise = min(rect.height * 0.2, 16)
    middle = rect.x + rect.width / 2
    points = (
        (rect.x, rect.y + rise), (middle, rect.y), (rect.right, rect.y + rise),
        (rect.right, rect.bottom), (middle, rect.bottom - rise), (rect.x, rect.bottom),
    )  # fmt: skip
    room = Rect(rect.x, rect.y + rise, rect.width, rect.height - 2 * rise)
    return Outline((Part(polygon(*points)),), _inside(room, 7, 1, 7, 1))


def _chevron(rect: Rect, _: tuple[float, float]) -> Outline:
    notch = min(rect.height * 0.35, rect.width * 0.15)
    points = (
        (rect.x, rect.y), (rect.right - notch, rect.y), (rect.right, rect.y + rect.height / 2),
        (rect.right - notch, rect.bottom), (rect.x, rect.bottom), (rect.x + notch, rect.y + rect.height / 2),
    )  # fmt: skip
    return Outline((Part(polygon(*points)),), _inside(rect, notch + 5, 3, notch + 3, 3))


def _notched(rect: Rect, _: tuple[float, float]) -> Outline:
    notch = min(rect.height * 0.35, rect.width * 0.15)
    bow = min(rect.height / 2, rect.width / 3)
    data = (
        f"M{n(rect.x)} {n(rect.y)}H{n(rect.right - bow)}"
        f"A{n(bow)} {n(rect.height / 2)} 0 0 1 {n(rect.right - bow)} {n(rect.bottom)}"
        f"H{n(rect.x)}L{n(rect.x + notch)} {n(rect.y + rect.height / 2)}Z"
    )
    return Outline((Part(data),), _inside(rect, notch + 5, 3, bow * 0.5 + 3, 3))


def _cylinder(rect: Rect, _: tuple[float, float]) -> Outline:
    rx = min(rect.height * 0.2, rect.width / 6)
    ry = rect.height / 2
    body = (
        f"M{n(rect.x + rx)} {n(rect.y)}H{n(rect.right - rx)}"
        f"A{n(rx)} {n(ry)} 0 0 1 {n(rect.right - rx)} {n(rect.bottom)}"
        f"H{n(rect.x + rx)}A{n(rx)} {n(ry)} 0 0 1 {n(rect.x + rx)} {n(rect.y)}Z"
    )
    lid = f"M{n(rect.right - rx)} {n(rect.y)}A{n(rx)} {n(ry)} 0 0 0 {n(rect.right - rx)} {n(rect.bottom)}"
    return Outline((Part(body), Part(lid, "mark")), _inside(rect, rx + 3, 4, 2 * rx + 3, 4))


def component_lugs(rect: Rect) -> tuple[float, tuple[float, float], float]:
    """Of a component's own shape: how far its lugs stand out at the left, their tops, their height."""
    height, top = min(12, rect.height / 5), rect.y + min(10, rect.height / 6)
    return min(10, rect.width / 8), (top, top + height * 1.7), height


def _component(rect: Rect, _: tuple[float, float]) -> Outline:
    lug, tops, height = component_lugs(rect)
    body = Rect(rect.x + lug, rect.y, rect.width - lug, rect.height)
    lugs = [Part(rectangle(Rect(rect.x, top, 2 * lug, height))) for top in tops]
    return Outline((Part(rectangle(body)), *lugs), _inside(rect, 2 * lug + 4, 4, 6, 4))


def _block(rect: Rect, _: tuple[float, float]) -> Outline:
    depth = min(10, rect.width / 8, rect.height / 6)
    front = Rect(rect.x, rect.y + depth, rect.width - depth, rect.height - depth)
    whole = polygon(
        (rect.x, rect.y + depth), (rect.x + depth, rect.y), (rect.right, rect.y),
        (rect.right, rect.bottom - depth), (rect.right - depth, rect.bottom), (rect.x, rect.bottom),
    )  # fmt: skip
    edges = (
        f"M{n(rect.x)} {n(front.y)}H{n(front.right)}V{n(rect.bottom)}M{n(front.right)} {n(front.y)}"
        f"L{n(rect.right)} {n(rect.y)}"
    )
    return Outline((Part(whole, "shade"), Part(rectangle(front)), Part(edges, "mark")), _inside(front))


def _screen(rect: Rect, _: tuple[float, float]) -> Outline:
    stand = min(rect.height * 0.18, 14)
    screen = Rect(rect.x, rect.y, rect.width, rect.height - stand)
    slope = min(rect.width * 0.12, 20)
    foot = polygon(
        (rect.x + slope, screen.bottom), (rect.right - slope, screen.bottom),
        (rect.right, rect.bottom), (rect.x, rect.bottom),
    )  # fmt: skip
    return Outline((Part(foot, "shade"), Part(rounded_rectangle(screen, 8))), _inside(screen))


def _slanted(rect: Rect, _: tuple[float, float]) -> Outline:
    slant = min(rect.height * 0.4, rect.width * 0.15)
    points = (
        (rect.x + slant, rect.y),
        (rect.right, rect.y),
        (rect.right - slant, rect.bottom),
        (rect.x, rect.bottom),
    )
    return Outline((Part(polygon(*points)),), _inside(rect, slant + 3, 3, slant + 3, 3))


def _slanted_lined(rect: Rect, header: tuple[float, float]) -> Outline:
    plain = _slanted(rect, header)
    slant = min(rect.height * 0.4, rect.width * 0.15)
    gap = min(8, rect.width / 12)
    mark = f"M{n(rect.x + slant + gap)} {n(rect.y)}L{n(rect.x + gap)} {n(rect.bottom)}"
    return Outline((*plain.parts, Part(mark, "mark")), _inside(rect, slant + gap + 3, 3, slant + 3, 3))


def _ellipse(rect: Rect, _: tuple[float, float]) -> Outline:
    # The largest rectangle in an ellipse has 0.707 of its sides; a wider and flatter one serves text better.
    room = Rect(
        rect.x + rect.width * 0.12, rect.y + rect.height * 0.19, rect.width * 0.76, rect.height * 0.62
    )
    return Outline((Part(ellipse(rect)),), room)


def _cloud(rect: Rect, _: tuple[float, float]) -> Outline:
    def at(x: float, y: float) -> str:
        return f"{n(rect.x + rect.width * x)} {n(rect.y + rect.height * y)}"

    def bow(x: float, y: float, share: float = 0.2) -> str:
        return f"A{n(rect.width * share)} {n(rect.height * share * 1.25)} 0 0 1 {at(x, y)}"

    bows = (
        bow(0.1, 0.36, 0.19), bow(0.42, 0.13), bow(0.78, 0.16), bow(0.92, 0.52),
        bow(0.72, 0.86), bow(0.38, 0.88), bow(0.14, 0.72, 0.16),
    )  # fmt: skip
    data = f"M{at(0.14, 0.72)}{''.join(bows)}Z"
    room = Rect(rect.x + rect.width * 0.15, rect.y + rect.height * 0.24, rect.width * 0.7, rect.height * 0.52)
    return Outline((Part(data),), room)


def _dot(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(ellipse(_round(rect))),), rect)


def _ring(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(ellipse(_round(rect))),), rect)


def _round(rect: Rect) -> Rect:
    side = min(rect.width, rect.height)
    x, y = rect.centre
    return Rect(x - side / 2, y - side / 2, side, side)


_SHAPES: Mapping[str, Callable[[Rect, tuple[float, float]], Outline]] = {
    "arrow": _arrow,
    "bare": _bare,
    "block": _block,
    "bookmark": _bookmark,
    "chevron": _chevron,
    "cloud": _cloud,
    "component": _component,
    "cut": _cut,
    "cylinder": _cylinder,
    "dashed": _dashed,
    "dashed-tabbed": _dashed_tabbed,
    "dot": _dot,
    "ellipse": _ellipse,
    "frame": _frame,
    "group-tabbed": _group_tabbed,
    "icon": _bare,
    "lined": _lined,
    "lined-wave": _lined_wave,
    "notched": _notched,
    "note": _note,
    "page": _page,
    "pill": _pill,
    "rectangle": _plain,
    "ring": _ring,
    "rounded": _rounded,
    "screen": _screen,
    "slanted": _slanted,
    "slanted-lined": _slanted_lined,
    "stack": _stack,
    "tabbed": _tabbed,
    "twice-lined": _twice_lined,
    "wave": _wave,
}
