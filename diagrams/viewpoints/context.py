"""Context: one element with what it is related to, to a few steps. What is too much is gathered by type."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from diagrams.colouring import ColourBy, coloured
from diagrams.concepts import (
    edge_of,
    joined,
    layers_of,
    moment_of,
    name_of,
    node_of,
    owners_of,
    plural,
    summary_edge,
    summary_node,
)
from diagrams.drawing import Cluster, Drawing, Edge, Kind, Node, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.summarising import MOST_SUMMARISED, Collapse, summarised
from ea_repo.catalogue import viewpoint
from ea_repo.errors import InvalidInput
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 60
_DEEPEST = 6
#: From so many on, neighbours alike are framed.
_MANY_ALIKE = 4
#: More lines than this hide what they show.
_MOST_LINES = 90
_TO_FRAME = "to the frame "
#: The most boxes that stand for what was left out.
_MOST_GATHERED = 10


@viewpoint(example={"uid": "centre:GOVID", "depth": 1})
def context(
    state: State,
    uid: Annotated[str, "The element in the middle."],
    *,
    depth: Annotated[int, "How many steps around it.", range(1, _DEEPEST + 1)] = 1,
    type: Annotated[tuple[str, ...], "Only neighbours of these types, refinements included."] = (),
    relationship: Annotated[tuple[str, ...], "Only relationships of these types."] = (),
    collapse: Collapse = None,
    colour: ColourBy = None,
    limit: Annotated[
        int | None,
        "The most elements drawn one by one; the rest is gathered by type. Left out, 60, and 24 of a summary.",
        range(1, 1_001),
    ] = None,
) -> Drawing:
    """One element and its neighbourhood."""
    if not 1 <= depth <= _DEEPEST:
        raise InvalidInput(f"depth {depth} is out of range; use 1 to {_DEEPEST}")
    most = MOST_SUMMARISED if collapse is not None else limit or MOST_SHOWN
    found = _Neighbourhood(state, uid, _with_refinements(state, type), relationship, most)
    for step in range(depth):
        found.grow(last=step == depth - 1)
    drawing = _drawn(state, found, depth, (*type, *relationship))
    drawing = coloured(state, drawing, found.shown.values(), colour)
    return summarised(state, drawing, found.shown.values(), found.lines.values(), collapse, limit)


def _with_refinements(state: State, types: Iterable[str]) -> frozenset[str]:
    return frozenset(name for each in types for name in state.metamodel.descendants(each))


@dataclass(slots=True)
class _Neighbourhood:
    """What has been reached.

    `shown` are drawn; `gathered` counts, for each of them, what was left out by type.
    """

    state: State
    centre: str
    types: frozenset[str]
    relationship_types: Sequence[str]
    limit: int
    shown: dict[str, Concept] = field(default_factory=dict)
    lines: dict[str, Concept] = field(default_factory=dict)
    gathered: dict[str, Counter[tuple[str, str, bool]]] = field(default_factory=dict)
    edge: list[str] = field(default_factory=list)
    distances: dict[str, int] = field(default_factory=dict)
    reached: int = 0

    def __post_init__(self) -> None:
        self.shown[self.centre] = self.state.get(self.centre)
        self.edge = [self.centre]
        self.distances[self.centre] = 0

    def grow(self, *, last: bool) -> None:
        """One step further from what was reached by the last one."""
        relationships = {uid: self._relationships(uid) for uid in self.edge}
        others = self._others(relationships)
        fresh = self._chosen(others)
        for uid in fresh:
            self.shown[uid] = others[uid]
            self.distances[uid] = self.distances[self.edge[0]] + 1
        for uid, found in relationships.items():
            self._keep(uid, found, others)
        self.edge = [] if last else list(fresh)

    def _relationships(self, uid: str) -> list[Concept]:
        return self.state.relationships(uid, types=tuple(self.relationship_types))

    def _others(self, relationships: Mapping[str, Sequence[Concept]]) -> dict[str, Concept]:
        """The concepts at the other ends; an end that is a relationship brings its own two ends."""
        ends = {end for each in relationships.values() for one in each for end in (one.source, one.target) if end}
        found = self.state.get_many(sorted(ends - self.shown.keys()))
        joints = [each for each in found.values() if each.kind == "relationship"]
        self.lines.update({each.uid: each for each in joints})
        further = {end for each in joints for end in (each.source, each.target) if end}
        found |= self.state.get_many(sorted(further - self.shown.keys() - found.keys()))
        return {uid: each for uid, each in found.items() if each.kind == "element" and self._wanted(each)}

    def _wanted(self, concept: Concept) -> bool:
        return not self.types or concept.type in self.types

    def _chosen(self, others: Mapping[str, Concept]) -> list[str]:
        """As many as there is room for; of a type with very many, none, so that its box says how many."""
        self.reached += len(others)
        room = self.limit - len(self.shown)
        if len(others) <= room:
            return sorted(others, key=lambda uid: _order(others[uid]))
        by_type: defaultdict[str, list[str]] = defaultdict(list)
        for uid, concept in others.items():
            by_type[concept.type].append(uid)
        chosen: list[str] = []
        for uids in sorted(by_type.values(), key=len):
            if len(uids) <= room - len(chosen):
                chosen += sorted(uids, key=lambda uid: _order(others[uid]))
        return chosen

    def _keep(self, uid: str, relationships: Iterable[Concept], others: Mapping[str, Concept]) -> None:
        left_out: Counter[tuple[str, str, bool]] = Counter()
        for line in relationships:
            outward = line.source == uid
            end = (line.target if outward else line.source) or ""
            if end in self.shown or end in self.lines:
                self.lines[line.uid] = line
            elif end in others:
                left_out[line.type, others[end].type, outward] += 1
        if left_out:
            self.gathered[uid] = left_out


def _order(concept: Concept) -> tuple[str, str, str]:
    return concept.type, concept.name, concept.uid


def _drawn(state: State, found: _Neighbourhood, depth: int, only: Sequence[str]) -> Drawing:
    metamodel = state.metamodel
    owners = owners_of(state, found.shown.values())
    layers = layers_of(metamodel, found.shown.values())
    nodes = [
        node_of(metamodel, each, owners=owners, emphasis="focus" if uid == found.centre else "normal")
        for uid, each in found.shown.items()
    ]
    lines, left_out = _telling(found, _grounded(found))
    edges = [edge_of(metamodel, each, layers=layers) for each in lines]
    nodes, edges, frames = _framed(state, found.centre, nodes, edges)
    more_nodes, more_edges, notes = _left_out(state, found)
    if not more_nodes:
        nodes = _counted(found, nodes)
    centre = found.shown[found.centre]
    steps = phrase("one_step") if depth == 1 else phrase("steps", count=depth)
    if left_out:
        notes = (*notes, phrase("lines_left_out", count=left_out))
    return Drawing(
        title=phrase("context_title", name=name_of(centre)),
        nodes=(*nodes, *more_nodes),
        edges=(*edges, *more_edges),
        clusters=tuple(frames),
        subtitle=joined([steps, *filters(state, type=tuple(only)), *moment_of(state)]),
        notes=notes,
        description=centre.description or "",
        viewpoint="context",
    )


def _grounded(found: _Neighbourhood) -> list[Concept]:
    """The lines both of whose ends are drawn: elements, or lines that are drawn themselves."""
    drawn = set(found.shown)
    kept: list[Concept] = []
    waiting = list(found.lines.values())
    while True:
        ready = [each for each in waiting if each.source in drawn and each.target in drawn]
        if not ready:
            return kept
        kept += ready
        drawn |= {each.uid for each in ready}
        waiting = [each for each in waiting if each.uid not in drawn]


def _telling(found: _Neighbourhood, lines: Sequence[Concept]) -> tuple[list[Concept], int]:
    """All lines, or of too many the first by which each element was reached; and how many that leaves out."""
    if len(lines) <= _MOST_LINES:
        return list(lines), 0
    far = {uid: distance for uid, distance in found.distances.items() if distance}
    kept: dict[str, Concept] = {}
    for line in lines:
        for end, other in ((line.source, line.target), (line.target, line.source)):
            if end in far and far[end] == found.distances.get(other or "", -2) + 1:
                kept.setdefault(end, line)
    chosen = {line.uid: line for line in kept.values()}
    return list(chosen.values()), len(lines) - len(chosen)


def _framed(
    state: State, centre: str, nodes: Sequence[Node], edges: Sequence[Edge]
) -> tuple[list[Node], list[Edge], list[Cluster]]:
    """Many neighbours alike, on the same kind of line and on no other, stand in a frame with one line to it."""
    alike = _alike(centre, nodes, edges)
    kept_nodes = {node.id: node for node in nodes}
    kept_edges = {edge.id: edge for edge in edges}
    frames = []
    for number, group in enumerate(alike):
        name = f"alike {number}"
        first = group[0][1]
        frames.append(Cluster(name, _group_name(state, [node for node, _ in group]), Kind("Frame")))
        for node, edge in group:
            # In a frame the line has no place for its name: it takes the place of the owner's.
            kept_nodes[node.id] = replace(node, cluster=name, detail=edge.name or node.detail)
            del kept_edges[edge.id]
        outward = first.target == group[0][0].id
        ends = (first.source, name) if outward else (name, first.target)
        kept_edges[name] = replace(
            first,
            id=f"{_TO_FRAME}{name}",
            source=ends[0],
            target=ends[1],
            name="",
            uid=None,
            tooltip="",
            count=len(group),
        )
    lines = sorted(kept_edges.values(), key=lambda edge: edge.id.startswith(_TO_FRAME))
    plain = len(lines) - len(frames)
    # Frames are large: their lines go in the middle of the others, so that the drawing is even.
    ordered = [*lines[: plain // 2], *lines[plain:], *lines[plain // 2 : plain]]
    return list(kept_nodes.values()), ordered, frames


def _alike(centre: str, nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[tuple[Node, Edge]]]:
    degree = Counter(end for edge in edges for end in (edge.source, edge.target, edge.id))
    by_id = {node.id: node for node in nodes if node.id != centre}
    groups: defaultdict[tuple[object, ...], list[tuple[Node, Edge]]] = defaultdict(list)
    for edge in edges:
        for leaf, hub in ((edge.target, edge.source), (edge.source, edge.target)):
            if leaf in by_id and degree[leaf] == 1 and degree[edge.id] == 1:
                node = by_id[leaf]
                key = (hub, edge.kind.type, edge.access, edge.target == leaf, node.kind.type, edge.directed)
                groups[key].append((node, edge))
                break
    return [group for group in groups.values() if len(group) >= _MANY_ALIKE]


def _group_name(state: State, nodes: Sequence[Node]) -> Words:
    return phrase("counted", count=len(nodes), name=plural(state.metamodel, nodes[0].kind.type, len(nodes)))


def _summaries(state: State, found: _Neighbourhood) -> tuple[list[Node], list[Edge]]:
    """Boxes for the neighbours left out: one for each element, kind of line and type of neighbour."""
    nodes, edges = [], []
    for uid, left_out in found.gathered.items():
        layers = layers_of(state.metamodel, [found.shown[uid]])
        for (line_type, other_type, outward), count in sorted(left_out.items()):
            node = summary_node(state.metamodel, f"{uid} {line_type} {other_type} {outward}", {other_type: count})
            ends = (uid, node.id) if outward else (node.id, uid)
            nodes.append(node)
            edges.append(summary_edge(state.metamodel, line_type, *ends, count=count, layers=layers))
    return nodes, edges


def _left_out(state: State, found: _Neighbourhood) -> tuple[list[Node], list[Edge], tuple[Words, ...]]:
    """What stands for the neighbours that are not drawn: boxes, or where these would be too many only a note."""
    if not found.gathered:
        return [], [], ()
    shown = len(found.shown) - 1
    few = sum(len(left_out) for left_out in found.gathered.values()) <= _MOST_GATHERED
    key = "left_out" if few else "left_out_counted"
    note = phrase(key, shown=shown, count=found.reached, rest=found.reached - shown)
    return (*(_summaries(state, found) if few else ([], [])), (note,))


def _counted(found: _Neighbourhood, nodes: Sequence[Node]) -> list[Node]:
    """The nodes with the number of neighbours left out at each, for when boxes for these would be too many."""
    counts = {uid: left_out.total() for uid, left_out in found.gathered.items()}
    return [
        replace(node, detail=joined([node.detail, phrase("plus", count=counts[node.id])]))
        if node.id in counts
        else node
        for node in nodes
    ]
