"""Years and months by the calendar."""

from calendar import isleap, monthrange
from datetime import date, timedelta

_DAYS_A_YEAR = 365.2425


def after_years(start: date, years: int) -> date:
    """The same day so many years later; of 29 February in other years 28 February. At most the last day of the calendar."""
    year = start.year + years
    if year > date.max.year:
        return date.max
    if (start.month, start.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return start.replace(year=year)


def morrow(day: date) -> date:
    """The day after, if there is one."""
    return day if day == date.max else day + timedelta(days=1)


def after_months(start: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day; at most an end of the calendar."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def years_between(start: date, end: date) -> float:
    """In years of the calendar's mean length, to a tenth; negative backwards."""
    return round((end - start).days / _DAYS_A_YEAR, 1)
