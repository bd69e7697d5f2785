"""The layout for when Graphviz takes too long: blocks of boxes, blocks of blocks, straight lines."""

from collections import defaultdict
from collections.abc import Mapping

from diagrams.blocks import Block, Blocks, columns, shelves
from diagrams.drawing import Drawing, Words
from diagrams.geometry import Path, Rect, along, straight
from diagrams.placed import Placed
from diagrams.stored_layout import direct, loop

_RANK_GAP = 90.0


def place(
    drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str, notes: tuple[Words, ...] = ()
) -> Placed:
    """Ranks as columns where the drawing has them, else shelves; lines run straight and may cross boxes."""
    parts = Blocks(drawing, sizes, lang)
    layered = not drawing.clusters and any(node.rank is not None for node in drawing.nodes)
    found = _layered(drawing, parts) if layered else shelves(parts.within())
    rects = dict(found.rects)
    clusters = {cluster.id: rects.pop(cluster.id) for cluster in drawing.clusters}
    return Placed(rects, lines(drawing, {**clusters, **rects}), clusters, {}, notes)


def _layered(drawing: Drawing, parts: Blocks) -> Block:
    ranks: defaultdict[int, list[Block]] = defaultdict(list)
    for node in drawing.nodes:
        ranks[node.rank or 0].append(parts.single(node.id))
    layers = [layer for _, layer in sorted(ranks.items())]
    return columns(layers, gap=_RANK_GAP)


def lines(drawing: Drawing, rects: Mapping[str, Rect], known: Mapping[str, Path] | None = None) -> dict[str, Path]:
    """Those that are not `known`, straight from border to border; a line to a line ends in its middle."""
    paths = dict(known or {})
    waiting = [edge for edge in drawing.edges if edge.id not in paths]
    while waiting:
        later = []
        for edge in waiting:
            source, target = (_end(name, rects, paths) for name in (edge.source, edge.target))
            if source is None or target is None:
                later.append(edge)
                continue
            paths[edge.id] = straight(loop(source) if edge.source == edge.target else direct(source, target))
        if len(later) == len(waiting):
            break
        waiting = later
    return paths


def _end(name: str, rects: Mapping[str, Rect], paths: Mapping[str, Path]) -> Rect | None:
    if name in rects:
        return rects[name]
    if name in paths:
        return Rect(*along(paths[name].flattened(), 0.5), 0, 0)
    return None
