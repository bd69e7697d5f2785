"""Function-system matrix: which system supports which function, which functions have none, and which have several."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from diagrams.chart import Chart
from diagrams.charts.matrix import Cell, Heading, Matrix
from diagrams.concepts import joined, moment_of, name_of
from diagrams.drawing import Swatch, Words
from diagrams.filters import filters
from diagrams.gathering import Gathered, gathered, names_of, pair_words
from diagrams.notation import phrase
from diagrams.round_numbers import number_in_words
from diagrams.subjects import FUNCTIONS, SYSTEMS, first_of
from ea_repo.analysis.coverage import Extent, Support, doubled, support
from ea_repo.catalogue import viewpoint
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_MOST_ROWS, _MOST_COLUMNS = 60, 48


@viewpoint(example={"owner": "finance:MOF"})
def function_system_matrix(
    state: State,
    *,
    owner: Annotated[str | None, "Only functions of this agency and those below it."] = None,
    model: Annotated[str | None, "Only functions of this model."] = None,
    function: Annotated[tuple[str, ...], "What counts as a function; left out, business functions."] = (),
    system: Annotated[tuple[str, ...], "What counts as a system; left out, systems."] = (),
    only_gaps: Annotated[bool, "Only functions that no system supports, or several in full."] = False,
    limit: Annotated[
        int | None,
        "The most rows and columns, above which owners stand for what is theirs; left out, 60 and 48.",
        range(2, 301),
    ] = None,
) -> Chart:
    """Which system supports which function: in full, in part or through a service, with gaps and doubles marked."""
    function_types, system_types = function or first_of(state, FUNCTIONS), system or first_of(state, SYSTEMS)
    functions = _found(state, function_types, owner, model)
    pairs = support(state, _found(state, system_types), functions) if functions else []
    twice = doubled(pairs)
    supported = {pair.function for pair in pairs}
    if only_gaps:
        functions = {uid: each for uid, each in functions.items() if uid not in supported or uid in twice}
        pairs = [pair for pair in pairs if pair.function in functions]
    systems = state.get_many(sorted({pair.system for pair in pairs}))
    rows = gathered(state, functions, Counter(pair.function for pair in pairs), limit or _MOST_ROWS)
    columns = gathered(state, systems, Counter(pair.system for pair in pairs), limit or _MOST_COLUMNS, groups=False)
    gaps = [uid for uid in functions if uid not in supported]
    heads = rows.headings if rows.rolled_up else tuple(_flagged(head, supported, twice) for head in rows.headings)
    matrix = Matrix(
        heads, columns.headings, tuple(_cells(rows, columns, pairs, {**functions, **systems})),
        phrase("functions_by_owner" if rows.rolled_up else "functions"), phrase("systems_by_owner" if columns.rolled_up else "systems"), _swatches(),
    )  # fmt: skip
    counts = [
        phrase("functions_count", count=len(functions)), phrase("systems_count", count=len(systems)),
        phrase("gaps_count", count=len(gaps)), phrase("doubles_count", count=len(twice)),
    ]  # fmt: skip
    return Chart(
        title=phrase("function_system_title"),
        figure=matrix,
        subtitle=joined([*filters(state, owner=owner, model=model), *counts, *moment_of(state)]),
        notes=tuple(_notes(rows, columns, bool(functions))),
        viewpoint="function-system-matrix",
    )


def _found(
    state: State, types: tuple[str, ...], owner: str | None = None, model: str | None = None
) -> dict[str, Concept]:
    if not types:
        return {}
    return {each.uid: each for each in state.iterate(Query(types=types, kind="element", owner=owner, model=model))}


def _flagged(head: Heading, supported: set[str], twice: Mapping[str, int]) -> Heading:
    if head.key in twice:
        return replace(head, flag=_double(), sign=f"{twice[head.key]}×")
    if head.uid is not None and head.key not in supported:
        return replace(head, flag=_gap(), sign="!")
    return head


def _cells(rows: Gathered, columns: Gathered, pairs: Sequence[Support], known: Mapping[str, Concept]) -> list[Cell]:
    """One for each pair; where rows or columns stand for many, how many pairs it stands for."""
    together: defaultdict[tuple[str, str], list[Support]] = defaultdict(list)
    for pair in pairs:
        together[rows.key_of[pair.function], columns.key_of[pair.system]].append(pair)
    names = {**names_of(rows.headings), **names_of(columns.headings)}
    swatches, signs = _by_extent(), {"full": "●", "partial": "○", "through": "→"}
    many = rows.rolled_up or columns.rolled_up or rows.left_out or columns.left_out
    found = []
    for (row, column), each in sorted(together.items()):
        best: Extent = next(extent for extent in swatches if any(pair.extent == extent for pair in each))
        details: list[Words] = [swatches[best].label] if not many else [
            joined([name_of(known[pair.function]), name_of(known[pair.system])], " × ") for pair in each[:12]
        ]  # fmt: skip
        text = number_in_words(len(each)) if many else signs[best]
        found.append(Cell(row, column, swatches[best], text, pair_words(names[row], names[column], details)))
    return found


def _by_extent() -> dict[Extent, Swatch]:
    return {
        "full": Swatch("s4", phrase("supports_fully")),
        "partial": Swatch("s2", phrase("supports_partly")),
        "through": Swatch("c7", phrase("supports_through")),
    }


def _gap() -> Swatch:
    return Swatch("c4", phrase("no_system"))


def _double() -> Swatch:
    return Swatch("c2", phrase("several_systems"))


def _swatches() -> tuple[Swatch, ...]:
    return (*_by_extent().values(), _gap(), _double())


def _notes(rows: Gathered, columns: Gathered, any_functions: bool) -> list[Words]:
    if not any_functions:
        return [phrase("nothing_found")]
    found = [phrase("rows_by_owner")] if rows.rolled_up else []
    found += [phrase("columns_by_owner")] if columns.rolled_up else []
    found += [phrase("rows_left_out", count=rows.left_out)] if rows.left_out else []
    return [*found, *([phrase("columns_left_out", count=columns.left_out)] if columns.left_out else [])]
