"""Data flow: which data go from which system or agency to which other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from diagrams.agencies import Owners
from diagrams.concepts import edge_of, joined, moment_of, name_of, node_of, owners_of
from diagrams.drawing import Drawing, Edge, Node, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.summarising import Collapse, summarised
from ea_repo.catalogue import viewpoint
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 30
_FLOW = "Flow"
#: Names beside more lines than this would hide the picture, and so would more lines than that.
_MOST_NAMED, _MOST_LINES = 40, 60
_FEWEST_AGENCIES = 4
_GIVES, _ASKED, _GETS = 0, 1, 2


@viewpoint(example={"uid": "finance:TAX"})
def data_flow(
    state: State,
    uid: Annotated[
        str | None, "Only what goes from and to this agency, those below it, or this system; left out, everything."
    ] = None,
    *,
    by: Annotated[
        Literal["system", "agency"], "What the boxes are; of too many systems, agencies stand for them."
    ] = "system",
    data: Annotated[str | None, "Only flows of this data set."] = None,
    model: Annotated[str | None, "Only flows recorded in this model."] = None,
    collapse: Collapse = None,
    limit: Annotated[
        int | None,
        "The most boxes; those with most flows come first. Left out, 30, and 24 of a summary.",
        range(2, 1_001),
    ] = None,
) -> Drawing:
    """Which data go from which system or agency to which other."""
    flows = _flows(state, data, model)
    ends = _ends(state, flows)
    flows = [each for each in flows if each.source in ends and each.target in ends and each.source != each.target]
    asked = state.get(uid) if uid is not None else None
    own: frozenset[str] = frozenset()
    if asked is not None:
        own = _own(state, asked, ends)
        flows = [each for each in flows if each.source in own or each.target in own]
    traffic = _Traffic(state, flows, ends, own)
    most = max(limit or MOST_SHOWN, 2)
    boxes = traffic.boxes(by, most, asked)
    drawn = _drawn(traffic, boxes, most, asked)
    chosen = [*filters(state, model=model), *([phrase("only_of", name=name_of(state.get(data)))] if data else [])]
    title = phrase("flow_title_of", name=name_of(asked)) if asked is not None else phrase("flow_title")
    drawing = Drawing(
        title=title,
        nodes=tuple(drawn.nodes),
        edges=tuple(drawn.edges),
        subtitle=joined([phrase("flows_count", count=len(flows)), *traffic.data_count(), *chosen, *moment_of(state)]),
        notes=tuple(drawn.notes) if flows else (phrase("no_flows"),),
        viewpoint="data-flow",
        rank_names=drawn.rank_names,
    )
    return summarised(state, drawing, ends.values(), flows, collapse, limit)


def _flows(state: State, data: str | None, model: str | None) -> list[Concept]:
    found = state.iterate(Query(types=(_FLOW,), kind="relationship", model=model))
    return [each for each in found if data is None or each.attributes.get("data_set") == data]


def _ends(state: State, flows: Iterable[Concept]) -> dict[str, Concept]:
    uids = {end for each in flows for end in (each.source, each.target) if end}
    return {uid: each for uid, each in state.get_many(sorted(uids)).items() if each.kind == "element"}


def _own(state: State, asked: Concept, ends: Mapping[str, Concept]) -> frozenset[str]:
    """The ends that are the asked system, or that the asked agency or one below it owns."""
    if asked.type not in state.metamodel.owners:
        return frozenset({asked.uid})
    agencies = state.sub_agencies(asked.uid)
    return frozenset(uid for uid, each in ends.items() if each.owner in agencies or uid in agencies)


@dataclass(slots=True)
class _Content:
    nodes: list[Node]
    edges: list[Edge]
    notes: list[Words]
    rank_names: Mapping[int, Words]


class _Traffic:
    """Flows, their ends, what they carry, and which ends are those asked about."""

    def __init__(
        self, state: State, flows: Sequence[Concept], ends: Mapping[str, Concept], own: frozenset[str]
    ) -> None:
        self.state, self.flows, self.ends, self.own = state, flows, ends, own
        carried = {str(each.attributes["data_set"]) for each in flows if each.attributes.get("data_set")}
        self.data = state.get_many(sorted(carried))
        self.owners = Owners(state, ends)
        self.by_agency = False

    def data_count(self) -> list[Words]:
        return [phrase("data_sets_count", count=len(self.data))] if self.data else []

    def boxes(self, by: str, limit: int, asked: Concept | None) -> dict[str, str]:
        """For each end the id of its box: itself, or its agency; what lies outside of an asked agency is its agency."""
        used = {end for each in self.flows for end in (each.source or "", each.target or "")}
        agencies = {uid: self.owners.owner_of(uid) for uid in used}
        if by == "agency":
            self.by_agency = True
            return agencies
        is_agency = asked is not None and asked.type in self.state.metamodel.owners
        if is_agency and len(used & self.own) <= limit // 2:
            return {uid: uid if uid in self.own else agencies[uid] for uid in used}
        # Where hardly anybody is recorded as an owner, agencies would say nothing.
        if is_agency or (asked is None and len(used) > limit and len(set(agencies.values())) >= _FEWEST_AGENCIES):
            self.by_agency = True
            return agencies
        return {uid: uid for uid in used}

    def carries(self, flow: Concept) -> Words:
        """The data set by name, else the flow's own name."""
        data = self.data.get(str(flow.attributes.get("data_set")))
        return name_of(data) if data is not None else name_of(flow)

    def node(self, box: str) -> Node:
        if box in self.ends:
            owners = owners_of(self.state, [self.ends[box]])
            emphasis = "focus" if self.own == {box} else "normal"
            return node_of(self.state.metamodel, self.ends[box], owners=owners, emphasis=emphasis)  # type: ignore[arg-type]
        systems = {uid for each in self.flows for uid in (each.source, each.target) if uid}
        held = [uid for uid in systems if self.owners.owner_of(uid) == box] if self.by_agency else []
        return self.owners.box(box, phrase("systems_count", count=len(held)) if held else "")


def _drawn(traffic: _Traffic, boxes: Mapping[str, str], limit: int, asked: Concept | None) -> _Content:
    together: defaultdict[tuple[str, str], list[Concept]] = defaultdict(list)
    for flow in traffic.flows:
        source, target = boxes[flow.source or ""], boxes[flow.target or ""]
        if source != target:
            together[source, target].append(flow)
    weights: Counter[str] = Counter()
    for (source, target), flows in together.items():
        weights[source] += len(flows)
        weights[target] += len(flows)
    asked_boxes = {boxes[uid] for uid in traffic.own if uid in boxes}
    order = sorted(weights, key=lambda box: (-weights[box], box))
    first = [box for box in order if box in asked_boxes][: max(limit // 2, 1)] if asked is not None else []
    order = [*first, *(box for box in order if box not in first)]
    shown, left = order[:limit], order[limit:]
    notes: list[Words] = []
    if traffic.by_agency:
        notes.append(phrase("flows_by_agency"))
    inside = {pair: flows for pair, flows in together.items() if set(pair) <= set(shown)}
    strongest = sorted(inside, key=lambda pair: (not asked_boxes & set(pair), -len(inside[pair]), pair))[:_MOST_LINES]
    pairs = {pair: inside[pair] for pair in strongest}
    if len(pairs) < len(inside):
        notes.append(phrase("strongest_lines", shown=len(pairs), count=len(inside)))
    # What has no line left would stand there and say nothing.
    joined_up = {box for pair in pairs for box in pair}
    if len(shown) > len(joined_up):
        left, shown = (
            [*left, *(box for box in shown if box not in joined_up)],
            [box for box in shown if box in joined_up],
        )
    if left:
        notes.append(phrase("top_by_flows", shown=len(shown), rest=len(left)))
    ranks, rank_names = _ranks(together, shown, asked_boxes, name_of(asked)) if asked is not None else ({}, {})
    nodes = [replace(traffic.node(box), rank=ranks.get(box)) for box in sorted(shown)]
    named = len(pairs) <= _MOST_NAMED
    edges = [_edge(traffic, pair, flows, ranks, named=named) for pair, flows in sorted(pairs.items())]
    if not named:
        notes.append(phrase("names_in_tooltips"))
    return _Content(nodes, edges, notes, rank_names)


def _ranks(
    together: Mapping[tuple[str, str], object], shown: Sequence[str], asked: set[str], name: Words
) -> tuple[dict[str, int], Mapping[int, Words]]:
    """What gives to the asked at the left of it, what gets from it at the right; whatever does both at the right."""
    gets = {target for source, target in together if source in asked}
    ranks = {box: _ASKED if box in asked else _GETS if box in gets else _GIVES for box in shown}
    names = {_GIVES: phrase("gives"), _ASKED: name, _GETS: phrase("gets")}
    return ranks, {rank: names[rank] for rank in sorted(set(ranks.values()))}


def _edge(
    traffic: _Traffic, pair: tuple[str, str], flows: Sequence[Concept], ranks: Mapping[str, int], *, named: bool
) -> Edge:
    source, target = pair
    first = edge_of(traffic.state.metamodel, flows[0])
    carried = list(dict.fromkeys(_key(traffic.carries(each)) for each in flows))
    texts = {_key(traffic.carries(each)): traffic.carries(each) for each in flows}
    tooltip = joined([texts[each] for each in carried], "\n")
    label: Words = phrase("flows_count", count=len(flows)) if len(carried) > 1 else texts[carried[0]]
    return Edge(
        id=first.id if len(flows) == 1 else f"{source} to {target}",
        source=source,
        target=target,
        kind=first.kind,
        name=label if named else "",
        uid=first.uid if len(flows) == 1 else None,
        tooltip=tooltip,
        count=len(flows),
        backward=ranks.get(source, 0) > ranks.get(target, 0),
    )


def _key(words: Words) -> str:
    return words if isinstance(words, str) else "\0".join(f"{lang} {text}" for lang, text in sorted(words.items()))
