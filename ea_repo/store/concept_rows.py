"""Concepts read by one statement: every column of a `Concept` in one row, its links as uids."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Text, func, select, type_coerce

from ea_repo.store import images
from ea_repo.store.fields import model_of
from ea_repo.store.records import Concept, Property
from ea_repo.store.tables import CURRENT, HISTORY

_LINKS = {"owner": "concept", "source": "concept", "target": "concept", "folder": "folder"}
#: In the order in which `concepts` unpacks them.
_BEFORE_LINKS = ("id", "uid", "kind", "type", "name", "description", "specialization")
_JSON = ("attributes", "properties", "translations")
_AFTER_LINKS = ("valid_from", "valid_until", "version", "written")


@lru_cache(maxsize=64)
def selected(as_of: int | None) -> tuple[Any, Select[Any]]:
    """The concepts as of a changeset (None: now), as a table for conditions, and the statement to add them to."""
    table = images.moment("concept", as_of)
    columns = [table.c[name] for name in _BEFORE_LINKS]
    joined = table
    for name, record in _LINKS.items():
        linked = CURRENT[record].alias(f"{name}_of")
        joined = joined.outerjoin(linked, linked.c.id == table.c[f"{name}_id"])
        uid = linked.c.uid if as_of is None else func.coalesce(linked.c.uid, _former(record, table.c[f"{name}_id"]))
        columns.append(uid.label(name))
    # SQLite gives JSON as text: most of it is empty, and need not be parsed.
    columns += [type_coerce(table.c[name], Text).label(name) for name in _JSON]
    columns += [table.c[name] for name in _AFTER_LINKS]
    return table, select(*columns).select_from(joined)


def concepts(rows: Iterable[Any]) -> list[Concept]:
    """The rows of a `selected` statement as values. By position: by name a page of rows takes twice as long."""
    return [
        Concept(
            uid, kind, type_, model_of(uid), name, description, specialization, owner, source, target, folder,
            _parsed(attributes), _properties(properties), _parsed(translations), valid_from, valid_until, version, written,
        )
        for (
            _, uid, kind, type_, name, description, specialization, owner, source, target, folder,
            attributes, properties, translations, valid_from, valid_until, version, written,
        ) in rows
    ]  # fmt: skip


def _parsed(stored: Any) -> dict[str, Any]:
    if stored == "{}":
        return {}
    found: dict[str, Any] = json.loads(stored) if isinstance(stored, str) else stored
    return found


def _properties(stored: Any) -> tuple[Property, ...]:
    if not stored or stored == "[]":
        return ()
    return tuple(Property(**each) for each in (json.loads(stored) if isinstance(stored, str) else stored))


def _former(record: str, id_: Any) -> Any:
    """The uid of what is gone by now."""
    past = HISTORY[record].alias(f"former_{record}")
    return select(past.c.uid).where(past.c.id == id_).limit(1).scalar_subquery()
