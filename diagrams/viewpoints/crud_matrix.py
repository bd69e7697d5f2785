"""CRUD matrix: which system or function creates, updates and reads which data, and what is collected more than once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from diagrams.chart import Chart
from diagrams.charts.matrix import Cell, Heading, Matrix
from diagrams.concepts import joined, moment_of
from diagrams.drawing import Swatch, Words
from diagrams.filters import filters
from diagrams.gathering import Gathered, gathered, names_of, pair_words
from diagrams.notation import phrase
from diagrams.subjects import DATA, FUNCTIONS, SYSTEMS, first_of
from ea_repo.catalogue import viewpoint
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_MOST_ROWS, _MOST_COLUMNS = 60, 48
_ACCESS = "Access"
Deed = Literal["creates", "again", "derives", "updates", "receives", "reads"]
#: The strongest first; the letter that stands in the cell, and its colour.
_DEEDS: Mapping[Deed, tuple[str, str]] = {
    "creates": ("C", "c3"),
    "again": ("C", "c4"),
    "derives": ("C", "c7"),
    "updates": ("U", "c2"),
    "receives": ("R", "c6"),
    "reads": ("R", "c1"),
}


@dataclass(frozen=True, slots=True)
class _Deed:
    who: str
    data: str
    kind: Deed


@viewpoint(example={"owner": "people:MOHA"})
def crud_matrix(
    state: State,
    *,
    by: Annotated[Literal["system", "function"], "The rows: systems, or functions."] = "system",
    owner: Annotated[str | None, "Only data that agencies like this one, or below it, are in charge of."] = None,
    model: Annotated[str | None, "Only data of this model."] = None,
    data: Annotated[tuple[str, ...], "What counts as data; left out, data sets."] = (),
    limit: Annotated[
        int | None,
        "The most rows and columns, above which owners stand for what is theirs; left out, 60 and 48.",
        range(2, 301),
    ] = None,
) -> Chart:
    """Which system or function creates, updates and reads which data; data collected more than once is marked."""
    types = data or first_of(state, DATA)
    sets = {each.uid: each for each in state.iterate(Query(types=types, owner=owner, model=model))} if types else {}
    who_types = first_of(state, SYSTEMS if by == "system" else FUNCTIONS)
    deeds = _deeds(state, sets, who_types)
    actors = state.get_many(sorted({each.who for each in deeds}))
    used = {uid: sets[uid] for uid in {each.data for each in deeds}}
    rows = gathered(state, actors, Counter(each.who for each in deeds), limit or _MOST_ROWS)
    columns = gathered(state, used, Counter(each.data for each in deeds), limit or _MOST_COLUMNS, groups=False)
    again = {each.data for each in deeds if each.kind == "again"}
    matrix = Matrix(
        rows.headings, columns.headings if columns.rolled_up else tuple(_flagged(head, again) for head in columns.headings),
        tuple(_cells(rows, columns, deeds)), phrase(f"{by}s_by_owner" if rows.rolled_up else f"{by}s"),
        phrase("data_by_owner" if columns.rolled_up else "data_sets"), (*_swatches().values(), _several()),
    )  # fmt: skip
    counts = [
        phrase(f"{by}s_count", count=len(actors)),
        phrase("data_sets_count", count=len(used)),
        phrase("again_count", count=len(again)),
    ]
    return Chart(
        title=phrase("crud_title"),
        figure=matrix,
        subtitle=joined([*filters(state, owner=owner, model=model), *counts, *moment_of(state)]),
        notes=tuple(_notes(rows, columns, len(sets), len(used), bool(deeds))),
        viewpoint="crud-matrix",
    )


def _deeds(state: State, sets: Mapping[str, Concept], types: tuple[str, ...]) -> list[_Deed]:
    """Who does what with which data, the strongest of each pair. An access without a type reads."""
    if not sets or not types:
        return []
    actors = {each.uid for each in state.iterate(Query(types=types, kind="element"))}
    best: dict[tuple[str, str], Deed] = {}
    order = list(_DEEDS)
    for each in state.iterate(Query(types=(_ACCESS,), kind="relationship")):
        if each.source in actors and each.target in sets:
            kind, pair = _kind(each), (each.source, each.target or "")
            if pair not in best or order.index(kind) < order.index(best[pair]):
                best[pair] = kind
    return [_Deed(who, data, kind) for (who, data), kind in sorted(best.items())]


def _kind(access: Concept) -> Deed:
    said = access.attributes
    origin, writes = said.get("origin"), said.get("access_type") in ("write", "read_write")
    if origin == "received":
        return "receives"
    if origin == "derived":
        return "derives"
    if origin == "collected":
        return "again" if said.get("authoritative") is False else "creates"
    return "updates" if writes else "reads"


def _flagged(head: Heading, again: set[str]) -> Heading:
    return replace(head, flag=_several(), sign="!") if head.key in again else head


def _cells(rows: Gathered, columns: Gathered, deeds: Sequence[_Deed]) -> list[Cell]:
    together: defaultdict[tuple[str, str], set[Deed]] = defaultdict(set)
    for each in deeds:
        together[rows.key_of[each.who], columns.key_of[each.data]].add(each.kind)
    names = {**names_of(rows.headings), **names_of(columns.headings)}
    swatches, found = _swatches(), []
    for (row, column), kinds in sorted(together.items()):
        ordered = [kind for kind in _DEEDS if kind in kinds]
        letters = "".join(dict.fromkeys(_DEEDS[kind][0] for kind in ordered))
        tooltip = pair_words(names[row], names[column], [swatches[kind].label for kind in ordered])
        found.append(Cell(row, column, swatches[ordered[0]], letters, tooltip))
    return found


def _swatches() -> dict[Deed, Swatch]:
    return {kind: Swatch(colour, phrase(f"deed_{kind}")) for kind, (_, colour) in _DEEDS.items()}


def _several() -> Swatch:
    return Swatch("c4", phrase("collected_again"))


def _notes(rows: Gathered, columns: Gathered, sets: int, used: int, any_deeds: bool) -> list[Words]:
    if not any_deeds:
        return [phrase("nothing_found")]
    found = [phrase("rows_by_owner")] if rows.rolled_up else []
    found += [phrase("columns_by_owner")] if columns.rolled_up else []
    found += [phrase("rows_left_out", count=rows.left_out)] if rows.left_out else []
    found += [phrase("columns_left_out", count=columns.left_out)] if columns.left_out else []
    return [*found, *([phrase("data_untouched", count=sets - used)] if sets > used else [])]
