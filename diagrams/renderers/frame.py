"""The SVG document around any picture: size, title and description, its piece of the font, page texts, legend."""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from diagrams import embedding, fonts
from diagrams.chart import Picture
from diagrams.drawing import Words, said
from diagrams.geometry import Rect
from diagrams.notation import Palette, Scheme, palette
from diagrams.options import Links, Options
from diagrams.page import Page, Written
from diagrams.renderers import mark_parts
from diagrams.renderers import svg_parts as parts
from diagrams.text import cleaned


@dataclass(frozen=True, slots=True)
class Pen:
    """What every part of one document needs. `links` gives the address for a uid (empty: no link).

    `inline`: the document is a part of a page, and has nothing that only programs read which take a single drawing apart.
    """

    page: Page
    theme: Scheme
    lang: str
    links: Links | None
    prefix: str
    inline: bool = False
    given: Counter[str] = field(default_factory=Counter)  # ids so far: an element may be drawn twice

    @property
    def colours(self) -> Palette:
        return palette(self.theme)


def pen(picture: Picture, page: Page, size: int, options: Options, *, inline: bool = False) -> Pen:
    """A pen whose ids differ from those of other pictures on the same web page; `size` is how much is drawn."""
    prefix = f"d{zlib.crc32(repr((picture.viewpoint, picture.title, size)).encode()):08x}"
    return Pen(page, "light-dark" if inline else options.theme, options.lang, options.links, prefix, inline)


def framed(picture: Picture, pen: Pen, content: Iterable[str], counts: str, *, embed_font: bool) -> str:
    """The whole: `content` stands in the middle, `counts` closes the description. Without its font it only names it."""
    page, prefix = pen.page, pen.prefix
    body = "\n".join(_body(pen, content))
    description = [said(picture.description, pen.lang), said(picture.subtitle, pen.lang), counts]
    space = "" if pen.inline else 'xmlns="http://www.w3.org/2000/svg" '
    # In a page its shapes are links: an image would hide them from a screen reader.
    role = 'role="group" class="drawing"' if pen.inline else f'role="img" class="drawing {pen.theme}"'
    return (
        f'<svg {space}width="{page.width:g}" height="{page.height:g}" '
        f'viewBox="0 0 {page.width:g} {page.height:g}" {role} '
        f'lang="{attribute(pen.lang)}" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" font-family="{attribute(", ".join(fonts.FAMILIES))}" '
        f'fill="{pen.colours.ink}" data-viewpoint="{attribute(picture.viewpoint)}">\n'
        f'<title id="{prefix}-title">{attribute(said(picture.title, pen.lang))}</title>\n'
        f'<desc id="{prefix}-desc">{attribute(". ".join(each for each in description if each))}</desc>\n'
        f"{_style(body) if embed_font else ''}"
        f'<rect class="page" width="100%" height="100%" fill="{pen.colours.page}"/>\n{body}\n</svg>\n'
    )


_TEXT = re.compile(r"<text\b([^>]*)>([^<]*)</text>")


def _style(body: str) -> str:
    """The font cut to what the document writes."""
    written: dict[fonts.Weight, list[str]] = {"regular": [], "bold": []}
    for attributes, words in _TEXT.findall(body):
        written["bold" if 'font-weight="700"' in attributes else "regular"].append(words)
    # Entities stand for characters of the font's basic part, which costs little to have whole.
    rules = "".join(embedding.face(weight, [*found, "&<>\"'"]) for weight, found in written.items() if found)
    return f"<style>{rules}</style>\n" if rules else ""


def _body(pen: Pen, content: Iterable[str]) -> Iterator[str]:
    yield from (_written(pen, each) for each in pen.page.texts if each.role != "legend")
    right, down = pen.page.shift
    yield f'<g class="content" transform="translate({right:.1f} {down:.1f})">'
    yield from content
    yield "</g>"
    yield from _legend(pen)


def group(
    pen: Pen, role: str, name: str, kind: str, drawn: str, *, uid: str | None = None, rect: Rect | None = None,
    tooltip: Words = "",
) -> str:  # fmt: skip
    """One thing of the picture with its id, its data for scripts, its tooltip and its link."""
    attributes = [] if pen.inline else [f'id="{_id(pen, role, name)}"']
    attributes.append(f'class="{role}{" " if kind else ""}{_slug(kind)}"')
    if uid:
        attributes.append(f'data-uid="{attribute(uid)}"')
    if kind:
        attributes.append(f'data-type="{attribute(kind)}"')
    if rect is not None and not pen.inline:
        attributes.append(box(rect))
    words = said(tooltip, pen.lang)
    title = f"<title>{attribute(words)}</title>" if words else ""
    address = pen.links(uid) if pen.links is not None and uid else ""
    if address:
        target = "" if pen.inline else ' target="_top"'
        drawn = f'<a href="{attribute(address)}"{target}>{drawn}</a>'
    return f"<g {' '.join(attributes)}>{title}{drawn}</g>"


def _id(pen: Pen, role: str, name: str) -> str:
    found = f"{pen.prefix}-{role[0]}-{_slug(name)}"
    pen.given[found] += 1
    return found if pen.given[found] == 1 else f"{found}.{pen.given[found]}"


def _legend(pen: Pen) -> Iterator[str]:
    if not pen.page.symbols:
        return
    yield '<g class="legend">'
    for (x1, y1), (x2, y2) in pen.page.rules:
        yield f'<path d="M{x1:g} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{pen.colours.rule}" fill="none"/>'
    for each in pen.page.symbols:
        mark = each.entry.mark
        yield parts.symbol(each, pen.theme) if mark is None else mark_parts.sample(each, mark, pen.theme)
    yield from (_written(pen, each) for each in pen.page.texts if each.role == "legend")
    yield "</g>"


def _written(pen: Pen, line: Written) -> str:
    colour = pen.colours.ink if line.tone == "ink" else pen.colours.quiet
    return parts.words(
        line.text, line.at, line.size, colour, bold=line.bold, italic=line.italic, hang=line.hang, role=line.role
    )


def box(rect: Rect) -> str:
    return f'data-box="{rect.x:.2f} {rect.y:.2f} {rect.width:.2f} {rect.height:.2f}"'


def _slug(name: str) -> str:
    """A name that may stand in an id: letters, digits, . _ -; everything else by its number."""
    return re.sub(r"[^A-Za-z0-9._-]", lambda match: f"_{ord(match[0]):x}_", name)


def attribute(value: str) -> str:
    """A text as XML may have it, in an attribute as well."""
    return escape(cleaned(value), quote=True)
