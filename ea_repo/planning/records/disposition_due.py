"""Which documents are due to be destroyed, handed over or appraised."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.clock import now
from ea_repo.planning.records.holdings import Holding, SeriesYear, hold_of, holdings, rule_of, series_in, series_years
from ea_repo.planning.records.retention import Disposition
from ea_repo.store.records import Concept
from ea_repo.store.state import State

Standing = Literal["due", "held", "kept", "waiting"]
_ORDER: tuple[Standing, ...] = ("due", "held", "waiting", "kept")


@dataclass(frozen=True, slots=True)
class DueRow:
    """A document, the files of a series of one year that are kept elsewhere, or all of a series of one standing, by a day.

    A series with neither waits.

    due: its disposition is due, `outcome`; held: it would be due, but `hold` stops it; waiting: it has no due day, as its
    trigger has not come or no rule tells; kept: due later, on `due_on`. By series, `due_on` is the first, `uids` are the
    documents and `file_years` those of the files.
    """

    uid: str
    name: str
    standing: Standing
    outcome: Disposition | None
    series: str | None
    series_name: str
    owner: str | None
    trigger_on: date | None
    inactive_on: date | None
    due_on: date | None
    hold: str | None
    condition: str | None
    authority: str | None
    documents: int
    uids: tuple[str, ...]
    file_years: tuple[int, ...]


@report(example={"by": "series"})
def disposition_due(
    state: State,
    *,
    by_date: Annotated[date | None, "Due by this day, itself included; left out, by the state's date or today."] = None,
    by: Annotated[
        Literal["document", "series"], "A row for each document and each year of files, or for each series."
    ] = "document",
    owner: Annotated[str | None, "Only documents of this agency or an agency below it."] = None,
) -> Answer[DueRow]:
    """Which documents are due for disposition by a day and which it is; what a legal hold stops is told apart.

    Retention counts from the trigger of the series, or from 1 January after it; a conditional disposition is told as to
    re-appraise. Documents due before come first. A document stands in the series that it names, or else in the one that its
    type fills. Files that are kept elsewhere are told by the year: of a series that says its `oldest_year`, each year counts
    from its last day. O(documents and years).
    """
    last = by_date or state.on or now().date()
    series = series_in(state, owner)
    held: list[Holding | SeriesYear] = [*holdings(state, last, owner), *series_years(series.values(), last)]
    found = [(each, standing(each, last)) for each in held]
    if by == "document":
        rows = [_row(*_called(each), [each], said) for each, said in found]
    else:
        rows = list(_by_series(series, found, last))
    return Answer.of(
        state,
        sorted(rows, key=lambda row: (_ORDER.index(row.standing), row.due_on or date.max, row.uid, row.file_years)),
    )


def _called(each: Holding | SeriesYear) -> tuple[Concept, str]:
    """What a row is about, and its name."""
    return (each.series, each.name) if isinstance(each, SeriesYear) else (each.document, each.document.name)


def _by_series(
    known: Mapping[str, Concept], found: Sequence[tuple[Holding | SeriesYear, Standing]], last: date
) -> Iterator[DueRow]:
    """A row for each series and standing of what it holds; of those that hold nothing, which only wait, one as well."""
    groups: dict[tuple[str, Standing], list[Holding | SeriesYear]] = {}
    for each, said in found:
        if each.series is not None:
            groups.setdefault((each.series.uid, said), []).append(each)
    for (_, said), some in groups.items():
        if (series := some[0].series) is not None:
            yield _row(series, series.name, some, said)
    for uid, series in known.items():
        if not any(uid == its for its, _ in groups):
            rule, hold = rule_of(series), hold_of(series, last)
            yield DueRow(
                uid, series.name, "waiting", None, uid, series.name, series.owner, None, None, None, hold,
                rule.condition, series.attributes.get("authority"), 0, (), (),
            )  # fmt: skip


def standing(holding: Holding | SeriesYear, by_date: date) -> Standing:
    """Of a document, or a year of files, by a day."""
    if holding.periods is None:
        return "waiting"
    if holding.periods.due_on > by_date:
        return "kept"
    return "due" if holding.hold is None else "held"


def _row(about: Concept, name: str, some: Sequence[Holding | SeriesYear], said: Standing) -> DueRow:
    first = min(some, key=lambda each: each.periods.due_on if each.periods is not None else date.max)
    series, times = first.series, first.periods
    documents = [each for each in some if isinstance(each, Holding)]
    return DueRow(
        about.uid, name, said, first.rule.outcome if said in ("due", "held") else None,
        None if series is None else series.uid, "" if series is None else series.name, about.owner,
        first.trigger, None if times is None else times.inactive_on, None if times is None else times.due_on,
        first.hold, first.rule.condition, None if series is None else series.attributes.get("authority"),
        len(documents), tuple(sorted(each.document.uid for each in documents)),
        tuple(each.year for each in some if isinstance(each, SeriesYear)),
    )  # fmt: skip
