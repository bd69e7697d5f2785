"""The calendar of support that ends."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes
from ea_repo.catalogue import report
from ea_repo.planning.resources.register import day, day_of, on_a_day, resources
from ea_repo.planning.resources.standing_on import systems_on
from ea_repo.store.records import Concept
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class SupportEnd:
    """The resources whose support ends in a year (2026) or month (2026-12), and how many systems stand on them.

    `ended` says how many of them have no support any more on the day of the report. `uids` are the resources.
    """

    period: str
    resources: int
    ended: int
    units: int
    systems: int
    first_on: date
    names: tuple[str, ...]
    uids: tuple[str, ...]


@report(example={"by": "year"})
def end_of_support(
    state: State,
    *,
    by: Annotated[Literal["month", "year"], "How long a period of the calendar is."] = "month",
    from_year: Annotated[int | None, "Only what ends in this year or later.", range(1950, 2301)] = None,
    to_year: Annotated[int | None, "Only what ends in this year or earlier.", range(1950, 2301)] = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[SupportEnd]:
    """The calendar of support that ends, by month or year, with the resources and how many systems stand on them.

    The day told is the last with support. A resource that tells none stands in no period. O(resources x what stands on
    them).
    """
    state = on_a_day(state)
    today = day_of(state)
    periods: dict[str, list[tuple[date, Concept]]] = {}
    for each in resources(state, type, model, owner):
        end = day(each, "end_of_support")
        if end is not None and (from_year or 0) <= end.year <= (to_year or 9_999):
            periods.setdefault(end.isoformat()[: 7 if by == "month" else 4], []).append((end, each))
    standing = systems_on(state, [each.uid for found in periods.values() for _, each in found])
    rows = []
    for period, found in sorted(periods.items()):
        found.sort(key=lambda pair: (pair[0], pair[1].uid))
        rows.append(
            SupportEnd(
                period=period,
                resources=len(found),
                ended=sum(end < today for end, _ in found),
                units=sum(each.attributes.get("quantity", 1) for _, each in found),
                systems=len({system for _, each in found for system in standing.get(each.uid, ())}),
                first_on=found[0][0],
                names=tuple(each.name for _, each in found),
                uids=tuple(each.uid for _, each in found),
            )
        )
    return Answer.of(state, rows)
