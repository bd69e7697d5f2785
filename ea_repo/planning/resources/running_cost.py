"""What systems and agencies cost a year, with their part of what is shared."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Literal

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.filters import OfOwners
from ea_repo.catalogue import report
from ea_repo.planning.resources.cost_sharing import AskedRule, Costs, costs
from ea_repo.planning.resources.register import names, on_a_day
from ea_repo.store.records import Concept
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class RunningCost:
    """A year of a system, or of an agency with its systems: `own` cost, its parts of `resources`, and both together.

    `unallocated` is what resources cost on which no system stands; by system, such a resource has a row of its own.
    """

    uid: str | None
    name: str
    type: str | None
    owner: str | None
    agency: str
    systems: int
    resources: int
    own: float
    allocated: float
    unallocated: float
    total: float
    currency: str


@dataclass(slots=True)
class _Sums:
    systems: set[str] = field(default_factory=set)
    resources: set[str] = field(default_factory=set)
    own: Decimal = Decimal()
    allocated: Decimal = Decimal()
    unallocated: Decimal = Decimal()


@report(example={"by": "agency"})
def running_cost(
    state: State,
    *,
    by: Annotated[Literal["system", "agency"], "A row for each system, or for each agency."] = "system",
    rule: AskedRule = "users",
    owner: OfOwners = (),
) -> Answer[RunningCost]:
    """What each system or agency costs a year, with its part of the resources it stands on; what costs most first.

    The yearly cost of a resource is divided among all systems that depend on it, directly or through other technology, never
    through other systems: in proportion to their users, evenly where none of them tells any, to the cent. So the totals sum
    to everything that systems and resources tell. Contracts are not counted, as they pay for these; of a software product
    and its licences only the licences, each to the systems of its agency and those below where some stand on the product. An agency has
    what its systems bear, and what nobody stands on of its resources. The list behind is running-cost-shares. O(resources x
    the systems that stand on each).
    """
    state = on_a_day(state)
    found = costs(state, rule)
    sums = _summed(found, by)
    agencies = {each for uid in owner for each in state.sub_agencies(uid)}
    about = _about(state, found, sums, by)
    known = names(state, (each.owner for each in about.values()))
    rows = []
    for (uid, currency), sum_ in sums.items():
        concept = about.get(uid) if uid is not None else None
        of = uid if by == "agency" else None if concept is None else concept.owner
        if owner and of not in agencies:
            continue
        rows.append(
            RunningCost(
                uid, "" if concept is None else concept.name, None if concept is None else concept.type,
                None if concept is None else concept.owner, known.get(None if concept is None else concept.owner, ""),
                len(sum_.systems), len(sum_.resources), float(sum_.own), float(sum_.allocated),
                float(sum_.unallocated), float(sum_.own + sum_.allocated + sum_.unallocated), currency,
            )
        )  # fmt: skip
    return Answer.of(state, sorted(rows, key=lambda row: (row.currency, -row.total, row.uid or "")))


def _summed(found: Costs, by: str) -> dict[tuple[str | None, str], _Sums]:
    sums: dict[tuple[str | None, str], _Sums] = defaultdict(_Sums)

    def key(concept: Concept) -> str | None:
        return concept.owner if by == "agency" else concept.uid

    for uid, cost in found.own.items():
        sum_ = sums[key(found.systems[uid]), cost.currency]
        sum_.own += cost.amount
        sum_.systems.add(uid)
    for share in found.shares:
        sum_ = sums[key(share.system or share.resource), share.part.currency]
        sum_.resources.add(share.resource.uid)
        if share.system is None:
            sum_.unallocated += share.part.amount
        else:
            sum_.allocated += share.part.amount
            sum_.systems.add(share.system.uid)
    return sums


def _about(state: State, found: Costs, sums: dict[tuple[str | None, str], _Sums], by: str) -> dict[str, Concept]:
    if by == "agency":
        return state.get_many({uid for uid, _ in sums if uid is not None})
    return {**found.systems, **{each.resource.uid: each.resource for each in found.shares}}
