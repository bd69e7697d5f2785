"""Landscape: systems as boxes in frames of the agencies that own them, or of the functions that they serve."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from diagrams.agencies import NOBODY, Owners
from diagrams.colouring import ColourBy, colouring
from diagrams.concepts import (
    cluster_of,
    edge_of,
    joined,
    moment_of,
    name_of,
    node_of,
    owners_of,
)
from diagrams.drawing import Cluster, Drawing, Edge, Kind, Node, Swatch, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.served_functions import served_functions
from diagrams.summarising import Collapse, strongest, summarised
from ea_repo.catalogue import viewpoint
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 60
#: Where no lines are drawn, more boxes can be read.
_MOST_WITHOUT_LINES = 240
#: What counts as a system where the repository has any; plain ArchiMate models have only components.
_SYSTEMS = ("System", "ApplicationComponent")
_FLOW = "Flow"
#: With more lines than this their names would hide the picture: they stand in the tooltips.
_MOST_NAMED = 30
#: And more lines than this would hide the boxes.
_MOST_LINES = 100
_NO_FUNCTION = "no function"
_FEWEST_OWNERS = 3


@viewpoint(example={"owner": "finance:MOF"})
def landscape(
    state: State,
    *,
    by: Annotated[
        Literal["agency", "function"], "Frames of the agencies that own them, or of the functions that they serve."
    ] = "agency",
    owner: Annotated[str | None, "Only systems of this agency and those below it, and whom they exchange with."] = None,
    type: Annotated[tuple[str, ...], "What to draw; left out, systems."] = (),
    model: Annotated[str | None, "Only systems of this model."] = None,
    collapse: Collapse = None,
    colour: ColourBy = None,
    limit: Annotated[
        int | None,
        "The most boxes, above which agencies or functions stand for their systems; left out, 60 with lines between "
        "them, 240 without, and 24 of a summary.",
        range(1, 1_001),
    ] = None,
) -> Drawing:
    """Systems by owning agency, with the flows between them, or by the function that they serve."""
    types = type or _types(state)
    systems = {each.uid: each for each in state.iterate(Query(types=types, owner=owner, model=model))}
    flows = _flows(state, systems, outside=owner is not None)
    if by == "function":
        content = _by_function(state, systems, max(limit or _MOST_WITHOUT_LINES, 1))
    else:
        outsiders = _outsiders(state, systems, flows)
        map_ = _Map(Owners(state, {**systems, **outsiders}), systems, outsiders, flows)
        most = max(limit or MOST_SHOWN, 1)
        if len(systems) + len(map_.outside_owners()) <= most:
            content = _one_by_one(map_)
        elif len({map_.owners.owner_of(uid) for uid in systems}) < _FEWEST_OWNERS:
            content = _busiest(map_, most)
        else:
            content = _by_agency(map_, most)
        content.counts = [phrase("flows_count", count=len(flows))]
    if colour is not None:
        _colour(state, content, systems, colour)
    key = "landscape_by_function" if by == "function" else "landscape_title"
    title = phrase("landscape_of", name=name_of(state.get(owner))) if owner and by == "agency" else phrase(key)
    chosen = filters(state, owner=owner if by == "function" else None, model=model, type=type)
    drawing = Drawing(
        title=title,
        nodes=tuple(content.nodes),
        edges=tuple(content.edges),
        clusters=tuple(content.clusters),
        subtitle=joined([phrase("systems_count", count=len(systems)), *content.counts, *chosen, *moment_of(state)]),
        notes=content.notes,
        viewpoint="landscape",
        arrangement="map",
        swatches=content.swatches,
        swatches_name=content.swatches_name,
    )
    return summarised(state, drawing, systems.values(), flows, collapse, limit)


def _colour(state: State, content: "_Content", systems: Mapping[str, Concept], by: str) -> None:
    """The boxes in the colours of their values, where each stands for one system."""
    found = colouring(state, systems.values(), by)
    shown = [node for node in content.nodes if node.uid in found.by_uid]
    if not shown and systems:
        content.notes = (*content.notes, phrase("not_coloured"))
        return
    content.nodes = [found.applied(node) for node in content.nodes]
    content.swatches, content.swatches_name = found.swatches, found.name


def _types(state: State) -> tuple[str, ...]:
    known = [name for name in _SYSTEMS if name in state.metamodel.types]
    return next(((name,) for name in known if state.count(Query(types=(name,)))), tuple(known[-1:]))


def _flows(state: State, systems: Mapping[str, Concept], *, outside: bool) -> list[Concept]:
    """The flows between these systems; with `outside` also those of which only one end is among them."""
    enough = any if outside else all
    found = state.iterate(Query(types=(_FLOW,), kind="relationship"))
    return [each for each in found if enough(end in systems for end in (each.source, each.target))]


def _outsiders(state: State, systems: Mapping[str, Concept], flows: Iterable[Concept]) -> dict[str, Concept]:
    ends = {end for each in flows for end in (each.source, each.target) if end and end not in systems}
    return {uid: each for uid, each in state.get_many(sorted(ends)).items() if each.kind == "element"}


@dataclass(slots=True)
class _Content:
    nodes: list[Node]
    edges: list[Edge]
    clusters: list[Cluster]
    notes: tuple[Words, ...] = ()
    counts: Sequence[Words] = ()
    swatches: tuple[Swatch, ...] = ()
    swatches_name: Words = ""


@dataclass(slots=True)
class _Map:
    """The systems and their owners, what they exchange, and with whom outside of what was asked."""

    owners: Owners
    systems: Mapping[str, Concept]
    outsiders: Mapping[str, Concept]
    flows: Sequence[Concept]

    def __post_init__(self) -> None:
        ends = {**self.systems, **self.outsiders}
        self.flows = [each for each in self.flows if each.source in ends and each.target in ends]

    def outside_owners(self) -> set[str]:
        return {self.owners.owner_of(uid) for uid in self.outsiders}


def _one_by_one(map_: _Map) -> _Content:
    """Every system a box, in the frame of its agency; an agency outside of what was asked is one box."""
    inside = {map_.owners.owner_of(uid) for uid in map_.systems}
    frames = map_.owners.frames(inside)
    clusters = [
        cluster_of(map_.owners.metamodel, map_.owners.agencies[agency], cluster=f"in {around}" if around else None)
        for agency, around in frames.items()
    ]
    if NOBODY in inside and clusters:
        clusters.append(Cluster(f"in {NOBODY}", phrase("no_owner"), Kind("Frame")))
    known = {cluster.id for cluster in clusters}
    nodes = []
    for uid, system in map_.systems.items():
        frame = f"in {map_.owners.owner_of(uid)}"
        nodes.append(node_of(map_.owners.metamodel, system, cluster=frame if frame in known else None))
    at = dict.fromkeys(map_.systems, "") | {uid: map_.owners.owner_of(uid) for uid in map_.outsiders}
    nodes += [map_.owners.box(owner) for owner in sorted(map_.outside_owners())]
    edges, left_out = strongest(_edges(map_, {uid: owner or uid for uid, owner in at.items()}), _MOST_LINES)
    return _Content(nodes, edges, clusters, (*left_out, *_unnamed(edges)))


def _busiest(map_: _Map, limit: int) -> _Content:
    """Where hardly anybody is recorded as an owner, agencies would say nothing: the systems with most flows."""
    weights = Counter(end for flow in map_.flows for end in (flow.source or "", flow.target or ""))
    order = sorted(map_.systems, key=lambda uid: (-weights[uid], uid))
    some = _Map(map_.owners, {uid: map_.systems[uid] for uid in sorted(order[:limit])}, {}, map_.flows)
    content = _one_by_one(some)
    content.notes = (phrase("top_by_flows", shown=limit, rest=len(order) - limit), *content.notes)
    return content


def _by_agency(map_: _Map, limit: int) -> _Content:
    """Every agency a box that stands for its systems; of too many those with most flows and systems."""
    counts = Counter(map_.owners.owner_of(uid) for uid in map_.systems)
    weights: Counter[str] = Counter(counts)
    for flow in map_.flows:
        weights.update(map_.owners.owner_of(end) for end in (flow.source or "", flow.target or ""))
    ordered = sorted(weights, key=lambda owner: (-weights[owner], owner))
    shown, left = ordered[:limit], ordered[limit:]
    notes: tuple[Words, ...] = (phrase("collapsed", count=len(map_.systems)),)
    if left:
        missing = sum(counts[owner] for owner in left)
        notes = (*notes, phrase("top_agencies", shown=len(shown), rest=len(left), systems=missing))
    frames = map_.owners.ministries(shown)
    clusters = [
        cluster_of(map_.owners.metamodel, map_.owners.agencies[agency]) for agency in sorted(set(frames.values()))
    ]
    nodes = [
        map_.owners.box(owner, phrase("systems_count", count=counts[owner]) if counts[owner] else "", frames.get(owner))
        for owner in sorted(shown)
    ]
    places = {uid: map_.owners.owner_of(uid) for uid in (*map_.systems, *map_.outsiders)}
    kept = {uid: owner for uid, owner in places.items() if owner in set(shown)}
    edges, left_out = strongest(_edges(map_, kept), _MOST_LINES)
    return _Content(nodes, edges, clusters, (*notes, *left_out, *_unnamed(edges)))


def _unnamed(edges: Sequence[Edge]) -> list[Words]:
    hidden = len(edges) > _MOST_NAMED and not any(edge.name for edge in edges)
    return [phrase("names_in_tooltips")] if hidden else []


def _edges(map_: _Map, places: Mapping[str, str]) -> list[Edge]:
    """The flows between the boxes: one line each between systems, one for all between two agencies."""
    together: defaultdict[tuple[str, str], list[Concept]] = defaultdict(list)
    for flow in map_.flows:
        ends = (places.get(flow.source or ""), places.get(flow.target or ""))
        if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            together[ends[0], ends[1]].append(flow)
    found = []
    named_one_by_one = len(together) <= _MOST_NAMED
    for (source, target), flows in together.items():
        first = edge_of(map_.owners.metamodel, flows[0])
        if len(flows) == 1:
            name = first.name if named_one_by_one else ""
            found.append(Edge(first.id, source, target, first.kind, name, first.uid, first.tooltip))
            continue
        named = joined([name_of(flow) for flow in flows], "\n")
        count = phrase("flows_count", count=len(flows))
        tip = joined([count, named], "\n")
        name = count if named_one_by_one else ""
        found.append(Edge(f"{source} to {target}", source, target, first.kind, name, tooltip=tip, count=len(flows)))
    return found


# By function


def _by_function(state: State, systems: Mapping[str, Concept], limit: int) -> _Content:
    """A frame for each function with the systems that serve it; one that serves several stands in each of them."""
    served = served_functions(state, systems)
    functions = state.get_many(sorted({uid for each in served.values() for uid in each}))
    inside: defaultdict[str, list[Concept]] = defaultdict(list)
    for uid, system in systems.items():
        for function in served[uid] or (_NO_FUNCTION,):
            inside[function].append(system)
    counts: list[Words] = [phrase("functions_count", count=len(functions))]
    if sum(map(len, inside.values())) > limit:
        return _functions_only(state, functions, inside, limit, counts)
    several = sum(len(each) > 1 for each in served.values())
    notes = (phrase("drawn_several_times", count=several),) if several else ()
    owners = owners_of(state, systems.values())
    clusters = [cluster_of(state.metamodel, functions[uid]) for uid in inside if uid in functions]
    if inside.get(_NO_FUNCTION):
        clusters.append(Cluster(f"in {_NO_FUNCTION}", phrase("no_function"), Kind("Frame")))
    nodes = [
        replace(
            node_of(state.metamodel, system, owners=owners, cluster=f"in {function}"), id=f"{function} {system.uid}"
        )
        for function, held in inside.items()
        for system in held
    ]
    return _Content(nodes, [], clusters, notes, counts)


def _functions_only(
    state: State,
    functions: Mapping[str, Concept],
    inside: Mapping[str, Sequence[Concept]],
    limit: int,
    counts: Sequence[Words],
) -> _Content:
    """Every function a box that counts its systems; of too many those with most."""
    ordered = sorted(inside, key=lambda uid: (-len(inside[uid]), uid))
    shown, left = ordered[:limit], ordered[limit:]
    notes: tuple[Words, ...] = (phrase("collapsed_by_function"),)
    if left:
        notes = (*notes, phrase("top_functions", shown=len(shown), rest=len(left)))
    nodes = []
    for uid in shown:
        detail = phrase("systems_count", count=len(inside[uid]))
        if uid in functions:
            nodes.append(replace(node_of(state.metamodel, functions[uid]), detail=detail))
        else:
            nodes.append(Node(uid, phrase("no_function"), Kind("Frame"), detail=detail))
    return _Content(nodes, [], [], notes, counts)
