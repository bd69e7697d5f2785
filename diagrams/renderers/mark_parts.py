"""Marks of a chart as SVG: areas in the colour of their class of values, lines, texts, and their legend samples."""

from html import escape

from diagrams import text
from diagrams.drawing import MarkStyle, MarkTone
from diagrams.geometry import Rect, straight
from diagrams.lines import data, ending
from diagrams.marks import Mark, MarkText, Shape, Stroke
from diagrams.notation import Paint, Theme, palette, swatch_paint
from diagrams.page import Symbol
from diagrams.renderers.svg_parts import words
from diagrams.shapes import ellipse, n, polygon, rectangle, rounded_rectangle
from diagrams.text import cleaned

_ROUNDING = 3.0
_SIGN_SHARE = 0.62
_DASHED = (3.0, 2.0)


def drawn(mark: Mark, theme: Theme) -> str:
    """A shape with its texts, or a line with its end."""
    if isinstance(mark, Stroke):
        return _line(mark, theme)
    paint = _paint(mark.style, theme, frame=mark.role == "cluster")
    return _area(mark.rect, mark.style, paint, theme) + "".join(_text(each, mark, paint, theme) for each in mark.texts)


def sample(symbol: Symbol, style: MarkStyle, theme: Theme) -> str:
    """What stands in the legend: a small one of the same look, with its sign."""
    rect = symbol.rect
    if style.outline == "line":
        y = rect.centre[1]
        return _line(Stroke(straight([(rect.x, y), (rect.right, y)]), style), theme)
    if style.outline in ("disc", "diamond"):
        side = rect.height - 4
        rect = Rect(rect.centre[0] - side / 2, rect.centre[1] - side / 2, side, side)
    paint = _paint(style, theme)
    found = _area(rect, style, paint, theme)
    if style.sign:
        size = rect.height * _SIGN_SHARE
        at = (rect.centre[0], rect.centre[1] - size * text.LINE_HEIGHT / 2 + text.baseline_in(size))
        found += words(style.sign, at, size, paint.text, hang="middle", role="name")
    return found


def _paint(style: MarkStyle, theme: Theme, *, frame: bool = False) -> Paint:
    if style.swatch is not None:
        return swatch_paint(style.swatch, theme)
    colours = palette(theme)
    body = colours.clusters[0] if frame else colours.page
    return Paint(body, colours.line, colours.ink, colours.quiet, colours.line)


def _area(rect: Rect, style: MarkStyle, paint: Paint, theme: Theme) -> str:
    if style.outline in ("none", "line"):
        return ""
    if style.outline == "disc":
        shape = ellipse(rect)
    elif style.outline == "diamond":
        (x, y), right, bottom = rect.centre, rect.right, rect.bottom
        shape = polygon((x, rect.y), (right, y), (x, bottom), (rect.x, y))
    else:
        shape = rounded_rectangle(rect, _ROUNDING) if style.outline == "rounded" else rectangle(rect)
    own = style.tone == "line" and style.swatch is not None
    return f'<path d="{shape}" fill="{paint.fill}"{_stroke(style, theme, paint.line if own else None)}/>'


def _line(mark: Stroke, theme: Theme) -> str:
    style = mark.style
    colour = swatch_paint(style.swatch, theme).line if style.swatch is not None else _colour(style.tone, theme)
    found = f'<path d="{data(mark.path)}" fill="none"{_stroke(style, theme, colour)}/>'
    share = 0.6 + style.width / 12
    sign = ending("arrow-solid", mark.path.flattened(), share) if style.arrow else None
    if sign is not None:
        found += f'<path d="{sign.data}" fill="{colour}"/>'
    return f'<g opacity="{style.opacity:g}">{found}</g>' if style.opacity < 1 else found


def _stroke(style: MarkStyle, theme: Theme, colour: str | None = None) -> str:
    if style.tone == "none":
        return ""
    given = style.dashes or (_DASHED if style.swatch is not None and style.swatch.dashed else ())
    dashes = f' stroke-dasharray="{" ".join(f"{each:g}" for each in given)}"' if given else ""
    return f' stroke="{colour or _colour(style.tone, theme)}" stroke-width="{style.width:g}"{dashes}'


def _colour(tone: MarkTone, theme: Theme) -> str:
    colours = palette(theme)
    known = {"ink": colours.ink, "quiet": colours.quiet, "line": colours.line, "accent": colours.accent}
    return known.get(tone, colours.rule)


def _text(line: MarkText, shape: Shape, paint: Paint, theme: Theme) -> str:
    accent = palette(theme).accent
    on_page = shape.style.swatch is None
    colour = {"ink": paint.text, "quiet": paint.quiet, "accent": accent if on_page else paint.text}[line.tone]
    if not line.upward:
        return words(line.text, line.at, line.size, colour, bold=line.bold, hang=line.hang, role="name")
    x, y = n(line.at[0]), n(line.at[1])
    weight = ' font-weight="700"' if line.bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{round(line.size, 2):g}" fill="{colour}" class="name"{weight} '
        f'transform="rotate(-90 {x} {y})">{escape(cleaned(line.text), quote=False)}</text>'
    )
