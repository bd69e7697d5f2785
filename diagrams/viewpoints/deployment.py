"""Deployment: which systems run on which databases, servers and networks, in which data centre."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from diagrams.agencies import Owners
from diagrams.colouring import ColourBy, coloured
from diagrams.columns import Columns, columns, relationship_edges
from diagrams.concepts import cluster_of, joined, moment_of, name_of
from diagrams.drawing import Cluster, Drawing, Edge, Kind, Node, Words
from diagrams.notation import phrase
from diagrams.relating import reached_through, relationships_among
from diagrams.stack import INFRASTRUCTURE, SYSTEMS, column_of, headings, types_from
from diagrams.summarising import Collapse, summarised
from ea_repo.catalogue import viewpoint
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 40
_MOST_IN_SITES = 80
_SYSTEM_TYPES = types_from(SYSTEMS, SYSTEMS)
_BELOW = types_from(INFRASTRUCTURE)
_SITES = ("Facility",)


@viewpoint(example={"uid": "people:MOH"})
def deployment(
    state: State,
    uid: Annotated[
        str | None,
        "An agency, a system, a data centre or anything else that systems run on; left out, all agencies and sites.",
    ] = None,
    *,
    collapse: Collapse = None,
    colour: ColourBy = None,
    limit: Annotated[
        int | None,
        "The most elements drawn one by one, the rest is gathered; left out, 40, and 80 of all agencies and sites.",
        range(1, 1_001),
    ] = None,
) -> Drawing:
    """Systems on the databases, servers and networks that they run on, with the data centres these stand in."""
    if uid is None:
        return _everything(state, max(limit or _MOST_IN_SITES, 3))
    asked = state.get(uid)
    found = _found(state, asked)
    concepts = state.get_many(sorted(found))
    ranks = {
        each.uid: rank
        for each in concepts.values()
        if (rank := column_of(state.metamodel, each.type)) is not None and rank >= SYSTEMS
    }
    flows = state.metamodel.descendants("Flow")
    among = [each for each in relationships_among(state, ranks) if each.type not in flows]
    lines = [each for each in relationship_edges(state.metamodel, among) if not _both_systems(each, ranks)]
    focus = (uid,) if uid in ranks else ()
    at = _sites_of(state, concepts, among)
    content = columns(state, ranks, concepts, lines, limit=max(limit or MOST_SHOWN, 1), focus=focus, within=at)
    nodes, edges, clusters = _in_sites(state, content, concepts)
    drawing = Drawing(
        title=phrase("deployed_on" if ranks.get(uid, 0) >= INFRASTRUCTURE else "deployment_title", name=name_of(asked)),
        nodes=tuple(nodes),
        edges=tuple(edges),
        clusters=tuple(clusters),
        subtitle=joined([*_counts(ranks.values()), *moment_of(state)]),
        notes=content.notes if ranks else (phrase("nothing_deployed"),),
        description=asked.description or "",
        viewpoint="deployment",
        rank_names=headings(node.rank for node in nodes if node.rank is not None),
    )
    drawing = coloured(state, drawing, (concepts[each] for each in content.shown), colour)
    return summarised(state, drawing, [concepts[each] for each in ranks], among, collapse, limit)


def _counts(ranks: Iterable[int]) -> list[Words]:
    counts = Counter(ranks)
    return [phrase("counted_column", count=counts[at], name=name) for at, name in headings(counts).items()]


def _found(state: State, asked: Concept) -> set[str]:
    """The systems in question and what they run on; for a piece of infrastructure what stands and runs on it."""
    if asked.type in state.metamodel.owners:
        known = tuple(name for name in _SYSTEM_TYPES if name in state.metamodel.types)
        systems = {each.uid for each in state.iterate(Query(types=known, owner=asked.uid))}
        return systems | set(reached_through(state, systems, "dependencies", _BELOW, ())[0])
    column = column_of(state.metamodel, asked.type)
    if column is None or column < INFRASTRUCTURE:
        return {asked.uid, *reached_through(state, [asked.uid], "dependencies", _BELOW, ())[0]}
    between, systems_on_it = reached_through(state, [asked.uid], "dependents", _BELOW, _SYSTEM_TYPES)
    below = reached_through(state, [asked.uid], "dependencies", _BELOW, ())[0]
    return {asked.uid, *between, *systems_on_it, *below}


def _both_systems(line: Edge, ranks: Mapping[str, int]) -> bool:
    return ranks[line.source] == SYSTEMS and ranks[line.target] == SYSTEMS


def _sites_of(state: State, concepts: Mapping[str, Concept], among: Sequence[Concept]) -> dict[str, str]:
    """In which site each concept stands: the one that it was first related to."""
    sites = {uid for uid, each in concepts.items() if state.metamodel.base(each.type) in _SITES}
    at: dict[str, str] = {}
    for each in among:
        for site, other in ((each.source, each.target), (each.target, each.source)):
            if site in sites and other and other not in sites:
                at.setdefault(other, site)
    return at


def _in_sites(
    state: State, content: Columns, concepts: Mapping[str, Concept]
) -> tuple[list[Node], list[Edge], list[Cluster]]:
    """A site as a frame around what stands in it, instead of a box with a line to each."""
    inside = content.inside
    frames = sorted(set(inside.values()))
    clusters = [replace(cluster_of(state.metamodel, concepts[site]), detail="") for site in frames]
    nodes = [
        replace(node, cluster=f"in {inside[node.id]}") if node.id in inside else node
        for node in content.nodes
        if node.id not in frames
    ]
    known = {node.id for node in nodes}
    edges = []
    for edge in content.edges:
        ends = [f"in {end}" if end in frames else end for end in (edge.source, edge.target)]
        framed = [end for end in (edge.source, edge.target) if end in frames]
        other = edge.target if edge.source in frames else edge.source
        if framed and (inside.get(other) == framed[0] or other in frames):
            continue
        if all(end in known or end.startswith("in ") for end in ends):
            edges.append(replace(edge, source=ends[0], target=ends[1]))
    return nodes, edges, clusters


def _everything(state: State, limit: int) -> Drawing:
    """A frame for each site, with a box for each agency that says how many of its systems run there."""
    known = tuple(name for name in _SITES if name in state.metamodel.types)
    sites = {each.uid: each for each in state.iterate(Query(types=known))}
    running = {uid: reached_through(state, [uid], "dependents", _BELOW, _SYSTEM_TYPES)[1] for uid in sites}
    systems = state.get_many(sorted({each for found in running.values() for each in found}))
    owners = Owners(state, systems)
    counts = {uid: Counter(owners.owner_of(each) for each in found) for uid, found in running.items() if found}
    shown, left = _shown(counts, limit)
    clusters, nodes = [], []
    for site, agencies in shown.items():
        detail = phrase("systems_count", count=counts[site].total())
        clusters.append(cluster_of(state.metamodel, sites[site], detail=detail))
        for agency in agencies:
            box = owners.box(agency, phrase("systems_count", count=counts[site][agency]), site)
            nodes.append(replace(box, id=f"{site} {agency}"))
        if (rest := len(counts[site]) - len(agencies)) > 0:
            more = phrase("more_agencies", count=rest)
            nodes.append(Node(f"{site} more", more, Kind("Summary"), cluster=f"in {site}"))
    notes: list[Words] = [] if counts else [phrase("nothing_deployed")]
    if left:
        notes.append(phrase("top_sites", shown=len(shown), count=left))
    if counts and (idle := len(sites) - len(counts)):
        notes.append(phrase("idle_sites", count=idle))
    return Drawing(
        title=phrase("deployment_all"),
        nodes=tuple(nodes),
        clusters=tuple(clusters),
        subtitle=joined([phrase("systems_count", count=len(systems)), *moment_of(state)]),
        notes=tuple(notes),
        viewpoint="deployment",
        arrangement="map",
    )


def _shown(counts: Mapping[str, Counter[str]], limit: int) -> tuple[dict[str, list[str]], int]:
    """The sites with most systems, each with the agencies that have most there; and how many sites are left out."""
    order = sorted(counts, key=lambda site: (-counts[site].total(), site))
    room, shown = limit, dict[str, list[str]]()
    for done, site in enumerate(order):
        if room <= 0:
            break
        agencies = sorted(counts[site], key=lambda agency: (-counts[site][agency], agency))
        # The largest may take a third, so that there is room for others.
        shown[site] = agencies[: max(min(room, limit // 3 if done < len(order) - 1 else room), 1)]
        room -= len(shown[site])
    return shown, len(order) - len(shown)
