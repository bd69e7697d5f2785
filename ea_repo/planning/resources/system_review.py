"""The operating-performance review: what becomes of a running system."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.filters import OfModels, OfOwners
from ea_repo.catalogue import report
from ea_repo.metamodel.kinds import Money
from ea_repo.planning.calendar_dates import after_years, years_between
from ea_repo.planning.remembered import remembered
from ea_repo.planning.resources.cost_sharing import AskedRule, ShareRule, costs, total
from ea_repo.planning.resources.decisions import ByScores, Decision
from ea_repo.planning.resources.kept_reviews import last_reviews, reviewed_on
from ea_repo.planning.resources.register import SYSTEM, concepts, day, day_of, names, on_a_day, rules
from ea_repo.store.state import State
from ea_repo.told import joined, told

_RULES = rules("review")
_SCORES = (0.0, 100.0)
_SCORED = ("business_value", "cost_effectiveness")
_said = partial(told, "ea_repo.planning")
_ORDER: tuple[ByScores, ...] = ("retire", "redevelop", "enhance", "keep", "not_scored", "too_young")


@dataclass(frozen=True, slots=True)
class SystemReview:
    """A system with its two scores of 100, what follows from them, and `because` of which cut-offs.

    `running_cost` is a year with its part of shared resources, in `currency`. too_young: not running long enough;
    not_scored: a score is missing. `last_decision` is how the last review that was kept ended, on `last_reviewed_on`.
    """

    uid: str
    name: str
    owner: str | None
    agency: str
    decision: ByScores
    business_value: float | None
    cost_effectiveness: float | None
    because: str
    go_live: date | None
    age_years: float | None
    criticality: str | None
    running_cost: float | None
    currency: str | None
    last_reviewed_on: date | None
    last_decision: Decision | None


@report(example={"least_age_years": 3})
def system_review(
    state: State,
    *,
    decision: Annotated[ByScores | None, "Only systems of this decision."] = None,
    value_cut_off: Annotated[float, "From this score on, business value is high.", _SCORES] = _RULES["value_cut_off"],
    cost_cut_off: Annotated[float, "From this score on, cost effectiveness is high.", _SCORES] = _RULES["cost_cut_off"],
    least_age_years: Annotated[int, "A system is reviewed when it has run for so many years.", range(0, 101)] = _RULES[
        "least_age_years"
    ],
    rule: AskedRule = "users",
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[SystemReview]:
    """Which running systems to keep, enhance, redevelop or retire, by business value and cost effectiveness.

    High in both: keep; of high value, but not cost-effective: redevelop; cost-effective, but of low value: enhance; low in
    both: retire (`resources.toml`). A system that tells no go-live is old enough. What to act on first. O(systems), and
    the running cost.
    """
    state = on_a_day(state)
    today = day_of(state)
    found = concepts(state, state.metamodel.descendants(SYSTEM), (), model, owner)
    known = names(state, (each.owner for each in found))
    running = running_costs(state, rule)
    reviews = last_reviews(state)
    rows = []
    for each in found:
        value, effect = each.attributes.get("business_value_score"), each.attributes.get("cost_effectiveness_score")
        begun = day(each, "go_live")
        said: ByScores
        because: str
        if begun is not None and after_years(begun, least_age_years) > today:
            said, because = "too_young", _said("too_young", day=begun, years=least_age_years)
        else:
            said, because = decided(value, effect, value_cut_off, cost_cut_off)
        cost, last = running.get(each.uid), reviews.get(each.uid)
        rows.append(
            SystemReview(
                each.uid, each.name, each.owner, known.get(each.owner, ""), said, value, effect, because,
                begun, None if begun is None else years_between(begun, today),
                each.attributes.get("criticality"), None if cost is None else float(cost.amount), None if cost is None else cost.currency,
                None if last is None else reviewed_on(last), None if last is None else last.attributes.get("decision"),
            )
        )  # fmt: skip
    kept = [each for each in rows if decision is None or each.decision == decision]
    return Answer.of(
        state, sorted(kept, key=lambda row: (_ORDER.index(row.decision), -(row.running_cost or 0), row.uid))
    )


def decided(
    value: float | None, effect: float | None, value_cut_off: float, cost_cut_off: float
) -> tuple[ByScores, str]:
    """The decision on two scores, and why."""
    if value is None or effect is None:
        missing = [_said(name) for name, score in zip(_SCORED, (value, effect), strict=True) if score is None]
        what = missing[0] if len(missing) == 1 else _said("and_also", one=missing[0], other=missing[1])
        return "not_scored", _said("no_score", what=what)
    high_value, high_effect = value >= value_cut_off, effect >= cost_cut_off
    name = f"{'high' if high_value else 'low'}_{'high' if high_effect else 'low'}"
    compared = zip(_SCORED, (value, effect), (high_value, high_effect), (value_cut_off, cost_cut_off), strict=True)
    because = [
        _said("compared", what=_said(what), value=f"{score:g}", sign=">=" if is_high else "<", cut=f"{cut:g}")
        for what, score, is_high, cut in compared
    ]
    return _RULES["decision"][name], joined(because)


@remembered
def running_costs(state: State, rule: ShareRule) -> Mapping[str, Money]:
    """A year of each system with its part of shared resources, in the currency of its own cost, or else of what it bears most."""
    found = costs(state, rule)
    parts: dict[str, dict[str, list[Money]]] = {}
    for uid, own in found.own.items():
        parts.setdefault(uid, {}).setdefault(own.currency, []).append(own)
    for share in found.shares:
        if share.system is not None:
            parts.setdefault(share.system.uid, {}).setdefault(share.part.currency, []).append(share.part)
    answer = {}
    for uid, by_currency in parts.items():
        currency = found.own[uid].currency if uid in found.own else next(iter(by_currency))
        answer[uid] = Money(total(by_currency[currency]), currency)
    return answer
