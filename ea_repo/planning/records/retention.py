"""Retention by the calendar: when records become inactive, when their disposition is due, and which it is."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ea_repo.planning.calendar_dates import after_years

Disposition = Literal["destroy", "reappraise", "permanent"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a retention schedule. `active_years` or `inactive_years` may be untold; then nothing is ever due.

    `from_year_end`: the periods count from 1 January after the trigger, as in Korea. With a `condition` the disposition is
    for people to appraise, whatever it says.
    """

    active_years: int | None
    inactive_years: int | None
    from_year_end: bool
    disposition: Disposition | None
    condition: str | None = None

    @property
    def outcome(self) -> Disposition:
        """What becomes of the records when they are due. Without an unconditional rule nothing is destroyed or handed over."""
        if self.disposition is None or (self.condition or "").strip():
            return "reappraise"
        return self.disposition


@dataclass(frozen=True, slots=True)
class Periods:
    """The first days of retention, of the inactive period, and on which the disposition is due."""

    begins_on: date
    inactive_on: date
    due_on: date


def periods(rule: Rule, trigger: date | None) -> Periods | None:
    """The periods that follow from a trigger; None where it has not happened, or the rule tells no years.

    Both periods are counted from the beginning, so that a leap day is lost at most once.
    """
    if trigger is None or rule.active_years is None or rule.inactive_years is None:
        return None
    begins = after_years(date(trigger.year, 1, 1), 1) if rule.from_year_end else trigger
    return Periods(
        begins, after_years(begins, rule.active_years), after_years(begins, rule.active_years + rule.inactive_years)
    )
