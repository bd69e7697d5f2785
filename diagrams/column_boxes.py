"""Boxes and frames of a drawing in columns, from left to right, set so that a small change of the drawing moves little.

Which column a box stands in is said by the drawing or found by `ranking`, how high it stands by `heights`. A frame whose
inside no line reaches is packed beforehand and stands in its column like a box.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from diagrams.blocks import Block, Blocks
from diagrams.boxes import CLUSTER_PADDING, cluster_label_size
from diagrams.column_lines import LINE_APART, name_room, named_at_end
from diagrams.drawing import Cluster, Drawing
from diagrams.geometry import Rect, around, centred
from diagrams.heights import Item, Room, heights
from diagrams.loops import LOOP_OUT, loop_room
from diagrams.notation import figure
from diagrams.placed import line_label
from diagrams.ranking import ranked

_HIGHEST = 240.0  # that a box becomes for its lines
_BETWEEN = 23.0  # boxes of a column
_GAP = 68.0  # columns, where no name stands between
_FRAME_ASPECT = 0.6  # packed frames are higher than wide, as columns are


@dataclass(frozen=True, slots=True)
class Boxes:
    """Rectangles by id; `ends` are those of what lines may end at and must not run through: boxes and packed frames."""

    nodes: Mapping[str, Rect]
    frames: Mapping[str, Rect]
    ends: Mapping[str, Rect]


def placed(drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str) -> Boxes:
    """Where everything stands, for boxes of these sizes (width, height)."""
    packed = _packed(drawing, sizes, lang)
    inside = {name for each in packed.values() for name in each.rects}
    names = [node.id for node in drawing.nodes if node.id not in inside] + list(packed)
    frames = _Frames(drawing, lang, inside, names)
    links = _links(drawing, names, frames)
    columns = _columns(drawing, names, packed, list(links.values()))
    measured = _measured(drawing, names, columns, sizes, packed)
    measured = _for_lines(measured, links.values(), columns, [name in packed for name in names])
    middles = _middles(names, columns, measured, frames, _name_rooms(drawing, links, columns, lang))
    looped = {edge.source for edge in drawing.edges if edge.source == edge.target}
    items = [
        Item(column, height + 2 * LOOP_OUT * (name in looped), frames.around(name))
        for name, column, (_, height) in zip(names, columns, measured, strict=True)
    ]
    found = heights(items, links.values(), Room(_BETWEEN, CLUSTER_PADDING, frames.headings))
    ends = {
        name: centred((middles[column], y), *size)
        for name, column, size, y in zip(names, columns, measured, found, strict=True)
    }
    rects = dict(ends)
    for name, block in packed.items():
        rects |= {each: rect.moved(ends[name].x, ends[name].y) for each, rect in block.rects.items()}
    rects |= frames.rects(rects)
    clusters = {each.id: rects.pop(each.id) for each in drawing.clusters}
    return Boxes(rects, clusters, ends)


def _packed(drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str) -> dict[str, Block]:
    """The outermost frames inside which no line ends, by id."""
    parents = {each.id: each.cluster for each in drawing.clusters}
    around_it = {node.id: node.cluster for node in drawing.nodes} | parents
    reached: set[str | None] = {None}
    for edge in drawing.edges:
        for end in (edge.source, edge.target):
            frame = around_it.get(end)
            while frame not in reached:
                reached.add(frame)
                frame = parents.get(frame or "")
    blocks = Blocks(drawing, sizes, lang, aspect=_FRAME_ASPECT)
    return {
        each.id: blocks.framed(each) for each in drawing.clusters if each.id not in reached and each.cluster in reached
    }


class _Frames:
    """The frames that are not packed: each has something inside that a line reaches."""

    def __init__(self, drawing: Drawing, lang: str, inside: Iterable[str], names: Iterable[str]) -> None:
        """`inside` are the ids of all that is packed, `names` those of boxes and packed frames."""
        packed = frozenset(inside)
        self._open: dict[str, Cluster] = {each.id: each for each in drawing.clusters if each.id not in packed}
        parents = {node.id: node.cluster for node in drawing.nodes}
        parents |= {each.id: each.cluster for each in drawing.clusters}
        self._around = {name: _upward(parents, name) for name in (*names, *self._open)}
        sizes = {name: cluster_label_size(each, lang) for name, each in self._open.items()}
        self.headings = {name: height for name, (_, height) in sizes.items()}
        self._widths = {name: width for name, (width, _) in sizes.items()}

    def around(self, name: str) -> tuple[str, ...]:
        """The frames around a box or frame, from the outermost in."""
        return self._around[name]

    def width(self, name: str) -> float:
        """What the heading takes."""
        return self._widths[name] + 2 * CLUSTER_PADDING

    def rects(self, inside: Mapping[str, Rect]) -> dict[str, Rect]:
        """Around what is inside, each frame after those inside it."""
        found: dict[str, Rect] = {}
        held: defaultdict[str, list[Rect]] = defaultdict(list)
        for name, frames in self._around.items():
            if name not in self._open and frames:
                held[frames[-1]].append(inside[name])
        for name in sorted(self._open, key=lambda each: -len(self._around[each])):
            content = around(held[name]).grow(CLUSTER_PADDING)
            heading = self.headings[name]
            width = max(content.width, self.width(name))
            found[name] = Rect(content.x, content.y - heading, width, content.height + heading)
            if self._around[name]:
                held[self._around[name][-1]].append(found[name])
        return found


def _upward(parents: Mapping[str, str | None], name: str) -> tuple[str, ...]:
    found: list[str] = []
    frame = parents.get(name)
    while frame is not None:
        found.append(frame)
        frame = parents.get(frame)
    return tuple(reversed(found))


def _links(drawing: Drawing, names: Iterable[str], frames: _Frames) -> dict[str, tuple[int, int]]:
    """By line, the numbers of what it joins, the left one first. A line to a line goes to what that goes to."""
    at = {name: number for number, name in enumerate(names)}
    for name, number in list(at.items()):
        for frame in frames.around(name):  # a line to a frame goes to its first box
            at.setdefault(frame, number)
    found: dict[str, tuple[int, int]] = {}
    waiting = drawing.edges
    while waiting:
        later = []
        for edge in waiting:
            first, last = (edge.target, edge.source) if edge.backward else (edge.source, edge.target)
            if first in at and last in at:
                found[edge.id] = at[first], at[last]
                at[edge.id] = at[last]
            else:
                later.append(edge)
        if len(later) == len(waiting):
            break
        waiting = tuple(later)
    return found


def _columns(
    drawing: Drawing, names: Iterable[str], packed: Mapping[str, Block], links: Iterable[tuple[int, int]]
) -> list[int]:
    """The number of the column of each, as the drawing says it; where it says nothing, as lines run."""
    names = list(names)
    said = {node.id: node.rank for node in drawing.nodes if node.rank is not None}
    if not said:
        return ranked(len(names), links, [number for number, name in enumerate(names) if name in packed])
    begin = min(said.values())
    for name, block in packed.items():
        said[name] = min((said[each] for each in block.rects if each in said), default=begin)
    ranks = [said.get(name, begin) for name in names]
    numbers = {rank: number for number, rank in enumerate(sorted(set(ranks)))}
    return [numbers[rank] for rank in ranks]


def _measured(
    drawing: Drawing,
    names: Iterable[str],
    columns: Iterable[int],
    sizes: Mapping[str, tuple[float, float]],
    packed: Mapping[str, Block],
) -> list[tuple[float, float]]:
    """The size of each. Boxes of a column are equally wide."""
    keeps = {node.id for node in drawing.nodes if figure(node.kind.notation).outline in ("dot", "ring")}
    keeps |= packed.keys()
    stand = {**sizes, **{name: (block.width, block.height) for name, block in packed.items()}}
    pairs = list(zip(names, columns, strict=True))
    widest: defaultdict[int, float] = defaultdict(float)
    for name, column in pairs:
        widest[column] = max(widest[column], 0.0 if name in keeps else stand[name][0])
    return [stand[name] if name in keeps else (widest[column], stand[name][1]) for name, column in pairs]


def _for_lines(
    sizes: Iterable[tuple[float, float]],
    links: Iterable[tuple[int, int]],
    columns: Sequence[int],
    packed: Iterable[bool],
) -> list[tuple[float, float]]:
    """The sizes, those of boxes high enough for the lines that end at one of their sides."""
    ends: Counter[tuple[int, bool]] = Counter()
    for first, last in links:
        ends[first, columns[first] < columns[last]] += 1
        ends[last, columns[last] < columns[first]] += 1
    return [
        size if fixed else (size[0], max(size[1], min(max(ends[at, True], ends[at, False]) * LINE_APART, _HIGHEST)))
        for at, (size, fixed) in enumerate(zip(sizes, packed, strict=True))
    ]


def _name_rooms(
    drawing: Drawing, links: Mapping[str, tuple[int, int]], columns: list[int], lang: str
) -> Mapping[int, float]:
    """What names of lines and loops need to the right of each column."""
    ends = {
        line: (min(pair, key=columns.__getitem__), max(pair, key=columns.__getitem__)) for line, pair in links.items()
    }
    at_end = named_at_end(ends)
    names: defaultdict[int, float] = defaultdict(float)
    loops: defaultdict[int, float] = defaultdict(float)
    for edge in drawing.edges:
        width = line_label(edge, lang).width
        if edge.id not in links or (not width and edge.source != edge.target):
            continue
        near, far = ends[edge.id]
        if edge.source == edge.target:
            loops[columns[near]] = max(loops[columns[near]], loop_room(width))
        elif columns[near] < columns[far]:
            beside = columns[far] - 1 if at_end[edge.id] else columns[near]
            names[beside] = max(names[beside], name_room(width))
    return {column: loops[column] + names[column] for column in {*names, *loops}}


def _middles(
    names: Iterable[str],
    columns: Iterable[int],
    sizes: Iterable[tuple[float, float]],
    frames: _Frames,
    rooms: Mapping[int, float],
) -> list[float]:
    """The middle of each column: as wide as its widest box, with room for borders of frames and names of lines."""
    widths: defaultdict[int, float] = defaultdict(float)
    spans: defaultdict[str, set[int]] = defaultdict(set)
    for name, column, (width, _) in zip(names, columns, sizes, strict=True):
        widths[column] = max(widths[column], width)
        for frame in frames.around(name):
            spans[frame].add(column)
    begins: defaultdict[int, int] = defaultdict(int)  # how many frames begin or end there inside each other
    ends: defaultdict[int, int] = defaultdict(int)
    for frame, span in spans.items():
        outer = list(frames.around(frame))
        first, last = min(span), max(span)
        begins[first] = max(begins[first], 1 + sum(min(spans[each]) == first for each in outer))
        ends[last] = max(ends[last], 1 + sum(max(spans[each]) == last for each in outer))
    gaps = {
        column: max(_GAP, rooms.get(column, 0.0)) + CLUSTER_PADDING * (ends[column] + begins[column + 1])
        for column in widths
    }
    for frame, span in spans.items():  # a heading may be longer than what is below it
        first, last = min(span), max(span)
        has = sum(widths[each] for each in range(first, last + 1)) + sum(gaps[each] for each in range(first, last))
        gaps[last] += max(0.0, frames.width(frame) - has - 2 * CLUSTER_PADDING)
    found, at = [], 0.0
    for column in sorted(widths):
        found.append(at + widths[column] / 2)
        at += widths[column] + gaps[column]
    return found
