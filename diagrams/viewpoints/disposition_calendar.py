"""Disposition calendar: in which year the documents of each record series are due, for what, and what a legal hold stops."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated

from diagrams.chart import Chart
from diagrams.charts.matrix import Cell, Heading, Matrix
from diagrams.concepts import joined, moment_of, name_of, owners_of, tooltip
from diagrams.drawing import Swatch, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.round_numbers import number_in_words
from ea_repo import clock
from ea_repo.catalogue import viewpoint
from ea_repo.planning.records.holdings import Holding, SeriesYear, holdings, rule_of, series_in, series_years
from ea_repo.planning.records.retention import periods
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN, _MOST_NAMED = 60, 12
_OVER, _LATER, _WAITING = "over", "later", "waiting"
_HELD = "held"
#: A document, or the files of a year that are kept elsewhere.
Held = Holding | SeriesYear
_COLOURS: Mapping[str, str] = {"destroy": "c4", "reappraise": "c2", "permanent": "c1", _HELD: "c8"}


@viewpoint(example={"today": date(2026, 11, 27)})
def disposition_calendar(
    state: State,
    *,
    owner: Annotated[str | None, "Only series and documents of this agency and those below it."] = None,
    years: Annotated[int, "How many years to look ahead.", range(1, 41)] = 12,
    today: Annotated[date | None, "The day from which years count; left out, the date asked for, or today."] = None,
    limit: Annotated[int, "The most series; of more, those due first.", range(1, 301)] = MOST_SHOWN,
) -> Chart:
    """How many documents, and years of files kept elsewhere, of each record series are due for disposition in which year, and what becomes of them."""
    day = today or state.on or clock.now().date()
    series = series_in(state, owner)
    held: defaultdict[str, list[Held]] = defaultdict(list)
    for each in holdings(state, day, owner):
        if each.series is not None:
            held[each.series.uid].append(each)
            series.setdefault(each.series.uid, each.series)
    documents = sum(len(each) for each in held.values())
    for files in series_years(series.values(), day):
        held[files.series.uid].append(files)
    closing = {uid: due.due_on for uid, each in series.items() if (due := periods(rule_of(each), day)) is not None}
    order = sorted(series, key=lambda uid: (_first(held[uid], closing.get(uid)), series[uid].name, uid))
    shown, owners = order[:limit], owners_of(state, [series[uid] for uid in order[:limit]])
    shown.sort(key=lambda uid: _place(series[uid], owners))
    notes = (
        [phrase("soonest_series", shown=len(shown), rest=len(order) - len(shown))] if len(order) > len(shown) else []
    )
    waits = any(each.periods is None for some in held.values() for each in some)
    return Chart(
        title=phrase("disposition_title"),
        figure=Matrix(
            tuple(_head(state, series[uid], owners) for uid in shown), tuple(_columns(day, years, waits=waits)),
            tuple(cell for uid in shown for cell in _cells(series[uid], held[uid], closing.get(uid), day, years)),
            phrase("series_heading"), phrase("disposition_year"), tuple(_swatches().values()),
        ),
        subtitle=joined([
            *filters(state, owner=owner),
            phrase("series_count", count=len(series)), phrase("documents_count", count=documents), *moment_of(state),
        ]),
        notes=tuple([phrase("arrow_means"), *notes] if series else [phrase("nothing_found")]),
        viewpoint="disposition-calendar",
    )  # fmt: skip


def _first(some: Sequence[Held], closing: date | None) -> date:
    return min((each.periods.due_on for each in some if each.periods is not None), default=closing or date.max)


def _place(series: Concept, owners: Mapping[str, Concept]) -> tuple[bool, str, str, str]:
    owner = owners.get(series.owner or "")
    return owner is None, "" if owner is None else owner.name, str(series.attributes.get("code", "")), series.uid


def _head(state: State, series: Concept, owners: Mapping[str, Concept]) -> Heading:
    owner = owners.get(series.owner or "")
    return Heading(
        series.uid, name_of(series), series.uid, series.type, tooltip(state.metamodel, series, owner),
        "" if owner is None else name_of(owner),
    )  # fmt: skip


def _columns(day: date, years: int, *, waits: bool) -> list[Heading]:
    last = day.year + years - 1
    return [
        Heading(_OVER, phrase("already_due")),
        *(Heading(str(year), str(year)) for year in range(day.year, last + 1)),
        Heading(_LATER, phrase("later_than", year=last)),
        *([Heading(_WAITING, phrase("waiting_column"))] if waits else []),
    ]


def _cells(series: Concept, some: Sequence[Held], closing: date | None, day: date, years: int) -> Iterator[Cell]:
    swatches = _swatches()
    by_column: defaultdict[str, list[Held]] = defaultdict(list)
    for each in some:
        by_column[_column(None if each.periods is None else each.periods.due_on, day, years)].append(each)
    for column, found in by_column.items():
        kind = _HELD if any(each.hold for each in found) else found[0].rule.outcome
        told: list[Words] = [joined([_called(each), _due(each)], "  ") for each in found[:_MOST_NAMED]]
        more = [phrase("more", count=len(found) - _MOST_NAMED)] if len(found) > _MOST_NAMED else []
        tip = joined([name_of(series), swatches[kind].label, *told, *more], "\n")
        yield Cell(series.uid, column, swatches[kind], number_in_words(len(found)), tip)
    if closing is not None and (column := _column(closing, day, years)) not in by_column:
        swatch = swatches[rule_of(series).outcome]
        told = [name_of(series), joined([phrase("closed_now"), closing.isoformat()], ": "), swatch.label]
        yield Cell(series.uid, column, swatch, "→", joined(told, "\n"))


def _called(each: Held) -> Words:
    return (
        joined([name_of(each.series), str(each.year)], " ") if isinstance(each, SeriesYear) else name_of(each.document)
    )


def _due(holding: Held) -> str:
    return "" if holding.periods is None else holding.periods.due_on.isoformat()


def _column(due: date | None, day: date, years: int) -> str:
    if due is None:
        return _WAITING
    if due <= day:
        return _OVER
    return str(due.year) if due.year < day.year + years else _LATER


def _swatches() -> dict[str, Swatch]:
    return {kind: Swatch(colour, phrase(f"outcome_{kind}")) for kind, colour in _COLOURS.items()}
