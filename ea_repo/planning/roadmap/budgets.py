"""What initiatives cost in each year, from which source.

Of what the register holds, the first of these decides for an initiative:
1. its budget lines, each of one year and one source;
2. its budget by year: one amount a year, from the year in which it starts, from its source of funds;
3. its budget, spread evenly over the days from its start to its end. Amounts are cut to a hundredth so that the years
   together are the budget exactly. Without dates it belongs to no year.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from ea_repo.planning.roadmap.plan import Initiative, Plan
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

BUDGET_LINE = "BudgetLine"
Basis = Literal["line", "yearly", "evenly"]
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of one initiative in one year, None where it belongs to none. `basis` is the rule that gave it."""

    initiative: str
    year: int | None
    amount: Decimal
    currency: str
    funding: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that an agency and those below it may spend in a year; of all agencies where `owner` is None."""

    owner: str | None
    year: int
    amount: Decimal
    currency: str | None


def costs(state: State, whole: Plan) -> list[Cost]:
    """What every initiative costs that is to be carried out, in order of initiative and year."""
    lines: defaultdict[str, list[Concept]] = defaultdict(list)
    for line in _lines(state):
        if line.attributes.get("line_kind") != "ceiling" and "amount" in line.attributes:
            lines[line.attributes.get("initiative", "")].append(line)
    return [
        cost for uid, each in sorted(whole.initiatives.items()) if each.counts for cost in costs_of(each, lines[uid])
    ]


def ceilings(state: State) -> list[Ceiling]:
    """The ceilings that the register holds."""
    return [
        Ceiling(line.owner, line.attributes["year"], amount, currency)
        for line in _lines(state)
        if line.attributes.get("line_kind") == "ceiling" and {"year", "amount"} <= line.attributes.keys()
        for amount, currency in [money(line.attributes["amount"])]
    ]


def costs_of(initiative: Initiative, lines: Sequence[Concept]) -> Iterator[Cost]:
    """What an initiative costs by year, of its lines where it has any."""
    said, uid = initiative.concept.attributes, initiative.uid
    funding = said.get("funding")
    if lines:
        for line in sorted(lines, key=lambda each: (each.attributes.get("year", 0), each.uid)):
            amount, currency = money(line.attributes["amount"])
            source = line.attributes.get("funding", funding)
            yield Cost(uid, line.attributes.get("year"), amount, currency, source, "line")
    elif said.get("yearly_budget"):
        first = initiative.begins.year if initiative.begins else None
        for at, each in enumerate(said["yearly_budget"]):
            yield Cost(uid, None if first is None else first + at, *money(each), funding, "yearly")
    elif said.get("budget"):
        amount, currency = money(said["budget"])
        for year, part in by_year(amount, initiative.dates).items():
            yield Cost(uid, year, part, currency, funding, "evenly")


def by_year(amount: Decimal, dates: tuple[date, date] | None) -> dict[int | None, Decimal]:
    """An amount spread evenly over the days from a first to a last day, inclusive, by calendar year."""
    if dates is None:
        return {None: amount}
    first, last = dates
    years = range(first.year, last.year + 1)
    shares = [
        (min(last, date(year, 12, 31)) - max(first, date(year, 1, 1))).days + 1 for year in years
    ]  # fmt: skip
    return dict(zip(years, split(amount, shares), strict=True))


def split(amount: Decimal, shares: Sequence[int]) -> list[Decimal]:
    """An amount in parts as large as the shares say, each to a hundredth; together they are the amount exactly."""
    whole, up_to, given = sum(shares), 0, Decimal(0)
    parts = []
    for share in shares:
        up_to += share
        reached = amount if up_to == whole else (amount * up_to / whole).quantize(_HUNDREDTH, ROUND_HALF_UP)
        parts.append(reached - given)
        given = reached
    return parts


def money(said: Mapping[str, Any]) -> tuple[Decimal, str]:
    return Decimal(repr(said["amount"])), said["currency"]


def _lines(state: State) -> list[Concept]:
    return state.find_all(Query(types=(BUDGET_LINE,))) if BUDGET_LINE in state.metamodel.types else []
