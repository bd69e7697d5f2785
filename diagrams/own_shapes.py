"""The shapes that types have of their own, as stored views may ask for: arrow, cylinder, cloud ..."""

from diagrams.geometry import Rect
from diagrams.shapes import Outline, Part, ellipse, inside, n, polygon, rectangle, rounded_rectangle


def page(rect: Rect, _: tuple[float, float]) -> Outline:
    c = min(14, rect.width / 4, rect.height / 4)
    points = (
        (rect.x, rect.y),
        (rect.right - c, rect.y),
        (rect.right, rect.y + c),
        (rect.right, rect.bottom),
        (rect.x, rect.bottom),
    )
    fold = f"M{n(rect.right - c)} {n(rect.y)}V{n(rect.y + c)}H{n(rect.right)}"
    return Outline((Part(polygon(*points)), Part(fold, "mark")), inside(rect, 7, c * 0.6 + 2, 7, 4))


def arrow(rect: Rect, _: tuple[float, float]) -> Outline:
    head = min(rect.height * 0.45, rect.width * 0.25)
    wing = min(rect.height * 0.16, 12)
    top, low, neck = rect.y + wing, rect.bottom - wing, rect.right - head
    points = (
        (rect.x, top), (neck, top), (neck, rect.y), (rect.right, rect.y + rect.height / 2),
        (neck, rect.bottom), (neck, low), (rect.x, low),
    )  # fmt: skip
    return Outline((Part(polygon(*points)),), inside(Rect(rect.x, top, rect.width - head * 0.6, low - top), 6, 2, 4, 2))


def bookmark(rect: Rect, _: tuple[float, float]) -> Outline:
    rise = min(rect.height * 0.2, 16)
    middle = rect.x + rect.width / 2
    points = (
        (rect.x, rect.y + rise), (middle, rect.y), (rect.right, rect.y + rise),
        (rect.right, rect.bottom), (middle, rect.bottom - rise), (rect.x, rect.bottom),
    )  # fmt: skip
    room = Rect(rect.x, rect.y + rise, rect.width, rect.height - 2 * rise)
    return Outline((Part(polygon(*points)),), inside(room, 7, 1, 7, 1))


def chevron(rect: Rect, _: tuple[float, float]) -> Outline:
    notch = min(rect.height * 0.35, rect.width * 0.15)
    points = (
        (rect.x, rect.y), (rect.right - notch, rect.y), (rect.right, rect.y + rect.height / 2),
        (rect.right - notch, rect.bottom), (rect.x, rect.bottom), (rect.x + notch, rect.y + rect.height / 2),
    )  # fmt: skip
    return Outline((Part(polygon(*points)),), inside(rect, notch + 5, 3, notch + 3, 3))


def notched(rect: Rect, _: tuple[float, float]) -> Outline:
    notch = min(rect.height * 0.35, rect.width * 0.15)
    bow = min(rect.height / 2, rect.width / 3)
    data = (
        f"M{n(rect.x)} {n(rect.y)}H{n(rect.right - bow)}"
        f"A{n(bow)} {n(rect.height / 2)} 0 0 1 {n(rect.right - bow)} {n(rect.bottom)}"
        f"H{n(rect.x)}L{n(rect.x + notch)} {n(rect.y + rect.height / 2)}Z"
    )
    return Outline((Part(data),), inside(rect, notch + 5, 3, bow * 0.5 + 3, 3))


def cylinder(rect: Rect, _: tuple[float, float]) -> Outline:
    rx = min(rect.height * 0.2, rect.width / 6)
    ry = rect.height / 2
    body = (
        f"M{n(rect.x + rx)} {n(rect.y)}H{n(rect.right - rx)}"
        f"A{n(rx)} {n(ry)} 0 0 1 {n(rect.right - rx)} {n(rect.bottom)}"
        f"H{n(rect.x + rx)}A{n(rx)} {n(ry)} 0 0 1 {n(rect.x + rx)} {n(rect.y)}Z"
    )
    lid = f"M{n(rect.right - rx)} {n(rect.y)}A{n(rx)} {n(ry)} 0 0 0 {n(rect.right - rx)} {n(rect.bottom)}"
    return Outline((Part(body), Part(lid, "mark")), inside(rect, rx + 3, 4, 2 * rx + 3, 4))


def component_lugs(rect: Rect) -> tuple[float, tuple[float, float], float]:
    """Of a component's own shape: how far its lugs stand out at the left, their tops, their height."""
    height, top = min(12, rect.height / 5), rect.y + min(10, rect.height / 6)
    return min(10, rect.width / 8), (top, top + height * 1.7), height


def component(rect: Rect, _: tuple[float, float]) -> Outline:
    lug, tops, height = component_lugs(rect)
    body = Rect(rect.x + lug, rect.y, rect.width - lug, rect.height)
    lugs = [Part(rectangle(Rect(rect.x, top, 2 * lug, height))) for top in tops]
    return Outline((Part(rectangle(body)), *lugs), inside(rect, 2 * lug + 4, 4, 6, 4))


def block(rect: Rect, _: tuple[float, float]) -> Outline:
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
    return Outline((Part(whole, "shade"), Part(rectangle(front)), Part(edges, "mark")), inside(front))


def screen(rect: Rect, _: tuple[float, float]) -> Outline:
    stand = min(rect.height * 0.18, 14)
    screen = Rect(rect.x, rect.y, rect.width, rect.height - stand)
    slope = min(rect.width * 0.12, 20)
    foot = polygon(
        (rect.x + slope, screen.bottom), (rect.right - slope, screen.bottom),
        (rect.right, rect.bottom), (rect.x, rect.bottom),
    )  # fmt: skip
    return Outline((Part(foot, "shade"), Part(rounded_rectangle(screen, 8))), inside(screen))


def slanted(rect: Rect, _: tuple[float, float]) -> Outline:
    slant = min(rect.height * 0.4, rect.width * 0.15)
    points = (
        (rect.x + slant, rect.y),
        (rect.right, rect.y),
        (rect.right - slant, rect.bottom),
        (rect.x, rect.bottom),
    )
    return Outline((Part(polygon(*points)),), inside(rect, slant + 3, 3, slant + 3, 3))


def slanted_lined(rect: Rect, header: tuple[float, float]) -> Outline:
    plain = slanted(rect, header)
    slant = min(rect.height * 0.4, rect.width * 0.15)
    gap = min(8, rect.width / 12)
    mark = f"M{n(rect.x + slant + gap)} {n(rect.y)}L{n(rect.x + gap)} {n(rect.bottom)}"
    return Outline((*plain.parts, Part(mark, "mark")), inside(rect, slant + gap + 3, 3, slant + 3, 3))


def oval(rect: Rect, _: tuple[float, float]) -> Outline:
    # The largest rectangle in an ellipse has 0.707 of its sides; a wider and flatter one serves text better.
    room = Rect(rect.x + rect.width * 0.12, rect.y + rect.height * 0.19, rect.width * 0.76, rect.height * 0.62)
    return Outline((Part(ellipse(rect)),), room)


def cloud(rect: Rect, _: tuple[float, float]) -> Outline:
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
