"""A map: frames packed tight inside, each in a place that lines hardly change (`map_places`), lines led around the boxes."""

from collections.abc import Mapping

from diagrams.blocks import GAP, Block, Blocks, block, shelves
from diagrams.drawing import Drawing
from diagrams.geometry import Path, Point, Rect, centred
from diagrams.graphviz_json import Run
from diagrams.map_places import Joint, places
from diagrams.parallel_lines import side_by_side
from diagrams.placed import Placed, headings
from diagrams.routing import PROGRAM, Routing
from diagrams.simple_layout import lines

#: Between blocks: room for lines and their names, and the same whether there are any, so that a name moves nothing.
_GAP = 52.0


def place(drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str, run: Run) -> Placed:
    """Positions for boxes, frames and lines."""
    found = arranged(drawing, sizes, lang)
    rects = dict(found.rects)
    clusters = {cluster.id: rects.pop(cluster.id) for cluster in drawing.clusters}
    placed = Placed(rects, {}, clusters)
    paths = _routed(drawing, placed, lang, run)
    return Placed(rects, paths, clusters)


def arranged(drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str) -> Block:
    """Each block in its place; where most have no line to another, those that have none in rows below."""
    parts = Blocks(drawing, sizes, lang).within()
    at = {name: number for number, part in enumerate(parts) for name in part.rects}
    ends = {(edge.source, edge.target) for edge in drawing.edges if edge.source in at and edge.target in at}
    between = sorted((first, last) for first, last in ends if at[first] != at[last])
    joined = sorted({at[name] for pair in between for name in pair})
    if not joined:
        return shelves(parts)
    shown = joined if len(joined) * 2 < len(parts) else list(range(len(parts)))
    alone = [part for number, part in enumerate(parts) if number not in set(shown)]
    within = {number: place for place, number in enumerate(shown)}
    middles = {name: _from_middle(parts[at[name]], name) for pair in between for name in pair}
    joints = [Joint(within[at[a]], within[at[b]], middles[a], middles[b]) for a, b in between]
    names = [next(iter(parts[number].rects)) for number in shown]
    centres = places([parts[number] for number in shown], names, joints, _GAP)
    rects: dict[str, Rect] = {}
    for number, centre in zip(shown, centres, strict=True):
        part = parts[number]
        corner = centred(centre, part.width, part.height)
        rects |= {name: rect.moved(corner.x, corner.y) for name, rect in part.rects.items()}
    upper = block(rects)
    if not alone:
        return upper
    lower = shelves(alone, max(upper.width, 600))
    moved = {name: rect.moved(0, upper.height + 2 * GAP) for name, rect in lower.rects.items()}
    return block({**upper.rects, **moved})


def _from_middle(part: Block, name: str) -> Point:
    x, y = part.rects[name].centre
    return x - part.width / 2, y - part.height / 2


def _routed(drawing: Drawing, placed: Placed, lang: str, run: Run) -> dict[str, Path]:
    """The lines, led around boxes and the headings of frames."""
    boxes = placed.nodes
    between = {
        edge.id: (edge.source, edge.target)
        for edge in drawing.edges
        if edge.source in boxes and edge.target in boxes and edge.source != edge.target
    }
    routing = Routing(boxes, tuple(headings(drawing, placed, lang)), between)
    source = routing.source()
    # What ends at a frame or on a line is not led but drawn straight.
    paths = lines(drawing, {**placed.clusters, **placed.nodes}, routing.read(run(source, PROGRAM)) if source else {})
    return side_by_side(drawing, paths, placed.nodes)
