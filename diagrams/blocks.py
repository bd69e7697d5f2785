"""Boxes packed into blocks: shelves of boxes, frames around them, frames in frames. Lines play no part."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from diagrams import boxes
from diagrams.drawing import Cluster, Drawing
from diagrams.geometry import Rect, around

GAP = 28.0
ASPECT = 1.5


@dataclass(frozen=True, slots=True)
class Block:
    """Rectangles by id of node or cluster, with the top left of them all at the origin."""

    rects: Mapping[str, Rect]
    width: float
    height: float


def block(rects: Mapping[str, Rect]) -> Block:
    bounds = around(rects.values())
    moved = {name: rect.moved(-bounds.x, -bounds.y) for name, rect in rects.items()}
    return Block(moved, bounds.width, bounds.height)


class Blocks:
    """The drawing's boxes and frames as blocks, in the sizes that were measured."""

    def __init__(
        self, drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str, aspect: float = ASPECT
    ) -> None:
        """`aspect` is how much wider than high frames are wished to be."""
        self._sizes, self._lang, self._aspect = sizes, lang, aspect
        self._inside: defaultdict[str | None, list[str]] = defaultdict(list)
        for node in drawing.nodes:
            self._inside[node.cluster].append(node.id)
        self._below: defaultdict[str | None, list[Cluster]] = defaultdict(list)
        for cluster in drawing.clusters:
            self._below[cluster.cluster].append(cluster)

    def within(self, cluster: str | None = None) -> list[Block]:
        """What stands directly in a cluster (None: in no cluster), each a block."""
        names = self._inside.get(cluster, ())
        size = self._common_size(names) if cluster is not None else None
        boxes_inside = [block({name: Rect(0, 0, *(size or self._sizes[name]))}) for name in names]
        return boxes_inside + [self.framed(child) for child in self._below.get(cluster, ())]

    def single(self, name: str) -> Block:
        return block({name: Rect(0, 0, *self._sizes[name])})

    def _common_size(self, names: Sequence[str]) -> tuple[float, float] | None:
        """In a frame boxes are of one size, so that they stand in rows and columns."""
        if not names:
            return None
        return max(self._sizes[name][0] for name in names), max(self._sizes[name][1] for name in names)

    def framed(self, cluster: Cluster) -> Block:
        """A cluster with its frame, its heading and everything in it."""
        held = shelves(self.within(cluster.id), aspect=self._aspect)
        heading, height = boxes.cluster_label_size(cluster, self._lang)
        padding = boxes.CLUSTER_PADDING
        width = max(held.width, heading) + 2 * padding
        frame = Rect(0, 0, width, height + held.height + 2 * padding)
        moved = {name: rect.moved(padding, height + padding) for name, rect in held.rects.items()}
        return block({cluster.id: frame, **moved})


def shelves(parts: Sequence[Block], room: float | None = None, aspect: float = ASPECT) -> Block:
    """Tallest first, in rows as long as the room, or as makes a block of these proportions."""
    ordered = sorted(parts, key=lambda part: -part.height)
    if room is None:
        area = sum((part.width + GAP) * (part.height + GAP) for part in parts)
        room = math.sqrt(area * aspect)
    room = max(room, max((part.width for part in parts), default=0))
    rects: dict[str, Rect] = {}
    x = y = tallest = 0.0
    for part in ordered:
        if x and x + part.width > room:
            x, y, tallest = 0.0, y + tallest + GAP, 0.0
        rects |= {name: rect.moved(x, y) for name, rect in part.rects.items()}
        x += part.width + GAP
        tallest = max(tallest, part.height)
    return block(rects)


def columns(parts: Iterable[Sequence[Block]], *, gap: float) -> Block:
    """Columns from left to right, each around the same middle."""
    stacks = [_stack(column) for column in parts]
    highest = max((stack.height for stack in stacks), default=0)
    rects: dict[str, Rect] = {}
    x = 0.0
    for stack in stacks:
        down = (highest - stack.height) / 2
        rects |= {name: rect.moved(x, down) for name, rect in stack.rects.items()}
        x += stack.width + gap
    return block(rects)


def _stack(parts: Sequence[Block]) -> Block:
    rects: dict[str, Rect] = {}
    y = 0.0
    for part in parts:
        rects |= {name: rect.moved(0.0, y) for name, rect in part.rects.items()}
        y += part.height + GAP
    return block(rects)
