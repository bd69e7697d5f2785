"""Marks of a chart as SVG: areas in the colour of their class of values, lines, texts, and their legend samples."""

from dataclasses import dataclass
from html import escape

from diagrams import text
from diagrams.drawing import MarkStyle
from diagrams.geometry import Rect, straight
from diagrams.lines import data, ending
from diagrams.marks import Mark, MarkText, Stroke
from diagrams.notation import Paint, Scheme, palette, swatch_paint
from diagrams.page import Symbol
from diagrams.renderers.svg_parts import words
from diagrams.shapes import ellipse, n, polygon, rectangle, rounded_rectangle
from diagrams.text import cleaned, directed

_ROUNDING = 3.0
_SIGN_SHARE = 0.62
_DASHED = (3.0, 2.0)


@dataclass(frozen=True, slots=True)
class MarkLook:
    """The colours of a mark: of its texts, its area (`none`: no area) and its line (`none`: no line)."""

    paint: Paint
    fill: str
    stroke: str
    accent: str

    @classmethod
    def of(cls, style: MarkStyle, theme: Scheme, *, frame: bool = False) -> "MarkLook":
        """The look in a theme; a `frame` is filled as frames of drawings are."""
        colours = palette(theme)
        if style.swatch is not None:
            paint = swatch_paint(style.swatch, theme)
        else:
            body = colours.clusters[0] if frame else colours.page
            paint = Paint(body, colours.line, colours.ink, colours.quiet, colours.line)
        known = {"ink": colours.ink, "quiet": colours.quiet, "line": colours.line, "accent": colours.accent}
        own = style.swatch is not None and (style.tone == "line" or style.outline == "line")
        stroke = "none" if style.tone == "none" else paint.line if own else known.get(style.tone, colours.rule)
        fill = "none" if style.outline in ("none", "line") else paint.fill
        accent = colours.accent if style.swatch is None else paint.text
        return cls(paint, fill, stroke, accent)

    def text_colour(self, line: MarkText) -> str:
        return {"ink": self.paint.text, "quiet": self.paint.quiet, "accent": self.accent}[line.tone]


def drawn(mark: Mark, theme: Scheme) -> str:
    """A shape with its texts, or a line with its end."""
    if isinstance(mark, Stroke):
        return _line(mark, theme)
    look = MarkLook.of(mark.style, theme, frame=mark.role == "cluster")
    return _area(mark.rect, mark.style, look) + "".join(_text(each, look) for each in mark.texts)


def sample(symbol: Symbol, style: MarkStyle, theme: Scheme) -> str:
    """What stands in the legend: a small one of the same look, with its sign."""
    rect = symbol.rect
    if style.outline == "line":
        y = rect.centre[1]
        return _line(Stroke(straight([(rect.x, y), (rect.right, y)]), style), theme)
    rect, look = sample_rect(symbol, style), MarkLook.of(style, theme)
    found = _area(rect, style, look)
    if style.sign:
        size = rect.height * _SIGN_SHARE
        at = (rect.centre[0], rect.centre[1] - size * text.LINE_HEIGHT / 2 + text.baseline_in(size))
        found += words(style.sign, at, size, look.paint.text, hang="middle", role="name")
    return found


def sample_rect(symbol: Symbol, style: MarkStyle) -> Rect:
    """Where the sample stands: discs and diamonds are as wide as high."""
    if style.outline not in ("disc", "diamond"):
        return symbol.rect
    side = symbol.rect.height - 4
    return Rect(symbol.rect.centre[0] - side / 2, symbol.rect.centre[1] - side / 2, side, side)


def _area(rect: Rect, style: MarkStyle, look: MarkLook) -> str:
    if look.fill == "none":
        return ""
    if style.outline == "disc":
        shape = ellipse(rect)
    elif style.outline == "diamond":
        (x, y), right, bottom = rect.centre, rect.right, rect.bottom
        shape = polygon((x, rect.y), (right, y), (x, bottom), (rect.x, y))
    else:
        shape = rounded_rectangle(rect, _ROUNDING) if style.outline == "rounded" else rectangle(rect)
    return f'<path d="{shape}" fill="{look.fill}"{_stroke(style, look)}/>'


def _line(mark: Stroke, theme: Scheme) -> str:
    style = mark.style
    look = MarkLook.of(style, theme)
    found = f'<path d="{data(mark.path)}" fill="none"{_stroke(style, look)}/>'
    share = 0.6 + style.width / 12
    sign = ending("arrow-solid", mark.path.flattened(), share) if style.arrow else None
    if sign is not None:
        found += f'<path d="{sign.data}" fill="{look.stroke}"/>'
    # Not the group's: for that a renderer of pixels makes a picture as large as the page, which took most of its time.
    seen = f'fill-opacity="{style.opacity:g}" stroke-opacity="{style.opacity:g}"'
    return f"<g {seen}>{found}</g>" if style.opacity < 1 else found


def _stroke(style: MarkStyle, look: MarkLook) -> str:
    if look.stroke == "none":
        return ""
    given = style.dashes or (_DASHED if style.swatch is not None and style.swatch.dashed else ())
    dashes = f' stroke-dasharray="{" ".join(f"{each:g}" for each in given)}"' if given else ""
    return f' stroke="{look.stroke}" stroke-width="{style.width:g}"{dashes}'


def _text(line: MarkText, look: MarkLook) -> str:
    colour = look.text_colour(line)
    if not line.upward:
        return words(line.text, line.at, line.size, colour, bold=line.bold, hang=line.hang, role="name")
    x, y = n(line.at[0]), n(line.at[1])
    weight = ' font-weight="700"' if line.bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{round(line.size, 2):g}" fill="{colour}" class="name"{weight} '
        f'transform="rotate(-90 {x} {y})">{escape(directed(cleaned(line.text)), quote=False)}</text>'
    )
