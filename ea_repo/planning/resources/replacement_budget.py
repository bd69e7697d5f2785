"""What replacing resources will cost, year by year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Annotated, Literal, NamedTuple

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes
from ea_repo.catalogue import report
from ea_repo.metamodel.kinds import Money
from ea_repo.planning.resources.life_cycle import EndRule, Life, life_of
from ea_repo.planning.resources.register import counted_money, day, day_of, names, on_a_day, resources, rules
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_RULES = rules("budget")
_CENT = Decimal("0.01")
_EXACT = Context(prec=100)
#: Beyond that no price is extrapolated.
_MOST_GROWN_YEARS = 100
_LAST_YEAR = 9_999


@dataclass(frozen=True, slots=True)
class ReplacementBudget:
    """What is due for replacement in a year, and its price in `currency`.

    `overdue` of the resources were due before the first year, where they stand. Those that tell no price are the rows
    without a currency. By resource a row is one replacement; else `uids` are the resources.
    """

    year: int
    owner: str | None
    agency: str
    resources: int
    overdue: int
    amount: float
    currency: str | None
    names: tuple[str, ...]
    uids: tuple[str, ...]


class Replacement(NamedTuple):
    """One replacement of a resource: the year, whether it was due before the first one, and its price if it tells one."""

    resource: Concept
    year: int
    overdue: bool
    price: Money | None


@report(example={"years": 3})
def replacement_budget(
    state: State,
    *,
    by: Annotated[
        Literal["agency", "year", "resource"], "A row for each year and agency, each year, or each replacement."
    ] = "agency",
    rule: Annotated[
        EndRule, "What makes a resource due: the end of its useful life, of its support, or whichever is earlier."
    ] = "earlier",
    years: Annotated[int, "How many years, this one included.", range(1, 51)] = _RULES["years"],
    price_growth_percent: Annotated[
        float, "How prices rise a year, from acquisition to replacement.", (-50.0, 100.0)
    ] = _RULES["price_growth_percent"],
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[ReplacementBudget]:
    """What replacing resources costs in each of the next years, by agency: what is due, at the price it was acquired for.

    A resource is due in the year in which its useful life or its support ends; what was due before is due this year, and is
    told as overdue. Replaced again when the useful life of the replacement ends. Not replaced: what ends or is phased out
    by then, what is not the agency's own, what is not acquired yet and, where its licences tell a price, a software
    product. Prices grow compound, whole years. O(resources x replacements).
    """
    state = on_a_day(state)
    today = day_of(state)
    found = resources(state, type, model, owner)
    told = {each.uid: price for each, price in counted_money(found, "acquisition_cost")}
    doubled = {each.uid for each in found if "acquisition_cost" in each.attributes} - told.keys()
    due = [
        replacement
        for each in found
        if each.uid not in doubled and _is_own(each)
        for replacement in replacements(each, told.get(each.uid), today, years, rule, price_growth_percent)
    ]
    groups: dict[tuple[int, str | None, str | None, str], list[Replacement]] = {}
    for item in due:
        currency = None if item.price is None else item.price.currency
        agency = None if by == "year" else item.resource.owner
        only = item.resource.uid if by == "resource" else ""
        groups.setdefault((item.year, agency, currency, only), []).append(item)
    known = names(state, (key[1] for key in groups))
    rows = []
    for (year, agency, currency, _), items in groups.items():
        amount = sum((item.price.amount for item in items if item.price is not None), Decimal())
        rows.append(
            ReplacementBudget(
                year, agency, known.get(agency, ""), len(items), sum(item.overdue for item in items),
                float(amount), currency, tuple(item.resource.name for item in items),
                tuple(item.resource.uid for item in items),
            )
        )  # fmt: skip
    return Answer.of(state, sorted(rows, key=lambda row: (row.year, row.currency or "~", -row.amount, row.agency)))


def replacements(
    resource: Concept, price: Money | None, today: date, years: int, rule: EndRule, growth_percent: float
) -> Iterator[Replacement]:
    """The replacements of a resource in so many years from this one on."""
    life = life_of(resource)
    due = life.over_on(rule)
    if due is None or (life.acquired_on is not None and life.acquired_on > today):
        return
    first, last = today.year, min(today.year + years - 1, _LAST_YEAR)
    gone = min((each for name in ("phase_out_on", "end_of_life_on") if (each := day(resource, name))), default=None)
    year, overdue = max(due.year, first), due.year < first
    while year <= last:
        if gone is not None and gone <= date(year, 12, 31):
            return
        yield Replacement(resource, year, overdue, _grown(price, life, year, growth_percent))
        if not life.years:
            return
        year, overdue = year + life.years, False


def _grown(price: Money | None, life: Life, year: int, growth_percent: float) -> Money | None:
    if price is None or life.acquired_on is None or not growth_percent:
        return price
    years = min(max(year - life.acquired_on.year, 0), _MOST_GROWN_YEARS)
    factor = (1 + Decimal(str(growth_percent)) / 100) ** years
    return Money((price.amount * factor).quantize(_CENT, context=_EXACT), price.currency)


def _is_own(resource: Concept) -> bool:
    ownership = resource.attributes.get("ownership")
    return ownership is None or ownership in rules("life_cycle")["replaced_ownership"]
