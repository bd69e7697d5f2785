"""The duplicate-investment review of all systems: pairs that are alike, and clusters with what merging them would save."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.filters import OfOwners, chosen
from ea_repo.catalogue import report
from ea_repo.clock import now
from ea_repo.planning.informatization.reserved_fields import reserved
from ea_repo.planning.informatization.similar_systems import money, stage, told_reasons
from ea_repo.planning.informatization.similarity import Pairs, clustered
from ea_repo.planning.informatization.system_profiles import SystemProfiles, settings, system_profiles
from ea_repo.planning.informatization.weights import with_weights
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.told import told

LeastPercent = Annotated[
    int | None, "Only systems at least so similar, in percent; left out, what is set for clusters.", range(20, 101)
]
AcrossAgencies = Annotated[bool, "Only where the systems have different owners."]
SavedPercent = Annotated[
    int | None, "How much of the yearly cost of what is not kept would be saved, in percent.", range(101)
]


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two systems so similar that they may be the same twice; `reasons` says what both have."""

    one: str
    one_name: str
    one_owner: str | None
    other: str
    other_name: str
    other_owner: str | None
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DuplicateCluster:
    """Systems of which every two are likely duplicates. `keep` is the one that the others would move to.

    Costs are sums in `currency`; None where the systems' costs are in several currencies. `without_cost` systems say no
    yearly cost, so that the sums are the least. `reserved` are those in a field reserved for `common_application`.
    """

    cluster: int
    systems: tuple[str, ...]
    names: tuple[str, ...]
    agencies: tuple[str, ...]
    least_score: float
    keep: str
    yearly_cost: float | None
    yearly_saving: float | None
    avoidable_development_cost: float | None
    currency: str | None
    without_cost: int
    reserved: tuple[str, ...]
    common_application: str | None
    rule: str


@report(example={"least_percent": 40})
@with_weights
def duplicate_pairs(
    state: State,
    *,
    least_percent: LeastPercent = None,
    across_agencies: AcrossAgencies = False,
    owner: OfOwners = (),
    weights: Mapping[str, float],
) -> Answer[DuplicatePair]:
    """Every two systems that are likely duplicates, the most similar first: the list behind the clusters.

    All systems are compared with all by an exact join that is near-linear. With an owner, pairs with one of its systems.
    """
    known = system_profiles(state, weights)
    pairs = _pairs(state, known, least_percent, across_agencies)
    mask = chosen(state, (), (), owner)
    kept = np.arange(len(pairs.one))
    if mask is not None:
        kept = np.flatnonzero(mask[known.rows[pairs.one]] | mask[known.rows[pairs.other]])
    order = kept[np.lexsort((pairs.other[kept], pairs.one[kept], -pairs.scores[kept]))]

    def told(positions: Sequence[int]) -> list[DuplicatePair]:
        rows = []
        for each in order[list(positions)].tolist():
            at, to = int(pairs.one[each]), int(pairs.other[each])
            one, other = known.systems[at], known.systems[to]
            rows.append(
                DuplicatePair(
                    one.uid, one.name, one.owner, other.uid, other.name, other.owner,
                    round(float(pairs.scores[each]), 4), told_reasons(known.reasons(state, at, to)),
                )
            )  # fmt: skip
        return rows

    return Answer(state, len(order), told)


@report(example={"least_percent": 40})
@with_weights
def duplicate_clusters(
    state: State,
    *,
    least_percent: LeastPercent = None,
    across_agencies: AcrossAgencies = False,
    saved_percent: SavedPercent = None,
    owner: OfOwners = (),
    weights: Mapping[str, float],
) -> Answer[DuplicateCluster]:
    """Clusters of likely duplicates with what each costs and what consolidating would save; the rule stands in the row.

    The largest saving first. With an owner, clusters with one of its systems.
    """
    known = system_profiles(state, weights)
    pairs = _pairs(state, known, least_percent, across_agencies)
    groups = clustered(pairs, len(known.systems))
    mask = chosen(state, (), (), owner)
    if mask is not None:
        groups = [group for group in groups if mask[known.rows[group]].any()]
    share = settings()["clusters"]["saved_percent"] if saved_percent is None else saved_percent
    fields = reserved(state)
    rows = [_cluster(state, known, group, share, fields) for group in groups]
    rows.sort(key=lambda each: (-(each["yearly_saving"] or 0), each["systems"]))
    told = [DuplicateCluster(cluster=number, **each) for number, each in enumerate(rows, 1)]
    return Answer.of(state, told)


def _pairs(state: State, known: SystemProfiles, least_percent: int | None, across_agencies: bool) -> Pairs:
    least = settings()["clusters"]["least_score"] if least_percent is None else least_percent / 100
    pairs = known.profiles.joined(least)
    if across_agencies:
        owners = state.graph.owners[known.rows]
        kept = owners[pairs.one] != owners[pairs.other]
        return Pairs(pairs.one[kept], pairs.other[kept], pairs.scores[kept])
    return pairs


def _cluster(
    state: State,
    known: SystemProfiles,
    group: list[int],
    share: int,
    reserved_rows: Mapping[int, tuple[int, str | None]],
) -> dict[str, Any]:
    systems = [known.systems[each] for each in group]
    fields = {known.systems[each].uid: found for each in group if (found := reserved_rows.get(int(known.rows[each])))}
    designated = next((each[1] for each in fields.values() if each[1]), None)
    keep = min(systems, key=lambda each: (each.uid != designated, *_standing(each)))
    rest = [each for each in systems if each is not keep]
    today = state.on or now().date()
    unbuilt = [each for each in rest if stage(each, today) == "planned"]
    costs = {each.uid: money(each, "yearly_cost") for each in systems}
    building = {each.uid: money(each, "development_cost") for each in unbuilt}
    currencies = {currency for _, currency in (*costs.values(), *building.values()) if currency}
    is_one = len(currencies) < 2
    one = np.repeat(group, len(group)), np.tile(group, len(group))
    is_pair = one[0] < one[1]
    return {
        "systems": tuple(each.uid for each in systems),
        "names": tuple(each.name for each in systems),
        "agencies": tuple(sorted({each.owner for each in systems if each.owner})),
        "least_score": round(float(known.profiles.scores(one[0][is_pair], one[1][is_pair]).min()), 4),
        "keep": keep.uid,
        "yearly_cost": _sum(costs.values()) if is_one else None,
        "yearly_saving": round(_sum(costs[each.uid] for each in rest) * share / 100, 2) if is_one else None,
        "avoidable_development_cost": _sum(building.values()) if is_one else None,
        "currency": next(iter(currencies), None) if is_one else None,
        "without_cost": sum(amount is None for amount, _ in costs.values()),
        "reserved": tuple(fields),
        "common_application": designated,
        "rule": told("ea_repo.planning", "cluster_rule", share=share),
    }  # fmt: skip


def _standing(system: Concept) -> tuple[float, float, str]:
    """Less for what is rather kept: most users, then least yearly cost."""
    cost, _ = money(system, "yearly_cost")
    return -float(system.attributes.get("users") or 0), cost if cost is not None else float("inf"), system.uid


def _sum(amounts: Any) -> float:
    return float(sum(amount for amount, _ in amounts if amount is not None))
