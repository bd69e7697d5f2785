"""Keeps operating-performance reviews: what was decided of running systems, with the figures that the register has that day.

A review is a concept of type `OperatingReview`, so that it has history, search, drafts and export like any other.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ea_repo.clock import now
from ea_repo.errors import InvalidInput, Problem
from ea_repo.planning.resources.decisions import ByScores, Decision
from ea_repo.planning.resources.kept_reviews import REVIEW, review_of
from ea_repo.planning.resources.register import rules
from ea_repo.planning.resources.system_review import SystemReview, system_review
from ea_repo.repository import Repository
from ea_repo.store.changesets import Applied
from ea_repo.store.fields import model_of
from ea_repo.store.operations import Create, Operation, Update
from ea_repo.store.state import State

_RULES = rules("review")
_UNDECIDED: tuple[ByScores, ...] = ("too_young", "not_scored")


def record_reviews(
    repository: Repository,
    systems: Sequence[str],
    decision: Decision | None = None,
    reasons: str = "",
    *,
    author: str,
    value_cut_off: float = _RULES["value_cut_off"],
    cost_cut_off: float = _RULES["cost_cut_off"],
    least_age_years: int = _RULES["least_age_years"],
    reviewed_by: str = "",
    reviewed_on: date | None = None,
    model: str | None = None,
) -> Applied:
    """Keeps a review of each system in one changeset; its `versions` name the uids, in the order of the systems.

    Without a decision, each ends as its two scores say. Scores, users and the running cost of a year (resources shared by users)
    are those that the register has for that day, today if left out. `model` is where reviews go, each system's own if left out.
    `InvalidInput` lists every system that is none on that day, every one on which the scores say nothing, and every one
    for which a decision other than by the scores has no reasons; then nothing is kept.
    """
    day = reviewed_on or now().date()
    with repository.state(on=day) as state:
        for uid in systems:
            state.get(uid)
        if model is not None:
            state.model(model)
        figures = system_review(
            state, value_cut_off=value_cut_off, cost_cut_off=cost_cut_off, least_age_years=least_age_years
        )
        found = {each.uid: each for each in figures}
        _check(systems, found, decision, reasons, day)
        users = {uid: each.attributes.get("users") for uid, each in state.get_many(systems).items()}
        operations: list[Operation] = []
        taken: set[str] = set()
        for uid in dict.fromkeys(systems):
            row = found[uid]
            said = {
                "reviewed_system": uid, "decision": decision or row.decision, "decision_by_scores": row.decision,
                "reasons": reasons.strip() or None, "reviewed_by": reviewed_by or author, "performed_on": day.isoformat(),
                "business_value_score": row.business_value, "value_cut_off": value_cut_off,
                "cost_effectiveness_score": row.cost_effectiveness, "cost_cut_off": cost_cut_off, "users": users[uid],
                "running_cost": None if row.running_cost is None else {"amount": row.running_cost, "currency": row.currency},
            }  # fmt: skip
            fields: dict[str, Any] = {
                "name": f"Operating-performance review of {row.name}, {day.year}", "owner": row.owner,
                "attributes": {name: value for name, value in said.items() if value is not None},
            }  # fmt: skip
            taken.add(kept := _free_uid(state, model or model_of(uid), uid, day.year, taken))
            operations.append(Create(kept, REVIEW, fields))
    which = found[systems[0]].name if len(operations) == 1 else f"{len(operations)} systems"
    return repository.changeset(author, f"Record the operating-performance review of {which}", operations).apply()


def decide_review(
    repository: Repository,
    uid: str,
    decision: Decision,
    reasons: str = "",
    *,
    author: str,
    base_version: int | None = None,
    reviewed_by: str = "",
    reviewed_on: date | None = None,
) -> Applied:
    """Decides a review anew on the figures that it has; what was decided before stays in its history.

    The day stays where none is given. Raises as `record_reviews`, `NotFound` for a uid that is no review, and as any edit
    where somebody else changed it since `base_version`.
    """
    with repository.state() as state:
        found = review_of(state, uid)
    if not reasons.strip() and decision != found.attributes.get("decision_by_scores"):
        raise InvalidInput(f"the review cannot be kept: {_unreasoned(decision).detail}", errors=[_unreasoned(decision)])
    said = {"decision": decision, "reasons": reasons.strip() or None, "reviewed_by": reviewed_by or author}
    if reviewed_on is not None:
        said["performed_on"] = reviewed_on.isoformat()
    update = Update(uid, {"attributes": said}, base_version or found.version)
    return repository.changeset(author, f"Decide anew: {found.name}: {decision}", [update]).apply()


def _check(
    systems: Sequence[str], found: dict[str, SystemReview], decision: Decision | None, reasons: str, day: date
) -> None:
    wrong = []
    if not systems:
        wrong.append(Problem("/systems", "no system is named", expected="the systems that were reviewed"))
    for place, uid in enumerate(systems):
        where, row = f"/systems/{place}", found.get(uid)
        if row is None:
            wrong.append(Problem(where, f'"{uid}" is no system that holds on {day}', expected="a running system"))
        elif decision is None and row.decision in _UNDECIDED:
            detail = f"the scores of {uid} decide nothing: {row.because}"
            wrong.append(Problem(where, detail, expected="a decision with reasons, or both scores"))
    decided = {found[uid].decision for uid in systems if uid in found}
    if decision is not None and not reasons.strip() and decided - {decision}:
        wrong.append(_unreasoned(decision))
    if wrong:
        raise InvalidInput("the review cannot be kept: " + "; ".join(each.detail for each in wrong), errors=wrong)


def _unreasoned(decision: Decision) -> Problem:
    detail = f"{decision} is not what the scores say, and there are no reasons"
    return Problem("/reasons", detail, expected="why it was decided so")


def _free_uid(state: State, model: str, system: str, year: int, taken: set[str]) -> str:
    """Of the system's identifier and the year, and counted on where it was reviewed in that year before."""
    uid = begin = f"{model}:operating-review-{system.partition(':')[2]}-{year}"
    number = 1
    while uid in taken or state.get_many([uid]):
        number += 1
        uid = f"{begin}-{number}"
    return uid
