"""Landscape: the systems of agencies as boxes in frames, and the flows between them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from diagrams.concepts import (
    cluster_of,
    edge_of,
    joined,
    kind_of,
    moment_of,
    name_of,
    node_of,
    tooltip,
    type_names,
)
from diagrams.drawing import Cluster, Drawing, Edge, Kind, Node, Words
from diagrams.notation import phrase
from ea_repo.catalogue import viewpoint
from ea_repo.metamodel import Metamodel
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 60
#: What counts as a system where the repository has any; plain ArchiMate models have only components.
_SYSTEMS = ("System", "ApplicationComponent")
_FLOW = "Flow"
#: With more lines than this their names would hide the picture: they stand in the tooltips.
_MOST_NAMED = 30
_NOBODY = "nobody"


@viewpoint(example={"owner": "finance:MOF"})
def landscape(
    state: State,
    *,
    owner: Annotated[str | None, "Only systems of this agency and those below it, and whom they exchange with."] = None,
    type: Annotated[tuple[str, ...], "What to draw; left out, systems."] = (),
    model: Annotated[str | None, "Only systems of this model."] = None,
    limit: Annotated[int, "The most boxes; above it agencies stand for their systems.", range(1, 1_001)] = MOST_SHOWN,
) -> Drawing:
    """Systems by owning agency, with the flows between them."""
    types = type or _types(state)
    systems = {each.uid: each for each in state.iterate(Query(types=types, owner=owner, model=model))}
    flows = _flows(state, systems, outside=owner is not None)
    map_ = _Map(state, systems, _outsiders(state, systems, flows), flows)
    limit = max(limit, 1)
    content = _one_by_one(map_) if len(systems) + len(map_.outside_owners()) <= limit else _by_agency(map_, limit)
    title = phrase("landscape_of", name=name_of(state.get(owner))) if owner else phrase("landscape_title")
    chosen = [phrase("only_types", names=type_names(state.metamodel, type))] if type else []
    return Drawing(
        title=title,
        nodes=tuple(content.nodes),
        edges=tuple(content.edges),
        clusters=tuple(content.clusters),
        subtitle=joined(
            [
                phrase("systems_count", count=len(systems)),
                phrase("flows_count", count=len(flows)),
                *chosen,
                *moment_of(state),
            ]
        ),
        notes=content.notes,
        viewpoint="landscape",
        arrangement="map",
    )


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


class _Map:
    """The systems, who owns them, and how the owners stand below one another."""

    def __init__(
        self,
        state: State,
        systems: Mapping[str, Concept],
        outsiders: Mapping[str, Concept],
        flows: Sequence[Concept],
    ) -> None:
        self.state = state
        self.metamodel: Metamodel = state.metamodel
        self.systems, self.outsiders = systems, outsiders
        ends = {**systems, **outsiders}
        self.flows = [each for each in flows if each.source in ends and each.target in ends]
        owners = {each.owner for each in ends.values() if each.owner}
        self.parents: dict[str, str] = {}
        self.agencies = state.get_many(sorted(owners))
        self._climb(owners)

    def owner_of(self, uid: str) -> str:
        concept = self.systems.get(uid) or self.outsiders[uid]
        return concept.owner if concept.owner and concept.owner in self.agencies else _NOBODY

    def outside_owners(self) -> set[str]:
        return {self.owner_of(uid) for uid in self.outsiders}

    def _climb(self, owners: Iterable[str]) -> None:
        """The agencies above the owners, by the parts they are of."""
        pending = sorted(owners)
        while pending:
            found: set[str] = set()
            for uid in pending:
                whole = self._whole(uid)
                if whole is not None and whole not in self.above(uid):
                    self.parents[uid] = whole
                    found.add(whole)
            fresh = found - self.agencies.keys()
            self.agencies |= self.state.get_many(sorted(fresh))
            pending = sorted(fresh)

    def _whole(self, uid: str) -> str | None:
        for each in self.state.relationships(uid, direction="in", types=self.metamodel.whole_part):
            whole = self.state.get_many([each.source or ""]).get(each.source or "")
            if whole is not None and whole.type in self.metamodel.owners:
                return whole.uid
        return None

    def above(self, uid: str) -> list[str]:
        """The agency, the one it is a part of, and so on."""
        found = [uid]
        while (parent := self.parents.get(found[-1])) is not None and parent not in found:
            found.append(parent)
        return found

    def frames(self, owners: Iterable[str]) -> dict[str, str | None]:
        """Which agencies get a frame, each with the frame around it.

        An agency that only passes on to a single one below it gets none, and neither does one that holds all.
        """
        owners = set(owners) - {_NOBODY}
        below: defaultdict[str, set[str]] = defaultdict(set)
        for owner in owners:
            for child, parent in zip(self.above(owner), self.above(owner)[1:], strict=False):
                below[parent].add(child)
        wanted = owners | {agency for agency, children in below.items() if len(children) > 1}
        tops = {agency for agency in wanted if not wanted.intersection(self.above(agency)[1:])}
        if len(tops) == 1 and not tops & owners:
            wanted -= tops
        frames: dict[str, str | None] = {}
        for agency in sorted(wanted):
            around = next((each for each in self.above(agency)[1:] if each in wanted), None)
            # Two agencies that are parts of each other cannot both be inside: the one met last is.
            frames[agency] = None if around is not None and agency in _chain(frames, around) else around
        return frames


def _chain(frames: Mapping[str, str | None], agency: str | None) -> list[str]:
    """The agency and the frames around it."""
    found: list[str] = []
    while agency is not None:
        found.append(agency)
        agency = frames.get(agency)
    return found


def _one_by_one(map_: _Map) -> _Content:
    """Every system a box, in the frame of its agency; an agency outside of what was asked is one box."""
    inside = {map_.owner_of(uid) for uid in map_.systems}
    frames = map_.frames(inside)
    clusters = [
        cluster_of(map_.metamodel, map_.agencies[agency], cluster=f"in {around}" if around else None)
        for agency, around in frames.items()
    ]
    if _NOBODY in inside and clusters:
        clusters.append(Cluster(f"in {_NOBODY}", phrase("no_owner"), Kind("Frame")))
    known = {cluster.id for cluster in clusters}
    nodes = []
    for uid, system in map_.systems.items():
        frame = f"in {map_.owner_of(uid)}"
        nodes.append(node_of(map_.metamodel, system, cluster=frame if frame in known else None))
    at = dict.fromkeys(map_.systems, "") | {uid: map_.owner_of(uid) for uid in map_.outsiders}
    nodes += [_agency_box(map_, owner, 0) for owner in sorted(map_.outside_owners())]
    return _Content(nodes, _edges(map_, {uid: owner or uid for uid, owner in at.items()}), clusters)


def _by_agency(map_: _Map, limit: int) -> _Content:
    """Every agency a box that stands for its systems; of too many those with most flows and systems."""
    counts = Counter(map_.owner_of(uid) for uid in map_.systems)
    weights: Counter[str] = Counter(counts)
    for flow in map_.flows:
        weights.update(map_.owner_of(end) for end in (flow.source or "", flow.target or ""))
    ordered = sorted(weights, key=lambda owner: (-weights[owner], owner))
    shown, left = ordered[:limit], ordered[limit:]
    notes: tuple[Words, ...] = (phrase("collapsed", count=len(map_.systems)),)
    if left:
        missing = sum(counts[owner] for owner in left)
        notes = (*notes, phrase("top_agencies", shown=len(shown), rest=len(left), systems=missing))
    frames = _ministries(map_, shown)
    clusters = [cluster_of(map_.metamodel, map_.agencies[agency]) for agency in sorted(set(frames.values()))]
    nodes = [_agency_box(map_, owner, counts[owner], frames.get(owner)) for owner in sorted(shown)]
    places = {uid: map_.owner_of(uid) for uid in (*map_.systems, *map_.outsiders)}
    kept = {uid: owner for uid, owner in places.items() if owner in set(shown)}
    return _Content(nodes, _edges(map_, kept), clusters, notes)


def _ministries(map_: _Map, shown: Sequence[str]) -> dict[str, str]:
    """The frame for each agency: the one right below the top under which several of those shown stand."""
    tops: dict[str, str] = {}
    for owner in shown:
        above = map_.above(owner) if owner != _NOBODY else []
        if len(above) > 1:
            tops[owner] = above[-2] if len(above) > 2 else above[0]
        elif above:
            tops[owner] = above[0]
    sizes = Counter(tops.values())
    return {owner: top for owner, top in tops.items() if sizes[top] > 1}


def _agency_box(map_: _Map, owner: str, count: int, frame: str | None = None) -> Node:
    detail = phrase("systems_count", count=count) if count else ""
    cluster = f"in {frame}" if frame else None
    if owner == _NOBODY:
        return Node(_NOBODY, phrase("no_owner"), Kind("Frame"), detail=detail)
    agency = map_.agencies[owner]
    return Node(
        owner,
        name_of(agency),
        kind_of(map_.metamodel, agency),
        owner,
        stereotype=agency.specialization or "",
        detail=detail,
        tooltip=tooltip(map_.metamodel, agency),
        cluster=cluster,
    )


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
        first = edge_of(map_.metamodel, flows[0])
        if len(flows) == 1:
            name = first.name if named_one_by_one else ""
            found.append(Edge(first.id, source, target, first.kind, name, first.uid, first.tooltip))
            continue
        named = joined([name_of(flow) for flow in flows], "\n")
        count = phrase("flows_count", count=len(flows))
        found.append(Edge(f"{source} to {target}", source, target, first.kind, count, tooltip=named, count=len(flows)))
    return found
