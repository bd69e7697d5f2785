"""The pieces of an SVG: a box, a line with its ends, a label, an icon, a legend sample. Each is a string."""

from html import escape
from typing import Literal

from diagrams.boxes import LETTER_SIZE, Box, anchor, dress
from diagrams.drawing import BARE, PLAIN, Cluster, Edge, Look, Node
from diagrams.geometry import Path, Point, Rect, straight
from diagrams.lines import Ending, data, ending, length
from diagrams.notation import (
    Paint,
    Scheme,
    icon,
    line_colour,
    line_style,
    line_width,
    name_colour,
    paint,
    paint_of,
    palette,
    shade,
    swatch_paint,
)
from diagrams.outlines import outline
from diagrams.page import Symbol
from diagrams.placed import LABEL_SIZE, line_label
from diagrams.shapes import Outline, Role, n, rectangle
from diagrams.text import LINE_HEIGHT, baseline_in, cleaned, directed, width

_ICON_GRID = 20.0
_FRAME_DASHES = "6 4"


def words(
    text: str,
    at: Point,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    italic: bool = False,
    hang: str = "start",
    role: str = "",
    halo: str = "",
) -> str:
    """A line of text. A halo in the page's colour keeps it readable across a line."""
    attributes = [f'x="{n(at[0])}" y="{n(at[1])}" font-size="{round(size, 2):g}" fill="{colour}"']
    if role:
        attributes.append(f'class="{role}"')
    if bold:
        attributes.append('font-weight="700"')
    if italic:
        attributes.append('font-style="italic"')
    if hang != "start":
        attributes.append(f'text-anchor="{hang}"')
    if halo:
        attributes.append(f'stroke="{halo}" stroke-width="3.2" stroke-linejoin="round" paint-order="stroke"')
    return f"<text {' '.join(attributes)}>{escape(directed(cleaned(text)), quote=False)}</text>"


def node(item: Node, box: Box, theme: Scheme) -> str:
    colours = paint_of(item, theme)
    width = item.look.line_width or (2.4 if item.emphasis == "focus" else 1.1)
    dashed = item.swatch is not None and item.swatch.dashed
    drawn = _outline(box.outline, colours, item.look, max(width, 1.6) if dashed else width, box.figure.outline, dashed)
    if item.image:
        drawn += _image(item.image, box)
    return drawn + _content(box, colours)


def cluster(item: Cluster, box: Box, depth: int, theme: Scheme) -> str:
    """A frame in a quiet tone, every other depth a shade apart; its icon in its layer's colour."""
    colours = palette(theme)
    tones = colours.clusters
    fill = tones[depth % len(tones)]
    layer = paint(box.figure.layer, PLAIN, theme)
    frame = Paint(fill, colours.cluster_line, colours.ink, colours.quiet, layer.line)
    return _outline(box.outline, frame, PLAIN, 1.0, "") + _content(box, frame)


def _outline(outline: Outline, colours: Paint, look: Look, width: float, shape: str, dashed: bool = False) -> str:
    solid = f'stroke="{colours.line}" stroke-width="{width:g}" stroke-linejoin="round"'
    if look.line_opacity < 1:
        solid += f' stroke-opacity="{look.line_opacity:.2f}"'
    opacity = f' fill-opacity="{look.fill_opacity:.2f}"' if look.fill_opacity < 1 else ""
    found = []
    for part in outline.parts:
        dashes = f' stroke-dasharray="{_FRAME_DASHES}"' if dashed or part.role == "dashed" else ""
        fill = _fill(part.role, colours, shape)
        found.append(f'<path d="{part.data}" fill="{fill}"{opacity} {solid}{dashes}/>')
    return "".join(found)


def _fill(role: Role, colours: Paint, shape: str) -> str:
    if role == "shade":
        return shade(colours.fill, colours.line)
    if role == "mark":
        return "none"
    return colours.line if shape == "dot" and role == "body" else colours.fill


def _content(box: Box, colours: Paint) -> str:
    found = []
    if box.icon is not None:
        found.append(_icon(box.figure.icon, box.icon, colours.mark, colours.fill))
    if box.letter is not None:
        at = (box.letter.x, box.letter.bottom - 1)
        found.append(words(box.figure.letter, at, LETTER_SIZE, colours.mark, bold=True, role="layer"))
    for line in box.lines:
        at = (box.room.x + line.x, box.room.y + line.baseline)
        tone = colours.text if line.tone == "ink" else colours.quiet
        found.append(
            words(
                line.text,
                at,
                line.size,
                tone,
                bold=line.bold,
                italic=line.italic,
                hang=anchor(box, line),
                role="name",
            )
        )
    return "".join(found)


def _icon(name: str, rect: Rect, colour: str, fill: str) -> str:
    scale = rect.width / _ICON_GRID
    drawn = icon(name)
    found = [f'<path d="{each}"/>' for each in drawn.line]
    found += [f'<path d="{each}" fill="{fill}"/>' for each in drawn.face]
    found += [f'<path d="{each}" fill="{colour}" stroke="none"/>' for each in drawn.solid]
    stroke = max(1.15, rect.width / 26) / scale
    return (
        f'<g class="icon" transform="translate({rect.x:.1f} {rect.y:.1f}) scale({scale:.3f})" fill="none" '
        f'stroke="{colour}" stroke-width="{stroke:.2f}" stroke-linejoin="round" '
        f'stroke-linecap="round">{"".join(found)}</g>'
    )


def _image(uri: str, box: Box) -> str:
    rect = Rect(box.rect.x + 4, box.rect.y + 4, max(box.rect.width - 8, 1), max(box.rect.height - 26, 1))
    return (
        f'<image href="{escape(uri, quote=True)}" x="{n(rect.x)}" y="{n(rect.y)}" width="{n(rect.width)}" '
        f'height="{n(rect.height)}" preserveAspectRatio="xMidYMid meet"/>'
    )


def line(edge: Edge, path: Path, theme: Scheme) -> str:
    """The line, its two ends, and a broad invisible one on top that is easy to point at."""
    style = line_style(edge)
    colour = line_colour(edge.look, theme, edge.swatch)
    page = palette(theme).page
    points = path.flattened()
    signs = _signs(style.source, style.target, points)
    width = line_width(edge)
    shape = data(path)
    dashes = f' stroke-dasharray="{" ".join(f"{each:g}" for each in style.dashes)}"' if style.dashes else ""
    opacity = f' stroke-opacity="{edge.look.line_opacity:.2f}"' if edge.look.line_opacity < 1 else ""
    cap = ' stroke-linecap="round"' if style.dashes and style.dashes[0] < 3 else ""
    found = [f'<path d="{shape}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}{cap}{opacity}/>']
    found += [_sign(sign, colour, page) for sign in signs if sign is not None]
    found.append(f'<path d="{shape}" fill="none" stroke="none" stroke-width="9" pointer-events="stroke"/>')
    return "".join(found)


def _signs(source: str, target: str, points: list[Point]) -> tuple[Ending | None, Ending | None]:
    """Both ends; on a short line they are made smaller, so that they do not run into each other."""
    room = length(points)
    share = max(min(1.0, room / 34), 0.35)
    return ending(source, points[::-1], share), ending(target, points, share)


def _sign(sign: Ending, colour: str, page: str) -> str:
    fill: Literal["none"] | str = {"solid": colour, "hollow": page, "none": "none"}[sign.filling]
    return f'<path d="{sign.data}" fill="{fill}" stroke="{colour}" stroke-width="1.2" stroke-linejoin="round"/>'


def label(edge: Edge, rect: Rect, lang: str, theme: Scheme, ground: str) -> str:
    """The name of a line; `ground` is the colour it stands on."""
    ink = name_colour(edge.look.text, ground, theme)
    found, top = [], rect.y + 0.5
    for text in line_label(edge, lang).lines:
        at = (rect.x + rect.width / 2, top + baseline_in(LABEL_SIZE))
        if " " in text:  # between words the halo leaves the line to be seen as a dot
            wide = width(text, LABEL_SIZE)
            behind = rectangle(Rect(at[0] - wide / 2, top + 2, wide, LABEL_SIZE * LINE_HEIGHT - 4))
            found.append(f'<path d="{behind}" fill="{ground}"/>')
        found.append(words(text, at, LABEL_SIZE, ink, hang="middle", role="name", halo=ground))
        top += LABEL_SIZE * LINE_HEIGHT
    return "".join(found)


def symbol(item: Symbol, theme: Scheme) -> str:
    """A legend sample: a small box with its icon, or a piece of line with its ends."""
    kind, rect = item.entry.kind, item.rect
    entry = item.entry
    if entry.shape == "edge":
        edge = Edge("", "", "", kind, access=entry.access, directed=entry.directed, swatch=entry.swatch)
        y = rect.y + rect.height / 2
        return line(edge, straight([(rect.x + 1, y), (rect.right - 1, y)]), theme)
    if entry.swatch is not None:
        swatch = entry.swatch
        frame = outline("rectangle", rect)
        return _outline(frame, swatch_paint(swatch, theme), PLAIN, 1.6 if swatch.dashed else 1.1, "", swatch.dashed)
    sample = Node("", "", kind, emphasis="faint" if entry.faint else "normal", swatch=BARE if entry.bare else None)
    box, colours = dress(sample, rect, "en"), paint_of(sample, theme)
    drawn = _outline(box.outline, colours, PLAIN, 1.1, box.figure.outline)
    if not box.figure.icon or box.outline.header:
        return drawn
    band = box.outline.band
    low = band.bottom if band is not None else rect.y
    side = min(rect.height * 0.68, rect.bottom - low - 3)
    middle = Rect(rect.centre[0] - side / 2, (low + rect.bottom - side) / 2, side, side)
    return drawn + _icon(box.figure.icon, middle, colours.mark, colours.fill)
