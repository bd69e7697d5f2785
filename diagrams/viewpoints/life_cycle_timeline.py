"""Life-cycle time line: when each system or information resource was planned, came, runs and goes, and loses support."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from diagrams.chart import Chart
from diagrams.charts.timeline import TODAY, Moment, Row, Sign, Span, Timeline
from diagrams.concepts import joined, kind_of, moment_of, name_of, owners_of, tooltip
from diagrams.drawing import MarkStyle, Swatch, Words
from diagrams.filters import filters
from diagrams.life_cycle import Life, life_of, swatches
from diagrams.notation import phrase
from diagrams.subjects import SYSTEMS, counted, first_of
from ea_repo import clock
from ea_repo.catalogue import viewpoint
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 45
_YEARS_BACK, _YEARS_ON = 15, 12


@viewpoint(example={"owner": "finance:MOF", "today": date(2026, 11, 27)})
def life_cycle_timeline(
    state: State,
    *,
    owner: Annotated[str | None, "Only what this agency and those below it own."] = None,
    type: Annotated[tuple[str, ...], "What to show, such as Server or SoftwareProduct; left out, systems."] = (),
    model: Annotated[str | None, "Only what is in this model."] = None,
    today: Annotated[date | None, "Where the line of today stands; left out, the date asked for, or today."] = None,
    limit: Annotated[
        int, "The most rows; of more, those that something happens to soonest.", range(1, 501)
    ] = MOST_SHOWN,
) -> Chart:
    """When systems or other resources were planned, came into use, are phased out, end and lose support."""
    types = type or first_of(state, SYSTEMS)
    query = Query(types=types, kind="element", owner=owner, model=model)
    concepts = {each.uid: each for each in state.iterate(query)} if types else {}
    now = today or state.on or clock.now().date()
    lives = {uid: life for uid, each in concepts.items() if (life := life_of(each)).days}
    chosen = sorted(lives, key=lambda uid: (*_urgency(lives[uid], now), uid))[: max(limit, 1)]
    owners = owners_of(state, [concepts[uid] for uid in chosen])
    ordered = sorted(chosen, key=lambda uid: _order(concepts[uid], lives[uid], owners))
    first, last = _bounds([lives[uid] for uid in chosen], now)
    figure = Timeline(
        tuple(_row(state, concepts[uid], lives[uid], owners) for uid in ordered), first, last,
        (Moment(now, phrase("today", date=now.isoformat()), TODAY),), swatches=swatches(),
    )  # fmt: skip
    of = filters(state, owner=owner, model=model)
    return Chart(
        title=phrase("life_cycle_title"),
        figure=figure,
        subtitle=joined([*of, counted(state, types, len(concepts)), *moment_of(state)]),
        notes=tuple(_notes(len(concepts), len(lives), len(chosen))),
        viewpoint="life-cycle-timeline",
    )


def _urgency(life: Life, today: date) -> tuple[bool, date]:
    """What changes soonest first; then what changed last."""
    coming = life.next_change(today)
    return (False, coming) if coming is not None else (True, date.max - (life.days[-1] - date.min))


def _order(concept: Concept, life: Life, owners: Mapping[str, Concept]) -> tuple[bool, str, date, str]:
    owner = owners.get(concept.owner or "")
    return owner is None, owner.name if owner is not None else "", life.days[0], concept.uid


def _bounds(lives: list[Life], today: date) -> tuple[date, date]:
    """Whole years around what is known, not farther than can be read."""
    days = [day for life in lives for day in life.days] or [today]
    first = max(min(*days, today).year, today.year - _YEARS_BACK)
    last = min(max(*days, today).year, today.year + _YEARS_ON)
    return date(first, 1, 1), date(max(last, today.year + 1), 12, 31)


def _row(state: State, concept: Concept, life: Life, owners: Mapping[str, Concept]) -> Row:
    owner = owners.get(concept.owner or "")
    spans = tuple(
        Span(
            phase.begin, phase.end, phase.swatch, phase.swatch.label, _between(name_of(concept), phase.swatch.label, phase.begin, phase.end),
            concept.uid, concept.type,
        )
        for phase in life.phases
    )  # fmt: skip
    days: list[tuple[date | None, str, MarkStyle, float]] = [
        (life.end_of_life, "end_of_life", MarkStyle("diamond", Swatch("c4", "")), 0),
        (life.end_of_support, "end_of_support", MarkStyle("disc", Swatch("c6", "")), -5),
        (life.useful_until, "useful_life_over", MarkStyle("diamond", Swatch("same", "")), 5),
    ]
    signs = tuple(
        Sign(day, style, phrase(key), joined([name_of(concept), phrase(key), day.isoformat()], "\n"), lower)
        for day, key, style, lower in days
        if day is not None
    )
    return Row(
        concept.uid, name_of(concept), spans, signs, uid=concept.uid, type=kind_of(state.metamodel, concept).type,
        tooltip=tooltip(state.metamodel, concept, owner), group=name_of(owner) if owner is not None else "",
    )  # fmt: skip


def _between(name: Words, phase: Words, begin: date | None, end: date | None) -> Words:
    days = f"{begin.isoformat() if begin else '…'} – {end.isoformat() if end else '…'}"
    return joined([name, joined([phase, days], ": ")], "\n")


def _notes(count: int, dated: int, shown: int) -> list[Words]:
    found = [phrase("soonest_shown", shown=shown, rest=dated - shown)] if dated > shown else []
    found += [phrase("without_dates", count=count - dated)] if count > dated else []
    return found or ([] if count else [phrase("nothing_found")])
