"""The columns from services to infrastructure, and which column a type stands in."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from diagrams.drawing import Words
from ea_repo.metamodel import Metamodel

#: The first column of what others run on.
INFRASTRUCTURE = 3
SYSTEMS = 2


@dataclass(frozen=True, slots=True)
class Column:
    name: Words
    types: tuple[str, ...]


@cache
def stack() -> tuple[Column, ...]:
    """From services down to sites."""
    data = tomllib.loads((files("diagrams") / "stack.toml").read_text(encoding="utf-8"))
    return tuple(Column(row["name"], tuple(row["types"])) for row in data["column"])


def types_from(first: int, last: int | None = None) -> tuple[str, ...]:
    """The types of the columns from one to another, or to the last."""
    return tuple(name for column in stack()[first : None if last is None else last + 1] for name in column.types)


def column_of(metamodel: Metamodel, type_name: str) -> int | None:
    """The column of a type, by the ArchiMate type that it is."""
    base = metamodel.base(type_name)
    return next((at for at, column in enumerate(stack()) if base in column.types), None)


def headings(columns: Iterable[int]) -> Mapping[int, Words]:
    return {at: stack()[at].name for at in sorted(set(columns))}
