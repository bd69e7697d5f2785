"""What the rows of an inventory are: the type or types that its values, its title or its headers speak of."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ea_repo.exchange.inventory.grid import Grid
from ea_repo.exchange.inventory.header_matches import matches, words
from ea_repo.exchange.inventory.table_guesses import words_of_types
from ea_repo.exchange.tabular.cells import text_of
from ea_repo.metamodel import Metamodel
from ea_repo.metamodel.types import LANGUAGES, Type

#: What most inventories are of, where nothing else tells.
USUAL = "System"
#: What a type must score to be more than chance; what its name in the title counts, and a word of it in the headers.
_LEAST, _IN_TITLE, _IN_HEADERS = 0.9, 2.0, 0.7
_MOST_TYPES = 12
_LETTERS = re.compile(r"[^a-z]")


@dataclass(frozen=True, slots=True)
class Guess:
    """A type, why it, and the rows that are of it: those where `column` has one of `values`; all, where it is None."""

    type: str
    why: str
    column: str | None = None
    values: tuple[str, ...] = ()


def guesses(grid: Grid, title: str, metamodel: Metamodel) -> list[Guess]:
    """The types, elements or relationships. `title` is what the file is called."""
    said = _said_by_values(grid, metamodel)
    if said:
        return said
    title_words = words(re.sub(r"\.\w+\Z", "", title)) + words(grid.sheet or "")
    scores = {}
    for type_ in metamodel.elements():
        score = _IN_TITLE * _is_called(type_, title_words)
        if metamodel.attributes(type_.name):
            found = matches(grid, metamodel, type_.name)
            own_words = {each for label in _labels(type_) for each in words(label)}
            told = sum(any(word in own_words for word in words(header)) for header in grid.columns)
            score += sum(each.likeness for each in found if each.column.field[0] == "attributes")
            score += _IN_HEADERS * min(told, 2)
        scores[type_.name] = score
    best = max(scores, key=lambda name: (scores[name], name == USUAL), default=USUAL)
    if scores.get(best, 0) >= _LEAST or USUAL not in metamodel.types:
        return [Guess(best, "the type that title and headers are most like")]
    return [Guess(USUAL, "what most inventories are of; nothing in this one tells")]


def _said_by_values(grid: Grid, metamodel: Metamodel) -> list[Guess]:
    """Types that a column names in every row, such as "business-object" or "association-relationship"."""
    known = {_letters(name): name for name in metamodel.types}
    for header in grid.columns:
        counted = Counter(text_of(row.get(header)).strip() for _, row in grid.rows)
        if not counted or len(counted) > _MOST_TYPES:
            continue
        named = {
            value: known.get(_letters(value)) or known.get(_letters(value).removesuffix("relationship"))
            for value in counted
        }
        if all(named.values()):
            return list(_of_values(header, named, counted))
    return []


def _of_values(header: str, named: dict[str, str | None], counted: Counter[str]) -> Iterator[Guess]:
    why = f'what "{header}" says'
    for type_name in dict.fromkeys(named[value] for value, _ in counted.most_common()):
        values = tuple(value for value in counted if named[value] == type_name)
        yield Guess(type_name or "", why, *(() if len(counted) == 1 else (header, values)))


def _letters(text: str) -> str:
    return _LETTERS.sub("", text.casefold())


def _is_called(type_: Type, title: tuple[str, ...]) -> bool:
    """Whether the title has the type's name, whole, in any language or in a usual word for it."""
    joined = f" {' '.join(title)} "
    said = (*_labels(type_), *words_of_types().get(type_.name, ()))
    return any(f" {' '.join(words(each))} " in joined for each in said if each)


def _labels(type_: Type) -> tuple[str, ...]:
    return (
        type_.name, *(label for language in LANGUAGES for label in (type_.label.get(language), type_.plural.get(language)) if label),
    )  # fmt: skip
