"""What an answer reaches, in layers by the length of its chains: the nearest one by one, the rest gathered by layer."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from diagrams.concepts import edge_of, kind_of, name_of, node_of, owners_of, summary_node
from diagrams.drawing import Edge, Kind, Node, Words
from diagrams.notation import phrase
from ea_repo.analysis.chains import Step
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_MOST_IN_LAYER = 14
#: Of very many, so many of the first are told with their chains; the others are only counted.
MOST_TOLD = 600


class InChain(Protocol):
    """A row of an answer, with the chain that leads to it from what was asked."""

    @property
    def uid(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def chain(self) -> tuple[Step, ...]: ...


def picked(told: Sequence[InChain], limit: int) -> list[InChain]:
    """The nearest; of a crowded layer those that most others are reached through."""
    through = Counter(step.from_uid for each in told for step in each.chain)
    layers: defaultdict[int, list[InChain]] = defaultdict(list)
    for each in told:
        layers[len(each.chain)].append(each)
    chosen: list[InChain] = []
    for _, layer in sorted(layers.items()):
        room = min(_MOST_IN_LAYER, limit - len(chosen))
        layer.sort(key=lambda each: (-through[each.uid], each.type, each.name, each.uid))
        chosen += layer[: max(room, 0)]
    return chosen


@dataclass(slots=True)
class ReachedLayers:
    """What is drawn one by one: the picked concepts, and whatever stands on the chains to them from the centres."""

    state: State
    centres: Sequence[str]
    picked: Sequence[InChain]
    told: Sequence[InChain]
    ranks: dict[str, int] = field(default_factory=dict)
    steps: dict[str, tuple[str, str]] = field(default_factory=dict)  # relationship -> from, to
    concepts: dict[str, Concept] = field(default_factory=dict)
    rows: list[InChain] = field(default_factory=list)  # of those told, what is drawn one by one

    def __post_init__(self) -> None:
        self.ranks.update(dict.fromkeys(self.centres, 0))
        for reached in self.picked:
            for distance, step in enumerate(reached.chain, 1):
                self.ranks.setdefault(step.to_uid, distance)
                self.steps.setdefault(step.relationship, (step.from_uid, step.to_uid))
        self.concepts = self.state.get_many([*self.ranks, *self.steps])
        self.rows = [each for each in self.told if each.uid in self.ranks]
        for uid in self.centres:
            if uid not in self.concepts:
                self.concepts[uid] = self.state.get(uid)

    def nodes(self) -> list[Node]:
        """Those that only stand on the way to what was asked for are drawn faintly."""
        metamodel = self.state.metamodel
        asked_for = {each.uid for each in self.rows}
        shown = [self.concepts[uid] for uid in self.ranks if uid in self.concepts]
        owners = owners_of(self.state, shown)
        found = []
        for concept in shown:
            on_the_way = concept.uid not in asked_for
            emphasis = "focus" if concept.uid in self.centres else "faint" if on_the_way else "normal"
            rank = self.ranks[concept.uid]
            if concept.kind == "relationship":
                found.append(self._relationship_box(concept, rank))
                continue
            found.append(node_of(metamodel, concept, owners=owners, rank=rank, emphasis=emphasis))  # type: ignore[arg-type]
        return found

    def notes(self) -> list[Words]:
        """What the pale boxes are, where there are any."""
        asked_for = {*self.centres, *(each.uid for each in self.rows)}
        pale = any(uid in self.concepts and uid not in asked_for for uid in self.ranks)
        return [phrase("pale_on_the_way")] if pale else []

    def _relationship_box(self, concept: Concept, rank: int) -> Node:
        kind = kind_of(self.state.metamodel, concept)
        name = name_of(concept) or f"{concept.source} → {concept.target}"
        return Node(concept.uid, name, Kind("Unknown", kind.type), concept.uid, stereotype=kind.label, rank=rank)

    def edges(self) -> list[Edge]:
        found = []
        for uid, (near, far) in self.steps.items():
            relationship = self.concepts.get(uid)
            if uid in (near, far) or relationship is None:
                found.append(Edge(f"step {near} {far}", near, far, Kind("NoteConnection")))
                continue
            edge = edge_of(self.state.metamodel, relationship)
            # The layers run from near to far, whichever way the relationship points.
            found.append(_turned(edge, backward=edge.source != near))
        return found


def _turned(edge: Edge, *, backward: bool) -> Edge:
    return Edge(
        edge.id, edge.source, edge.target, edge.kind, edge.name, edge.uid, edge.tooltip, edge.access,
        edge.directed, backward=backward,
    )  # fmt: skip


def gathered(drawn: ReachedLayers, counts: Mapping[int, Mapping[str, int]]) -> tuple[list[Node], list[Edge]]:
    """One box a layer for what is not drawn there one by one, joined to the layer before; one for all layers beyond.

    `counts` is how many of each type there are in each layer, drawn or not.
    """
    last = beyond(drawn, counts)
    left_out: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for distance, by_type in counts.items():
        left_out[_layer(distance, last)].update(by_type)
    for reached in drawn.rows:
        left_out[_layer(len(reached.chain), last)][reached.type] -= 1
    parents: defaultdict[int, Counter[str]] = defaultdict(Counter)
    in_answer = {each.uid for each in drawn.told}
    for each in drawn.told:
        if each.uid not in drawn.ranks:
            layer = _layer(len(each.chain), last)
            parents[layer][_parent(each, drawn.ranks, in_answer, last)] += 1
    nodes: list[Node] = []
    edges: list[Edge] = []
    for layer, by_type in sorted(left_out.items()):
        left = Counter({name: count for name, count in by_type.items() if count > 0})
        if not left:
            continue
        before = nodes[-1:]  # what is so far away that it is only counted is joined to what is gathered before it
        nodes.append(summary_node(drawn.state.metamodel, f"at {layer}", left, rank=layer))
        known = {node.id for node in nodes[:-1]} | drawn.ranks.keys()
        found = {parent: count for parent, count in parents[layer].items() if parent in known}
        for parent, count in sorted((found or {node.id: left.total() for node in before}).items()):
            kind = Kind("Several", "", phrase("several"))
            tooltip = phrase("counted", count=count, name=kind.label)
            edges.append(Edge(f"{parent} to {nodes[-1].id}", parent, nodes[-1].id, kind, tooltip=tooltip))
    return nodes, edges


def beyond(drawn: ReachedLayers, counts: Iterable[int]) -> int | None:
    """The layer that stands for itself and all farther ones, as nothing of them is drawn one by one; None: no such."""
    last = max(drawn.ranks.values(), default=0) + 1
    return last if any(distance > last for distance in counts) else None


def _layer(distance: int, last: int | None) -> int:
    return distance if last is None else min(distance, last)


def _parent(row: InChain, drawn: Mapping[str, int], in_answer: Collection[str], last: int | None) -> str:
    """The nearest box on the chain: of one that is drawn, or the one of another layer in which it is gathered."""
    for distance, step in reversed(list(enumerate(row.chain))):
        if step.from_uid in drawn:
            return step.from_uid
        if step.from_uid in in_answer and _layer(distance, last) != _layer(len(row.chain), last):
            return f"many at {_layer(distance, last)}"
    return ""


def rank_names(ranks: Iterable[int], last: int | None) -> dict[int, Words]:
    """What heads each layer; `last` stands for all farther ones."""
    names: dict[int, Words] = {0: phrase("asked"), 1: phrase("direct")}
    if last is not None:
        names[last] = phrase("distance_and_more", count=last)
    return {rank: names.get(rank) or phrase("distance", count=rank) for rank in sorted(ranks)}
