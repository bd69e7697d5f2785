"""Sharing: where the data of one data set come from, who hands them on to whom, and who has them second hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from diagrams.columns import columns, relationship_edges
from diagrams.concepts import edge_of, joined, moment_of, name_of
from diagrams.drawing import Drawing, Edge, Swatch, Words
from diagrams.notation import phrase
from diagrams.summarising import Collapse, summarised
from ea_repo.catalogue import viewpoint
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 40
_EXCHANGE, _ACCESS, _FLOW = "DataExchange", "Access", "Flow"
_ROLES: Mapping[str, Swatch] = {
    "source": Swatch("c3", phrase("role_source")),
    "derives": Swatch("c1", phrase("role_derives")),
    "collects": Swatch("c4", phrase("role_collects"), dashed=True),
    "first": Swatch("c7", phrase("role_first")),
    "second": Swatch("c2", phrase("role_second"), dashed=True),
    "unknown": Swatch("c5", phrase("role_unknown"), dashed=True),
    "reads": Swatch("c8", phrase("role_reads")),
}


@viewpoint(example={"uid": "people:D-PERSON"})
def sharing(
    state: State,
    uid: Annotated[str, "The data set, or any other data object."],
    *,
    collapse: Collapse = None,
    limit: Annotated[
        int | None,
        "The most systems drawn one by one; the rest is gathered by column. Left out, 40, and 24 of a summary.",
        range(1, 1_001),
    ] = None,
) -> Drawing:
    """One data set: its source, who else collects it, who gets it from whom, and who has it second hand."""
    data = state.get(uid)
    shared = _Shared(state, data)
    ranks = {uid: 0, **shared.ranks()}
    concepts = {**state.get_many(sorted(ranks)), uid: data}
    ranks = {each: rank for each, rank in ranks.items() if concepts.get(each, data).kind == "element"}
    lines = [*relationship_edges(state.metamodel, shared.accesses), *shared.lines()]
    content = columns(state, ranks, concepts, lines, limit=max(limit or MOST_SHOWN, 1), focus=(uid,))
    nodes = [
        replace(node, swatch=_ROLES[role]) if (role := shared.roles.get(node.id)) is not None else node
        for node in content.nodes
    ]
    notes = content.notes if shared.roles else (phrase("nobody_has_it"),)
    drawing = Drawing(
        title=phrase("sharing_title", name=name_of(data)),
        nodes=tuple(nodes),
        edges=tuple(content.edges),
        subtitle=joined([*_counts(shared.roles), *moment_of(state)]),
        notes=notes,
        description=data.description or "",
        viewpoint="sharing",
        rank_names=_headings(node.rank or 0 for node in nodes),
        swatches=tuple(_ROLES.values()),
        swatches_name=phrase("role"),
    )
    among = [*shared.accesses, *shared.exchanges]
    return summarised(state, drawing, [concepts[each] for each in ranks], among, collapse, limit, shared.in_roles)


def _counts(roles: Mapping[str, str]) -> list[Words]:
    found = list(roles.values())
    return [
        phrase("counted_effect", count=found.count(role), name=swatch.label)
        for role, swatch in _ROLES.items()
        if role in found
    ]


def _headings(ranks: Iterable[int]) -> dict[int, Words]:
    names = {0: phrase("data"), 1: phrase("kept_by"), 2: phrase("got_by")}
    return {rank: names.get(rank) or phrase("hand", count=rank - 1) for rank in sorted(set(ranks))}


@dataclass(slots=True)
class _Shared:
    """Who accesses the data set, and the exchanges that carry it."""

    state: State
    data: Concept
    accesses: list[Concept] = field(default_factory=list)
    exchanges: list[Concept] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.accesses = [
            each
            for each in self.state.relationships(self.data.uid, types=(_ACCESS,))
            if each.target == self.data.uid and each.source
        ]
        self.exchanges = [*self._declared(), *self._associated()]
        self._find_roles()

    def _declared(self) -> list[Concept]:
        """The exchanges that name the data set."""
        if "data_set" not in self.state.metamodel.attributes(_FLOW) and _EXCHANGE not in self.state.metamodel.types:
            return []
        quoted = self.data.uid.replace("'", "''")
        return list(self.state.iterate(Query(types=(_EXCHANGE,), filter=f"data_set eq '{quoted}'")))

    def _associated(self) -> list[Concept]:
        """Flows that the data set is joined to, as plain ArchiMate says it."""
        joins = self.state.relationships(self.data.uid, types=("Association",))
        ends = {end for each in joins for end in (each.source, each.target) if end and end != self.data.uid}
        flows = self.state.metamodel.descendants(_FLOW)
        return [each for each in self.state.get_many(sorted(ends)).values() if each.type in flows]

    def _find_roles(self) -> None:
        """Who has it at all: those who write it, then who gets it from whom, whoever they got it from first."""
        for each in self.accesses:
            self.roles.setdefault(each.source or "", _access_role(each))
        reach = {system for system, role in self.roles.items() if role in ("source", "derives", "collects")}
        known, hand = set(reach), 0
        while reach:
            hand += 1
            reach = {each.target or "" for each in self.exchanges if each.source in reach} - known
            for system in reach:
                self.roles[system] = "first" if hand == 1 else "second"
            known |= reach
        for each in self.exchanges:
            # Whoever hands it on without having got it: the register does not say where from.
            if self.roles.get(each.source or "", "reads") == "reads" and each.source not in known:
                self.roles[each.source or ""] = "unknown"
            self.roles.setdefault(each.target or "", "second")

    def in_roles(self, members: Iterable[str]) -> Words:
        """How many of these have which role."""
        return joined(_counts({uid: self.roles[uid] for uid in members if uid in self.roles}), "\n")

    def ranks(self) -> dict[str, int]:
        """The column of each: those who write it, those who get it from these, and so on."""
        found = {
            system: 1 for system, role in self.roles.items() if role in ("source", "derives", "collects", "unknown")
        }
        reach, rank = set(found), 1
        while reach:
            rank += 1
            reach = {each.target or "" for each in self.exchanges if each.source in reach} - found.keys()
            found |= dict.fromkeys(reach, rank)
        return {**dict.fromkeys(self.roles, 2), **found}

    def lines(self) -> list[Edge]:
        """The exchanges; by their names where there are few enough to be read."""
        drawn = [edge_of(self.state.metamodel, each) for each in self.exchanges]
        return [replace(each, name="") for each in drawn]


def _access_role(access: Concept) -> str:
    writes = access.attributes.get("access_type") in ("write", "read_write")
    if not writes:
        return "reads"
    if access.attributes.get("origin") == "derived":
        return "derives"
    return "collects" if access.attributes.get("authoritative") is False else "source"
