"""Running cost: what agencies or systems cost a year, in bars of their own cost and of what they share."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal

from diagrams.chart import Chart
from diagrams.charts.bars import Bar, Bars, Piece, Tick
from diagrams.concepts import joined, moment_of, name_of
from diagrams.drawing import Swatch, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.round_numbers import number_in_words, round_steps
from ea_repo.catalogue import viewpoint
from ea_repo.planning.resources.cost_sharing import AskedRule
from ea_repo.planning.resources.running_cost import RunningCost
from ea_repo.planning.resources.running_cost import running_cost as asked
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 40
_OWN, _SHARED, _LEFT = (
    Swatch("c1", phrase("own_cost")), Swatch("c2", phrase("allocated_cost")), Swatch("c8", phrase("unallocated_cost")),
)  # fmt: skip


@viewpoint(example={"by": "agency"})
def running_cost(
    state: State,
    *,
    by: Annotated[Literal["agency", "system"], "A bar for each agency, or for each system."] = "agency",
    rule: AskedRule = "users",
    owner: Annotated[tuple[str, ...], "Only what this agency or an agency below it bears; give several for any."] = (),
    limit: Annotated[int, "The most bars; of more, those that cost most.", range(1, 301)] = MOST_SHOWN,
) -> Chart:
    """What agencies or systems cost a year: their own cost, and their part of shared resources by a stated rule."""
    rows = list(asked(state, by=by, rule=rule, owner=owner))
    currencies = Counter(each.currency for each in rows)
    main = min(currencies, key=lambda each: (-currencies[each], each), default="")
    found = sorted((each for each in rows if each.currency == main), key=lambda each: (-each.total, each.name))
    shown, rest = found[:limit], found[limit:]
    known = state.get_many([each.uid for each in shown if each.uid is not None])
    longest = max((each.total for each in shown), default=0.0)
    notes = [phrase("nothing_found")] if not found else []
    if rest:
        amount = number_in_words(sum(each.total for each in rest), f" {main}")
        notes.append(phrase("costliest_shown", shown=len(shown), rest=len(rest), amount=amount))
    if len(currencies) > 1:
        notes.append(phrase("other_currencies", currency=main))
    total = number_in_words(sum(each.total for each in found), f" {main}")
    of = filters(state, owner=owner)
    return Chart(
        title=phrase("running_cost_title" if by == "agency" else "running_cost_systems"),
        figure=Bars(
            tuple(_bar(each, known.get(each.uid or ""), longest, at) for at, each in enumerate(shown)),
            tuple(Tick(each / longest, number_in_words(each, f" {main}")) for each in _steps(longest)),
            (_OWN, _SHARED, _LEFT),
        ),
        subtitle=joined([
            *of, phrase("total_amount", amount=total), phrase("divided_by_users" if rule == "users" else "divided_evenly"),
            *moment_of(state),
        ]),
        notes=tuple(notes),
        viewpoint="running-cost",
    )  # fmt: skip


def _bar(row: RunningCost, concept: Concept | None, longest: float, at: int) -> Bar:
    parts = ((row.own, _OWN), (row.allocated, _SHARED), (row.unallocated, _LEFT))
    name: Words = phrase("no_owner") if concept is None else name_of(concept)
    told = [
        joined([swatch.label, number_in_words(amount, f" {row.currency}")], ": ") for amount, swatch in parts if amount
    ]
    tooltip = joined([name, *told], "\n")
    return Bar(
        f"{at}", name, tuple(Piece(amount / longest if longest else 0.0, swatch, tooltip) for amount, swatch in parts),
        number_in_words(row.total), row.uid, "" if concept is None else concept.type, tooltip,
    )  # fmt: skip


def _steps(longest: float) -> Sequence[float]:
    return round_steps(longest) if longest > 0 else ()
