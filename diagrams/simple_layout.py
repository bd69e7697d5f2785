"""The layout for when Graphviz takes too long: blocks of boxes, blocks of blocks, straight lines."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diagrams import boxes
from diagrams.drawing import Cluster, Drawing, Words
from diagrams.geometry import Path, Rect, around, straight
from diagrams.placed import Placed
from diagrams.stored_layout import direct, loop

_GAP = 28.0
_RANK_GAP = 90.0
_ASPECT = 1.5


@dataclass(frozen=True, slots=True)
class _Block:
    """Rectangles by id, with the top left of them all at the origin."""

    rects: Mapping[str, Rect]
    width: float
    height: float


def place(
    drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str, notes: tuple[Words, ...] = ()
) -> Placed:
    """Ranks as columns where the drawing has them, else shelves; lines run straight and may cross boxes."""
    inside: defaultdict[str | None, list[str]] = defaultdict(list)
    for node in drawing.nodes:
        inside[node.cluster].append(node.id)
    below: defaultdict[str | None, list[Cluster]] = defaultdict(list)
    for cluster in drawing.clusters:
        below[cluster.cluster].append(cluster)
    if not drawing.clusters and any(node.rank is not None for node in drawing.nodes):
        block = _columns(drawing, sizes)
    else:
        block = _content(None, inside, below, sizes, lang)
    rects = dict(block.rects)
    clusters = {cluster.id: rects.pop(cluster.id) for cluster in drawing.clusters}
    return Placed(rects, _lines(drawing, {**clusters, **rects}), clusters, {}, notes)


def _columns(drawing: Drawing, sizes: Mapping[str, tuple[float, float]]) -> _Block:
    ranks: defaultdict[int, list[str]] = defaultdict(list)
    for node in drawing.nodes:
        ranks[node.rank or 0].append(node.id)
    down = drawing.direction == "down"
    blocks = [_stacked(names, sizes, across=down) for _, names in sorted(ranks.items())]
    rects: dict[str, Rect] = {}
    along = 0.0
    widest = max(block.width if down else block.height for block in blocks)
    for block in blocks:
        aside = (widest - (block.width if down else block.height)) / 2
        for name, rect in block.rects.items():
            rects[name] = rect.moved(aside, along) if down else rect.moved(along, aside)
        along += (block.height if down else block.width) + _RANK_GAP
    return _block(rects)


def _stacked(names: Sequence[str], sizes: Mapping[str, tuple[float, float]], across: bool) -> _Block:
    rects, at = {}, 0.0
    for name in names:
        width, height = sizes[name]
        rects[name] = Rect(at, 0, width, height) if across else Rect(0, at, width, height)
        at += (width if across else height) + _GAP
    return _block(rects)


def _content(
    cluster: str | None,
    inside: Mapping[str | None, Sequence[str]],
    below: Mapping[str | None, Sequence[Cluster]],
    sizes: Mapping[str, tuple[float, float]],
    lang: str,
) -> _Block:
    parts = [_block({name: Rect(0, 0, *sizes[name])}) for name in inside.get(cluster, ())]
    for child in below.get(cluster, ()):
        held = _content(child.id, inside, below, sizes, lang)
        heading, height = boxes.cluster_label_size(child, lang)
        padding = boxes.CLUSTER_PADDING
        width = max(held.width, heading) + 2 * padding
        frame = Rect(0, 0, width, held.height + height + 2 * padding)
        moved = {name: rect.moved(padding, height + padding) for name, rect in held.rects.items()}
        parts.append(_block({child.id: frame, **moved}))
    return _shelves(parts)


def _shelves(parts: Sequence[_Block]) -> _Block:
    """Tallest first, in rows about as long as makes a page of usual proportions."""
    ordered = sorted(parts, key=lambda part: -part.height)
    area = sum((part.width + _GAP) * (part.height + _GAP) for part in parts)
    room = max(math.sqrt(area * _ASPECT), max((part.width for part in parts), default=0))
    rects: dict[str, Rect] = {}
    x = y = tallest = 0.0
    for part in ordered:
        if x and x + part.width > room:
            x, y, tallest = 0.0, y + tallest + _GAP, 0.0
        rects |= {name: rect.moved(x, y) for name, rect in part.rects.items()}
        x += part.width + _GAP
        tallest = max(tallest, part.height)
    return _block(rects)


def _block(rects: dict[str, Rect]) -> _Block:
    bounds = around(rects.values())
    return _Block(rects, bounds.right, bounds.bottom)


def _lines(drawing: Drawing, rects: Mapping[str, Rect]) -> dict[str, Path]:
    """Straight from border to border; a line to a line ends in its middle."""
    paths: dict[str, Path] = {}
    waiting = list(drawing.edges)
    while waiting:
        later = []
        for edge in waiting:
            ends = [_end(name, rects, paths) for name in (edge.source, edge.target)]
            if None in ends:
                later.append(edge)
                continue
            source, target = (end for end in ends if end is not None)
            paths[edge.id] = straight(loop(source) if edge.source == edge.target else direct(source, target))
        if len(later) == len(waiting):
            break
        waiting = later
    return paths


def _end(name: str, rects: Mapping[str, Rect], paths: Mapping[str, Path]) -> Rect | None:
    if name in rects:
        return rects[name]
    if name in paths:
        (x1, y1), (x2, y2) = paths[name].start, paths[name].end
        return Rect((x1 + x2) / 2, (y1 + y2) / 2, 0, 0)
    return None
