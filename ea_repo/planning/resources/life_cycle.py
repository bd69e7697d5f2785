"""The life of a resource by the calendar: when its useful life ends, how much is left, and what that is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ea_repo.planning.calendar_dates import after_months, after_years, morrow
from ea_repo.planning.resources.register import day, rules
from ea_repo.store.records import Concept

Standing = Literal["planned", "in_life", "ending", "over", "unknown"]
#: What ends a resource's service: its useful life, its support, or whichever is first.
EndRule = Literal["earlier", "life", "support"]
_LIVES: Mapping[str, int] = rules("life_cycle")["useful_life_years"]


@dataclass(frozen=True, slots=True)
class Life:
    """`ends_on` is the first day after the useful life, `unsupported_from` the first day without support.

    `years` is the useful life, `is_usual` whether it is the usual one of the type, as the resource tells none.
    """

    acquired_on: date | None
    years: int | None
    is_usual: bool
    ends_on: date | None
    unsupported_from: date | None

    def over_on(self, rule: EndRule = "earlier") -> date | None:
        """The first day on which it is due for replacement by a rule."""
        ends = {
            "life": (self.ends_on,),
            "support": (self.unsupported_from,),
            "earlier": (self.ends_on, self.unsupported_from),
        }
        return min((each for each in ends[rule] if each is not None), default=None)

    def standing(self, on: date, warn_months: int) -> Standing:
        over = self.over_on()
        if self.acquired_on is not None and self.acquired_on > on:
            return "planned"
        if over is None:
            return "unknown"
        if over <= on:
            return "over"
        return "ending" if over <= after_months(on, warn_months) else "in_life"


def life_of(resource: Concept) -> Life:
    """What a resource tells of its life; the useful life of its type where it tells none."""
    acquired, support = day(resource, "acquired_on"), day(resource, "end_of_support")
    said = resource.attributes.get("useful_life_years")
    years = _LIVES.get(resource.type) if said is None else int(said)
    return Life(
        acquired, years, said is None and years is not None,
        None if acquired is None or years is None else after_years(acquired, years),
        None if support is None else morrow(support),
    )  # fmt: skip
