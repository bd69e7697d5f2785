"""Impact: what depends on a concept, in layers by distance, with the chains that explain it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from diagrams.concepts import (
    edge_of,
    joined,
    kind_of,
    moment_of,
    name_of,
    node_of,
    owners_of,
    summary_node,
    type_names,
)
from diagrams.drawing import Drawing, Edge, Kind, Node, Words
from diagrams.notation import phrase
from ea_repo.analysis.impact import impact as what_depends
from ea_repo.analysis.reach import Depth, Reach, Reached
from ea_repo.catalogue import viewpoint
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 36
_MOST_IN_LAYER = 14
#: Of very many, so many of the nearest are told with their chains; the others are only counted.
_MOST_TOLD = 600


@viewpoint(example={"uid": "centre:HUB", "depth": 2})
def impact(
    state: State,
    uid: Annotated[str, "The concept that would stop or change."],
    *,
    depth: Depth = None,
    type: Annotated[tuple[str, ...], "Only concepts of these types, refinements included."] = (),
    model: Annotated[tuple[str, ...], "Only concepts of these models."] = (),
    owner: Annotated[tuple[str, ...], "Only what these agencies, or agencies below them, own."] = (),
    limit: Annotated[
        int, "The most elements drawn one by one; the rest is gathered by layer.", range(1, 1_001)
    ] = MOST_SHOWN,
) -> Drawing:
    """What depends on a concept, in layers, with the chains that explain it."""
    reach = what_depends(state, uid, depth=depth, type=type, model=model, owner=owner)
    picked = _picked(reach, max(limit, 1))
    drawn = _Layers(state, uid, picked)
    notes: tuple[Words, ...] = ()
    if len(reach) > len(picked):
        shown = len(picked)
        notes = (phrase("left_out", shown=shown, count=len(reach), rest=len(reach) - shown),)
    centre = drawn.concepts[uid]
    steps = phrase("all_steps") if depth is None else phrase("steps", count=depth)
    chosen = [phrase("only_types", names=type_names(state.metamodel, type))] if type else []
    gathered, lines = _gathered(state, reach, drawn)
    return Drawing(
        title=phrase("impact_title", name=name_of(centre)),
        nodes=(*drawn.nodes(), *gathered),
        edges=(*drawn.edges(), *lines),
        subtitle=joined([phrase("impact_found", count=len(reach)), steps, *chosen, *moment_of(state)]),
        notes=notes,
        description=centre.description or "",
        viewpoint="impact",
        direction="right",
        rank_names=_rank_names({*drawn.ranks.values(), *(node.rank or 0 for node in gathered)}),
    )


def _picked(reach: Reach, limit: int) -> list[Reached]:
    """The nearest; of a crowded layer those that most others are reached through."""
    told = reach[:_MOST_TOLD]
    through = Counter(step.from_uid for each in told for step in each.chain)
    layers: defaultdict[int, list[Reached]] = defaultdict(list)
    for each in told:
        layers[each.distance].append(each)
    picked: list[Reached] = []
    for _, layer in sorted(layers.items()):
        room = min(_MOST_IN_LAYER, limit - len(picked))
        layer.sort(key=lambda each: (-through[each.uid], each.type, each.name, each.uid))
        picked += layer[: max(room, 0)]
    return picked


@dataclass(slots=True)
class _Layers:
    """What is drawn one by one: the picked concepts, and whatever stands on the chains to them."""

    state: State
    centre: str
    picked: Sequence[Reached]
    ranks: dict[str, int] = field(default_factory=dict)
    steps: dict[str, tuple[str, str]] = field(default_factory=dict)  # relationship -> from, to
    concepts: dict[str, Concept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ranks[self.centre] = 0
        for reached in self.picked:
            for distance, step in enumerate(reached.chain, 1):
                self.ranks.setdefault(step.to_uid, distance)
                self.steps.setdefault(step.relationship, (step.from_uid, step.to_uid))
        self.concepts = self.state.get_many([*self.ranks, *self.steps])
        if self.centre not in self.concepts:
            self.concepts[self.centre] = self.state.get(self.centre)

    def nodes(self) -> list[Node]:
        """Those that only stand on the way to what was asked for are drawn faintly."""
        metamodel = self.state.metamodel
        asked_for = {each.uid for each in self.picked}
        shown = [self.concepts[uid] for uid in self.ranks if uid in self.concepts]
        owners = owners_of(self.state, shown)
        found = []
        for concept in shown:
            on_the_way = concept.uid not in asked_for
            emphasis = "focus" if concept.uid == self.centre else "faint" if on_the_way else "normal"
            rank = self.ranks[concept.uid]
            if concept.kind == "relationship":
                found.append(self._relationship_box(concept, rank))
                continue
            found.append(node_of(metamodel, concept, owners=owners, rank=rank, emphasis=emphasis))  # type: ignore[arg-type]
        return found

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


def _gathered(state: State, reach: Reach, drawn: _Layers) -> tuple[list[Node], list[Edge]]:
    """One box a layer for what is not drawn there one by one, joined to the layer before."""
    counts = _counts(state, reach)
    for reached in drawn.picked:
        counts[reached.distance][reached.type] -= 1
    parents: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for each in reach[:_MOST_TOLD]:
        if each.uid not in drawn.ranks:
            near = each.chain[-1].from_uid
            parents[each.distance][near if near in drawn.ranks else _gathered_id(each.distance - 1)] += 1
    nodes, edges = [], []
    for distance, by_type in sorted(counts.items()):
        left = Counter({name: count for name, count in by_type.items() if count > 0})
        if not left:
            continue
        name = _gathered_id(distance)
        nodes.append(summary_node(state.metamodel, f"at {distance}", left, rank=distance))
        known = {node.id for node in nodes} | drawn.ranks.keys()
        for parent, count in sorted(parents[distance].items()):
            if parent in known:
                kind = Kind("Several", "", phrase("several"))
                edges.append(
                    Edge(
                        f"{parent} to {name}",
                        parent,
                        name,
                        kind,
                        tooltip=phrase("counted", count=count, name=kind.label),
                    )
                )
    return nodes, edges


def _gathered_id(distance: int) -> str:
    return f"many at {distance}"


def _counts(state: State, reach: Reach) -> dict[int, Counter[str]]:
    """How many of each type are reached at each distance."""
    graph = state.graph
    names = graph.type_names
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row_type, distance in zip(graph.types[reach.rows].tolist(), reach.distances.tolist(), strict=True):
        found[distance][names[row_type]] += 1
    return found


def _rank_names(ranks: Iterable[int]) -> dict[int, Words]:
    names: dict[int, Words] = {0: phrase("asked"), 1: phrase("direct")}
    return {rank: names.get(rank) or phrase("distance", count=rank) for rank in sorted(ranks)}
