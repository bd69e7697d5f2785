"""Layered: services, the systems that give them, and the infrastructure below, a column each."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Annotated

from diagrams.colouring import ColourBy, coloured
from diagrams.columns import columns, relationship_edges
from diagrams.concepts import joined, moment_of, name_of
from diagrams.drawing import Drawing, Edge, Kind, Words
from diagrams.notation import phrase
from diagrams.relating import pairs_through, reached_through, relationships_among
from diagrams.stack import INFRASTRUCTURE, SYSTEMS, column_of, headings, types_from
from diagrams.summarising import Collapse, summarised
from ea_repo.catalogue import viewpoint
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 40
_SERVICES = types_from(0, 0)
_SYSTEM_TYPES = types_from(SYSTEMS, SYSTEMS)
_BELOW = types_from(INFRASTRUCTURE)
#: What may lie between a service and the systems that it is given by.
_BETWEEN = (
    "ApplicationService", "ApplicationFunction", "ApplicationProcess", "ApplicationInteraction", "ApplicationInterface",
    "BusinessFunction", "BusinessProcess", "BusinessInteraction",
)  # fmt: skip


@viewpoint(example={"uid": "people:CIVR"})
def layered(
    state: State,
    uid: Annotated[str, "An agency, a service, a system or what systems run on; of an agency, all that it owns."],
    *,
    collapse: Collapse = None,
    colour: ColourBy = None,
    limit: Annotated[
        int | None,
        "The most elements drawn one by one; the rest is gathered by column. Left out, 40, and 24 of a summary.",
        range(1, 1_001),
    ] = None,
) -> Drawing:
    """Services, the systems that give them, and the infrastructure that these run on."""
    asked = state.get(uid)
    is_agency = asked.type in state.metamodel.owners
    found = _of_agency(state, uid) if is_agency else _around(state, asked)
    concepts = state.get_many(sorted(found))
    ranks = {
        each.uid: rank for each in concepts.values() if (rank := column_of(state.metamodel, each.type)) is not None
    }
    among = relationships_among(state, ranks)
    flows = state.metamodel.descendants("Flow")
    lines = relationship_edges(state.metamodel, (each for each in among if each.type not in flows))
    lines += _through_others(state, ranks, among)
    content = columns(state, ranks, concepts, lines, limit=limit or MOST_SHOWN, focus=() if is_agency else (uid,))
    drawing = Drawing(
        title=phrase("layered_title", name=name_of(asked)),
        nodes=tuple(content.nodes),
        edges=tuple(content.edges),
        subtitle=joined([*_counts(ranks.values()), *moment_of(state)]),
        notes=content.notes if ranks else (phrase("nothing_layered"),),
        description=asked.description or "",
        viewpoint="layered",
        rank_names=headings(node.rank for node in content.nodes if node.rank is not None),
    )
    drawing = coloured(state, drawing, (concepts[each] for each in content.shown), colour)
    return summarised(state, drawing, [concepts[each] for each in ranks], among, collapse, limit)


def _counts(ranks: Iterable[int]) -> list[Words]:
    counts = Counter(ranks)
    return [phrase("counted_column", count=counts[at], name=name) for at, name in headings(counts).items()]


def _of_agency(state: State, agency: str) -> set[str]:
    """The services and systems that it and those below it own, and what either is given by or gives."""
    known = tuple(name for name in (*_SERVICES, *_SYSTEM_TYPES) if name in state.metamodel.types)
    owned = list(state.iterate(Query(types=known, owner=agency)))
    systems = {each.uid for each in owned if column_of(state.metamodel, each.type) == SYSTEMS}
    services = {each.uid for each in owned} - systems
    givers = set(reached_through(state, services, "dependencies", _BETWEEN, _SYSTEM_TYPES)[1])
    given = set(reached_through(state, systems, "dependents", _BETWEEN, _SERVICES)[1])
    return services | systems | givers | given | _infrastructure(state, systems | givers)


def _around(state: State, asked: Concept) -> set[str]:
    """What a service is given by, what a system gives and runs on, or what runs on a piece of infrastructure."""
    column = column_of(state.metamodel, asked.type)
    begin = {asked.uid}
    if column is not None and column >= INFRASTRUCTURE:
        between, systems = reached_through(state, begin, "dependents", _BELOW, _SYSTEM_TYPES)
        services = reached_through(state, systems, "dependents", _BETWEEN, _SERVICES)[1]
        return begin | set(between) | set(systems) | set(services) | _infrastructure(state, begin)
    if column == SYSTEMS:
        between, services = reached_through(state, begin, "dependents", _BETWEEN, _SERVICES)
        serving = state.relationships(asked.uid, direction="in", types=("Serving",))
        needed = state.get_many(each.source for each in serving if each.source)
        used = {uid for uid, each in needed.items() if column_of(state.metamodel, each.type) == SYSTEMS}
        return begin | {*between, *services} | used | _infrastructure(state, begin)
    between, givers = reached_through(state, begin, "dependencies", _BETWEEN, _SYSTEM_TYPES)
    return begin | {*between, *givers} | _infrastructure(state, givers)


def _infrastructure(state: State, systems: Collection[str]) -> set[str]:
    return set(reached_through(state, systems, "dependencies", _BELOW, ())[0])


def _through_others(state: State, ranks: dict[str, int], among: Iterable[Concept]) -> list[Edge]:
    """Lines from services to systems that give them through functions or application services only."""
    direct = {frozenset((each.source, each.target)) for each in among}
    label = phrase("through_others")
    found = []
    services = [uid for uid, rank in ranks.items() if rank == 0]
    for service, system in pairs_through(state, services, "dependencies", _BETWEEN, _SYSTEM_TYPES):
        if system in ranks and frozenset((service, system)) not in direct:
            kind = Kind("NoteConnection", "", label)
            found.append(Edge(f"{service} through {system}", service, system, kind, tooltip=label))
    return found
