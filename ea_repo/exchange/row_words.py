"""Rows of answers in the reader's language: sentences, choices and types, for tables and workbooks.

Files for programs keep choices and types as they are, and have the sentences only (`ea_repo.told.row_in`).
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ea_repo.catalogue import Entry
from ea_repo.metamodel import Metamodel
from ea_repo.told import Told, in_language
from ea_repo.wording import heading

_MISSING = "missing"


class RowWords:
    """What the cells of a row say in a language. English stays as it is."""

    def __init__(self, metamodel: Metamodel, language: str) -> None:
        self._language = language
        self._values = values().get(language, {})
        self._same_as = values()["attributes"]
        self._metamodel = metamodel
        self._choices: dict[tuple[str, str], str] = {}
        self._attributes: dict[str, str] = {}
        if language != "en":
            for name in metamodel.types:
                for attribute in metamodel.attributes(name).values():
                    self._attributes.setdefault(attribute.name, attribute.label.get(language))
                    for choice in attribute.values:
                        self._choices.setdefault((attribute.name, choice.name), choice.label.get(language))

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {column: self.cell(column, value) for column, value in row.items()}

    def cell(self, column: str, value: Any) -> Any:
        """A value as the reader reads it: a sentence, a choice, a type, or the same."""
        if self._language == "en":
            return value
        if isinstance(value, Told):
            return in_language(value, self._language)
        if isinstance(value, tuple):
            return tuple(self.cell(column, each) for each in value)
        if not isinstance(value, str):
            return value
        return self._word(column, value) or value

    def _word(self, column: str, value: str) -> str | None:
        if column == _MISSING:
            return self._attributes.get(value) or heading(value, self._language)
        if column == "type" and value in self._metamodel.types:
            label: str = self._metamodel.types[value].label.get(self._language)
            return label
        found = self._values.get(f"{column}.{value}")
        return found or self._choices.get((self._same_as.get(column, column), value))


@cache
def values() -> Mapping[str, Mapping[str, str]]:
    """What values that are no choices of the metamodel are called, by language and then by column and value."""
    return tomllib.loads(files("ea_repo").joinpath("values.toml").read_text("utf-8"))


def summary(entry: Entry, language: str) -> str:
    """What an entry of the catalogue answers, in a line."""
    return summaries().get(language, {}).get(entry.name, entry.summary)


@cache
def summaries() -> Mapping[str, Mapping[str, str]]:
    """What reports answer, by language and then by name; English is the first line of their docstring."""
    return tomllib.loads(files("ea_repo").joinpath("summaries.toml").read_text("utf-8"))
