"""The report `roadmap-conflicts`: where initiatives stand in each other's way, or in their own."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import combinations
from typing import Annotated, Literal

import networkx as nx

from ea_repo import clock
from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.roadmap.agencies import with_those_above
from ea_repo.planning.roadmap.budget import Ceilings, read_ceilings
from ea_repo.planning.roadmap.budgets import Ceiling, Cost, ceilings, costs, money
from ea_repo.planning.roadmap.plan import Initiative, Plan, chosen, day_of, plan
from ea_repo.planning.roadmap.replacing import replacements
from ea_repo.planning.roadmap.timetable import plateau_of
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.told import told

Kind = Literal[
    "same-thing", "retired-before-replacement", "closed-but-running", "starts-too-early", "ends-too-early", "circle",
    "after-plateau", "over-ceiling", "over-budget", "budget-differs", "without-budget", "without-dates",
]  # fmt: skip


_said = partial(told, "ea_repo.planning")


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One conflict. `concerns` is the thing, agency or plateau that it is about.

    `first` and `last` are the days between which it lies, inclusive, and `days` how many it costs; `amount` is by how much
    money it is over.
    """

    kind: Kind
    initiatives: tuple[str, ...]
    concerns: str | None
    name: str | None
    first: date | None
    last: date | None
    days: int | None
    amount: float | None
    currency: str | None
    explanation: str


@report(name="roadmap-conflicts", example={})
def conflicts(
    state: State,
    *,
    owner: Annotated[str | None, "Only conflicts with an initiative of this agency or those below it."] = None,
    model: Annotated[str | None, "Only conflicts with an initiative of this model."] = None,
    ceiling: Ceilings = (),
    today: Annotated[date | None, "What runs is judged on this day; left out, the date asked for, or today."] = None,
) -> Answer[ConflictRow]:
    """Conflicts of the roadmap: in time, over the same thing, with what is replaced, and with the money there is.

    Two initiatives conflict over a thing that both change or retire in the same quarter of a year. What an initiative
    retires is replaced by the first thing of the same type that it introduces; where it introduces none, by one that another
    initiative introduces to close the same gap, or to support a function that nothing else goes on supporting. What is over a ceiling counts the agencies
    below. Cancelled and postponed initiatives conflict with nothing.
    """
    whole = plan(state)
    asked = {each.uid for each in chosen(state, whole, owner, model)}
    live = [each for _, each in sorted(whole.initiatives.items()) if each.counts]
    spent = costs(state, whole)
    found = [
        *_same_thing(whole, live),
        *_replaced_too_late(state, whole, live),
        *_still_running(whole, live, today or state.on or clock.now().date()),
        *_too_early(whole, live),
        *_circles(live),
        *_after_plateau(whole, live),
        *_over_ceiling(state, whole, spent, [*ceilings(state), *read_ceilings(ceiling)]),
        *_money(live, spent),
        *(_row("without-dates", each, explanation=_said("no_dates"))
          for each in live if each.dates is None),
    ]  # fmt: skip
    return Answer.of(state, [row for row in found if not asked.isdisjoint(row.initiatives)])


def quarters(first: date, last: date) -> range:
    """The quarters that some days lie in, counted on from year 0."""
    return range(first.year * 4 + (first.month - 1) // 3, last.year * 4 + (last.month - 1) // 3 + 1)


def replaced_on(thing: Concept) -> date | None:
    """The first day on which a thing is no longer there: switched off, or after the last on which it is valid."""
    days = [day_of(thing, "end_of_life_on"), _after(thing.valid_until)]
    return min((each for each in days if each), default=None)


def there_on(thing: Concept) -> date | None:
    """The first day on which a thing is in use."""
    return day_of(thing, "active_on") or thing.valid_from


def _row(
    kind: Kind, *initiatives: Initiative, explanation: str, about: Concept | None = None, first: date | None = None,
    last: date | None = None, days: int | None = None, amount: Decimal | None = None, currency: str | None = None,
) -> ConflictRow:  # fmt: skip
    return ConflictRow(
        kind, tuple(each.uid for each in initiatives), about.uid if about else None, about.name if about else None,
        first, last, days, None if amount is None else float(amount), currency, explanation,
    )  # fmt: skip


def _same_thing(whole: Plan, live: Sequence[Initiative]) -> Iterator[ConflictRow]:
    at: defaultdict[str, list[Initiative]] = defaultdict(list)
    for each in live:
        if each.dates is not None and not each.is_("ended"):
            for uid in each.touches:
                at[uid].append(each)
    for uid, those in sorted(at.items()):
        for one, other in combinations(those, 2):
            spans = [quarters(*each.dates) for each in (one, other) if each.dates is not None]
            first, end = max(each.start for each in spans), min(each.stop for each in spans)
            if first < end:
                does = [
                    _said("retires_it" if uid in each.retires else "changes_it", uid=each.uid) for each in (one, other)
                ]
                yield _row(
                    "same-thing", one, other, about=whole.named[uid], first=_begin(first),
                    last=_end(end - 1),
                    explanation=_said("same_thing", one=does[0], other=does[1], quarters=_quarters(first, end - 1)),
                )  # fmt: skip


def _begin(quarter: int) -> date:
    return date(quarter // 4, quarter % 4 * 3 + 1, 1)


def _end(quarter: int) -> date:
    month = quarter % 4 * 3 + 3
    return date(quarter // 4, month, 31 if month in (3, 12) else 30)


def _after(day: date | None) -> date | None:
    """The next day; none after the last that a calendar has, which stands for no end."""
    return None if day is None or day == date.max else day + timedelta(days=1)


def _quarters(first: int, last: int) -> str:
    names = [f"{each // 4}-Q{each % 4 + 1}" for each in (first, last)]
    return names[0] if first == last else _said("quarters_to", first=names[0], last=names[1])


def _replaced_too_late(state: State, whole: Plan, live: Sequence[Initiative]) -> Iterator[ConflictRow]:
    replacing = replacements(state, whole, live)
    for each in live:
        for uid in each.retires:
            thing = whole.named[uid]
            gone = replaced_on(thing) or _after(each.ends)
            ready = [
                (day, new, by)
                for new, by in replacing.get((each.uid, uid), ())
                if (day := there_on(whole.named[new]) or by.ends) is not None
            ]
            day, new, by = min(ready, default=(None, "", each), key=lambda one: (one[0] or date.max, one[1]))
            if gone is not None and day is not None and gone < day:
                how = "replaced_late" if by.uid == each.uid else "replaced_late_by"
                yield _row(
                    "retired-before-replacement", *([each] if by.uid == each.uid else [each, by]), about=thing, first=gone,
                    last=day - timedelta(days=1), days=(day - gone).days,
                    explanation=_said(how, new=new, by=by.uid, day=day),
                )  # fmt: skip


def _still_running(whole: Plan, live: Sequence[Initiative], today: date) -> Iterator[ConflictRow]:
    for each in live:
        for uid in each.retires if each.is_("ended") else ():
            gone = replaced_on(whole.named[uid])
            if gone is None or gone > today:
                yield _row("closed-but-running", each, about=whole.named[uid], first=each.ends, last=gone,
                           explanation=_said("runs_on" if gone is None else "still_running", day=gone))  # fmt: skip


def _too_early(whole: Plan, live: Sequence[Initiative]) -> Iterator[ConflictRow]:
    """Where the register lets one begin, or end, before what it waits for allows."""
    for each in live:
        for bond in each.dependencies:
            first = whole.initiatives[bond.first]
            its, other = (
                each.ends if bond.holds_finish else each.begins,
                first.begins if bond.from_start else first.ends,
            )
            if first.is_("left_out") or its is None or other is None:
                continue
            # Starts and finishes as `scheduling` counts them: a finish is the day after the last.
            missing = other.toordinal() + (not bond.from_start) + bond.lag_days - its.toordinal() - bond.holds_finish
            if missing > 0:
                begin = its + timedelta(days=1) if bond.holds_finish else its
                sentence = (
                    f"{'ends' if bond.holds_finish else 'starts'}_and_waits_for_{'start' if bond.from_start else 'end'}"
                )
                what = _said(sentence, own=its, other=other)
                yield _row(
                    "ends-too-early" if bond.holds_finish else "starts-too-early", each, first,
                    first=begin, last=begin + timedelta(days=missing - 1), days=missing,
                    explanation=_said("with_kind", what=what, kind=bond.short) if bond.short != "FS" else what,
                )  # fmt: skip


def _circles(live: Sequence[Initiative]) -> Iterator[ConflictRow]:
    known = {each.uid: each for each in live}
    graph = nx.DiGraph((first, each.uid) for each in live for first in each.after or () if first in known)
    for circle in sorted(map(sorted, nx.strongly_connected_components(graph))):
        if len(circle) > 1:
            yield _row("circle", *(known[uid] for uid in circle), explanation=_said("circle"))


def _after_plateau(whole: Plan, live: Sequence[Initiative]) -> Iterator[ConflictRow]:
    for each in live:
        plateau = plateau_of(whole, each)
        if plateau is not None and each.ends is not None and each.ends > plateau[1]:
            yield _row(
                "after-plateau", each, about=whole.named[plateau[0]], first=plateau[1] + timedelta(days=1), last=each.ends,
                days=(each.ends - plateau[1]).days, explanation=_said("plateau_missed", day=plateau[1]),
            )  # fmt: skip


def _over_ceiling(state: State, whole: Plan, spent: Sequence[Cost], most: Sequence[Ceiling]) -> Iterator[ConflictRow]:
    owners = {uid: each.concept.owner for uid, each in whole.initiatives.items()}
    above = with_those_above(state, {each for each in owners.values() if each is not None}) if most else {}
    under: defaultdict[tuple[str | None, int | None], list[Cost]] = defaultdict(list)
    for cost in spent:
        for agency in (None, *above.get(owners[cost.initiative] or "", ())):
            under[agency, cost.year].append(cost)
    agencies = state.get_many(each.owner for each in most if each.owner is not None)
    for top in sorted(most, key=lambda each: (each.owner or "", each.year)):
        those = [each for each in under[top.owner, top.year] if top.currency in (None, each.currency)]
        for currency in sorted({each.currency for each in those}):
            part = [each for each in those if each.currency == currency]
            total = sum((each.amount for each in part), Decimal(0))
            if total > top.amount:
                initiatives = dict.fromkeys(each.initiative for each in part)
                yield _row(
                    "over-ceiling", *(whole.initiatives[uid] for uid in initiatives), about=agencies.get(top.owner or ""),
                    first=date(top.year, 1, 1), last=date(top.year, 12, 31), amount=total - top.amount, currency=currency,
                    explanation=_said("ceiling_passed", total=_told(total), currency=currency, year=top.year, most=_told(top.amount)),
                )  # fmt: skip


def _money(live: Sequence[Initiative], spent: Sequence[Cost]) -> Iterator[ConflictRow]:
    of: defaultdict[str, list[Cost]] = defaultdict(list)
    for cost in spent:
        of[cost.initiative].append(cost)
    for each in live:
        budget, used = (_amount(each.concept.attributes.get(name)) for name in ("budget", "spent"))
        if not of[each.uid]:
            yield _row("without-budget", each, explanation=_said("costs_nothing"))
        elif budget is not None:
            total = sum((cost.amount for cost in of[each.uid] if cost.currency == budget[1]), Decimal(0))
            if total != budget[0]:
                yield _row("budget-differs", each, amount=total - budget[0], currency=budget[1],
                           explanation=_said("years_differ", total=_told(total), currency=budget[1], budget=_told(budget[0])))  # fmt: skip
        if budget is not None and used is not None and used[1] == budget[1] and used[0] > budget[0]:
            yield _row("over-budget", each, amount=used[0] - budget[0], currency=used[1],
                       explanation=_said("budget_passed", spent=_told(used[0]), currency=used[1], budget=_told(budget[0])))  # fmt: skip


def _amount(value: Mapping[str, object] | None) -> tuple[Decimal, str] | None:
    return None if value is None else money(value)


def _told(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"
