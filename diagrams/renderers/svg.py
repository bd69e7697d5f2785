"""The one SVG writer, for laid-out drawings, stored views and charts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diagrams import layout
from diagrams.chart import Chart, Picture
from diagrams.drawing import Cluster, Drawing, Edge, Node, Words, said
from diagrams.geometry import Rect
from diagrams.marks import Mark, Shape, bounds
from diagrams.notation import paint_of, phrase
from diagrams.options import Options
from diagrams.page import compose, content_bounds, heads
from diagrams.placed import Placed, dressed_nodes, framed_clusters
from diagrams.renderers import mark_parts
from diagrams.renderers import svg_parts as parts
from diagrams.renderers.frame import Pen, box, framed, group, pen
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
    graphs_only = False

    def write(self, picture: Picture, options: Options) -> bytes:
        return document(picture, options, embed_font=options.embed_font).svg.encode()


def document(
    picture: Picture,
    options: Options,
    *,
    embed_font: bool = False,
    placed: Placed | None = None,
    inline: bool = False,
) -> Document:
    """The picture laid out and written. Rasterisers and PDF writers bring the font files themselves.

    `placed` are the positions where there are some: for a drawing that was laid out with many others. `inline`: as a part of
    a page that is light or dark, whatever the theme; each colour that differs is a custom property of CSS (`colours.py`).
    """
    lacking = any(uncovered(cleaned(each)) for each in picture.texts(options.lang))
    notes = (phrase("missing_glyphs"),) if lacking else ()
    if isinstance(picture, Chart):
        written = _chart(picture, options, notes, embed_font, inline)
    else:
        written = _drawing(picture, options, notes, embed_font, placed, inline)
    return Document(written, cleaned(said(picture.title, options.lang)), lacking)


def _drawing(
    drawing: Drawing, options: Options, notes: Sequence[Words], embed_font: bool, placed: Placed | None, inline: bool
) -> str:
    lang = options.lang
    if placed is None:
        placed = layout.place(drawing, lang, engine=options.engine, seconds=options.seconds)
    page = compose(
        drawing, content_bounds(placed), lang, heads=heads(drawing, placed, lang), notes=[*placed.notes, *notes],
        header=options.header, legend=options.legend,
    )  # fmt: skip
    held = pen(drawing, page, len(drawing.nodes), options, inline=inline)
    counts = f"{len(drawing.nodes)} elements, {len(drawing.edges)} relationships"
    return framed(drawing, held, _content(held, drawing, placed), counts, embed_font=embed_font)


def _chart(chart: Chart, options: Options, notes: Sequence[Words], embed_font: bool, inline: bool) -> str:
    marks = chart.figure.marks(options.lang)
    around = bounds(marks).grow(1)
    page = compose(chart, around, options.lang, notes=notes, header=options.header, legend=options.legend)
    held = pen(chart, page, len(marks), options, inline=inline)
    counts = f"{len({mark.uid for mark in marks if isinstance(mark, Shape) and mark.uid})} elements"
    return framed(chart, held, (_mark(held, mark) for mark in marks), counts, embed_font=embed_font)


def _mark(pen: Pen, mark: Mark) -> str:
    """A shape, or a line that stands for a relationship, is a thing of its own; an axis is only drawn."""
    drawn = mark_parts.drawn(mark, pen.theme)
    if isinstance(mark, Shape):
        tooltip = said(mark.tooltip, pen.lang) or said(mark.name, pen.lang)
        return group(
            pen, mark.role, mark.uid or "mark", mark.type, drawn, uid=mark.uid, rect=mark.rect, tooltip=tooltip
        )
    if mark.uid or mark.tooltip:
        return group(pen, "edge", mark.uid or "mark", mark.type, drawn, uid=mark.uid, tooltip=mark.tooltip)
    return drawn


def _content(pen: Pen, drawing: Drawing, placed: Placed) -> Iterator[str]:
    yield from _clusters(pen, drawing, placed)
    grounds = _grounds(pen, drawing, placed)
    boxes = dressed_nodes(drawing, placed, pen.lang)
    for node in drawing.nodes:
        if node.id in boxes:
            yield _group(pen, node, "node", boxes[node.id].rect, parts.node(node, boxes[node.id], pen.theme))
    for edge in drawing.edges:
        if edge.id in placed.edges:
            yield _group(pen, edge, "edge", None, parts.line(edge, placed.edges[edge.id], pen.theme))
    for edge in drawing.edges:
        if edge.id in placed.labels:
            rect = placed.labels[edge.id]
            drawn = parts.label(edge, rect, pen.lang, pen.theme, grounds.under(rect))
            where = "" if pen.inline else f" {box(rect)}"
            yield f'<g class="label"{where}>{drawn}</g>'


class _Grounds:
    """The colours that names of lines may stand on: the page, clusters, boxes that hold others."""

    def __init__(self, page: str, areas: list[tuple[Rect, str]]) -> None:
        self._page, self._areas = page, areas

    def under(self, rect: Rect) -> str:
        return next((fill for area, fill in reversed(self._areas) if area.has(rect.centre)), self._page)


def _grounds(pen: Pen, drawing: Drawing, placed: Placed) -> _Grounds:
    depths = _depths(drawing.clusters)
    clusters = sorted(drawing.clusters, key=lambda each: depths[each.id])
    tones = pen.colours.clusters
    areas = [
        (placed.clusters[each.id], tones[depths[each.id] % len(tones)])
        for each in clusters
        if each.id in placed.clusters
    ]
    for node in drawing.nodes:
        if node.holds_others and node.look.fill_opacity > 0.5 and node.id in placed.nodes:
            areas.append((placed.nodes[node.id], paint_of(node, pen.theme).fill))
    return _Grounds(pen.colours.page, areas)


def _clusters(pen: Pen, drawing: Drawing, placed: Placed) -> Iterator[str]:
    depths = _depths(drawing.clusters)
    frames = framed_clusters(drawing, placed, pen.lang)
    for cluster in sorted(drawing.clusters, key=lambda each: depths[each.id]):
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


def _group(pen: Pen, item: Node | Edge | Cluster, role: str, rect: Rect | None, drawn: str) -> str:
    kind = item.kind.type or item.kind.notation
    tooltip = said(item.tooltip, pen.lang) or said(item.name, pen.lang)
    return group(pen, role, item.uid or item.id, kind, drawn, uid=item.uid, rect=rect, tooltip=tooltip)
