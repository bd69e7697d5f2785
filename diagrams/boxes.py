"""A box with its content: outline, icon, text set inside. Also how big it wants to be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from diagrams import fitting, text, wrapping
from diagrams.drawing import Cluster, Kind, Node, Words, said, shown_value
from diagrams.fitting import Fitted, Line, Room, Run
from diagrams.geometry import Rect
from diagrams.notation import Figure, figure
from diagrams.outlines import outline
from diagrams.shapes import Outline

NAME_SIZE = 13.0
STORED_NAME_SIZE = 12.0  # what modelling tools use by default: 9 points
STEREOTYPE_SHARE, DETAIL_SHARE = 0.78, 0.82
ICON_SIDE, ICON_INSET = 15.0, 4.0
LETTER_SIZE = 8.5
CLUSTER_NAME_SIZE = 12.5
CLUSTER_PADDING = 16.0

_MIN_WIDTH, _MIN_HEIGHT = 136.0, 62.0
_WIDTHS = (136.0, 150.0, 164.0, 180.0, 200.0)
#: Only for a word that would have to be parted: from the usual width on.
_WIDE = (200.0, 224.0, 250.0)
_MOST_LINES = 9
_LONGEST_NAME = 4_000  # characters: a whole page of a note
_JUNCTION_SIDE = 15.0
_JUNCTIONS = frozenset({"dot", "ring"})
_TABBED = "-tabbed"


@dataclass(frozen=True, slots=True)
class Box:
    """Ready to be painted: `lines` count from the top left of `room`."""

    rect: Rect
    figure: Figure
    outline: Outline
    room: Rect
    lines: tuple[Line, ...]
    icon: Rect | None
    letter: Rect | None
    whole: bool

    def text_rects(self) -> list[Rect]:
        """Where the lines of text stand, for whatever must keep clear of them."""
        shares = {"start": 0.0, "middle": 0.5, "end": 1.0}
        found = []
        for line in self.lines:
            left = self.room.x + line.x - line.width * shares[anchor(self, line)]
            found.append(Rect(left, self.room.y + line.baseline - line.size * 0.85, line.width, line.size * 1.1))
        return found


def anchor(box: Box, line: Line) -> str:
    """How the line hangs on its x: start, middle or end."""
    if abs(line.x - box.room.width / 2) < 0.01:
        return "middle"
    return "start" if line.x < box.room.width / 2 else "end"


def dress(node: Node, rect: Rect, lang: str, label_room: float | None = None) -> Box:
    """Sets the node's text and icon into its rectangle.

    `label_room`: the height free for text where others are inside.
    """
    return _dressed(node, _runs(node, lang), rect, label_room)


def _dressed(node: Node, runs: Sequence[Run], rect: Rect, label_room: float | None) -> Box:
    look = figure(node.kind.notation)
    shape = look.figure if node.alternative or _needs_no_tab(node, look) else look.outline
    if shape in _JUNCTIONS:
        return Box(rect, look, outline(shape, rect), rect, (), None, None, True)
    if shape == "icon":
        return _icon_box(rect, look, runs)
    drawn = outline(shape, rect, _header(runs, rect) if shape.endswith(_TABBED) else (0, 0))
    return _boxed(node, look, drawn, rect, runs, label_room)


def _needs_no_tab(node: Node, look: Figure) -> bool:
    """A tab is for a box that others are placed in; an empty one has its name in the middle."""
    return look.outline.endswith(_TABBED) and node.place is None


def _boxed(node: Node, look: Figure, drawn: Outline, rect: Rect, runs: Sequence[Run], label_room: float | None) -> Box:
    room = _room(node, drawn, label_room)
    with_icon = bool(look.icon) and node.icon and not node.alternative and not drawn.header
    icon, letter = _corners(look, drawn, rect, with_icon)
    if node.image:
        room = _below_image(drawn.room)
    fitted = fitting.fit(runs, _text_room(node, drawn, room, icon, letter))
    if not fitted.with_corners and drawn.band is None:
        icon = letter = None
    return Box(rect, look, drawn, room, fitted.lines, icon, letter, fitted.whole)


def _runs(node: Node, lang: str) -> list[Run]:
    size = node.look.size or (STORED_NAME_SIZE if node.place is not None else NAME_SIZE)
    runs = []
    stereotype = said(node.stereotype, lang) or (said(node.kind.label, lang) if node.kind.refined else "")
    if stereotype:
        runs.append(Run(f"«{stereotype}»", size * STEREOTYPE_SHARE, tone="quiet", optional=True))
    bold = node.look.bold or node.emphasis == "focus" or (node.holds_others and node.place is None)
    name = said(node.name, lang)
    if len(name) > _LONGEST_NAME:
        name = name[:_LONGEST_NAME] + text.ELLIPSIS
    runs.append(Run(name, size, bold, node.look.italic))
    if said(node.detail, lang):
        runs.append(Run(said(node.detail, lang), size * DETAIL_SHARE, tone="quiet", optional=True))
    value = said(shown_value(node), lang)
    if value:
        runs.append(Run(value, size * DETAIL_SHARE, bold=True))
    return runs


def _header(runs: Sequence[Run], rect: Rect) -> tuple[float, float]:
    """Width and height that the name wants in a tab on top."""
    run = next((each for each in runs if not each.optional), runs[0])
    lines = wrapping.wrap(run.text, max(rect.width - 18, 10), run.size, run.bold)
    widest = max((text.width(line, run.size, run.bold) for line in lines), default=0)
    return widest + 2, len(lines) * run.size * text.LINE_HEIGHT


def _room(node: Node, drawn: Outline, label_room: float | None) -> Rect:
    room = drawn.room
    if label_room is None or drawn.header:
        return room
    if drawn.band is not None and node.look.position != "bottom":
        label_room -= drawn.band.height  # it counts from the top of the box
        if node.alternative and label_room < STORED_NAME_SIZE:
            # The band of the type's own shape holds nothing else: a name that has no room below stands in it.
            return Rect(room.x, drawn.band.y, room.width, drawn.band.height)
    height = min(max(label_room, 10.0), room.height)
    top = room.bottom - height if node.look.position == "bottom" else room.y
    return Rect(room.x, top, room.width, height)


def _below_image(room: Rect) -> Rect:
    height = min(room.height, 18.0)
    return Rect(room.x, room.bottom - height, room.width, height)


def _corners(look: Figure, drawn: Outline, rect: Rect, with_icon: bool) -> tuple[Rect | None, Rect | None]:
    """Where the icon and the layer's letter stand; in the band along the top where the shape has one."""
    if not with_icon or rect.width < 44 or rect.height < 26:
        return None, None
    band = drawn.band
    side = min(ICON_SIDE, rect.height * 0.4) if band is None else min(ICON_SIDE, band.height - 3)
    top = rect.y + ICON_INSET if band is None else band.y + (band.height - side) / 2
    icon = Rect(rect.right - side - ICON_INSET - 1, top, side, side)
    if not look.letter or rect.width < 60:
        return icon, None
    wide = text.width(look.letter, LETTER_SIZE, True)
    return icon, Rect(rect.x + 6, top + (side - LETTER_SIZE) / 2 - 1, wide, LETTER_SIZE)


def _text_room(node: Node, drawn: Outline, room: Rect, icon: Rect | None, letter: Rect | None) -> Room:
    at_left = drawn.header or node.kind.notation.startswith("Note")
    default_align: fitting.Align = "left" if at_left else "center"
    default_position: fitting.Position = "middle"
    if (node.holds_others and not drawn.header) or node.kind.notation in ("Note", "NoteBare", "NotePlain"):
        default_position = "top"
    right = left = (0.0, 0.0)
    if icon is not None and drawn.band is None:
        right = (room.right - icon.x + 2, icon.bottom - room.y + 1)
    if letter is not None and drawn.band is None:
        left = (letter.right - room.x + 3, letter.bottom - room.y + 1)
    return Room(
        room.width,
        room.height,
        node.look.align or default_align,
        "middle" if drawn.header else node.look.position or default_position,
        right,
        left,
    )


def _icon_box(rect: Rect, look: Figure, runs: Sequence[Run]) -> Box:
    """No box: the icon as large as there is room for, the name beneath."""
    drawn = outline("icon", rect)
    fitted: Fitted = fitting.fit(runs, Room(rect.width, rect.height * 0.62, "center", "bottom"))
    taken = fitted.height + 2
    side = max(min(rect.width, rect.height - taken, 64), 8)
    room = Rect(rect.x, rect.bottom - rect.height * 0.62, rect.width, rect.height * 0.62)
    top = rect.y + max((rect.height - taken - side) / 2, 0)
    icon = Rect(rect.x + (rect.width - side) / 2, top, side, side)
    return Box(rect, look, drawn, room, fitted.lines, icon, None, fitted.whole)


def size(node: Node, lang: str) -> tuple[float, float]:
    """The smallest of a few widths, and the height, at which everything fits at full size."""
    if figure(node.kind.notation).outline in _JUNCTIONS:
        return _JUNCTION_SIDE, _JUNCTION_SIDE
    form = Node(
        "", "", Kind(node.kind.notation), place=node.place, alternative=node.alternative, holds_others=node.holds_others,
        icon=node.icon, image=node.image, look=node.look,
    )  # fmt: skip
    return _size(form, tuple(_runs(node, lang)))


# Boxes alike are measured once: an element stands in the drawings of all its neighbours.
@lru_cache(maxsize=16_384)
def _size(form: Node, runs: tuple[Run, ...]) -> tuple[float, float]:
    width, height = _first_size(runs)
    for _ in range(6):
        box = _dressed(form, runs, Rect(0, 0, width, height), None)
        if box.whole and (not box.lines or _full_size(box, runs)):
            break
        height += 8
    return width, height


def _first_size(runs: tuple[Run, ...]) -> tuple[float, float]:
    """A size in which the runs fit if nothing stands in their way."""
    width = _width_for(runs)
    block = 0.0
    for run in runs:
        lines = min(len(wrapping.balanced(run.text, width - 16, run.size, run.bold)), _MOST_LINES)
        block += lines * run.size * text.LINE_HEIGHT
    return width, max(_MIN_HEIGHT, block + 18)


def _width_for(runs: Sequence[Run]) -> float:
    """The narrowest at which no word is parted and the name takes two lines, what is around it one each."""
    for width in _WIDTHS:
        if all(_fits_in(run, width, first=at == 0) for at, run in enumerate(runs)):
            return width
    longest = max(wrapping.longest_word(run.text, run.size, run.bold) for run in runs) + 16
    return next((width for width in _WIDE if longest <= width), _WIDTHS[-1])


def _fits_in(run: Run, width: float, *, first: bool) -> bool:
    # The type stands at the top, between the layer's letter and the icon.
    room = width - 16 - (2 * (ICON_SIDE + 1) if first and run.optional else 0)
    lines = wrapping.wrap(run.text, room, run.size, run.bold)
    whole = wrapping.longest_word(run.text, run.size, run.bold) <= room
    return whole and len(lines) <= (1 if run.optional else 2)


def _full_size(box: Box, runs: Sequence[Run]) -> bool:
    sizes = {line.size for line in box.lines}
    return sizes == {run.size for run in runs if text.cleaned(run.text)} and (
        box.icon is not None or not box.figure.icon
    )


def cluster_header(name: Words, detail: Words, lang: str, room: float = 260.0) -> tuple[list[str], list[str]]:
    """The lines of a cluster's name and of its detail."""
    names = wrapping.balanced(said(name, lang), room, CLUSTER_NAME_SIZE, True)
    details = said(detail, lang)
    return [line for line in names if line], wrapping.wrap(details, room, NAME_SIZE * DETAIL_SHARE) if details else []


def cluster_label_size(cluster: Cluster, lang: str) -> tuple[float, float]:
    """What the cluster's heading takes: width with its icon, height."""
    names, details = cluster_header(cluster.name, cluster.detail, lang)
    widths = [text.width(line, CLUSTER_NAME_SIZE, True) for line in names]
    widths += [text.width(line, NAME_SIZE * DETAIL_SHARE) for line in details]
    height = (len(names) * CLUSTER_NAME_SIZE + len(details) * NAME_SIZE * DETAIL_SHARE) * text.LINE_HEIGHT
    return max(widths, default=0) + ICON_SIDE + 14, max(height, ICON_SIDE) + 2


def frame(cluster: Cluster, rect: Rect, lang: str) -> Box:
    """The cluster's frame with its heading at the top left and its icon at the top right."""
    look = figure(cluster.kind.notation)
    names, details = cluster_header(cluster.name, cluster.detail, lang, max(rect.width - ICON_SIDE - 30, 40))
    room = Rect(rect.x + 10, rect.y + 7, rect.width - 20, rect.height - 14)
    lines, top = [], 0.0
    for line, share, bold in [
        *((each, CLUSTER_NAME_SIZE, True) for each in names),
        *((each, NAME_SIZE * DETAIL_SHARE, False) for each in details),
    ]:
        lines.append(
            Line(
                line,
                0,
                top + text.baseline_in(share),
                share,
                text.width(line, share, bold),
                bold,
                False,
                "ink" if bold else "quiet",
            )
        )
        top += share * text.LINE_HEIGHT
    icon = Rect(rect.right - ICON_SIDE - 7, rect.y + 7, ICON_SIDE, ICON_SIDE) if look.icon else None
    shape = "dashed" if cluster.kind.notation == "Grouping" else "frame"
    return Box(rect, look, outline(shape, rect), room, tuple(lines), icon, None, True)


def with_place(node: Node, rect: Rect) -> Node:
    return replace(node, place=rect)
