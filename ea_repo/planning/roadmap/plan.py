"""The initiatives of the roadmap with what each does: introduces, changes, retires, serves, waits for."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np

from ea_repo.analysis.graph import Graph
from ea_repo.errors import NotFound
from ea_repo.planning.remembered import remembered
from ea_repo.planning.roadmap.scheduling import Dependency, DependencyKind
from ea_repo.store.labels import ids_of, uids
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

INITIATIVE, PLATEAU, GAP = "WorkPackage", "Plateau", "Gap"
#: By which one initiative waits for another.
PRECEDES = ("Triggering", "Flow")
_REALIZES, _CONCERNS = "Realization", "Association"


@cache
def rules() -> Mapping[str, frozenset[str]]:
    """What each status means."""
    text = files("ea_repo.planning.roadmap").joinpath("rules.toml").read_text("utf-8")
    return {name: frozenset(values) for name, values in tomllib.loads(text).items()}


@dataclass(frozen=True, slots=True)
class Initiative:
    """`begins` and `ends` are inclusive, None where nothing says. All else are uids in their order.

    `after` is what it waits for, with the relationships that say so: one, or one for its start and one for its finish.
    """

    concept: Concept
    begins: date | None
    ends: date | None
    introduces: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    retires: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    plateaus: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    after: Mapping[str, tuple[Concept, ...]] | None = None

    @property
    def uid(self) -> str:
        return self.concept.uid

    @property
    def touches(self) -> tuple[str, ...]:
        """What is there already and does not stay as it is."""
        return tuple(dict.fromkeys((*self.changes, *self.retires)))

    @property
    def dates(self) -> tuple[date, date] | None:
        """Both, or none where one is missing or they are the wrong way round."""
        if self.begins is None or self.ends is None or self.ends < self.begins:
            return None
        return self.begins, self.ends

    def is_(self, what: str) -> bool:
        """Whether its status is one that the rules list under this name."""
        return self.concept.attributes.get("status") in rules()[what]

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """What it waits for, and how, by name."""
        return tuple(sorted(dependency(line) for lines in (self.after or {}).values() for line in lines))

    @property
    def counts(self) -> bool:
        """Whether it is to be carried out: neither cancelled nor postponed."""
        return not (self.is_("left_out") or self.is_("set_aside"))


@dataclass(frozen=True, slots=True)
class Plan:
    """All initiatives by uid, and the elements that they name, by uid."""

    initiatives: Mapping[str, Initiative]
    named: Mapping[str, Concept]

    def get(self, state: State, uid: str) -> Initiative:
        """One initiative; `NotFound` where there is none of that uid, or it is something else."""
        if uid not in self.initiatives:
            found = state.get(uid)
            raise NotFound(f'"{uid}" is a {found.type}, not an initiative', uid=uid, nearest=[])
        return self.initiatives[uid]


@remembered
def plan(state: State) -> Plan:
    """All initiatives that the state knows. O(relationships) on arrays, and two queries for what is at the initiatives."""
    if INITIATIVE not in state.metamodel.types:
        return Plan({}, {})
    found = {each.uid: each for each in state.iterate(Query(types=(INITIATIVE,), kind="element"))}
    lines = _lines(state, found)
    ends = {end for each in lines for end in (each.source, each.target) if end is not None}
    named = {**state.get_many(ends - found.keys()), **found}
    return Plan(_read(state, found, lines, named), named)


def chosen(state: State, whole: Plan, owner: str | None, model: str | None) -> list[Initiative]:
    """The initiatives of an agency with those below it, and of a model, by their start."""
    below = state.sub_agencies(owner) if owner is not None else None
    if model is not None:
        state.model(model)  # raises where there is none
    return sorted(
        (
            each
            for each in whole.initiatives.values()
            if (below is None or each.concept.owner in below) and (model is None or each.concept.model == model)
        ),
        key=lambda each: (each.begins or each.ends or date.max, each.uid),
    )


def dependency(line: Concept) -> Dependency:
    """How one initiative waits for another: finish to start without a lag, unless the relationship says more."""
    said = line.attributes
    kind: DependencyKind = said.get("dependency_kind", "finish_to_start")
    return Dependency(line.source or "", kind, int(said.get("lag_days", 0)), line.uid)


def day_of(concept: Concept, attribute: str) -> date | None:
    """The date that an attribute says."""
    said = concept.attributes.get(attribute)
    return date.fromisoformat(said) if isinstance(said, str) and said else None


def _lines(state: State, found: Mapping[str, Concept]) -> list[Concept]:
    """The relationships at the initiatives, by uid."""
    graph: Graph = state.graph
    rows = np.searchsorted(graph.ids, sorted(ids_of(state, found).values()))
    at = np.isin(graph.sources, rows) | np.isin(graph.targets, rows)
    ids = graph.relationship_ids[at].tolist()
    return [each for _, each in sorted(state.get_many(uids(state, ids).values()).items())]


def _read(
    state: State, found: Mapping[str, Concept], lines: list[Concept], named: Mapping[str, Concept]
) -> dict[str, Initiative]:
    kinds = _Kinds(state)
    said: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    after: defaultdict[str, dict[str, tuple[Concept, ...]]] = defaultdict(dict)
    for line in lines:
        source, target = line.source or "", line.target or ""
        if source in found and target in found:
            if line.type in kinds.precedes and source != target:
                after[target][source] = (*after[target].get(source, ()), line)
            continue
        uid, other = (source, target) if source in found else (target, source)
        if other in named and (what := kinds.meaning(line, named[other], outwards=source in found)):
            said[uid][what].append(other)
    return {
        uid: Initiative(
            concept, day_of(concept, "starts_on") or concept.valid_from, day_of(concept, "ends_on") or concept.valid_until,
            **{what: tuple(dict.fromkeys(others)) for what, others in said[uid].items()},
            after=after[uid],
        )
        for uid, concept in found.items()
    }  # fmt: skip


class _Kinds:
    """What a relationship at an initiative means, by its type and what stands at its other end."""

    def __init__(self, state: State) -> None:
        known = state.metamodel.types

        def of(*names: str) -> frozenset[str]:
            return frozenset(each for name in names if name in known for each in state.metamodel.descendants(name))

        self.precedes, self._realizes, self._concerns = of(*PRECEDES), of(_REALIZES), of(_CONCERNS)
        self._plateaus, self._gaps = of(PLATEAU), of(GAP)
        self._motivation = frozenset(name for name, each in known.items() if each.layer == "motivation")

    def meaning(self, line: Concept, other: Concept, *, outwards: bool) -> str | None:
        """The field of an `Initiative` that it belongs to."""
        if line.type in self._realizes and outwards:
            if other.type in self._plateaus:
                return "plateaus"
            return "goals" if other.type in self._motivation else "introduces"
        if line.type not in self._concerns:
            return None
        if other.type in self._gaps:
            return "gaps"
        return {"change": "changes", "retire": "retires"}.get(str(line.attributes.get("effect")))
