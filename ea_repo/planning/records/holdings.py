"""What documents and record series tell of their retention: the rule, the trigger and the hold of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from ea_repo.analysis.joins import joined, mask_of, rows_of, uids_of
from ea_repo.planning.records.documents import DOCUMENT
from ea_repo.planning.records.retention import Periods, Rule, periods
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.told import told

SERIES = "RecordSeries"


class Holding(NamedTuple):
    """A document with its series and periods, and the reason why its disposition is stopped, if it is."""

    document: Concept
    series: Concept | None
    rule: Rule
    trigger: date | None
    periods: Periods | None
    hold: str | None


class SeriesYear(NamedTuple):
    """The files of a series of one year, which are kept elsewhere and cut off at its end."""

    series: Concept
    year: int
    rule: Rule
    trigger: date
    periods: Periods | None
    hold: str | None

    @property
    def name(self) -> str:
        return f"{self.series.name}, {self.year}"


_NO_RULE = Rule(None, None, False, None)


def rule_of(series: Concept) -> Rule:
    said = series.attributes
    return Rule(
        said.get("active_years"), said.get("inactive_years"), bool(said.get("from_year_end")),
        said.get("disposition"), said.get("disposition_condition"),
    )  # fmt: skip


def hold_of(concept: Concept, on: date) -> str | None:
    """Why the disposition of a document or series is stopped on a day; None where it is not."""
    said = concept.attributes
    until = said.get("legal_hold_until")
    if not said.get("legal_hold") or (until is not None and date.fromisoformat(until) < on):
        return None
    reason = said.get("legal_hold_reason") or told("ea_repo.planning", "legal_hold")
    key = "held" if until is None else "held_until"
    return told("ea_repo.planning", key, name=concept.name, reason=reason, until=until)


def series_in(state: State, owner: str | None = None) -> dict[str, Concept]:
    """The record series by uid."""
    return {each.uid: each for each in state.iterate(Query(types=(SERIES,), owner=owner))}


def series_years(series: Iterable[Concept], on: date) -> list[SeriesYear]:
    """The years of which each series tells that it holds files (`oldest_year`), up to that of a day.

    Whatever the trigger is, a year's files are those for which it came in that year; the cut-off is its last day.
    """
    found = []
    for each in series:
        oldest, newest = each.attributes.get("oldest_year"), each.attributes.get("newest_year", on.year)
        if oldest is not None:
            rule, hold = rule_of(each), hold_of(each, on)
            for year in range(oldest, min(newest, on.year) + 1):
                cut_off = date(year, 12, 31)
                found.append(SeriesYear(each, year, rule, cut_off, periods(rule, cut_off), hold))
    return found


def holdings(state: State, on: date, owner: str | None = None) -> list[Holding]:
    """Every document that is not disposed of, with what its series says, by uid. O(documents)."""
    series = series_in(state)
    found = [
        each for each in state.iterate(Query(types=(DOCUMENT,), owner=owner)) if "disposed_on" not in each.attributes
    ]
    of_type = _series_of_types(state, series) if found else {}
    ends = _expiries(state, found)
    answer = []
    for each in found:
        said = each.attributes
        its = series.get(said.get("record_series") or of_type.get(said.get("document_type"), ""))
        rule = _NO_RULE if its is None else rule_of(its)
        trigger = None if its is None else _trigger(each, its, ends)
        hold = hold_of(each, on) or (None if its is None else hold_of(its, on))
        answer.append(Holding(each, its, rule, trigger, periods(rule, trigger), hold))
    return answer


def _trigger(document: Concept, series: Concept, ends: Mapping[str, date]) -> date | None:
    """The day from which a document's retention counts, once it has come.

    Creation is the day it bears. Closure and events are the day on which its file was closed. Expiry and replacement too;
    of an expiry not told so, the last day of what the document is attached to.
    """
    said, kind = document.attributes, series.attributes.get("trigger")
    if kind == "creation":
        return _day(said.get("dated_on"))
    closed = _day(said.get("closed_on"))
    return ends.get(document.uid) if closed is None and kind == "expiry" else closed


def _expiries(state: State, documents: Iterable[Concept]) -> dict[str, date]:
    """The last day of what each document is attached to, where all of that has one."""
    about = {each.uid: each.attributes.get("attached_to", ()) for each in documents}
    known = state.get_many({uid for uids in about.values() for uid in uids})
    found = {}
    for uid, uids in about.items():
        ends = [_day(known[each].attributes.get("expires_on")) for each in uids if each in known]
        told = [each for each in ends if each is not None]
        if told and len(told) == len(ends):
            found[uid] = max(told)
    return found


def _series_of_types(state: State, series: Iterable[str]) -> dict[str | None, str]:
    """The series that each type of documents, or whatever else fills a series, fills, where it is one."""
    filling = joined(state, ("Realization",), targets=mask_of(state, rows_of(state, series)))
    filled: dict[str, set[str]] = defaultdict(set)
    for filler, each in zip(*uids_of(state, filling.sources, filling.targets), strict=True):
        filled[filler].add(each)
    return {filler: min(those) for filler, those in filled.items() if len(those) == 1}


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
