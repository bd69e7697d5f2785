"""A drawing's positions, whether Graphviz, the simple layout or a stored view gave them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from diagrams import labels, text, wrapping
from diagrams.boxes import Box, dress, frame
from diagrams.drawing import Drawing, Edge, Node, Words, said
from diagrams.geometry import Path, Point, Rect
from diagrams.notation import phrase

LABEL_SIZE = 10.5
_LABEL_ROOM = 118.0
_MOST_COMPARED = 3_000  # boxes, each with each
_MOST_LABEL_LINES = 4  # of a line's name; the tooltip has all of it
_LONGEST_LABEL = 400  # characters: far more than those lines hold


@dataclass(frozen=True, slots=True)
class Placed:
    """In pixels, y downwards, anywhere in the plane. `labels` holds only those that found a free place."""

    nodes: Mapping[str, Rect]
    edges: Mapping[str, Path]
    clusters: Mapping[str, Rect] = field(default_factory=dict)
    labels: Mapping[str, Rect] = field(default_factory=dict)
    notes: tuple[Words, ...] = ()
    boxes: Mapping[str, Box] = field(default_factory=dict)  # the nodes with their content, where already set
    kept_room: Mapping[str, Point] = field(default_factory=dict)  # where a layout left room for a line's name


@dataclass(frozen=True, slots=True)
class LineLabel:
    lines: tuple[str, ...]
    width: float
    height: float


def line_label(edge: Edge, lang: str) -> LineLabel:
    """What stands beside a line: its name, and the strength of an influence (part of the name by then)."""
    wanted = said(edge.name, lang)[:_LONGEST_LABEL]
    if not text.cleaned(wanted):
        return LineLabel((), 0, 0)
    lines = wrapping.balanced(wanted, _LABEL_ROOM, LABEL_SIZE)
    if len(lines) > _MOST_LABEL_LINES:
        last = text.shortened(f"{lines[_MOST_LABEL_LINES - 1]} {text.ELLIPSIS}", _LABEL_ROOM, LABEL_SIZE)
        lines = [*lines[: _MOST_LABEL_LINES - 1], last]
    widest = max(text.width(line, LABEL_SIZE) for line in lines)
    return LineLabel(tuple(lines), widest + 4, len(lines) * LABEL_SIZE * text.LINE_HEIGHT + 1)


def dressed_nodes(drawing: Drawing, placed: Placed, lang: str) -> Mapping[str, Box]:
    """Every node with its content set into its rectangle."""
    if placed.boxes:
        return placed.boxes
    rooms = _label_rooms(drawing)
    return {
        node.id: dress(node, placed.nodes[node.id], lang, rooms.get(node.id))
        for node in drawing.nodes
        if node.id in placed.nodes
    }


def framed_clusters(drawing: Drawing, placed: Placed, lang: str) -> dict[str, Box]:
    return {
        cluster.id: frame(cluster, placed.clusters[cluster.id], lang)
        for cluster in drawing.clusters
        if cluster.id in placed.clusters
    }


def headings(drawing: Drawing, placed: Placed, lang: str) -> Iterable[Rect]:
    """Where the names and icons of frames stand."""
    for box in framed_clusters(drawing, placed, lang).values():
        yield from box.text_rects()
        if box.icon is not None:
            yield box.icon


def with_labels(drawing: Drawing, placed: Placed, lang: str) -> Placed:
    """Finds a free place for every line label; those that have none are counted in a note."""
    wanted = []
    for edge in drawing.edges:
        label = line_label(edge, lang)
        if label.lines and edge.id in placed.edges:
            points = placed.edges[edge.id].flattened()
            first = placed.kept_room.get(edge.id)
            wanted.append(labels.Wanted(edge.id, points, label.width, label.height, first))
    if not wanted:
        return placed
    placed = replace(placed, boxes=dressed_nodes(drawing, placed, lang))
    found = labels.place(wanted, _taken(drawing, placed, lang))
    hidden = sum(rect is None for rect in found.values())
    notes = (*placed.notes, phrase("labels_hidden", count=hidden)) if hidden else placed.notes
    free = {name: rect for name, rect in found.items() if rect is not None}
    return replace(placed, labels=free, notes=notes)


def _taken(drawing: Drawing, placed: Placed, lang: str) -> Iterable[Rect]:
    """What a label must keep clear of: every box that holds no other, and the text of those that do."""
    boxes = dressed_nodes(drawing, placed, lang)
    frames = framed_clusters(drawing, placed, lang)
    for node in drawing.nodes:
        if node.id in boxes and not node.holds_others:
            yield boxes[node.id].rect
    for box in [*(boxes[node.id] for node in drawing.nodes if node.holds_others), *frames.values()]:
        yield from box.text_rects()
        if box.icon is not None:
            yield box.icon


def _label_rooms(drawing: Drawing) -> dict[str, float]:
    """For boxes that others are placed in: the height left for the name above (or below) what is inside."""
    holders = [node for node in drawing.nodes if node.holds_others and node.place is not None]
    if not holders or len(drawing.nodes) > _MOST_COMPARED:
        return {}
    inside = _held(drawing.nodes, holders)
    return {holder.id: room for holder in holders if (room := _free_height(holder, inside[holder.id])) >= 9}


def _held(nodes: Sequence[Node], holders: Sequence[Node]) -> dict[str, list[Rect]]:
    """What lies on each holder: whatever is drawn later and touches it."""
    found: dict[str, list[Rect]] = {holder.id: [] for holder in holders}
    below: list[tuple[str, Rect]] = []
    for node in nodes:
        if node.place is None:
            continue
        for name, place in below:
            if place.overlaps(node.place):
                found[name].append(node.place)
        if node.id in found:
            below.append((node.id, node.place))
    return found


def _free_height(holder: Node, held: Sequence[Rect]) -> float:
    if holder.place is None or not held or holder.look.position == "middle":
        return math.inf
    if holder.look.position == "bottom":
        return holder.place.bottom - max(rect.bottom for rect in held) - 6
    return min(rect.y for rect in held) - holder.place.y - 6
