"""Sentences in rows of answers: English as text, and in the reader's language where the rows go to a reader."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any, TypeVar

from ea_repo.wording import heading, speaker

Row = TypeVar("Row")


class Told(str):
    """A text that `say` can say in any language; as it is, it is English."""

    say: Callable[[str], str] | None

    def __new__(cls, text: str, say: Callable[[str], str] | None = None) -> "Told":
        made = super().__new__(cls, text)
        made.say = say
        return made


def told(package: str, key: str, **values: object) -> Told:
    """The text of a key in the `words.toml` of a package, its braces filled in. Values may be told themselves."""
    say = partial(_said, package, key, values)
    return Told(say("en"), say)


def term(column: str) -> Told:
    """What a column is called, as part of a sentence; in English its name as it is."""
    return Told(column, partial(heading, column))


def readable(column: str) -> Told:
    """The same, readable in English as well."""
    return Told(heading(column, "en"), partial(heading, column))


def joined(parts: Sequence[object], by: str | Told = ", ") -> Told:
    """Several one after the other."""
    say = partial(_joined, parts, by)
    return Told(say("en"), say)


def in_language(value: Any, language: str) -> Any:
    """A value with every sentence in it said in the language."""
    if isinstance(value, Told) and value.say is not None and language != "en":
        return value.say(language)
    if isinstance(value, tuple) and any(isinstance(each, Told) for each in value):
        return tuple(in_language(each, language) for each in value)
    return value


def row_in(row: Row, language: str) -> Row:
    """A row, a dataclass, with every sentence in it said in the language."""
    said = {}
    for each in fields(row) if language != "en" else ():  # type: ignore[arg-type]
        value = getattr(row, each.name)
        if (other := in_language(value, language)) is not value:
            said[each.name] = other
    return replace(row, **said) if said else row  # type: ignore[type-var]


def _said(package: str, key: str, values: dict[str, object], language: str) -> str:
    return speaker(package, language)(key, **{name: in_language(value, language) for name, value in values.items()})


def _joined(parts: Sequence[object], by: str | Told, language: str) -> str:
    between: str = in_language(by, language)
    return between.join(str(in_language(each, language)) for each in parts)
