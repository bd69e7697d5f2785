"""The report `roadmap-slip`: what becomes later when one initiative does, and along which chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Step
from ea_repo.catalogue import report
from ea_repo.errors import InvalidInput
from ea_repo.planning.roadmap.plan import Plan, plan
from ea_repo.planning.roadmap.scheduling import Dependency
from ea_repo.planning.roadmap.timetable import Timetable, plateau_of, timetable
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class SlipRow:
    """An initiative that becomes later: `start` and `end` as scheduled before, `new_start` and `new_end` after.

    `slips_days` is by how many days its end moves; `late_days` by how many the plateau that it is for is missed then,
    0 where it is not. `chain` leads from the initiative that slips to this one.
    """

    uid: str
    name: str
    owner: str | None
    start: date
    end: date
    new_start: date
    new_end: date
    slips_days: int
    plateau: str | None
    late_days: int
    chain: tuple[Step, ...]


@report(name="roadmap-slip", example={"uid": "roadmap:I-BIZREG", "days": 90})
def slip(
    state: State,
    uid: Annotated[str, "The initiative that slips."],
    *,
    days: Annotated[int, "By how many days it ends later.", range(1, 3_651)] = 30,
) -> Answer[SlipRow]:
    """What becomes later when one initiative slips by some days: new dates, plateaus missed, and the chain that explains.

    One that has not begun begins later, one that has takes longer. Both timetables, before and after, are those in which
    each begins and ends only when all that it waits for lets it. The initiative itself comes first.
    """
    whole = plan(state)
    late = whole.get(state, uid)
    before = timetable(whole)
    if before.dates(uid) is None:
        raise InvalidInput(
            f'"{uid}" has no dates in the timetable; give it starts_on and ends_on, and let it not be cancelled'
        )
    if late.is_("begun"):
        after = timetable(whole, longer={uid: days})
    else:
        after = timetable(whole, not_before={uid: before.timings[uid].start + days})
    moved = [each for each in sorted(before.dated) if after.timings[each].finish > before.timings[each].finish]
    moved.sort(key=lambda each: (each != uid, after.timings[each].start, each))
    return Answer.of(state, [_row(whole, before, after, uid, each) for each in moved])


def _row(whole: Plan, before: Timetable, after: Timetable, late: str, uid: str) -> SlipRow:
    each = whole.initiatives[uid]
    start, end = _dates(before, uid)
    new_start, new_end = _dates(after, uid)
    plateau = plateau_of(whole, each)
    missed = max((new_end - plateau[1]).days, 0) if plateau else 0
    bonds = after.bonds(uid)
    since = next((at for at, each in enumerate(bonds) if each.first == late), len(bonds))
    return SlipRow(
        uid, each.concept.name, each.concept.owner, start, end, new_start, new_end, (new_end - end).days,
        plateau[0] if plateau else None, missed, _steps(whole, bonds[since:], uid),
    )  # fmt: skip


def _dates(table: Timetable, uid: str) -> tuple[date, date]:
    found = table.timings[uid]
    return date.fromordinal(found.start), date.fromordinal(found.finish - 1)


def _steps(whole: Plan, bonds: Sequence[Dependency], uid: str) -> tuple[Step, ...]:
    ends = [*(each.first for each in bonds[1:]), uid]
    steps = []
    for each, then in zip(bonds, ends, strict=False):
        lines = (whole.initiatives[then].after or {})[each.first]
        steps.append(Step(each.by, next(line.type for line in lines if line.uid == each.by), each.first, then))
    return tuple(steps)
