"""Frames that no line reaches stand below the layers, not among them: there they would tear apart what is joined."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from diagrams.blocks import Blocks, shelves
from diagrams.drawing import Cluster, Drawing
from diagrams.geometry import around
from diagrams.placed import Placed

_GAP = 44.0


def place_below(
    drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str, arrange: Callable[[Drawing], Placed]
) -> Placed:
    """The drawing without such frames as `arrange` places it, and these below it."""
    frames = unreached(drawing)
    inside = {node.id for node in drawing.nodes if node.cluster in frames}
    if not frames or len(inside) == len(drawing.nodes):
        return arrange(drawing)
    rest = replace(
        drawing,
        nodes=tuple(node for node in drawing.nodes if node.id not in inside),
        clusters=tuple(each for each in drawing.clusters if each.id not in frames),
    )
    placed = arrange(rest)
    bounds = around(
        [*placed.nodes.values(), *placed.clusters.values(), *(each.bounds() for each in placed.edges.values())]
    )
    blocks = Blocks(drawing, sizes, lang, aspect=3.0)
    below = shelves([blocks.framed(each) for each in frames.values()], max(bounds.width, 600.0))
    moved = {name: rect.moved(bounds.x, bounds.bottom + _GAP) for name, rect in below.rects.items()}
    return replace(
        placed,
        nodes={**placed.nodes, **{name: rect for name, rect in moved.items() if name not in frames}},
        clusters={**placed.clusters, **{name: rect for name, rect in moved.items() if name in frames}},
    )


def unreached(drawing: Drawing) -> dict[str, Cluster]:
    """The frames that stand in none and hold none, and at which no line ends, outside or inside."""
    ends = {end for edge in drawing.edges for end in (edge.source, edge.target)}
    touched = {node.cluster for node in drawing.nodes if node.id in ends} | ends
    nested = {each.cluster for each in drawing.clusters if each.cluster is not None}
    return {
        each.id: each
        for each in drawing.clusters
        if each.cluster is None and each.id not in nested and each.id not in touched
    }
