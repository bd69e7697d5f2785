"""A map: frames packed tight inside, each in a place that lines hardly change (`map_places`), lines led around the boxes.

Graphviz is asked for the lines only, by `nop2`, which moves nothing.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import graphviz

from diagrams.blocks import GAP, Block, Blocks, block, shelves
from diagrams.drawing import Drawing
from diagrams.geometry import Path, Point, Rect, centred
from diagrams.graphviz_json import Run, numbers, path_of
from diagrams.map_places import Joint, places
from diagrams.placed import Placed, framed_clusters
from diagrams.simple_layout import lines
from diagrams.stored_layout import loop

_POINTS_PER_INCH = 72.0
_BOX = {"shape": "box", "fixedsize": "true", "label": ""}
#: Between blocks: room for lines and their names, and the same whether there are any, so that a name moves nothing.
_GAP = 52.0
_APART = 7.0  # between lines that join the same two boxes


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


def _inches(pixels: float) -> str:
    return f"{pixels / _POINTS_PER_INCH:.4f}"


def _routed(drawing: Drawing, placed: Placed, lang: str, run: Run) -> dict[str, Path]:
    """The lines, led around boxes and the headings of frames."""
    rects = {**placed.clusters, **placed.nodes}
    graph = graphviz.Digraph(
        graph_attr={"splines": "true", "esep": "+5", "sep": "+8"}, node_attr=_BOX, edge_attr={"dir": "none"}
    )
    names = {name: f"n{number}" for number, name in enumerate(placed.nodes)}
    for name, rect in placed.nodes.items():
        _pin(graph, names[name], rect)
    frames = framed_clusters(drawing, placed, lang).values()
    headings = [each for frame in frames for each in (*frame.text_rects(), frame.icon) if each is not None]
    for number, rect in enumerate(headings):
        _pin(graph, f"h{number}", rect)
    routed = {}
    for number, edge in enumerate(drawing.edges):
        if edge.source in names and edge.target in names and edge.source != edge.target:
            graph.edge(names[edge.source], names[edge.target], id=f"e{number}")
            routed[f"e{number}"] = edge.id
    # What ends at a frame or on a line is not routed but drawn straight.
    paths = lines(drawing, rects)
    if routed:
        found = run(str(graph.source), "nop2")
        shift = _shift(found, placed.nodes, names)
        for row in found.get("edges", ()):
            if row.get("id") in routed and "pos" in row:
                paths[routed[row["id"]]] = path_of(row["pos"], 0.0).moved(*shift)
    return _parted(drawing, paths, placed.nodes)


def _pin(graph: Any, name: str, rect: Rect) -> None:
    x, y = rect.centre
    graph.node(name, pos=f"{x:.2f},{-y:.2f}", width=_inches(rect.width), height=_inches(rect.height))


def _shift(found: Mapping[str, Any], rects: Mapping[str, Rect], names: Mapping[str, str]) -> tuple[float, float]:
    """Graphviz moves the whole to the origin: by how much it must be moved back."""
    positions = {each["name"]: numbers(each["pos"]) for each in found["objects"]}
    name, rect = next(iter(rects.items()))
    x, y = positions[names[name]]
    return rect.centre[0] - x, rect.centre[1] + y


def _parted(drawing: Drawing, paths: Mapping[str, Path], rects: Mapping[str, Rect]) -> dict[str, Path]:
    """Lines that join the same two boxes would lie on each other: they are set side by side."""
    together: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    ends = {edge.id: (edge.source, edge.target) for edge in drawing.edges}
    for name in paths:
        together[tuple(sorted(ends[name]))].append(name)
    found = dict(paths)
    for pair, names in together.items():
        if pair[0] == pair[1]:
            for lane, name in enumerate(names):
                if pair[0] in rects:
                    found[name] = _straight_loop(rects[pair[0]], lane)
            continue
        for lane, name in enumerate(names):
            offset = (lane - (len(names) - 1) / 2) * _APART
            forth = ends[name][0] == pair[0]
            if offset and ends[name][0] in rects and ends[name][1] in rects:
                boxes = (rects[ends[name][0]], rects[ends[name][1]])
                found[name] = _aside(paths[name], offset if forth else -offset, *boxes)
    return found


def _straight_loop(rect: Rect, lane: int) -> Path:
    first, *rest = loop(rect, lane)
    return Path(first, tuple((point,) for point in rest))


def _aside(path: Path, offset: float, source: Rect, target: Rect) -> Path:
    """The path moved across its direction; its ends slide along the borders that they stand on."""
    (x1, y1), (x2, y2) = path.start, path.end
    distance = math.dist(path.start, path.end) or 1.0
    right, down = -(y2 - y1) / distance * offset, (x2 - x1) / distance * offset
    moved = path.moved(right, down)
    steps = list(moved.steps)
    steps[-1] = (*steps[-1][:-1], _slid(path.end, right, down, target))
    return Path(_slid(path.start, right, down, source), tuple(steps))


def _slid(end: Point, right: float, down: float, rect: Rect) -> Point:
    x, y = end
    beside = min(abs(x - rect.x), abs(x - rect.right)) < min(abs(y - rect.y), abs(y - rect.bottom))
    if beside:
        return x, min(max(y + down, rect.y + 3), rect.bottom - 3)
    return min(max(x + right, rect.x + 3), rect.right - 3), y
