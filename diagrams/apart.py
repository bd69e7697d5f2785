"""What no line reaches stands below the columns, not among them: there it would tear apart what is joined."""

import math
from collections.abc import Mapping
from dataclasses import replace

from diagrams.blocks import Blocks, shelves
from diagrams.drawing import Drawing
from diagrams.geometry import around
from diagrams.placed import Placed

_GAP = 44.0
#: The room below grows in such steps, so that it stays as it is when the drawing above becomes a little wider.
_STEP = 600.0
_FEW = 2


def reached(drawing: Drawing) -> Drawing:
    """The drawing without boxes and frames at which no line ends; what has a layer of its own stays."""
    alone = unreached(drawing)
    if not alone:
        return drawing
    return replace(
        drawing,
        nodes=tuple(node for node in drawing.nodes if node.id not in alone and node.cluster not in alone),
        clusters=tuple(each for each in drawing.clusters if each.id not in alone),
    )


def with_rest(drawing: Drawing, placed: Placed, sizes: Mapping[str, tuple[float, float]], lang: str) -> Placed:
    """What stands there already, with the boxes and frames that no line reaches below it."""
    alone = unreached(drawing)
    if not alone:
        return placed
    there = [*placed.nodes.values(), *placed.clusters.values(), *(each.bounds() for each in placed.edges.values())]
    bounds = around(there)
    blocks = Blocks(drawing, sizes, lang, aspect=3.0)
    parts = [part for part in blocks.within() if next(iter(part.rects)) in alone]
    below = shelves(parts, math.ceil(bounds.width / _STEP) * _STEP if there else None)
    top = bounds.bottom + _GAP if there else 0.0
    moved = {name: rect.moved(bounds.x, top) for name, rect in below.rects.items()}
    frames = {each.id for each in drawing.clusters}
    return replace(
        placed,
        nodes={**placed.nodes, **{name: rect for name, rect in moved.items() if name not in frames}},
        clusters={**placed.clusters, **{name: rect for name, rect in moved.items() if name in frames}},
    )


def unreached(drawing: Drawing) -> frozenset[str]:
    """The frames that hold none, and the boxes without a layer, that stand in no frame and at which no line ends.

    A few such boxes stay: one that loses its last line does not go far.
    """
    ends = {end for edge in drawing.edges for end in (edge.source, edge.target)}
    touched = {node.cluster for node in drawing.nodes if node.id in ends} | ends
    nested = {each.cluster for each in drawing.clusters if each.cluster is not None}
    frames = {each.id for each in drawing.clusters if each.cluster is None} - touched - nested
    alone = {node.id for node in drawing.nodes if node.cluster is None and node.rank is None} - ends
    return frozenset(frames | alone if len(alone) > _FEW else frames)
