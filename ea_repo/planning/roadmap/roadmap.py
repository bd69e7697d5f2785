"""The report `roadmap`: every initiative with what it does, costs and waits for, and how much room it has."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.roadmap.plan import Initiative, Plan, chosen, plan
from ea_repo.planning.roadmap.timetable import Timetable, Until, plateau_of, timetable
from ea_repo.store.records import Concept
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class RoadmapRow:
    """An initiative.

    `starts_on` and `ends_on` are those of the register; `scheduled_start` and `scheduled_end` what they become when each
    begins and ends only when all that it waits for lets it. `after` is what it waits for, `dependencies` how, as schedules
    write it: SS+30 begins 30 days after the other begins or later. `slack_days` is by how many days it may be later before the plateau
    or the end of the roadmap is missed, less than zero where it is missed; `critical` has none left. Amounts are in
    `currency`.
    """

    uid: str
    code: str | None
    name: str
    owner: str | None
    programme: str | None
    status: str | None
    priority: str | None
    progress_percent: float | None
    starts_on: date | None
    ends_on: date | None
    scheduled_start: date | None
    scheduled_end: date | None
    slack_days: int | None
    critical: bool
    after: tuple[str, ...]
    dependencies: tuple[str, ...]
    plateau: str | None
    introduces: tuple[str, ...]
    changes: tuple[str, ...]
    retires: tuple[str, ...]
    goals: tuple[str, ...]
    gaps: tuple[str, ...]
    budget: float | None
    spent: float | None
    currency: str | None


@report(example={})
def roadmap(
    state: State,
    *,
    owner: Annotated[str | None, "Only initiatives of this agency and those below it."] = None,
    model: Annotated[str | None, "Only initiatives of this model."] = None,
    until: Annotated[
        Until, "What slack is left to: the day of the plateau that an initiative is for, or the end of the roadmap."
    ] = "plateau",
) -> Answer[RoadmapRow]:
    """Every initiative: what it introduces, changes and retires, its goals, budget, slack, and whether it is critical.

    The timetable counts all initiatives, also where only some are asked for. Initiatives that wait for one another in a
    circle are refused, with the circle.
    """
    whole = plan(state)
    table = timetable(whole, until=until)
    return Answer.of(state, [_row(whole, table, each) for each in chosen(state, whole, owner, model)])


def _row(whole: Plan, table: Timetable, each: Initiative) -> RoadmapRow:
    said = each.concept.attributes
    start, end = table.dates(each.uid) or (None, None)
    slack = table.slack(each.uid)
    plateau = plateau_of(whole, each)
    budget, currency = _money(each.concept, "budget")
    spent, of_spent = _money(each.concept, "spent")
    return RoadmapRow(
        each.uid, said.get("code"), each.concept.name, each.concept.owner, said.get("programme"), said.get("status"),
        said.get("priority"), said.get("progress_percent"), each.begins, each.ends, start, end, slack,
        slack is not None and slack <= 0, tuple(sorted(each.after or ())),
        tuple(f"{bond.first} {bond.short}" for bond in each.dependencies), plateau[0] if plateau else None,
        each.introduces, each.changes, each.retires, each.goals, each.gaps, budget, spent, currency or of_spent,
    )  # fmt: skip


def _money(concept: Concept, attribute: str) -> tuple[float | None, str | None]:
    said = concept.attributes.get(attribute)
    return (said["amount"], said["currency"]) if said else (None, None)
