"""Layers: Graphviz' `dot` sets boxes in ranks and leads the lines around them.

Labels are given to Graphviz as dummy text of a fixed-pitch font in the size that we measured, so that every
engine, whatever fonts it finds, keeps the same room and lays out alike.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import graphviz

from diagrams import boxes, column_lines, loops
from diagrams.blocks import Block, Blocks
from diagrams.drawing import Cluster, Drawing, Edge, Node
from diagrams.geometry import Path, Point, Rect
from diagrams.graphviz_json import Run, numbers, path_of
from diagrams.notation import figure
from diagrams.placed import Placed, line_label

#: Above this many nodes the search for an optimum is cut short: 400 nodes then take 6 s instead of 15.
_MANY_NODES = 200
#: Above this many edges, curves around boxes cost more than they show.
_MANY_EDGES = 900
_POINTS_PER_INCH = 72.0
_PITCH_EM, _LINE_EM = 0.6, 1.2  # of the fixed-pitch font, alike in all engines
_FRAME_ASPECT = 2.6  # frames lie across the direction in which layers follow each other
_FAN = 10  # leaves of one hub in a row before they are staggered


def place(drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str, run: Run) -> Placed:
    """Positions for boxes, frames and lines, and the room that was kept for the names of lines."""
    plan = Plan.of(drawing, sizes, lang)
    return plan.read(run(plan.source(), "dot"))


@dataclass(frozen=True, slots=True)
class Plan:
    """The drawing as Graphviz shall see it: numbered, measured, with joints where lines end on lines.

    A cluster whose inside no line reaches is packed beforehand and is a single box to Graphviz.
    """

    drawing: Drawing
    lang: str
    sizes: Mapping[str, tuple[float, float]]
    names: Mapping[str, str]  # node or cluster id -> its name in DOT
    joints: Mapping[str, str]  # edge id -> the point on it where another line ends
    numbers: Mapping[str, str]  # edge id -> its id in DOT
    sealed: Mapping[str, Block]  # cluster id -> how it is packed

    @classmethod
    def of(cls, drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str) -> "Plan":
        names = {node.id: f"n{at}" for at, node in enumerate(drawing.nodes)}
        sealed = _sealed(drawing, sizes, lang)
        for at, cluster in enumerate(drawing.clusters):
            names[cluster.id] = f"sealed_{at}" if cluster.id in sealed else f"cluster_{at}"
        ends = {end for edge in drawing.edges for end in (edge.source, edge.target)}
        joints = {edge.id: f"j{at}" for at, edge in enumerate(drawing.edges) if edge.id in ends}
        numbers = {edge.id: f"e{at}" for at, edge in enumerate(drawing.edges)}
        return cls(drawing, lang, sizes, names, joints, numbers, sealed)

    def read(self, found: Mapping[str, Any]) -> Placed:
        """The positions in Graphviz' answer to `source`."""
        placed = loops.beside(self.drawing, _read(self, found), self.lang)
        return column_lines.drawn(self.drawing, placed, self.lang)

    def source(self) -> str:
        """The drawing as DOT."""
        graph = graphviz.Digraph(graph_attr=self._graph_attributes(), node_attr=_NODE, edge_attr=_EDGE)
        inside: defaultdict[str | None, list[Node]] = defaultdict(list)
        for node in self.drawing.nodes:
            inside[node.cluster].append(node)
        below: defaultdict[str | None, list[Cluster]] = defaultdict(list)
        for cluster in self.drawing.clusters:
            below[cluster.cluster].append(cluster)
        self._add_content(graph, None, inside, below)
        self._add_ranks(graph)
        for edge, shortest in zip(self.drawing.edges, self._lengths(), strict=True):
            self._add_edge(graph, edge, shortest)
        return str(graph.source)

    def _graph_attributes(self) -> dict[str, str]:
        sideways = self.drawing.direction == "right"
        found = {
            "rankdir": "LR" if sideways else "TB",
            "nodesep": "0.32" if sideways else "0.42",
            "ranksep": "0.95" if sideways else "0.72",
            "splines": "line" if len(self.drawing.edges) > _MANY_EDGES else "true",
            "newrank": "true",
            "compound": "true",
            "pad": "0",
        }
        if len(self.drawing.nodes) > _MANY_NODES:
            found |= {"nslimit": "2", "nslimit1": "2", "mclimit": "0.3"}
        return found

    def _add_content(
        self,
        graph: Any,
        cluster: str | None,
        inside: Mapping[str | None, Sequence[Node]],
        below: Mapping[str | None, Sequence[Cluster]],
    ) -> None:
        nodes, frames = inside.get(cluster, ()), below.get(cluster, ())
        # dot keeps to the order given where it can: packed frames are large and belong in the middle.
        half = len(nodes) // 2
        for node in nodes[:half]:
            self._add_node(graph, node)
        for child in frames:
            if child.id in self.sealed:
                self._add_box(graph, self.names[child.id], self.sealed[child.id].width, self.sealed[child.id].height)
        for node in nodes[half:]:
            self._add_node(graph, node)
        self._add_grid(graph, nodes)
        for child in frames:
            if child.id not in self.sealed:
                self._add_frame(graph, child, inside, below)

    def _add_frame(
        self,
        graph: Any,
        cluster: Cluster,
        inside: Mapping[str | None, Sequence[Node]],
        below: Mapping[str | None, Sequence[Cluster]],
    ) -> None:
        name = self.names[cluster.id]
        with graph.subgraph(name=name) as inner:
            width, height = boxes.cluster_label_size(cluster, self.lang)
            inner.attr(margin=str(boxes.CLUSTER_PADDING), labeljust="l", **_dummy(width, height))
            if not inside.get(cluster.id) and not below.get(cluster.id):
                inner.node(f"empty_{name}", "", width=_inches(120), height=_inches(8), style="invis")
            self._add_content(inner, cluster.id, inside, below)

    def _add_node(self, graph: Any, node: Node) -> None:
        shape = "circle" if figure(node.kind.notation).outline in ("dot", "ring") else "box"
        self._add_box(graph, self.names[node.id], *self.sizes[node.id], shape)

    @staticmethod
    def _add_box(graph: Any, name: str, width: float, height: float, shape: str = "box") -> None:
        graph.node(name, "", shape=shape, width=_inches(width), height=_inches(height), fixedsize="true")

    def _add_grid(self, graph: Any, nodes: Sequence[Node]) -> None:
        """Boxes without any line would stand in one endless row: invisible lines make a block of them."""
        touched = {end for edge in self.drawing.edges for end in (edge.source, edge.target)}
        alone = [node for node in nodes if node.id not in touched and node.rank is None]
        if len(alone) < 3:
            return
        columns = math.ceil(math.sqrt(len(alone) * 0.8))
        step = columns if self.drawing.direction == "down" else math.ceil(len(alone) / columns)
        for upper, lower in zip(alone, alone[step:], strict=False):
            graph.edge(self.names[upper.id], self.names[lower.id], style="invis", weight="50")

    def _add_ranks(self, graph: Any) -> None:
        ranks: defaultdict[int, list[str]] = defaultdict(list)
        for node in self.drawing.nodes:
            if node.rank is not None:
                ranks[node.rank].append(self.names[node.id])
        for _, names in sorted(ranks.items()):
            with graph.subgraph() as level:
                level.attr(rank="same")
                for name in names:
                    level.node(name)
        # A layer that no line reaches still stands after the one before it.
        firsts = [names[0] for _, names in sorted(ranks.items())]
        for before, after in pairwise(firsts):
            graph.edge(before, after, style="invis", weight="0")

    def _lengths(self) -> Iterator[int]:
        """How many ranks each line spans at least: many leaves of one hub are staggered over several rows."""
        if any(node.rank is not None for node in self.drawing.nodes):
            yield from (1 for _ in self.drawing.edges)
            return
        degree = Counter(end for edge in self.drawing.edges for end in (edge.source, edge.target))
        fans = [_fan(edge, degree) for edge in self.drawing.edges]
        framed = [edge.source in self.sealed or edge.target in self.sealed for edge in self.drawing.edges]
        totals = Counter(fan for fan, frame in zip(fans, framed, strict=True) if not frame)
        seen: Counter[object] = Counter()
        for fan, frame in zip(fans, framed, strict=True):
            rows = math.ceil(totals[fan] / _FAN) if fan is not None else 1
            if frame:  # it is higher than a box, and goes beyond those instead of beside them
                yield rows + 1
                continue
            yield 1 + seen[fan] % rows
            seen[fan] += 1

    def _add_edge(self, graph: Any, edge: Edge, shortest: int) -> None:
        first, last = (edge.target, edge.source) if edge.backward else (edge.source, edge.target)
        tail, tail_frame = self._end(first)
        head, head_frame = self._end(last)
        if tail is None or head is None:
            return
        attributes = {"minlen": str(shortest), **_frame_attributes(tail_frame, head_frame)}
        label = line_label(edge, self.lang)
        if label.lines:
            attributes |= _dummy(label.width, label.height)
        joint, number = self.joints.get(edge.id), self.numbers[edge.id]
        if joint is None:
            graph.edge(tail, head, id=number, **attributes)
            return
        graph.node(joint, "", shape="point", width="0.02", height="0.02")
        graph.edge(tail, joint, id=f"{number}a", **attributes)
        graph.edge(joint, head, id=f"{number}b")

    def _end(self, name: str) -> tuple[str | None, str | None]:
        """The DOT node at which a line ends, and the cluster at whose frame it stops."""
        if name in self.joints:
            return self.joints[name], None
        found = self.names.get(name)
        if found is None or not found.startswith("cluster_"):
            return found, None
        held = next((node for node in self.drawing.nodes if self._within(node.cluster, name)), None)
        return (self.names[held.id] if held else f"empty_{found}"), found

    def _within(self, cluster: str | None, outer: str) -> bool:
        parents = {each.id: each.cluster for each in self.drawing.clusters}
        while cluster is not None and cluster != outer:
            cluster = parents.get(cluster)
        return cluster == outer


def _sealed(drawing: Drawing, sizes: Mapping[str, tuple[float, float]], lang: str) -> dict[str, Block]:
    """The outermost clusters in which no line ends, packed."""
    parents = {each.id: each.cluster for each in drawing.clusters}
    around = {node.id: node.cluster for node in drawing.nodes} | parents
    reached: set[str | None] = {None}
    for edge in drawing.edges:
        for end in (edge.source, edge.target):
            frame = around.get(end)
            while frame not in reached:
                reached.add(frame)
                frame = parents.get(frame or "")
    blocks = Blocks(drawing, sizes, lang, aspect=_FRAME_ASPECT)
    return {
        each.id: blocks.framed(each) for each in drawing.clusters if each.id not in reached and each.cluster in reached
    }


_NODE = {"fontname": "Courier", "fontsize": "10", "label": ""}
_EDGE = {"fontname": "Courier", "fontsize": "10", "dir": "none"}


def _frame_attributes(tail: str | None, head: str | None) -> dict[str, str]:
    found = {}
    if tail:
        found["ltail"] = tail
    if head:
        found["lhead"] = head
    return found


def _fan(edge: Edge, degree: Mapping[str, int]) -> tuple[str, bool] | None:
    """The hub of a line to a leaf, and on which side of it the leaf hangs."""
    if degree[edge.source] == 1 and degree[edge.target] > 1:
        return edge.target, edge.backward
    if degree[edge.target] == 1 and degree[edge.source] > 1:
        return edge.source, not edge.backward
    return None


def _inches(pixels: float) -> str:
    return f"{pixels / _POINTS_PER_INCH:.4f}"


def _dummy(width: float, height: float) -> dict[str, str]:
    """A label that takes that room in every engine."""
    size = height / _LINE_EM
    return {
        "label": "x" * max(math.ceil(width / (size * _PITCH_EM)), 1),
        "fontsize": f"{size:.2f}",
        "fontname": "Courier",
    }


def _read(plan: Plan, found: Mapping[str, Any]) -> Placed:
    """Graphviz' JSON, in points with y upwards, as positions in pixels with y downwards."""
    drawing = plan.drawing
    top = float(found["bb"].split(",")[3])
    objects = {each["name"]: each for each in found.get("objects", ())}
    nodes: dict[str, Rect] = {}
    clusters: dict[str, Rect] = {}
    for name, packed in plan.sealed.items():
        x, y = numbers(objects[plan.names[name]]["pos"])
        corner = Rect(x - packed.width / 2, top - y - packed.height / 2, packed.width, packed.height)
        inside = {each: rect.moved(corner.x, corner.y) for each, rect in packed.rects.items()}
        clusters |= {each.id: inside.pop(each.id) for each in drawing.clusters if each.id in inside}
        nodes |= inside
    for node in drawing.nodes:
        if node.id in nodes:
            continue
        x, y = numbers(objects[plan.names[node.id]]["pos"])
        width, height = plan.sizes[node.id]
        nodes[node.id] = Rect(x - width / 2, top - y - height / 2, width, height)
    for cluster in drawing.clusters:
        if cluster.id in clusters:
            continue
        left, low, right, high = numbers(objects[plan.names[cluster.id]]["bb"])
        clusters[cluster.id] = Rect(left, top - high, right - left, high - low)
    paths, kept_room = _read_edges(plan, found.get("edges", ()), top)
    return Placed(nodes, paths, clusters, kept_room=kept_room)


def _read_edges(plan: Plan, rows: Iterable[Mapping[str, Any]], top: float) -> tuple[dict[str, Path], dict[str, Point]]:
    drawn: dict[str, Path] = {}
    kept_room: dict[str, Point] = {}
    for row in rows:
        if "id" not in row or "pos" not in row:
            continue
        drawn[row["id"]] = path_of(row["pos"], top)
        if "lp" in row:
            x, y = numbers(row["lp"])
            kept_room[row["id"].rstrip("ab")] = (x, top - y)
    paths, rooms = {}, {}
    for edge in plan.drawing.edges:
        number = plan.numbers[edge.id]
        path = drawn.get(number)
        if path is None and f"{number}a" in drawn:
            path = drawn[f"{number}a"].joined(drawn[f"{number}b"])
        if path is not None:
            paths[edge.id] = path.reversed() if edge.backward else path
        if number in kept_room:
            rooms[edge.id] = kept_room[number]
    return paths, rooms
