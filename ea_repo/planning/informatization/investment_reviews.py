"""Investment reviews: what a duplicate review decided, with reasons and the amount saved, kept for later.

A review is a concept of type `InvestmentReview`, so that it has history, search, drafts and export like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.clock import now
from ea_repo.errors import InvalidInput, NotFound, Problem
from ea_repo.planning.informatization.decisions import Decision
from ea_repo.planning.informatization.similar_systems import money
from ea_repo.repository import Repository
from ea_repo.store.changesets import Applied
from ea_repo.store.fields import model_of
from ea_repo.store.operations import Create, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.told import told

REVIEW = "InvestmentReview"
#: These say with which other system.
_WITH_ANOTHER = ("link", "merge", "reuse")


@dataclass(frozen=True, slots=True)
class InvestmentReviewRow:
    """One review, or the sum of what reviews saved in one currency: then `review` is None, `reviews` how many."""

    review: str | None
    system: str | None
    system_name: str
    owner: str | None
    decision: str | None
    candidates: tuple[str, ...]
    reasons: str | None
    reviewed_by: str | None
    reviewed_on: date | None
    amount_saved: float | None
    currency: str | None
    reviews: int


def record_review(
    repository: Repository,
    system: str,
    decision: Decision,
    reasons: str,
    *,
    author: str,
    candidates: Sequence[str] = (),
    amount_saved: float | None = None,
    currency: str | None = None,
    reviewed_by: str = "",
    reviewed_on: date | None = None,
    model: str | None = None,
) -> Applied:
    """Keeps a review in a changeset; its `versions` name the uid. `model` is the system's if left out, the day today.

    `InvalidInput` without reasons, without candidates where the decision needs another system, for an amount without a
    currency, and for a uid that is no system.
    """
    with repository.state() as state:
        reviewed = state.get(system)
        if model is not None:
            state.model(model)
        uid = _free_uid(state, model or reviewed.model, system)
        _check_there(state, candidates)
    _check(decision, reasons, candidates, system, amount_saved, currency)
    said = _said(decision, reasons, candidates, amount_saved, currency, reviewed_by or author, reviewed_on)
    attributes = {"reviewed_system": system, **{name: value for name, value in said.items() if value is not None}}
    fields = {"name": f"Investment review of {reviewed.name}", "owner": reviewed.owner, "attributes": attributes}
    reason = f"Record the investment review of {reviewed.name}: {decision}"
    return repository.changeset(author, reason, [Create(uid, REVIEW, fields)]).apply()


def decide_review(
    repository: Repository,
    uid: str,
    decision: Decision,
    reasons: str,
    *,
    author: str,
    base_version: int | None = None,
    candidates: Sequence[str] = (),
    amount_saved: float | None = None,
    currency: str | None = None,
    reviewed_by: str = "",
    reviewed_on: date | None = None,
) -> Applied:
    """Decides a review anew; what was decided before stays in its history. Raises as `record_review`, `NotFound` for a uid
    that is no review, and as any edit where somebody else changed it since `base_version`.
    """
    with repository.state() as state:
        found = review_of(state, uid)
        _check_there(state, candidates)
    _check(decision, reasons, candidates, str(found.attributes.get("reviewed_system")), amount_saved, currency)
    said = _said(decision, reasons, candidates, amount_saved, currency, reviewed_by or author, reviewed_on)
    update = Update(uid, {"attributes": said}, base_version or found.version)
    return repository.changeset(author, f"Decide anew: {found.name}: {decision}", [update]).apply()


def review_of(state: State, uid: str) -> Concept:
    """The review of that uid; `NotFound` where there is none, or it is something else."""
    found = state.get(uid)
    if found.type not in state.metamodel.descendants(REVIEW):
        raise NotFound(f'"{uid}" is a {found.type}, not an investment review', uid=uid, nearest=[])
    return found


def _check_there(state: State, candidates: Sequence[str]) -> None:
    """Raises `NotFound` for the first that there is not."""
    known = state.get_many(candidates)
    for uid in candidates:
        if uid not in known:
            state.get(uid)


def _said(
    decision: str, reasons: str, candidates: Sequence[str], amount: float | None, currency: str | None, by: str,
    on: date | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "decision": decision, "reasons": reasons, "candidates": list(candidates) or None, "reviewed_by": by,
        "performed_on": (on or now().date()).isoformat(),
        "amount_saved": None if amount is None else {"amount": amount, "currency": currency},
    }  # fmt: skip


@report(example={})
def investment_reviews(
    state: State,
    *,
    decision: Annotated[Decision | None, "Only reviews that ended so."] = None,
    since: Annotated[date | None, "Only reviews of this day and later."] = None,
    until: Annotated[date | None, "Only reviews up to this day."] = None,
) -> Answer[InvestmentReviewRow]:
    """Investment reviews, the latest first, and then the sum of what they saved in each currency."""
    reviews = [
        each
        for each in state.iterate(Query(types=(REVIEW,)))
        if decision in (None, each.attributes.get("decision"))
        and (since is None or (_day(each) or date.min) >= since)
        and (until is None or (_day(each) or date.max) <= until)
    ]
    reviews.sort(key=lambda each: (-(_day(each) or date.min).toordinal(), each.uid))
    systems = state.get_many(str(each.attributes.get("reviewed_system")) for each in reviews)
    rows = [_row(each, systems.get(str(each.attributes.get("reviewed_system")))) for each in reviews]
    currencies: list[str | None] = [*sorted({row.currency for row in rows if row.currency})] or [None]
    return Answer.of(state, [*rows, *(_sum(rows, currency) for currency in currencies)])


def _check(
    decision: str, reasons: str, candidates: Sequence[str], system: str, amount: float | None, currency: str | None
) -> None:
    wrong = []
    if not reasons.strip():
        wrong.append(Problem("/reasons", "there are no reasons", expected="why it was decided so"))
    if decision in _WITH_ANOTHER and not candidates:
        wrong.append(
            Problem("/candidates", f"{decision} says no other system", expected="the system to go together with")
        )
    if system in candidates:
        wrong.append(Problem("/candidates", "the reviewed system is among its candidates", expected="other systems"))
    if (amount is None) != (currency is None):
        wrong.append(Problem("/amount_saved", "an amount and its currency go together", expected="both or neither"))
    if wrong:
        raise InvalidInput("the review cannot be kept: " + "; ".join(each.detail for each in wrong), errors=wrong)


def _free_uid(state: State, model: str, system: str) -> str:
    """Of the system's identifier, and counted on where it was reviewed before."""
    identifier, number = system.removeprefix(f"{model_of(system)}:"), 1
    while state.get_many([uid := f"{model}:review-{identifier}-{number}"]):
        number += 1
    return uid


def _day(review: Concept) -> date | None:
    said = review.attributes.get("performed_on")
    return None if said is None else date.fromisoformat(said)


def _row(review: Concept, system: Concept | None) -> InvestmentReviewRow:
    said = review.attributes
    amount, currency = money(review, "amount_saved")
    return InvestmentReviewRow(
        review.uid, said.get("reviewed_system"), system.name if system else review.name, system.owner if system else None,
        said.get("decision"), tuple(said.get("candidates", ())), said.get("reasons"), said.get("reviewed_by"),
        _day(review), amount, currency, 1,
    )  # fmt: skip


def _sum(rows: Sequence[InvestmentReviewRow], currency: str | None) -> InvestmentReviewRow:
    saved = [row.amount_saved for row in rows if row.currency == currency and row.amount_saved is not None]
    count = sum(row.currency == currency for row in rows)
    return InvestmentReviewRow(
        None,
        None,
        told("ea_repo.planning", "sum_of_all"),
        None,
        None,
        (),
        None,
        None,
        None,
        float(sum(saved)),
        currency,
        count,
    )
