"""End-of-life calendar: in which year how many resources are past their useful life or support, by agency or type."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from diagrams.chart import Chart
from diagrams.charts.matrix import Cell, Heading, Matrix
from diagrams.concepts import joined, moment_of, name_of, owners_of, plural, tooltip
from diagrams.drawing import Swatch, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.round_numbers import number_in_words
from ea_repo.catalogue import viewpoint
from ea_repo.planning.calendar_dates import after_months
from ea_repo.planning.resources.life_cycle import EndRule, life_of
from ea_repo.planning.resources.register import day_of, on_a_day, resources, rules
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN, _MOST_NAMED = 60, 12
_OVER, _LATER, _UNKNOWN = "over", "later", "unknown"
_TITLES: Mapping[EndRule, str] = {
    "earlier": "year_of_end", "life": "year_of_life_end", "support": "year_of_support_end",
}  # fmt: skip


@viewpoint(example={"today": date(2026, 11, 27)})
def end_of_life_calendar(
    state: State,
    *,
    by: Annotated[Literal["agency", "type"], "A row for each agency, or for each type of resource."] = "agency",
    rule: Annotated[EndRule, "What ends: the useful life, support, or whichever is first."] = "earlier",
    years: Annotated[int, "How many years to look ahead.", range(1, 31)] = 10,
    owner: Annotated[tuple[str, ...], "Only what this agency or an agency below it owns; give several for any."] = (),
    type: Annotated[tuple[str, ...], "Only resources of these types, such as Server; left out, all."] = (),
    today: Annotated[date | None, "The day from which years count; left out, the date asked for, or today."] = None,
    limit: Annotated[int, "The most rows; of more, those with most that ends.", range(1, 301)] = MOST_SHOWN,
) -> Chart:
    """How many information resources reach the end of their useful life or support in which year, by agency or type."""
    state = on_a_day(state)
    day = today or day_of(state)
    found = resources(state, type, (), owner)
    ends = {each.uid: _last_day(each, rule) for each in found}
    groups: defaultdict[str, list[Concept]] = defaultdict(list)
    for each in found:
        groups[(each.owner or "") if by == "agency" else each.type].append(each)
    order = sorted(groups, key=lambda key: (-sum(ends[each.uid] is not None for each in groups[key]), key))
    shown = order[:limit]
    heads = _agencies(state, [each for key in shown for each in groups[key][:1]], shown) if by == "agency" else [
        Heading(key, plural(state.metamodel, key, 2)) for key in shown
    ]  # fmt: skip
    left = len(order) - len(shown)
    return Chart(
        title=phrase("calendar_title"),
        figure=Matrix(
            tuple(heads), tuple(_columns(day, years, unknown=None in ends.values())),
            tuple(_cells(groups, shown, ends, day, years, {head.key: head.name for head in heads})),
            phrase("agencies_heading" if by == "agency" else "types_heading"), phrase(_TITLES[rule]), tuple(_swatches()),
        ),
        subtitle=joined([
            *filters(state, owner=owner, type=type),
            phrase("resources_count", count=len(found)), *moment_of(state),
        ]),
        notes=tuple([phrase("rows_left_out", count=left)] if left else [] if found else [phrase("nothing_found")]),
        viewpoint="end-of-life-calendar",
    )  # fmt: skip


def _last_day(resource: Concept, rule: EndRule) -> date | None:
    """The last day of its useful life or support."""
    over = life_of(resource).over_on(rule)
    return None if over is None else over - timedelta(days=1)


def _agencies(state: State, some: Sequence[Concept], keys: Sequence[str]) -> list[Heading]:
    owners = owners_of(state, some)
    return [
        Heading(key, phrase("no_owner")) if key not in owners else Heading(
            key, name_of(owners[key]), key, owners[key].type, tooltip(state.metamodel, owners[key])
        )
        for key in keys
    ]  # fmt: skip


def _columns(day: date, years: int, *, unknown: bool) -> list[Heading]:
    last = day.year + years - 1
    return [
        Heading(_OVER, phrase("already_over")),
        *(Heading(str(year), str(year)) for year in range(day.year, last + 1)),
        Heading(_LATER, phrase("later_than", year=last)),
        *([Heading(_UNKNOWN, phrase("no_end_known"))] if unknown else []),
    ]  # fmt: skip


def _cells(
    groups: Mapping[str, Sequence[Concept]], shown: Sequence[str], ends: Mapping[str, date | None], day: date, years: int,
    names: Mapping[str, Words],
) -> list[Cell]:  # fmt: skip
    over, soon, later, unknown = _swatches()
    warned = after_months(day, rules("life_cycle")["warn_months"])
    found = []
    for key in shown:
        by_column: defaultdict[str, list[Concept]] = defaultdict(list)
        for each in groups[key]:
            by_column[_column(ends[each.uid], day, years)].append(each)
        for column, some in by_column.items():
            first = min((end for each in some if (end := ends[each.uid]) is not None), default=None)
            swatch = unknown if first is None else over if first < day else soon if first <= warned else later
            listed = sorted(some, key=lambda each: (ends[each.uid] or date.max, each.uid))
            told = [
                joined([name_of(each), end.isoformat() if (end := ends[each.uid]) else ""], "  ")
                for each in listed[:_MOST_NAMED]
            ]
            more = [phrase("more", count=len(some) - _MOST_NAMED)] if len(some) > _MOST_NAMED else []
            found.append(
                Cell(key, column, swatch, number_in_words(len(some)), joined([names[key], *told, *more], "\n"))
            )
    return found


def _column(end: date | None, day: date, years: int) -> str:
    if end is None:
        return _UNKNOWN
    if end < day:
        return _OVER
    return str(end.year) if end.year < day.year + years else _LATER


def _swatches() -> tuple[Swatch, Swatch, Swatch, Swatch]:
    months = rules("life_cycle")["warn_months"]
    return (
        Swatch("c4", phrase("standing_over")), Swatch("c2", phrase("standing_ending", months=months)),
        Swatch("s2", phrase("standing_later")), Swatch("none", phrase("standing_unknown")),
    )  # fmt: skip
