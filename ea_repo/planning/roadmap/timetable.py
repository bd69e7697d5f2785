"""The initiatives on days: as their dates and what they wait for make it, and how much room is left.

An initiative begins on the day that the register says, or when all that it waits for lets it. One that has begun keeps its
start, and ends later where what it waits for holds its end back. One that is cancelled is waited for by nobody; one without dates takes no time, and passes on what it waits
for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ea_repo.errors import InvalidInput
from ea_repo.planning.roadmap.plan import Initiative, Plan, day_of
from ea_repo.planning.roadmap.scheduling import Dependency, Timing, bonds_to, scheduled

Until = Literal["plateau", "roadmap"]


@dataclass(frozen=True, slots=True)
class Timetable:
    """`timings` are in days of the calendar (`date.toordinal`); initiatives that are left out have none."""

    timings: Mapping[str, Timing]
    before: Mapping[str, tuple[Dependency, ...]]
    dated: frozenset[str] = field(default_factory=frozenset)

    def dates(self, uid: str) -> tuple[date, date] | None:
        """First and last day, inclusive."""
        if uid not in self.dated:
            return None
        found = self.timings[uid]
        return date.fromordinal(found.start), date.fromordinal(found.finish - 1)

    def slack(self, uid: str) -> int | None:
        return self.timings[uid].slack if uid in self.dated else None

    def bonds(self, uid: str) -> list[Dependency]:
        """The chain of dependencies, each on what the one before holds back, that decides when this one begins or ends."""
        return bonds_to(self.timings, self.before, uid)


def timetable(
    whole: Plan,
    *,
    until: Until = "plateau",
    not_before: Mapping[str, int] | None = None,
    longer: Mapping[str, int] | None = None,
) -> Timetable:
    """Earliest and latest days of all initiatives. `InvalidInput` names a circle of those that wait for one another.

    `until` is what slack is left to: the day of the plateau that an initiative is for (the first, of several; the end of
    the roadmap where it is for none), or the end of the roadmap for all. `not_before` are days before which some cannot
    begin, `longer` lets some take so many days more.
    """
    shown = {uid: each for uid, each in whole.initiatives.items() if not each.is_("left_out")}
    dated = {uid: each.dates for uid, each in shown.items() if each.dates is not None}
    if not dated:
        return Timetable({}, {})
    begun = {uid for uid, each in shown.items() if each.is_("begun")}
    before = {
        uid: tuple(
            bond for bond in each.dependencies if bond.first in shown and (bond.holds_finish or uid not in begun)
        )
        for uid, each in shown.items()
    }
    days = dict.fromkeys(shown, 0)
    days |= {uid: (last - first).days + 1 for uid, (first, last) in dated.items()}
    for uid, more in (longer or {}).items():
        days[uid] += more
    floors = {uid: first.toordinal() for uid, (first, _) in dated.items()} | dict(not_before or {})
    deadlines = _deadlines(whole, shown) if until == "plateau" else {}
    timings = scheduled(
        days, before, not_before=floors, done_by=deadlines, first=min(floors.values()), begun=begun & floors.keys()
    )
    if max(each.finish for each in timings.values()) - 1 > date.max.toordinal():
        raise InvalidInput("the last initiative would end after the year 9999; give it an earlier end")
    return Timetable(timings, before, frozenset(dated))


def plateau_of(whole: Plan, initiative: Initiative) -> tuple[str, date] | None:
    """The first plateau that an initiative is for, and the day on which it is to be reached."""
    found = [(day, uid) for uid in initiative.plateaus if (day := day_of(whole.named[uid], "reached_on")) is not None]
    day, uid = min(found, default=(None, ""))
    return None if day is None else (uid, day)


def _deadlines(whole: Plan, shown: Mapping[str, Initiative]) -> dict[str, int]:
    """The day after the plateau's: what is done by the end of a day has finished before the next."""
    found = {uid: plateau_of(whole, each) for uid, each in shown.items()}
    return {uid: each[1].toordinal() + 1 for uid, each in found.items() if each is not None}
