"""The one SVG writer, for laid-out drawings and stored views: ids, tooltips, links, its piece of the font."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape

from diagrams import embedding, fonts, layout
from diagrams.drawing import Cluster, Drawing, Edge, Node, said
from diagrams.geometry import Rect
from diagrams.notation import Palette, Theme, paint_of, palette, phrase
from diagrams.options import Links, Options
from diagrams.page import Page, Written, compose
from diagrams.placed import Placed, dressed_nodes, framed_clusters
from diagrams.renderers import svg_parts as parts
from diagrams.text import cleaned, uncovered
from ea_repo.catalogue import picture_format


@dataclass(frozen=True, slots=True)
class Document:
    """An SVG and what a rasteriser has to know of it. `lacking`: some glyphs are not in the shipped font."""

    svg: str
    title: str
    lacking: bool


@picture_format(name="svg")
class Svg:
    """Vector graphics for pages and browsers, with ids, tooltips, links and the font."""

    media_type = "image/svg+xml"
    suffixes = ("svg",)

    def write(self, drawing: Drawing, options: Options) -> bytes:
        return document(drawing, options, embed_font=options.embed_font).svg.encode()


def document(drawing: Drawing, options: Options, *, embed_font: bool = False) -> Document:
    """The drawing laid out and written. Rasterisers and PDF writers bring the font files themselves."""
    placed = layout.place(drawing, options.lang, engine=options.engine, seconds=options.seconds)
    lacking = any(uncovered(cleaned(each)) for each in drawing.texts(options.lang))
    if lacking:
        placed = replace(placed, notes=(*placed.notes, phrase("missing_glyphs")))
    written = write(
        drawing,
        placed,
        theme=options.theme,
        lang=options.lang,
        links=options.links,
        header=options.header,
        legend=options.legend,
        embed_font=embed_font,
    )
    return Document(written, cleaned(said(drawing.title, options.lang)), lacking)


@dataclass(frozen=True, slots=True)
class _Pen:
    """What every part of one document needs."""

    drawing: Drawing
    placed: Placed
    page: Page
    colours: Palette
    lang: str
    links: Links | None
    prefix: str
    given: Counter[str]  # ids so far: an element may be drawn twice

    @property
    def theme(self) -> Theme:
        return self.colours.theme


def write(
    drawing: Drawing,
    placed: Placed,
    *,
    theme: Theme = "light",
    lang: str = "en",
    links: Links | None = None,
    header: bool = True,
    legend: bool = True,
    embed_font: bool = True,
) -> str:
    """The document.

    `links` gives the address for a uid (empty: no link); without the font it names it only.
    """
    page = compose(drawing, placed, lang, header=header, legend=legend)
    prefix = f"d{zlib.crc32(repr((drawing.viewpoint, drawing.title, len(drawing.nodes))).encode()):08x}"
    pen = _Pen(drawing, placed, page, palette(theme), lang, links, prefix, Counter())
    body = "\n".join(_body(pen))
    title, description = said(drawing.title, lang), _description(drawing, lang)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{page.width:g}" height="{page.height:g}" '
        f'viewBox="0 0 {page.width:g} {page.height:g}" role="img" class="drawing {theme}" '
        f'lang="{_text(lang)}" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" font-family="{_text(", ".join(fonts.FAMILIES))}" '
        f'fill="{pen.colours.ink}" data-viewpoint="{_text(drawing.viewpoint)}">\n'
        f'<title id="{prefix}-title">{_text(title)}</title>\n'
        f'<desc id="{prefix}-desc">{_text(description)}</desc>\n'
        f"{_style(body) if embed_font else ''}"
        f'<rect class="page" width="100%" height="100%" fill="{pen.colours.page}"/>\n{body}\n</svg>\n'
    )


def _description(drawing: Drawing, lang: str) -> str:
    said_here = [said(drawing.description, lang), said(drawing.subtitle, lang)]
    counts = f"{len(drawing.nodes)} elements, {len(drawing.edges)} relationships"
    return ". ".join([*(each for each in said_here if each), counts])


_TEXT = re.compile(r"<text\b([^>]*)>([^<]*)</text>")


def _style(body: str) -> str:
    """The font cut to what the document writes."""
    written: dict[fonts.Weight, list[str]] = {"regular": [], "bold": []}
    for attributes, words in _TEXT.findall(body):
        written["bold" if 'font-weight="700"' in attributes else "regular"].append(words)
    # Entities stand for characters of the font's basic part, which costs little to have whole.
    rules = "".join(embedding.face(weight, [*found, "&<>\"'"]) for weight, found in written.items() if found)
    return f"<style>{rules}</style>\n" if rules else ""


def _body(pen: _Pen) -> Iterator[str]:
    yield from (_written(pen, each) for each in pen.page.texts if each.role != "legend")
    right, down = pen.page.shift
    yield f'<g class="content" transform="translate({right:.1f} {down:.1f})">'
    yield from _clusters(pen)
    grounds = _grounds(pen)
    boxes = dressed_nodes(pen.drawing, pen.placed, pen.lang)
    for node in pen.drawing.nodes:
        if node.id in boxes:
            yield _group(pen, node, "node", boxes[node.id].rect, parts.node(node, boxes[node.id], pen.theme))
    for edge in pen.drawing.edges:
        if edge.id in pen.placed.edges:
            yield _group(pen, edge, "edge", None, parts.line(edge, pen.placed.edges[edge.id], pen.theme))
    for edge in pen.drawing.edges:
        if edge.id in pen.placed.labels:
            rect = pen.placed.labels[edge.id]
            drawn = parts.label(edge, rect, pen.lang, pen.theme, grounds.under(rect))
            yield f'<g class="label" {_box(rect)}>{drawn}</g>'
    yield "</g>"
    yield from _legend(pen)


class _Grounds:
    """The colours that names of lines may stand on: the page, clusters, boxes that hold others."""

    def __init__(self, page: str, areas: list[tuple[Rect, str]]) -> None:
        self._page, self._areas = page, areas

    def under(self, rect: Rect) -> str:
        return next((fill for area, fill in reversed(self._areas) if area.has(rect.centre)), self._page)


def _grounds(pen: _Pen) -> _Grounds:
    depths = _depths(pen.drawing.clusters)
    clusters = sorted(pen.drawing.clusters, key=lambda each: depths[each.id])
    tones = pen.colours.clusters
    areas = [
        (pen.placed.clusters[each.id], tones[depths[each.id] % len(tones)])
        for each in clusters
        if each.id in pen.placed.clusters
    ]
    for node in pen.drawing.nodes:
        if node.holds_others and node.look.fill_opacity > 0.5 and node.id in pen.placed.nodes:
            areas.append((pen.placed.nodes[node.id], paint_of(node, pen.theme).fill))
    return _Grounds(pen.colours.page, areas)


def _clusters(pen: _Pen) -> Iterator[str]:
    depths = _depths(pen.drawing.clusters)
    frames = framed_clusters(pen.drawing, pen.placed, pen.lang)
    for cluster in sorted(pen.drawing.clusters, key=lambda each: depths[each.id]):
        if cluster.id in frames:
            drawn = parts.cluster(cluster, frames[cluster.id], depths[cluster.id], pen.theme)
            yield _group(pen, cluster, "cluster", frames[cluster.id].rect, drawn)


def _depths(clusters: tuple[Cluster, ...]) -> Mapping[str, int]:
    parents = {cluster.id: cluster.cluster for cluster in clusters}
    found = {}
    for name in parents:
        depth, above = 0, parents[name]
        while above is not None and depth < len(parents):
            depth, above = depth + 1, parents.get(above)
        found[name] = depth
    return found


def _group(pen: _Pen, item: Node | Edge | Cluster, role: str, rect: Rect | None, drawn: str) -> str:
    """One thing of the drawing with its id, its data for scripts, its tooltip and its link."""
    kind = item.kind.type or item.kind.notation
    attributes = [
        f'id="{_id(pen, role, item.uid or item.id)}"',
        f'class="{role} {_slug(kind)}"',
    ]
    if item.uid:
        attributes.append(f'data-uid="{_text(item.uid)}"')
    attributes.append(f'data-type="{_text(kind)}"')
    if rect is not None:
        attributes.append(_box(rect))
    tooltip = said(item.tooltip, pen.lang) or said(item.name, pen.lang)
    title = f"<title>{_text(cleaned(tooltip))}</title>" if tooltip else ""
    address = pen.links(item.uid) if pen.links is not None and item.uid else ""
    if address:
        drawn = f'<a href="{_text(address)}" target="_top">{drawn}</a>'
    return f"<g {' '.join(attributes)}>{title}{drawn}</g>"


def _id(pen: _Pen, role: str, name: str) -> str:
    found = f"{pen.prefix}-{role[0]}-{_slug(name)}"
    pen.given[found] += 1
    return found if pen.given[found] == 1 else f"{found}.{pen.given[found]}"


def _legend(pen: _Pen) -> Iterator[str]:
    if not pen.page.symbols:
        return
    yield '<g class="legend">'
    for (x1, y1), (x2, y2) in pen.page.rules:
        yield f'<path d="M{x1:g} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{pen.colours.rule}" fill="none"/>'
    yield from (parts.symbol(each, pen.theme) for each in pen.page.symbols)
    yield from (_written(pen, each) for each in pen.page.texts if each.role == "legend")
    yield "</g>"


def _written(pen: _Pen, line: Written) -> str:
    colour = pen.colours.ink if line.tone == "ink" else pen.colours.quiet
    return parts.words(
        line.text,
        line.at,
        line.size,
        colour,
        bold=line.bold,
        italic=line.italic,
        hang=line.hang,
        role=line.role,
    )


def _box(rect: Rect) -> str:
    return f'data-box="{rect.x:.2f} {rect.y:.2f} {rect.width:.2f} {rect.height:.2f}"'


def _slug(name: str) -> str:
    """A name that may stand in an id: letters, digits, . _ -; everything else by its number."""
    return re.sub(r"[^A-Za-z0-9._-]", lambda match: f"_{ord(match[0]):x}_", name)


def _text(value: str) -> str:
    return escape(cleaned(value), quote=True)
