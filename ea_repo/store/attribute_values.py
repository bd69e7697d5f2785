"""The values of a few attributes for very many concepts at once, by id: for questions that weigh the whole graph."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Text, literal_column, or_, select

from ea_repo.store.conditions import holds, ids_in
from ea_repo.store.state import State

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def attribute_values(
    state: State, names: Sequence[str], types: Iterable[str], *, ids: Sequence[int] | None = None
) -> dict[str, dict[int, Any]]:
    """For each attribute, the JSON value by id of those concepts that have one and hold by their own dates.

    `types` are looked up with their refinements, `ids` say which of them, all if left out. Money is a dict of amount and
    currency, a date is ISO text. O(concepts of these types, or ids).
    """
    table = state.table("concept")
    wanted = sorted({each for name in types for each in state.metamodel.descendants(name)})
    values = [_as_json(table.name, name, state.connection.dialect.name) for name in names]
    chosen = select(table.c.id, *values).where(table.c.type.in_(wanted), or_(*(each.is_not(None) for each in values)))
    if state.on is not None:
        chosen = chosen.where(holds(table, state.on))
    if ids is not None:
        chosen = chosen.where(ids_in(table.c.id, ids, state.connection.dialect.name))
    found: dict[str, dict[int, Any]] = {}
    rows = state.connection.execute(chosen).all()
    for place, name in enumerate(names, 1):
        found[name] = {row[0]: _value(row[place]) for row in rows if row[place] is not None}
    return found


def _value(text: str) -> Any:
    """What JSON says. A plain text, which most are, needs no parser."""
    return text[1:-1] if text[0] == '"' and "\\" not in text else json.loads(text)


def described(state: State, types: Iterable[str]) -> list[int]:
    """The ids of the concepts of exactly these types that have a description and hold by their own dates."""
    table = state.table("concept")
    chosen = select(table.c.id).where(table.c.type.in_(sorted(types)), table.c.description != "")
    if state.on is not None:
        chosen = chosen.where(holds(table, state.on))
    return list(state.connection.execute(chosen).scalars())


def _as_json(table: str, name: str, dialect: str) -> Any:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not an attribute name")
    if dialect == "sqlite":
        return literal_column(f"{table}.attributes -> '$.{name}'", Text())
    return literal_column(f"({table}.attributes -> '{name}')::text", Text())
