"""A map: frames packed tight inside, set near those they exchange most with, lines led around the boxes.

Graphviz is asked twice: `neato` for where the blocks go, then `nop2`, which moves nothing, for the lines.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import graphviz

from diagrams.blocks import GAP, Block, Blocks, block, shelves
from diagrams.drawing import Drawing, said
from diagrams.geometry import Path, Point, Rect, centred
from diagrams.graphviz_json import Run, numbers, path_of
from diagrams.placed import Placed, framed_clusters
from diagrams.simple_layout import lines
from diagrams.stored_layout import loop

_POINTS_PER_INCH = 72.0
_BOX = {"shape": "box", "fixedsize": "true", "label": ""}
#: How near joined blocks are wished to each other; what then overlaps is moved apart.
_CLOSENESS = 0.8
_NAMED_GAP, _PLAIN_GAP = 64.0, 46.0
_APART = 7.0  # between lines that join the same two boxes


def place(drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str, run: Run) -> Placed:
    """Positions for boxes, frames and lines."""
    parts = Blocks(drawing, sizes, lang).within()
    found = _arranged(drawing, parts, run)
    rects = dict(found.rects)
    clusters = {cluster.id: rects.pop(cluster.id) for cluster in drawing.clusters}
    placed = Placed(rects, {}, clusters)
    paths = _routed(drawing, placed, lang, run)
    return Placed(rects, paths, clusters)


def _arranged(drawing: Drawing, parts: Sequence[Block], run: Run) -> Block:
    """Joined blocks near each other, those without any line to another below them."""
    at = {name: number for number, part in enumerate(parts) for name in part.rects}
    weights: Counter[tuple[int, int]] = Counter()
    for edge in drawing.edges:
        first, second = at.get(edge.source), at.get(edge.target)
        if first is not None and second is not None and first != second:
            weights[min(first, second), max(first, second)] += edge.count
    joined = sorted({number for pair in weights for number in pair})
    alone = [part for number, part in enumerate(parts) if number not in set(joined)]
    if not joined:
        return shelves(alone)
    centres = _closer(parts, _centres(parts, joined, weights, run), _gap(drawing))
    rects: dict[str, Rect] = {}
    for number in joined:
        part = parts[number]
        corner = centred(centres[number], part.width, part.height)
        rects |= {name: rect.moved(corner.x, corner.y) for name, rect in part.rects.items()}
    upper = block(rects)
    if not alone:
        return upper
    lower = shelves(alone, max(upper.width, 600))
    moved = {name: rect.moved(0, upper.height + 2 * GAP) for name, rect in lower.rects.items()}
    return block({**upper.rects, **moved})


def _centres(
    parts: Sequence[Block], joined: Sequence[int], weights: Mapping[tuple[int, int], int], run: Run
) -> dict[int, Point]:
    if len(joined) < 2:
        return dict.fromkeys(joined, (0.0, 0.0))
    attributes = {"overlap": "prism", "sep": "+20", "splines": "false", "start": "7"}
    graph = graphviz.Graph(graph_attr=attributes, node_attr=_BOX)
    for number in joined:
        graph.node(f"b{number}", width=_inches(parts[number].width), height=_inches(parts[number].height))
    for (first, second), weight in weights.items():
        length = (_reach(parts[first]) + _reach(parts[second])) / 2 * _CLOSENESS
        graph.edge(f"b{first}", f"b{second}", len=_inches(length), weight=str(min(weight, 20)))
    found = run(str(graph.source), "neato")
    top = float(found["bb"].split(",")[3])
    centres = {}
    for each in found["objects"]:
        x, y = numbers(each["pos"])
        centres[int(each["name"][1:])] = (x, top - y)
    return centres


def _gap(drawing: Drawing) -> float:
    """Between blocks there is room for lines, and for their names where they have any."""
    named = any(said(edge.name, "en") for edge in drawing.edges)
    return _NAMED_GAP if named else _PLAIN_GAP


def _closer(parts: Sequence[Block], centres: Mapping[int, Point], gap: float) -> dict[int, Point]:
    """The blocks drawn together: all at once as far as goes, then one by one from the middle outwards."""
    middle = _middle(centres)
    together = _drawn_in(centres, middle, _least_share(parts, centres, middle, gap))
    settled: dict[int, Point] = {}
    for number in sorted(together, key=lambda each: math.dist(together[each], middle)):
        # Beyond its own place too: those before may have come to stand there.
        spots = (_between(middle, together[number], step / 20) for step in range(2, 400))
        settled[number] = next(spot for spot in spots if _free(parts, settled, number, spot, gap))
    return settled


def _middle(centres: Mapping[int, Point]) -> Point:
    xs, ys = [x for x, _ in centres.values()], [y for _, y in centres.values()]
    return sum(xs) / len(xs), sum(ys) / len(ys)


def _between(first: Point, second: Point, share: float) -> Point:
    return first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share


def _drawn_in(centres: Mapping[int, Point], middle: Point, share: float) -> dict[int, Point]:
    return {number: _between(middle, centre, share) for number, centre in centres.items()}


def _least_share(parts: Sequence[Block], centres: Mapping[int, Point], middle: Point, gap: float) -> float:
    low, high = 0.1, 1.0
    for _ in range(7):
        share = (low + high) / 2
        tried = _drawn_in(centres, middle, share)
        if all(_free(parts, tried, number, spot, gap) for number, spot in tried.items()):
            high = share
        else:
            low = share
    return high


def _free(parts: Sequence[Block], others: Mapping[int, Point], number: int, spot: Point, gap: float) -> bool:
    rect = centred(spot, parts[number].width, parts[number].height)
    return not any(
        rect.overlaps(centred(centre, parts[other].width, parts[other].height), gap)
        for other, centre in others.items()
        if other != number
    )


def _reach(part: Block) -> float:
    return math.hypot(part.width, part.height)


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
