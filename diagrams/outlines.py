"""The shape of every box by name, as a function of its rectangle. Which type has which is `notation`."""

from collections.abc import Callable, Mapping

from diagrams import own_shapes
from diagrams.geometry import Rect
from diagrams.shapes import Outline, Part, ellipse, inside, n, polygon, rectangle, rounded_rectangle


def outline(name: str, rect: Rect, header: tuple[float, float] = (0, 0)) -> Outline:
    """The shape of that name in a rectangle. `header`: width and height that the name wants in a tab."""
    return _SHAPES[name](rect, header)


def names() -> frozenset[str]:
    return frozenset(_SHAPES)


def _plain(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(rectangle(rect)),), inside(rect))


def _frame(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(rounded_rectangle(rect, 4)),), inside(rect))


def _dashed(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(rectangle(rect), "dashed"),), inside(rect))


def _bare(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((), inside(rect, 3, 2, 3, 2))


def _rounded(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(rounded_rectangle(rect, min(12, rect.height / 3))),), inside(rect, 8, 4, 8, 4))


def _pill(rect: Rect, _: tuple[float, float]) -> Outline:
    radius = min(rect.height / 2, rect.width / 2)
    return Outline((Part(rounded_rectangle(rect, radius)),), inside(rect, radius * 0.55 + 3, 4, radius * 0.55 + 3, 4))


def _cut(rect: Rect, _: tuple[float, float]) -> Outline:
    c = min(9, rect.width / 4, rect.height / 4)
    points = (
        (rect.x + c, rect.y), (rect.right - c, rect.y),
        (rect.right, rect.y + c), (rect.right, rect.bottom - c),
        (rect.right - c, rect.bottom), (rect.x + c, rect.bottom),
        (rect.x, rect.bottom - c), (rect.x, rect.y + c),
    )  # fmt: skip
    return Outline((Part(polygon(*points)),), inside(rect, 8, 4, 8, 4))


def _band_height(rect: Rect) -> float:
    return min(17, rect.height * 0.32)


def _rule(rect: Rect, y: float) -> Part:
    return Part(f"M{n(rect.x)} {n(y)}H{n(rect.right)}", "mark")


def _lined(rect: Rect, _: tuple[float, float]) -> Outline:
    band = _band_height(rect)
    room = Rect(rect.x, rect.y + band, rect.width, rect.height - band)
    parts = (Part(rectangle(rect)), _rule(rect, rect.y + band))
    return Outline(parts, inside(room, 7, 2, 7, 3), Rect(rect.x, rect.y, rect.width, band))


def _twice_lined(rect: Rect, _: tuple[float, float]) -> Outline:
    band = _band_height(rect)
    foot = min(6, rect.height * 0.1)
    room = Rect(rect.x, rect.y + band, rect.width, rect.height - band - foot)
    parts = (Part(rectangle(rect)), _rule(rect, rect.y + band), _rule(rect, rect.bottom - foot))
    return Outline(parts, inside(room, 7, 2, 7, 2), Rect(rect.x, rect.y, rect.width, band))


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
    return Outline((Part(data),), inside(Rect(rect.x, rect.y, rect.width, rect.height - swing * 1.7), 7, 4, 7, 1))


def _lined_wave(rect: Rect, _: tuple[float, float]) -> Outline:
    data, swing = _wave_body(rect)
    band = _band_height(rect)
    room = Rect(rect.x, rect.y + band, rect.width, rect.height - band - swing * 1.6)
    parts = (Part(data), _rule(rect, rect.y + band))
    return Outline(parts, inside(room, 7, 2, 7, 1), Rect(rect.x, rect.y, rect.width, band))


def _tabbed(rect: Rect, _: tuple[float, float]) -> Outline:
    band = _band_height(rect)
    half = rect.width / 2
    mark = f"M{n(rect.x)} {n(rect.y + band)}H{n(rect.x + half)}V{n(rect.y)}"
    room = Rect(rect.x, rect.y + band, rect.width, rect.height - band)
    return Outline((Part(rectangle(rect)), Part(mark, "mark")), inside(room, 7, 2, 7, 3))


def _tab(rect: Rect, header: tuple[float, float]) -> Rect:
    width = min(max(header[0] + 16, rect.width * 0.35), rect.width)
    height = min(max(header[1] + 6, 18), rect.height * 0.8)
    return Rect(rect.x, rect.y, width, height)


def _dashed_tabbed(rect: Rect, header: tuple[float, float]) -> Outline:
    tab = _tab(rect, header)
    body = Rect(rect.x, tab.bottom, rect.width, rect.height - tab.height)
    parts = (Part(rectangle(body), "dashed"), Part(rectangle(tab), "dashed"))
    return Outline(parts, inside(tab, 8, 2, 8, 2), header=True)


def _group_tabbed(rect: Rect, header: tuple[float, float]) -> Outline:
    tab = _tab(rect, header)
    body = Rect(rect.x, tab.bottom, rect.width, rect.height - tab.height)
    parts = (Part(rectangle(body)), Part(rectangle(tab), "shade"))
    return Outline(parts, inside(tab, 8, 2, 8, 2), header=True)


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
    return Outline((Part(polygon(*points)), Part(fold, "mark")), inside(rect, 7, 5, 7, 5))


def _stack(rect: Rect, _: tuple[float, float]) -> Outline:
    step = min(4, rect.height / 8)
    width, height = rect.width - 2 * step, rect.height - 2 * step
    back_to_front = [Rect(rect.x + step * at, rect.y + step * (2 - at), width, height) for at in (2, 1, 0)]
    return Outline(tuple(Part(rounded_rectangle(each, 4)) for each in back_to_front), inside(back_to_front[-1]))


def _dot(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(ellipse(_round(rect))),), rect)


def _ring(rect: Rect, _: tuple[float, float]) -> Outline:
    return Outline((Part(ellipse(_round(rect))),), rect)


def _round(rect: Rect) -> Rect:
    side = min(rect.width, rect.height)
    x, y = rect.centre
    return Rect(x - side / 2, y - side / 2, side, side)


_SHAPES: Mapping[str, Callable[[Rect, tuple[float, float]], Outline]] = {
    "arrow": own_shapes.arrow,
    "bare": _bare,
    "block": own_shapes.block,
    "bookmark": own_shapes.bookmark,
    "chevron": own_shapes.chevron,
    "cloud": own_shapes.cloud,
    "component": own_shapes.component,
    "cut": _cut,
    "cylinder": own_shapes.cylinder,
    "dashed": _dashed,
    "dashed-tabbed": _dashed_tabbed,
    "dot": _dot,
    "ellipse": own_shapes.oval,
    "frame": _frame,
    "group-tabbed": _group_tabbed,
    "icon": _bare,
    "lined": _lined,
    "lined-wave": _lined_wave,
    "notched": own_shapes.notched,
    "note": _note,
    "page": own_shapes.page,
    "pill": _pill,
    "rectangle": _plain,
    "ring": _ring,
    "rounded": _rounded,
    "screen": own_shapes.screen,
    "slanted": own_shapes.slanted,
    "slanted-lined": own_shapes.slanted_lined,
    "stack": _stack,
    "tabbed": _tabbed,
    "twice-lined": _twice_lined,
    "wave": _wave,
}
