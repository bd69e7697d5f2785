"""Roadmap: the initiatives over time, what waits for what, the plateaus to be reached, budgets and progress."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from diagrams.chart import Chart
from diagrams.charts.timeline import LINK, TODAY, Link, Moment, Row, Span, Timeline
from diagrams.colouring import colouring
from diagrams.concepts import joined, kind_of, moment_of, name_of, owners_of, tooltip
from diagrams.drawing import Swatch, Words
from diagrams.filters import filters
from diagrams.marks import sample
from diagrams.notation import phrase
from diagrams.round_numbers import number_in_words, percent_in_words
from diagrams.subjects import first_of
from ea_repo import clock
from ea_repo.catalogue import viewpoint
from ea_repo.planning.roadmap.plan import dependency
from ea_repo.planning.roadmap.scheduling import Dependency
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 60
_INITIATIVES = ("Initiative", "WorkPackage")
_DONE = Swatch("s5", phrase("progress"))


@viewpoint(example={"today": date(2026, 11, 27)})
def roadmap(
    state: State,
    *,
    owner: Annotated[str | None, "Only initiatives of this agency and those below it."] = None,
    model: Annotated[str | None, "Only initiatives of this model."] = None,
    group: Annotated[Literal["programme", "owner", "plateau", "none"], "What the rows stand under."] = "programme",
    today: Annotated[date | None, "Where the line of today stands; left out, the date asked for, or today."] = None,
    limit: Annotated[int, "The most initiatives; of more, those with the largest budgets.", range(1, 501)] = MOST_SHOWN,
) -> Chart:
    """The initiatives over time, with what waits for what, plateaus, budget and progress."""
    types = first_of(state, _INITIATIVES)
    query = Query(types=types, kind="element", owner=owner, model=model)
    found = {each.uid: each for each in state.iterate(query)} if types else {}
    now = today or state.on or clock.now().date()
    dated = {uid: each for uid, each in found.items() if _day(each, "starts_on") or _day(each, "ends_on")}
    chosen = sorted(dated, key=lambda uid: (-_budget(dated[uid])[0], uid))[: max(limit, 1)]
    initiatives = {uid: dated[uid] for uid in chosen}
    plateaus = _plateaus(state) if initiatives else []
    groups = _groups(state, initiatives, group, plateaus)
    swatches, by_uid = _swatches(state, initiatives)
    ordered = sorted(initiatives, key=lambda uid: (groups[uid][0], _first_day(initiatives[uid]), uid))
    days = [day for each in initiatives.values() for day in (_first_day(each), _last_day(each))]
    days += [day for _, day in plateaus]
    moments = [Moment(now, phrase("today", date=now.isoformat()), TODAY)]
    moments += [
        Moment(day, name_of(each), uid=each.uid, type=each.type, tooltip=tooltip(state.metamodel, each))
        for each, day in plateaus
    ]
    links = _links(state, initiatives)
    waits = sample(phrase("waits"), LINK)
    figure = Timeline(
        tuple(_row(state, initiatives[uid], groups[uid][1], by_uid[uid]) for uid in ordered),
        date(min([*days, now]).year, 1, 1), date(max([*days, now]).year, 12, 31), tuple(moments), tuple(links),
        phrase("budget_and_progress"), (*swatches, _DONE), (waits,) if links else (),
    )  # fmt: skip
    of = filters(state, owner=owner, model=model)
    return Chart(
        title=phrase("roadmap_title"),
        figure=figure,
        subtitle=joined([*of, phrase("initiatives_count", count=len(found)), *_total(dated), *moment_of(state)]),
        notes=tuple(_notes(len(found), len(dated), len(chosen))),
        viewpoint="roadmap",
    )


def _day(concept: Concept, name: str) -> date | None:
    said = concept.attributes.get(name)
    return date.fromisoformat(said) if isinstance(said, str) and said else None


def _first_day(initiative: Concept) -> date:
    return _day(initiative, "starts_on") or _day(initiative, "ends_on") or date.min


def _last_day(initiative: Concept) -> date:
    return _day(initiative, "ends_on") or _day(initiative, "starts_on") or date.min


def _budget(initiative: Concept) -> tuple[float, str]:
    said = initiative.attributes.get("budget")
    return (float(said["amount"]), said["currency"]) if isinstance(said, Mapping) else (0.0, "")


def _total(found: Mapping[str, Concept]) -> list[Words]:
    """The budgets together, for each currency."""
    sums: dict[str, float] = {}
    for each in found.values():
        amount, currency = _budget(each)
        if currency:
            sums[currency] = sums.get(currency, 0.0) + amount
    return [
        phrase("budget_of", amount=number_in_words(amount, f" {currency}")) for currency, amount in sorted(sums.items())
    ]


def _plateaus(state: State) -> list[tuple[Concept, date]]:
    found = state.iterate(Query(types=("Plateau",), kind="element"))
    return [(each, day) for each in found if (day := _day(each, "reached_on")) is not None]


def _groups(
    state: State, initiatives: Mapping[str, Concept], group: str, plateaus: Sequence[tuple[Concept, date]]
) -> dict[str, tuple[str, Words]]:
    """For each initiative what its group is sorted by, and called."""
    if group == "owner":
        owners = owners_of(state, initiatives.values())
        named = {uid: owners.get(each.owner or "") for uid, each in initiatives.items()}
        return {
            uid: (owner.name, name_of(owner)) if owner is not None else ("\uffff", phrase("no_owner"))
            for uid, owner in named.items()
        }
    if group == "plateau":
        order = {each.uid: (day.isoformat(), name_of(each)) for each, day in plateaus}
        reached = {
            each.source: order[each.target]
            for uid in order for each in state.relationships(uid, direction="in", types=("Realization",))
            if each.target in order
        }  # fmt: skip
        return {uid: reached.get(uid, ("\uffff", phrase("no_plateau"))) for uid in initiatives}
    if group == "programme":
        labels = {
            value.name: (f"{at:03}", value.label)
            for each in {each.type for each in initiatives.values()}
            for at, value in enumerate(_values(state, each, "programme"))
        }
        other: tuple[str, Words] = ("\uffff", phrase("no_programme") if labels else "")
        return {uid: labels.get(str(each.attributes.get("programme")), other) for uid, each in initiatives.items()}
    return dict.fromkeys(initiatives, ("", ""))


def _values(state: State, type_name: str, attribute: str) -> Sequence[Any]:
    declared = state.metamodel.attributes(type_name).get(attribute)
    return declared.values if declared is not None else ()


def _swatches(state: State, initiatives: Mapping[str, Concept]) -> tuple[tuple[Swatch, ...], Mapping[str, Swatch]]:
    """By status, where the type has one."""
    if any("status" in state.metamodel.attributes(each.type) for each in initiatives.values()):
        found = colouring(state, initiatives.values(), "status")
        return found.swatches, found.by_uid
    plain = Swatch("c1", phrase("initiative"))
    return (plain,), dict.fromkeys(initiatives, plain)


def _links(state: State, initiatives: Mapping[str, Concept]) -> list[Link]:
    found = []
    for uid in sorted(initiatives):
        for each in state.relationships(uid, direction="out", types=("Triggering",)):
            after = each.target or ""
            if after in initiatives and after != uid:
                told = phrase("pair", source=name_of(initiatives[uid]), target=name_of(initiatives[after]))
                bond = dependency(each)
                found.append(
                    Link(
                        uid,
                        after,
                        joined([told, *_how(bond)], ": "),
                        each.uid,
                        each.type,
                        bond.from_start,
                        bond.holds_finish,
                    )
                )
    return found


def _how(bond: Dependency) -> list[Words]:
    """How the other waits, as schedules write it; that it does so for the end is what everybody expects."""
    return [] if bond.short == "FS" else [bond.short]


def _row(state: State, initiative: Concept, group: Words, swatch: Swatch) -> Row:
    said = initiative.attributes
    progress = said.get("progress_percent")
    done = float(progress) / 100 if progress is not None else None
    amount, currency = _budget(initiative)
    details: list[Words] = [number_in_words(amount, f" {currency}")] if currency else []
    details += [percent_in_words(float(progress))] if progress is not None else []
    days = f"{_first_day(initiative).isoformat()} – {_last_day(initiative).isoformat()}"
    tip = joined([name_of(initiative), joined([days, swatch.label, *details])], "\n")
    span = Span(
        _first_day(initiative), _last_day(initiative), swatch, swatch.label, tip, initiative.uid, initiative.type,
        done, _DONE,
    )  # fmt: skip
    return Row(
        initiative.uid, name_of(initiative), (span,), detail=joined(details), uid=initiative.uid,
        type=kind_of(state.metamodel, initiative).type, tooltip=tooltip(state.metamodel, initiative), group=group,
    )  # fmt: skip


def _notes(count: int, dated: int, shown: int) -> list[Words]:
    found = [phrase("largest_shown", shown=shown, rest=dated - shown)] if dated > shown else []
    found += [phrase("without_dates", count=count - dated)] if count > dated else []
    return found or ([] if count else [phrase("nothing_found")])
