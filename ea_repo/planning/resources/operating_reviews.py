"""The operating-performance reviews that were kept, and what has changed since each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any, get_args

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.filters import OfOwners
from ea_repo.catalogue import report
from ea_repo.metamodel.kinds import Money
from ea_repo.planning.choices import choice
from ea_repo.planning.resources.decisions import ByScores, Decision
from ea_repo.planning.resources.kept_reviews import REVIEW, kept_reviews, last_reviews, reviewed_on, system_of
from ea_repo.planning.resources.register import SYSTEM, concepts, day, day_of, money, names, on_a_day
from ea_repo.planning.resources.system_review import decided, running_costs
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.told import Told, told

_said = partial(told, "ea_repo.planning")
#: Figures of a system, and what a sentence calls them.
_FIGURES = {
    "business_value_score": "business_value",
    "cost_effectiveness_score": "cost_effectiveness",
    "users": "users",
}
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class OperatingReview:
    """A review as it was kept, with the figures of its day, and in `since_then` what is not so any more.

    `running_cost` is a year with its part of shared resources, in `currency`. `by_scores` is what the scores said, `decision`
    what was decided; `by_scores_now` is what today's scores say by the cut-offs of the review, None for a system that is gone.
    """

    review: str
    system: str | None
    system_name: str
    owner: str | None
    agency: str
    reviewed_on: date | None
    reviewed_by: str | None
    decision: Decision | None
    by_scores: ByScores | None
    by_scores_now: ByScores | None
    since_then: tuple[str, ...]
    reasons: str | None
    business_value: float | None
    cost_effectiveness: float | None
    running_cost: float | None
    currency: str | None
    users: int | None


@report(example={"decision": "retire"})
def operating_reviews(
    state: State,
    *,
    decision: Annotated[Decision | None, "Only reviews that ended so."] = None,
    since: Annotated[date | None, "Only reviews of this day and later."] = None,
    until: Annotated[date | None, "Only reviews up to this day."] = None,
    latest: Annotated[bool, "Only the last review of each system."] = False,
    changed: Annotated[bool, "Only where something has changed since."] = False,
    owner: OfOwners = (),
) -> Answer[OperatingReview]:
    """Operating-performance reviews that were kept, with their figures and what has changed since, the latest first.

    What changed is told from the scores, users and running cost of the system now (resources shared by users). O(reviews), and
    the running cost.
    """
    state = on_a_day(state)
    owners = {each for uid in owner for each in state.sub_agencies(uid)}
    last = {each.uid for each in last_reviews(state).values()}
    found = [
        each
        for each in kept_reviews(state)
        if decision in (None, each.attributes.get("decision"))
        and (since is None or reviewed_on(each) >= since)
        and (until is None or reviewed_on(each) <= until)
        and (not latest or each.uid in last)
    ]
    systems = {each.uid: each for each in concepts(state, state.metamodel.descendants(SYSTEM))} if found else {}
    known = names(state, {each.owner for each in (*systems.values(), *found)})
    costs = running_costs(state, "users") if found else {}
    rows = [_row(state, each, systems.get(system_of(each) or ""), known, costs) for each in found]
    kept = [row for row in rows if (not owner or row.owner in owners) and (not changed or row.since_then)]
    return Answer.of(state, kept)


def _row(
    state: State, review: Concept, system: Concept | None, known: Mapping[str | None, str], costs: Mapping[str, Money]
) -> OperatingReview:
    said = review.attributes
    owner = system.owner if system else review.owner
    cost = money(review, "running_cost")
    now = None if system is None else _by_scores(said, system)
    since = (_gone(state),) if system is None else tuple(_changes(state, review, system, costs.get(system.uid), now))
    return OperatingReview(
        review.uid, system_of(review), system.name if system else review.name, owner, known.get(owner, ""),
        None if (day := reviewed_on(review)) == date.min else day, said.get("reviewed_by"), said.get("decision"),
        said.get("decision_by_scores"), now, since, said.get("reasons"),
        said.get("business_value_score"), said.get("cost_effectiveness_score"),
        None if cost is None else float(cost.amount), None if cost is None else cost.currency, said.get("users"),
    )  # fmt: skip


def _by_scores(said: Mapping[str, Any], system: Concept) -> ByScores:
    """What the scores of the system say now by the cut-offs of its review; it was old enough to be reviewed then."""
    value, effect = (system.attributes.get(name) for name in ("business_value_score", "cost_effectiveness_score"))
    return decided(value, effect, said.get("value_cut_off", 0), said.get("cost_cut_off", 0))[0]


def _gone(state: State) -> Told:
    return _said("system_gone", day=day_of(state))


def _changes(
    state: State, review: Concept, system: Concept, cost: Money | None, now: ByScores | None
) -> Iterator[Told]:
    """A line for each figure that is another one now, for another decision by the scores, and for the end of the system."""
    for name, word in _FIGURES.items():
        before, after = review.attributes.get(name), system.attributes.get(name)
        if before != after:
            yield _said("figure_changed", what=_said(word), before=_number(before), now=_number(after))
    if (then := money(review, "running_cost")) != cost:
        yield _said("figure_changed", what=_said("running_cost"), before=_amount(then), now=_amount(cost))
    then_said: str | None = review.attributes.get("decision_by_scores")
    if then_said is not None and then_said in get_args(Decision) and now not in (None, then_said):
        called = partial(choice, state.metamodel, REVIEW, "decision_by_scores")
        yield _said("scores_say_otherwise", before=called(then_said), now=called(str(now)))
    end = day(system, "end_of_life_on")
    if end is not None and reviewed_on(review) < end <= day_of(state):
        yield _said("system_ended", day=end)


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:,.10g}"


def _amount(value: Money | None) -> str:
    return _NOTHING if value is None else f"{value.amount.normalize():,f} {value.currency}"
