"""The register of information resources with the life of each."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes
from ea_repo.catalogue import report
from ea_repo.planning.calendar_dates import years_between
from ea_repo.planning.resources.life_cycle import Standing, life_of
from ea_repo.planning.resources.register import day, day_of, money, names, on_a_day, resources, rules
from ea_repo.store.state import State

_ORDER: tuple[Standing, ...] = ("over", "ending", "unknown", "in_life", "planned")


@dataclass(frozen=True, slots=True)
class ResourceLife:
    """A resource with its age and what is left of its useful life, in years, negative when it is over.

    `standing` is over (useful life or support has ended), ending, in_life, planned (not acquired yet) or unknown (tells
    neither). `usual_life` says that the useful life is the usual one of the type. Money is of `currency`.
    """

    uid: str
    name: str
    type: str
    owner: str | None
    agency: str
    standing: Standing
    acquired_on: date | None
    age_years: float | None
    useful_life_years: int | None
    usual_life: bool
    life_ends_on: date | None
    years_left: float | None
    end_of_support: date | None
    acquisition_cost: float | None
    yearly_cost: float | None
    currency: str | None
    quantity: int | None
    ownership: str | None
    vendor: str | None


@report(example={"type": ["Server"]})
def resource_register(
    state: State,
    *,
    standing: Annotated[Standing | None, "Only resources of this standing."] = None,
    warn_months: Annotated[int, "Ending is what ends within so many months.", range(0, 241)] = rules("life_cycle")[
        "warn_months"
    ],
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[ResourceLife]:
    """Every information resource with its life: age, useful life left, end of support; what is over first.

    The useful life counts from the acquisition, by the calendar; it is over on its last day's morrow, as support is. Where a
    resource tells no useful life, the usual one of its type counts (`resources.toml`). O(resources).
    """
    state = on_a_day(state)
    today = day_of(state)
    found = resources(state, type, model, owner)
    known = names(state, (each.owner for each in found))
    rows = []
    for each in found:
        life, said = life_of(each), each.attributes
        cost, yearly = money(each, "acquisition_cost"), money(each, "yearly_cost")
        priced = cost or yearly
        rows.append(
            ResourceLife(
                each.uid, each.name, each.type, each.owner, known.get(each.owner, ""),
                life.standing(today, warn_months), life.acquired_on,
                None if life.acquired_on is None else years_between(life.acquired_on, today),
                life.years, life.is_usual, life.ends_on,
                None if life.ends_on is None else years_between(today, life.ends_on), day(each, "end_of_support"),
                None if cost is None else float(cost.amount), None if yearly is None else float(yearly.amount),
                None if priced is None else priced.currency,
                said.get("quantity"), said.get("ownership"), said.get("vendor"),
            )
        )  # fmt: skip
    kept = [each for each in rows if standing is None or each.standing == standing]
    return Answer.of(state, sorted(kept, key=lambda row: (_ORDER.index(row.standing), row.life_ends_on or date.max)))
