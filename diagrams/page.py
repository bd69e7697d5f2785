"""What stands around a drawing, and where: title, subtitle, heads of layers, notes, legend."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from diagrams import text, wrapping
from diagrams.chart import Picture
from diagrams.concepts import SEPARATOR
from diagrams.drawing import Drawing, LegendEntry, Words, said
from diagrams.fitting import Tone
from diagrams.geometry import Point, Rect, around
from diagrams.notation import phrase
from diagrams.placed import Placed

MARGIN = 28.0
TITLE_SIZE, SUBTITLE_SIZE, NOTE_SIZE, LEGEND_SIZE, HEAD_SIZE = 19.0, 12.0, 11.0, 11.0, 11.5
NODE_SYMBOL, EDGE_SYMBOL, MARK_SYMBOL = (34.0, 22.0), (46.0, 22.0), (26.0, 18.0)
_LEAST_WIDTH, _WIDENED = 440.0, 680.0
_SYMBOLS = {"node": NODE_SYMBOL, "edge": EDGE_SYMBOL, "swatch": NODE_SYMBOL, "mark": MARK_SYMBOL}
_JUNCTIONS = {"Junction": "and", "OrJunction": "or"}
_LEGEND_GAP = 22.0
#: A wide drawing is looked at from farther away: what stands around it grows with it, up to so much.
_USUAL_WIDTH, _TITLE_GROWTH, _LEGEND_GROWTH = 1250.0, 2.2, 1.6
#: Room for line ends and strokes that reach beyond the middle of a line.
_BLEED = 8.0
_HEAD_ROOM = HEAD_SIZE * text.LINE_HEIGHT + 10


@dataclass(frozen=True, slots=True)
class Written:
    """A line of text on the page, hung at its start, middle or end."""

    text: str
    at: Point
    size: float
    role: str
    bold: bool = False
    italic: bool = False
    tone: Tone = "ink"
    hang: Literal["start", "middle", "end"] = "start"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A legend entry: where its sample stands."""

    entry: LegendEntry
    rect: Rect


@dataclass(frozen=True, slots=True)
class Page:
    """`shift` moves the drawing's own coordinates onto the page."""

    width: float
    height: float
    shift: Point
    content: Rect
    texts: tuple[Written, ...]
    symbols: tuple[Symbol, ...]
    rules: tuple[tuple[Point, Point], ...]


def compose(
    picture: Picture,
    bounds: Rect,
    lang: str,
    *,
    heads: Sequence[Written] = (),
    notes: Sequence[Words] = (),
    header: bool = True,
    legend: bool = True,
) -> Page:
    """What is within `bounds` in the middle, its title above it, the picture's notes and further ones, and the legend.

    `heads` stand above the content, at places that count from the content's own left.
    """
    entries = picture.legend if legend else ()
    inner = max(bounds.width, _LEAST_WIDTH if header or entries else 0, _title_width(picture, lang) if header else 0)
    width = inner + 2 * MARGIN
    growth = max(inner / _USUAL_WIDTH, 1.0)
    texts, top = _header(picture, lang, inner, min(growth, _TITLE_GROWTH)) if header else ([], MARGIN)
    left = MARGIN + (inner - bounds.width) / 2
    shift = (left - bounds.x, top + (_HEAD_ROOM if heads else 0) - bounds.y)
    texts += [_moved(head, shift[0], top) for head in heads]
    content = bounds.moved(*shift)
    bottom = content.bottom
    share = min(growth, _LEGEND_GROWTH)
    written, bottom = _notes([*picture.notes, *_thickness(picture), *notes], lang, inner, bottom, share)
    heading = text.shortened(said(picture.swatches_name, lang), inner, LEGEND_SIZE * share, True)
    symbols, labels, rules, bottom = _legend(entries, heading, lang, inner, bottom, share)
    return Page(round(width, 1), round(bottom + MARGIN, 1), shift, content, (*texts, *written, *labels), symbols, rules)


def _title_width(picture: Picture, lang: str) -> float:
    """What the title wants, so that one of usual length stands on one line above a narrow drawing."""
    return min(text.width(text.cleaned(said(picture.title, lang)), TITLE_SIZE, True) + 1, _WIDENED)


def content_bounds(placed: Placed) -> Rect:
    """Everything drawn, lines with their ends included."""
    lines = [path.bounds().grow(_BLEED) for path in placed.edges.values()]
    boxes = [rect.grow(2) for rect in (*placed.nodes.values(), *placed.clusters.values())]
    return around([*lines, *boxes, *placed.labels.values()])


def _thickness(picture: Picture) -> list[Words]:
    """What it means that some lines are thick."""
    thick = isinstance(picture, Drawing) and len({edge.count for edge in picture.edges}) > 1
    return [phrase("thicker_lines")] if thick else []


def _header(picture: Picture, lang: str, inner: float, share: float) -> tuple[list[Written], float]:
    found, top = [], MARGIN - 4
    for words, size, bold, role in (
        (picture.title, TITLE_SIZE * share, True, "title"),
        (picture.subtitle, SUBTITLE_SIZE * share, False, "subtitle"),
    ):
        for line in _lines(words, lang, inner, size, bold):
            tone: Tone = "ink" if bold else "quiet"
            found.append(Written(line, (MARGIN, top + text.baseline_in(size)), size, role, bold, tone=tone))
            top += size * text.LINE_HEIGHT
    return found, top + (16 * share if found else 4)


def _lines(words: Words, lang: str, room: float, size: float, bold: bool = False) -> list[str]:
    said_here = said(words, lang)
    if not text.cleaned(said_here):
        return []
    found: list[str] = []
    for part in said_here.split(SEPARATOR):  # what stands between two dots goes to the next line together
        longer = f"{found[-1]}{SEPARATOR}{part}" if found else part
        if found and text.width(text.cleaned(longer), size, bold) <= room:
            found[-1] = longer
        else:
            found += wrapping.wrap(part, room, size, bold)
    return found


def heads(drawing: Drawing, placed: Placed, lang: str) -> list[Written]:
    """A heading over each layer of a drawing whose layers are columns."""
    if not drawing.rank_names:
        return []
    columns: defaultdict[int, list[Rect]] = defaultdict(list)
    for node in drawing.nodes:
        if node.rank is not None and node.id in placed.nodes:
            columns[node.rank].append(placed.nodes[node.id])
    found = []
    for rank, rects in sorted(columns.items()):
        column = around(rects)
        words = text.shortened(said(drawing.rank_names.get(rank, ""), lang), column.width + 40, HEAD_SIZE, True)
        at = (column.centre[0], text.baseline_in(HEAD_SIZE))
        found.append(Written(words, at, HEAD_SIZE, "head", True, tone="quiet", hang="middle"))
    return found


def _moved(written: Written, right: float, down: float) -> Written:
    at = (written.at[0] + right, written.at[1] + down)
    return Written(
        written.text, at, written.size, written.role, written.bold, written.italic, written.tone, written.hang
    )


def _notes(notes: Sequence[Words], lang: str, inner: float, bottom: float, share: float) -> tuple[list[Written], float]:
    found = []
    top, size = bottom + 16, NOTE_SIZE * share
    for note in notes:
        for line in _lines(note, lang, inner, size):
            found.append(Written(line, (MARGIN, top + text.baseline_in(size)), size, "note", tone="quiet"))
            top += size * text.LINE_HEIGHT
    return found, top if found else bottom


def legend_label(entry: LegendEntry, lang: str) -> str:
    name = said(entry.kind.label, lang)
    key = _JUNCTIONS.get(entry.kind.notation, "directed" if entry.directed else "")
    if entry.access in ("read", "write", "read_write"):
        key = entry.access
    return said(phrase(key, name=name), lang) if key else name


def _legend(
    entries: Sequence[LegendEntry], heading: str, lang: str, inner: float, bottom: float, share: float
) -> tuple[tuple[Symbol, ...], list[Written], tuple[tuple[Point, Point], ...], float]:
    """Samples in even columns below a rule: figures, lines, and under a heading of their own swatches and marks."""
    if not entries:
        return (), [], (), bottom
    rule_y, size, gap = bottom + 20, LEGEND_SIZE * share, 8 * share
    title_at = (MARGIN, rule_y + 10 + text.baseline_in(size))
    labels = [Written(said(phrase("legend"), lang), title_at, size, "legend", True, tone="quiet")]
    top = rule_y + 18 + size * text.LINE_HEIGHT
    used = {entry.shape for entry in entries}
    kinds = [(shape, *size) for shape, size in _SYMBOLS.items() if shape in used]
    widest_symbol = max(wide for _, wide, _ in kinds) * share + gap
    names = [text.shortened(legend_label(entry, lang), inner - widest_symbol, size) for entry in entries]
    step = widest_symbol + max(text.width(name, size) for name in names) + _LEGEND_GAP * share
    columns = max(int((inner + _LEGEND_GAP * share) // step), 1)
    symbols = []
    for shape, wide, high in kinds:
        group = [pair for pair in zip(entries, names, strict=True) if pair[0].shape == shape]
        row = high * share + gap
        if shape in ("swatch", "mark") and group and heading:
            labels.append(Written(heading, (MARGIN, top + text.baseline_in(size)), size, "legend", True, tone="quiet"))
            top += size * text.LINE_HEIGHT + gap
        for at, (entry, name) in enumerate(group):
            rect = Rect(MARGIN + at % columns * step, top + at // columns * row, wide * share, high * share)
            symbols.append(Symbol(entry, rect))
            baseline = rect.centre[1] - size * text.LINE_HEIGHT / 2 + text.baseline_in(size)
            labels.append(Written(name, (rect.right + gap, baseline), size, "legend"))
        top += (len(group) + columns - 1) // columns * row + (4 if group else 0)
    return tuple(symbols), labels, (((MARGIN, rule_y), (MARGIN + inner, rule_y)),), top - 10
