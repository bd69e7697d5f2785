"""The grammar of a mapping: which tables and keys there are, and what their values must look like.

A fault is told with its line and key, all at once, as in a profile.
"""

import codecs
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ea_repo.errors import InvalidInput, Problem
from ea_repo.metamodel.faults import Faults
from ea_repo.metamodel.places import Path

MOST_CHARACTERS = 500_000

#: The keys of each table: their shape.
_KEYS: Mapping[str, Mapping[str, str]] = {
    "": {"table": "table", "concept": "concepts", "relationship": "relationships"},
    "table": {
        "sheet": "text", "header": "numbers", "rows": "text", "delimiter": "text", "encoding": "encoding", "skip": "rules",
        "empty": "texts", "thousands": "text", "decimal": "text", "dates": "texts",
    },
    "concept": {
        "type": "text", "as": "text", "identifier": "texts", "prefix": "text", "name": "value", "when": "rule",
        "fields": "values", "properties": "texts",
    },
    "relationship": {
        "type": "text", "source": "end", "target": "end", "name": "value", "when": "rule", "fields": "values",
        "identifier": "texts",
    },
    "value": {
        "column": "text", "constant": "constant", "values": "translations", "split": "text", "thousands": "text",
        "decimal": "text", "dates": "texts", "currency": "text", "of": "text", "join": "texts",
    },
    "rule": {"column": "text", "equals": "texts", "empty": "boolean", "matches": "pattern"},
}  # fmt: skip
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "": (), "table": (), "concept": ("type",), "relationship": ("type", "source", "target"), "value": (), "rule": ("column",),
}  # fmt: skip
_CALLED = {"": "a mapping", "table": "[table]", "concept": "[[concept]]", "relationship": "[[relationship]]",
           "value": "a value", "rule": "a rule"}  # fmt: skip
_WRONG = object()


@dataclass(frozen=True, slots=True)
class Value:
    """Where a value comes from: a column, several joined, or a constant; and how it is understood."""

    path: Path
    column: str | None = None
    constant: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)
    split: str | None = None
    thousands: str | None = None
    decimal: str | None = None
    dates: tuple[str, ...] = ()
    currency: str | None = None
    of: str | None = None  # the concept of the row that is meant, or the type that is looked among
    join: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows are meant."""

    path: Path
    column: str
    equals: tuple[str, ...] | None = None
    empty: bool | None = None
    matches: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A table of the mapping, without what is wrong in it."""

    path: Path
    values: Mapping[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)


def parsed(text: str, source: str) -> tuple[Said, Faults]:
    """The mapping as far as its form goes, and its faults so far. `InvalidInput` where it is no TOML."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(
            f"{source} has {len(text):,} characters, too many for a mapping; {MOST_CHARACTERS:,} at most"
        )
    try:
        tables = tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise InvalidInput(f"{source} is nested too deep to be a mapping") from None
    except ValueError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        detail = f"{source}, line {line}: this is not TOML: {str(error).partition(' (at')[0]}"
        raise InvalidInput(detail, errors=[Problem(f"{source}:{line}", detail, "not-toml")]) from None
    faults = Faults(text, source)
    return _table(faults, "", tables, ()), faults


def _table(faults: Faults, kind: str, table: Mapping[str, Any], path: Path) -> Said:
    known = _KEYS[kind]
    values = {}
    for key, value in table.items():
        if key not in known:
            faults.unknown((*path, key), f"key of {_CALLED[kind]}", key, list(known))
            continue
        found = _SHAPES[known[key]](faults, value, (*path, key))
        if found is not _WRONG:
            values[key] = found
    for key in _NEEDED[kind]:
        if key not in table:
            faults.add(path, f'"{key}" is missing here', f'{key} = "..."', "missing-key")
    return Said(path, values)


def _one(kind: str) -> Callable[[Faults, Any, Path], Any]:
    def shape(faults: Faults, value: Any, path: Path) -> Any:
        return (
            _table(faults, kind, value, path) if isinstance(value, dict) else _refused(faults, value, path, f"[{kind}]")
        )

    return shape


def _several(kind: str) -> Callable[[Faults, Any, Path], Any]:
    def shape(faults: Faults, value: Any, path: Path) -> Any:
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            return _refused(faults, value, path, f"tables in double brackets, such as [[{kind}]]")
        return tuple(_table(faults, kind, each, (*path, number)) for number, each in enumerate(value))

    return shape


def _text(faults: Faults, value: Any, path: Path) -> Any:
    return value if isinstance(value, str) and value else _refused(faults, value, path, "text in quotes")


def _texts(faults: Faults, value: Any, path: Path) -> Any:
    if isinstance(value, str) and value:
        return (value,)
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return tuple(value)
    return _refused(faults, value, path, 'text in quotes, or a list of texts such as ["a", "b"]')


def _numbers(faults: Faults, value: Any, path: Path) -> Any:
    listed = value if isinstance(value, list) else [value]
    if listed and all(isinstance(each, int) and not isinstance(each, bool) and 0 < each < 10_000 for each in listed):
        return tuple(sorted(listed))
    return _refused(faults, value, path, "the number of a row, such as 4, or of several, such as [3, 4]")


def _boolean(faults: Faults, value: Any, path: Path) -> Any:
    return value if isinstance(value, bool) else _refused(faults, value, path, "true or false")


def _constant(faults: Faults, value: Any, path: Path) -> Any:
    return _refused(faults, value, path, "a text, number, date, true or false") if isinstance(value, dict) else value


def _translations(faults: Faults, value: Any, path: Path) -> Any:
    if not isinstance(value, dict):
        return _refused(faults, value, path, 'a table, such as {"Tinggi" = "vital"}')
    return {" ".join(key.split()).casefold(): each for key, each in value.items()}


def _encoding(faults: Faults, value: Any, path: Path) -> Any:
    try:
        codecs.lookup(value)
    except (LookupError, TypeError, ValueError):
        return _refused(faults, value, path, "utf-8, utf-16, cp949, cp1252 or the like")
    return value


def _pattern(faults: Faults, value: Any, path: Path) -> Any:
    """A glob and no regular expression: those can be made to run for hours."""
    if not isinstance(value, str) or len(value) > 200:
        return _refused(faults, value, path, 'a pattern with * for anything, such as "Total*"')
    return re.compile(".*".join(map(re.escape, value.split("*"))) if value.count("*") < 5 else re.escape(value), re.I)


def _rule(faults: Faults, value: Any, path: Path) -> Any:
    if not isinstance(value, dict):
        return _refused(faults, value, path, 'a rule, such as {column = "Name", equals = "Total"}')
    said = _table(faults, "rule", value, path)
    ways = [key for key in ("equals", "empty", "matches") if key in value]
    if len(ways) != 1:
        faults.add(path, "a rule says one of equals, empty and matches", '{column = "Name", empty = true}')
    return Rule(path, said.get("column", ""), said.get("equals"), said.get("empty"), said.get("matches"))


def _rules(faults: Faults, value: Any, path: Path) -> Any:
    if not isinstance(value, list):
        return (_rule(faults, value, path),)
    return tuple(_rule(faults, each, (*path, number)) for number, each in enumerate(value))


def _value(faults: Faults, value: Any, path: Path) -> Any:
    if isinstance(value, str) and value:
        return Value(path, column=value)
    if not isinstance(value, dict):
        return _refused(faults, value, path, 'a column, such as "Name", or a table such as {constant = "vital"}')
    said = _table(faults, "value", value, path)
    if sum(key in value for key in ("column", "constant", "join")) != 1:
        faults.add(path, "a value says one of column, constant and join", '{column = "Name"}')
    return Value(path, **said.values)


def _end(faults: Faults, value: Any, path: Path) -> Any:
    """The end of a relationship: the concept of this row by its name in the mapping, or a column."""
    if isinstance(value, str) and value:
        return Value(path, of=value)
    return _value(faults, value, path)


def _values(faults: Faults, value: Any, path: Path) -> Any:
    if not isinstance(value, dict):
        return _refused(faults, value, path, "a table of columns, such as [concept.fields]")
    found = {key: _value(faults, each, (*path, key)) for key, each in value.items()}
    return {key: each for key, each in found.items() if each is not _WRONG}


_SHAPES: Mapping[str, Callable[[Faults, Any, Path], Any]] = {
    "table": _one("table"), "concepts": _several("concept"), "relationships": _several("relationship"), "text": _text,
    "texts": _texts, "numbers": _numbers, "boolean": _boolean, "constant": _constant, "translations": _translations,
    "encoding": _encoding, "pattern": _pattern, "rule": _rule, "rules": _rules, "value": _value, "values": _values,
    "end": _end,
}  # fmt: skip


def _refused(faults: Faults, value: Any, path: Path, expected: str) -> Any:
    shown = f'"{value}"' if isinstance(value, str) else repr(value)
    faults.add(path, f'"{path[-1]}" is {shown if len(shown) <= 60 else shown[:57] + "..."}', expected, "wrong-shape")
    return _WRONG
