"""What is entitled against what is used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.filters import OfModels, OfOwners
from ea_repo.catalogue import report
from ea_repo.planning.resources.register import (
    LICENCE,
    concepts,
    day,
    day_of,
    money,
    names,
    on_a_day,
    rules,
)  # fmt: skip
from ea_repo.store.state import State

Balance = Literal["over", "ended", "under", "fitting", "unknown"]
_ORDER: tuple[Balance, ...] = ("over", "ended", "unknown", "under", "fitting")


@dataclass(frozen=True, slots=True)
class LicenceBalance:
    """Of a licence, or of all licences of a product in one metric: entitled, used, and how many are left.

    over: more used than entitled; ended: in use past its last day, so that nothing is entitled; under: much of it unused,
    `unused_cost` a year; unknown: one of the two is not told. Without a limit nothing is over. `uids` are the licences.
    """

    uid: str
    name: str
    owner: str | None
    agency: str
    software: str | None
    software_name: str
    metric: str | None
    entitled: int | None
    used: int | None
    left: int | None
    balance: Balance
    expires_on: date | None
    unused_cost: float | None
    currency: str | None
    uids: tuple[str, ...]


@report(example={})
def licence_balance(
    state: State,
    *,
    by: Annotated[
        Literal["licence", "software"], "A row for each licence, or for each product and metric."
    ] = "licence",
    under_percent: Annotated[float, "Under-used is what is used to less than so many percent.", (0.0, 100.0)] = rules(
        "licences"
    )["under_percent"],
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[LicenceBalance]:
    """Which licences are used beyond what is entitled, in use after their end, or paid for and unused; the worst first.

    By software, the licences of all agencies that may share are added up, as far as they hold. O(licences).
    """
    state = on_a_day(state)
    today = day_of(state)
    found = concepts(state, state.metamodel.descendants(LICENCE), (), model, owner)
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for at, each in enumerate(found):
        software, metric = each.attributes.get("software"), each.attributes.get("metric")
        alike = by == "software" and software is not None
        groups.setdefault((software, metric) if alike else (each.uid,), []).append(at)
    known = names(state, [*(each.owner for each in found), *(each.attributes.get("software") for each in found)])
    rows = []
    for places in groups.values():
        some = [found[at] for at in places]
        first, said = some[0], some[0].attributes
        ended = [each for each in some if (end := day(each, "expires_on")) is not None and end < today]
        holding = [each for each in some if each not in ended]
        unlimited = any(each.attributes.get("metric") == "unlimited" for each in holding)
        entitled = _sum(each.attributes.get("quantity") for each in holding) if holding else 0
        used = _sum(each.attributes.get("used_quantity") for each in some)
        balance = judged(entitled, used, under_percent, unlimited=unlimited, all_ended=not holding)
        costs = [cost for each in holding if (cost := money(each, "yearly_cost")) is not None]
        unused = None
        if balance == "under" and entitled and used is not None and len({each.currency for each in costs}) == 1:
            unused = round(float(sum(each.amount for each in costs)) * (entitled - used) / entitled, 2)
        owners = {each.owner for each in some}
        of = first.owner if len(owners) == 1 else None
        product = said.get("software")
        rows.append(
            LicenceBalance(
                first.uid if len(some) == 1 or product is None else product,
                first.name if len(some) == 1 or product is None else known.get(product, product),
                of, known.get(of, ""), product, "" if product is None else known.get(product, ""), said.get("metric"),
                None if unlimited else entitled, used,
                None if unlimited or entitled is None or used is None else entitled - used,
                balance, day(first, "expires_on") if len(some) == 1 else None,
                unused, costs[0].currency if unused is not None else None, tuple(each.uid for each in some),
            )
        )  # fmt: skip
    return Answer.of(state, sorted(rows, key=lambda row: (_ORDER.index(row.balance), row.left or 0, row.uid)))


def judged(
    entitled: int | None, used: int | None, under_percent: float, *, unlimited: bool, all_ended: bool
) -> Balance:
    """The balance of what is entitled and used, None where it is not told."""
    if all_ended:
        return "ended" if used != 0 else "fitting"
    if unlimited:
        return "fitting"
    if entitled is None or used is None:
        return "unknown"
    if used > entitled:
        return "over"
    return "under" if 100 * used < under_percent * entitled else "fitting"


def _sum(values: Iterable[int | None]) -> int | None:
    """None where one is not told."""
    total = 0
    for each in values:
        if each is None:
            return None
        total += each
    return total
