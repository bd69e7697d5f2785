"""Which column of a type each header of an inventory means, by its words and by the values below it."""

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from ea_repo.exchange.inventory.grid import Grid
from ea_repo.exchange.inventory.table_guesses import says_nothing, usual_words
from ea_repo.exchange.tabular.cells import Cell, text_of
from ea_repo.exchange.tabular.columns import Column, columns_of
from ea_repo.metamodel import Metamodel
from ea_repo.metamodel.types import LANGUAGES

#: How alike a header and a label must be, of 1.
_ALIKE = 0.84
#: How much a word counts that stands behind a first word which other headers have as well, as in "GEMMA-naam", "GEMMA-guid".
_BEHIND = 0.95
_SAMPLED = 2_000
#: Headers beyond these are looked at by nobody: they are texts or numbers, not names of columns.
_MOST_HEADERS, _LONGEST_HEADER = 100, 100
_LONGEST_NAME, _LEAST_FILLED, _LEAST_DIFFERENT = 60, 0.9, 0.8
_WORD = re.compile(r"[^\W_]+")
_NO_NAME = re.compile(r"\w+://.*|[\d\W]*|\{?[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}\}?")


@dataclass(frozen=True, slots=True)
class Match:
    """A header, what it means, and how sure that is, of 1."""

    header: str
    column: Column
    likeness: float


def matches(grid: Grid, metamodel: Metamodel, type_name: str) -> list[Match]:
    """Which header is which column, each column once, the most alike first. O(headers * columns of the type)."""
    columns = _columns(metamodel, type_name)
    headers = [header for header in grid.columns[:_MOST_HEADERS] if len(header) <= _LONGEST_HEADER]
    first_words = Counter(words(header)[:1] for header in headers)
    found = []
    for header in headers:
        said = words(header)
        behind = " ".join(said[1:]) if first_words[said[:1]] > 1 else ""
        for column in columns:
            likeness = _likeness(" ".join(said), *_called(column))
            if behind and likeness < _BEHIND and _likeness(behind, *_called(column)) > _BEHIND:
                likeness = _BEHIND
            if likeness >= _ALIKE and _fits(grid, header, column):
                found.append(Match(header, column, likeness))
    chosen: dict[str, Match] = {}
    for match in sorted(found, key=lambda each: (-each.likeness, headers.index(each.header))):
        if match.header not in chosen and match.column not in [each.column for each in chosen.values()]:
            chosen[match.header] = match
    return list(chosen.values())


def named_matches(grid: Grid, metamodel: Metamodel, type_name: str) -> list[Match]:
    """The same; where no header means the name, the first is taken below which names could stand."""
    found = matches(grid, metamodel, type_name)
    if all(each.column.key != "name" for each in found):
        taken = {each.header for each in found}
        headers = (header for header in grid.columns[:_MOST_HEADERS] if header not in taken)
        named = next((header for header in headers if _could_name(grid, header)), None)
        if named is not None:
            column = next(each for each in _columns(metamodel, type_name) if each.key == "name")
            found.append(Match(named, column, _ALIKE))
    return found


def _columns(metamodel: Metamodel, type_name: str) -> list[Column]:
    return [each for each in columns_of(metamodel, type_name) if each.key not in ("properties", "specialization")]


def _could_name(grid: Grid, header: str) -> bool:
    """Whether short texts stand there, in nearly every row, nearly all different."""
    texts = [text_of(row.get(header)).strip() for _, row in grid.rows[:_SAMPLED]]
    filled = [text for text in texts if text]
    return (
        len(filled) > _LEAST_FILLED * len(texts)
        and len(set(filled)) > _LEAST_DIFFERENT * len(filled)
        and max(map(len, filled)) <= _LONGEST_NAME
        and not any(_NO_NAME.fullmatch(text) for text in filled)
    )


def _called(column: Column) -> tuple[str, tuple[str, ...]]:
    """The key of a column, and what it is called."""
    if column.part == "currency":
        return column.key, ()
    labels = (column.attribute.label.get(language) for language in LANGUAGES)
    return column.key, tuple(label for label in labels if label)


@lru_cache(maxsize=100_000)
def _likeness(wanted: str, key: str, labels: tuple[str, ...]) -> float:
    """How alike words and what a column is called are, of 1. Words that inventories use for it count as well."""
    names = {" ".join(words(label)) for label in labels} | {key.casefold()}
    if labels:
        names.add(" ".join(words(key)))
    if wanted in names:
        return 1.0
    if wanted in {" ".join(words(each)) for each in usual_words().get(key, ())}:
        return 0.98
    if len(wanted) <= 3:
        return 0.0
    best = 0.0
    for name in names:
        if 2 * min(len(wanted), len(name)) > _ALIKE * (len(wanted) + len(name)):  # else they cannot be
            best = max(best, difflib.SequenceMatcher(None, wanted, name).ratio())
    return best * 0.97


def _fits(grid: Grid, header: str, column: Column) -> bool:
    """Whether the values below a header could be of the column's kind."""
    cells: list[Cell] = [row.get(header) for _, row in grid.rows[:200]]
    filled = [cell for cell in cells if cell is not None and not says_nothing(cell)]
    if not filled:
        return True
    if column.kind == "date":
        return (
            sum(isinstance(cell, date | datetime) or bool(re.search(r"\d", text_of(cell))) for cell in filled)
            > len(filled) / 2
        )
    if column.kind in ("integer", "decimal"):
        return sum(bool(re.search(r"\d", text_of(cell))) for cell in filled) > len(filled) / 2
    if column.kind == "url":
        return any(text_of(cell).startswith("http") for cell in filled)
    if column.key == "name":
        return len({text_of(cell) for cell in filled}) > len(filled) / 3
    return True


@lru_cache(maxsize=10_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a header in small letters, those of camelCase apart."""
    return tuple(_WORD.findall(re.sub(r"([a-z])([A-Z])", r"\1 \2", text.replace("_", " ")).casefold()))
