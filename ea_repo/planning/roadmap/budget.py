"""The report `roadmap-budget`: what the roadmap costs by year, and by agency, programme, domain, goal or source of funds."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Literal

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.errors import Conflict, InvalidInput
from ea_repo.planning.roadmap.agencies import with_those_above
from ea_repo.planning.roadmap.budgets import Ceiling, Cost, ceilings, costs, split
from ea_repo.planning.roadmap.plan import Initiative, Plan, chosen, plan
from ea_repo.store.state import State

By = Literal["year", "agency", "programme", "domain", "goal", "funding", "initiative"]
_CEILING = re.compile(r"^(?:([!-<>-~]{1,200})/)?([12][0-9]{3})=([0-9]{1,15}(?:\.[0-9]{1,2})?)(?: ([A-Z]{3}))?$")
Ceilings = Annotated[
    tuple[str, ...],
    "The most that may be spent: YEAR=AMOUNT in all, or GROUP/YEAR=AMOUNT, such as finance:MOF/2027=250000000000. Those "
    "that the register holds for agencies count as well.",
    _CEILING,
]


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """What one group costs in one year, in one currency.

    `group` is a uid or a value of the initiative's attribute, None where it says none. `evenly` is the part of `amount`
    that was spread over days because nothing says how much each year takes. `below` is what the agencies below this one
    cost, which is no part of `amount`. `over` is by how much `amount` and `below` are more than `ceiling`.
    """

    year: int | None
    group: str | None
    name: str | None
    amount: float
    evenly: float
    below: float
    currency: str
    ceiling: float | None
    over: float | None
    initiatives: tuple[str, ...]


@dataclass(slots=True)
class _Sum:
    amount: Decimal = Decimal(0)
    evenly: Decimal = Decimal(0)
    below: Decimal = Decimal(0)
    initiatives: dict[str, None] = field(default_factory=dict)


_Key = tuple[int | None, str | None, str]


@report(name="roadmap-budget", example={"by": "agency"})
def budget(
    state: State,
    *,
    by: Annotated[By, "What the amounts of a year are told apart by."] = "year",
    owner: Annotated[str | None, "Only initiatives of this agency and those below it."] = None,
    model: Annotated[str | None, "Only initiatives of this model."] = None,
    ceiling: Ceilings = (),
) -> Answer[BudgetRow]:
    """What the roadmap costs by year, and by agency, programme, domain, goal or source of funds, beside the ceilings.

    An initiative's budget lines decide; where it has none, its budget by year; where it has none, its budget is spread
    evenly over the days from start to end. What serves several goals is split among them in equal parts. Cancelled and
    postponed initiatives cost nothing. Amounts of different currencies are never added.
    """
    whole = plan(state)
    asked = {each.uid: each for each in chosen(state, whole, owner, model)}
    most = [*read_ceilings(ceiling), *(ceilings(state) if by == "agency" else ())]
    if by != "year" and any(each.owner is None for each in most):
        raise Conflict(f"a ceiling of all is told by year; name the {by} before it: GROUP/YEAR=AMOUNT")
    sums: defaultdict[_Key, _Sum] = defaultdict(_Sum)
    for cost in costs(state, whole):
        if cost.initiative in asked:
            _add(sums, cost, _groups(asked[cost.initiative], cost, by))
    if by == "agency":
        _add_below(state, sums)
    names = _names(state, whole, {key[1] for key in sums if key[1] is not None})
    return Answer.of(state, [_row(key, sums[key], names, most) for key in sorted(sums, key=_order)])


def read_ceilings(said: Sequence[str]) -> Iterator[Ceiling]:
    """Ceilings as they are written in a question; `InvalidInput` says how."""
    for text in said:
        found = _CEILING.fullmatch(text.strip())
        if found is None:
            raise InvalidInput(
                f'"{text[:80]}" is not a ceiling; write 2027=250000000000 or finance:MOF/2027=250000000000'
            )
        yield Ceiling(found[1], int(found[2]), Decimal(found[3]), found[4])


def _groups(initiative: Initiative, cost: Cost, by: By) -> tuple[str | None, ...]:
    if by == "goal":
        return initiative.goals or (None,)
    if by in ("programme", "domain"):
        return (initiative.concept.attributes.get(by),)
    return ({"year": None, "agency": initiative.concept.owner, "funding": cost.funding}.get(by, cost.initiative),)


def _add(sums: Mapping[_Key, _Sum], cost: Cost, groups: Sequence[str | None]) -> None:
    for group, part in zip(groups, split(cost.amount, [1] * len(groups)), strict=True):
        found = sums[cost.year, group, cost.currency]
        found.amount += part
        found.evenly += part if cost.basis == "evenly" else 0
        found.initiatives[cost.initiative] = None


def _add_below(state: State, sums: defaultdict[_Key, _Sum]) -> None:
    """Each agency's amounts count below all that it is a part of, as far as these have rows or ceilings of their own."""
    own = {key: each.amount for key, each in sums.items()}
    lines = with_those_above(state, {key[1] for key in own if key[1] is not None})
    capped = {(each.year, each.owner) for each in ceilings(state)}
    owners = {key[1] for key in own}
    for (year, agency, currency), amount in own.items():
        for above in lines.get(agency or "", [])[1:]:
            if above in owners or (year, above) in capped:
                sums[year, above, currency].below += amount


def _names(state: State, whole: Plan, groups: set[str]) -> dict[str, str]:
    found = {uid: each.name for uid, each in whole.named.items() if uid in groups}
    return {**{uid: each.name for uid, each in state.get_many(groups - found.keys()).items()}, **found}


def _row(key: _Key, found: _Sum, names: Mapping[str, str], most: Sequence[Ceiling]) -> BudgetRow:
    year, group, currency = key
    fitting = [each.amount for each in most
               if (each.owner, each.year) == (group, year) and each.currency in (None, currency)]  # fmt: skip
    least = min(fitting, default=None)
    over = None if least is None else max(found.amount + found.below - least, Decimal(0))
    return BudgetRow(
        year, group, names.get(group or ""), float(found.amount), float(found.evenly), float(found.below), currency,
        None if least is None else float(least), None if over is None else float(over), tuple(found.initiatives),
    )  # fmt: skip


def _order(key: _Key) -> tuple[bool, int, bool, str, str]:
    year, group, currency = key
    return year is None, year or 0, group is None, group or "", currency
