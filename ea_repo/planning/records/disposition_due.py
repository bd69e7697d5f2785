"""Which documents are due to be destroyed, handed over or appraised."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.clock import now
from ea_repo.planning.records.holdings import Holding, hold_of, holdings, rule_of, series_in
from ea_repo.planning.records.retention import Disposition
from ea_repo.store.records import Concept
from ea_repo.store.state import State

Standing = Literal["due", "held", "kept", "waiting"]
_ORDER: tuple[Standing, ...] = ("due", "held", "waiting", "kept")


@dataclass(frozen=True, slots=True)
class DueRow:
    """A document, or all of a series of one standing, by a day. A series without documents waits.

    due: its disposition is due, `outcome`; held: it would be due, but `hold` stops it; waiting: it has no due day, as its
    trigger has not come or no rule tells; kept: due later, on `due_on`. By series, `due_on` is the first and `uids` are the
    documents.
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


@report(example={"by": "series"})
def disposition_due(
    state: State,
    *,
    by_date: Annotated[date | None, "Due by this day, itself included; left out, by the state's date or today."] = None,
    by: Annotated[Literal["document", "series"], "A row for each document, or for each series."] = "document",
    owner: Annotated[str | None, "Only documents of this agency or an agency below it."] = None,
) -> Answer[DueRow]:
    """Which documents are due for disposition by a day and which it is; what a legal hold stops is told apart.

    Retention counts from the trigger of the series, or from 1 January after it; a conditional disposition is told as to
    re-appraise. Documents due before come first. A document stands in the series that it names, or else in the one that its
    type fills. O(documents).
    """
    last = by_date or state.on or now().date()
    found = [(each, standing(each, last)) for each in holdings(state, last, owner)]
    if by == "document":
        rows = [_row(each.document, [each], said) for each, said in found]
    else:
        rows = list(_by_series(state, found, last, owner))
    return Answer.of(state, sorted(rows, key=lambda row: (_ORDER.index(row.standing), row.due_on or date.max, row.uid)))


def _by_series(
    state: State, found: Sequence[tuple[Holding, Standing]], last: date, owner: str | None
) -> Iterator[DueRow]:
    """A row for each series and standing of its documents; of those without documents, which only wait, one as well."""
    groups: dict[tuple[str, Standing], list[Holding]] = {}
    for each, said in found:
        if each.series is not None:
            groups.setdefault((each.series.uid, said), []).append(each)
    for (_, said), some in groups.items():
        if (series := some[0].series) is not None:
            yield _row(series, some, said)
    for uid, series in series_in(state, owner).items():
        if not any(uid == known for known, _ in groups):
            rule, hold = rule_of(series), hold_of(series, last)
            yield DueRow(
                uid, series.name, "waiting", None, uid, series.name, series.owner, None, None, None, hold,
                rule.condition, series.attributes.get("authority"), 0, (),
            )  # fmt: skip


def standing(holding: Holding, by_date: date) -> Standing:
    """Of a document by a day."""
    if holding.periods is None:
        return "waiting"
    if holding.periods.due_on > by_date:
        return "kept"
    return "due" if holding.hold is None else "held"


def _row(about: Concept, some: Sequence[Holding], said: Standing) -> DueRow:
    first = min(some, key=lambda each: each.periods.due_on if each.periods is not None else date.max)
    series, times = first.series, first.periods
    return DueRow(
        about.uid, about.name, said, first.rule.outcome if said in ("due", "held") else None,
        None if series is None else series.uid, "" if series is None else series.name, about.owner,
        first.trigger, None if times is None else times.inactive_on, None if times is None else times.due_on,
        first.hold, first.rule.condition, None if series is None else series.attributes.get("authority"), len(some),
        tuple(sorted(each.document.uid for each in some)),
    )  # fmt: skip
