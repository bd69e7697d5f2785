"""The duplicate-investment review of one system: what is most like it in the whole government, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import labels_of
from ea_repo.analysis.graph import Graph
from ea_repo.catalogue import report
from ea_repo.clock import now
from ea_repo.errors import InvalidInput
from ea_repo.planning.informatization.reserved_fields import reserved
from ea_repo.planning.informatization.system_profiles import system_profiles
from ea_repo.planning.informatization.weights import with_weights
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.told import Told, told


@dataclass(frozen=True, slots=True)
class SimilarSystem:
    """How alike a system is to the asked one, 0 to 1, in all and by feature (None where neither says anything of it).

    `reasons` says what both have. `linked` means that a relationship joins the two already. `reserved_for` is the
    designated common application where the system stands in a field reserved for it; `is_designated` says that this
    one is the application designated for the field of the asked system. `stage` is planned, running or ended.
    """

    uid: str
    name: str
    owner: str | None
    score: float
    function: float | None
    data: float | None
    service: float | None
    text: float | None
    technology: float | None
    users: float | None
    reasons: tuple[str, ...]
    linked: bool
    stage: str | None
    yearly_cost: float | None
    currency: str | None
    reserved_category: str | None
    reserved_for: str | None
    is_designated: bool


@report(example={"uid": "regions:KEN-PERMIT", "top": 5})
@with_weights
def similar_systems(
    state: State,
    uid: Annotated[str, "The planned or existing system."],
    *,
    top: Annotated[int, "How many at most.", range(1, 1_001)] = 10,
    weights: Mapping[str, float],
) -> Answer[SimilarSystem]:
    """The systems most like a planned or existing one, across all agencies, with the reasons for each.

    The most similar first, then as first written. The score is a weighted Jaccard index
    (`ea_repo.planning.informatization.similarity`); every system is compared, so the answer is exact. The application
    designated for the field of the system is always told, however little alike. O(systems + relationships).
    """
    state.get(uid)  # raises where there is none
    known = system_profiles(state, weights)
    at = next((place for place, each in enumerate(known.systems) if each.uid == uid), None)
    if at is None:
        raise InvalidInput(f'"{uid}" is not a system that holds here')
    fields = reserved(state)
    designated = fields.get(int(known.rows[at]), (0, None))[1]
    scores = known.profiles.against_all(at)
    order = [int(each) for each in np.lexsort((known.rows, -scores)) if each != at]
    found = [each for each in order[:top] if scores[each] > 0]
    found += [each for each in order if known.systems[each].uid == designated and each not in found]

    def told(positions: Sequence[int]) -> list[SimilarSystem]:
        asked = [found[each] for each in positions]
        linked = _linked(state, int(known.rows[at]))
        named = labels_of(state, {fields[row][0] for row in known.rows[asked].tolist() if row in fields})
        rows = []
        for each in asked:
            system, row = known.systems[each], int(known.rows[each])
            shares = known.reasons(state, at, each)
            cost, currency = money(system, "yearly_cost")
            field = fields.get(row)
            rows.append(
                SimilarSystem(
                    system.uid, system.name, system.owner, round(float(scores[each]), 4),
                    _rounded(shares, "function"), _rounded(shares, "data"), _rounded(shares, "service"), _rounded(shares, "text"),
                    _rounded(shares, "technology"), _rounded(shares, "users"),
                    told_reasons(shares), row in linked, stage(system, state.on or now().date()), cost, currency,
                    named[field[0]].uid if field else None, field[1] if field else None, system.uid == designated,
                )
            )  # fmt: skip
        return rows

    return Answer(state, len(found), told)


def told_reasons(shares: dict[str, tuple[float | None, list[str]]]) -> tuple[str, ...]:
    """A line for each feature in which two systems have something in common."""
    return tuple(in_common(name, common) for name, (_, common) in shares.items() if common)


def in_common(feature: str, which: Sequence[str]) -> Told:
    """What two have in common in a feature, in a line."""
    return told("ea_repo.planning", "in_common", what=told("ea_repo.planning", feature), which=", ".join(which))


def money(system: Concept, name: str) -> tuple[float | None, str | None]:
    """Amount and currency of an attribute."""
    said = system.attributes.get(name)
    return (None, None) if said is None else (float(said["amount"]), said["currency"])


def stage(system: Concept, today: date) -> str | None:
    """What the life-cycle dates say of a day; None where they say nothing."""
    said, day = system.attributes, today.isoformat()
    if said.get("end_of_life_on", "9999") <= day:
        return "ended"
    live = [said[name] for name in ("active_on", "go_live") if name in said]
    if live:
        return "running" if min(live) <= day else "planned"
    return "planned" if "planned_on" in said or "phase_in_on" in said else None


def _rounded(shares: dict[str, tuple[float | None, list[str]]], name: str) -> float | None:
    share = shares.get(name, (None, []))[0]
    return None if share is None else round(share, 4)


def _linked(state: State, row: int) -> set[int]:
    """The rows at the other end of a relationship from or to this one."""
    graph: Graph = state.graph
    return {*graph.targets[graph.sources == row].tolist(), *graph.sources[graph.targets == row].tolist()}
