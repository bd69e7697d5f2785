"""Concepts read by one statement: every column of a `Concept` in one row, its links as uids."""

import json
from collections.abc import Iterable
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

from sqlalchemy import Select, Text, cast, func, select, type_coerce

from ea_repo.store import images
from ea_repo.store.fields import model_of
from ea_repo.store.records import Concept, Property
from ea_repo.store.tables import CURRENT, HISTORY

_decoded = json.JSONDecoder().raw_decode
_LINKS = {"owner": "concept", "source": "concept", "target": "concept", "folder": "folder"}
#: In the order in which `concepts` unpacks them.
_BEFORE_LINKS = ("id", "uid", "kind", "type", "name", "description", "specialization")
_JSON = ("attributes", "properties", "translations")
_AFTER_LINKS = ("valid_from", "valid_until", "version", "written")


@lru_cache(maxsize=64)
def selected(as_of: int | None) -> tuple[Any, Select[Any]]:
    """The concepts as of a changeset (None: now), as a table for conditions, and the statement to add them to."""
    table, joined, links = _joined(as_of)
    columns = [table.c[name] for name in _BEFORE_LINKS]
    # SQLite gives JSON as text: most of it is empty, and need not be parsed.
    texts = [type_coerce(table.c[name], Text).label(name) for name in _JSON]
    rest = [table.c[name] for name in _AFTER_LINKS]
    return table, select(*columns, *links, *texts, *rest).select_from(joined)


@lru_cache(maxsize=64)
def selected_as_text(as_of: int | None, dialect: str) -> tuple[Any, Select[Any]]:
    """As `selected`, for `json_texts`: JSON and dates as the texts they are written as."""
    table, joined, links = _joined(as_of)

    def text(name: str) -> Any:
        column = table.c[name]
        # What SQLite keeps is that text already.
        return (type_coerce(column, Text) if dialect == "sqlite" else cast(column, Text)).label(name)

    columns = [table.c[name] for name in _BEFORE_LINKS]
    texts = [text(name) for name in (*_JSON, "valid_from", "valid_until")]
    return table, select(*columns, *links, *texts, table.c.version, table.c.written).select_from(joined)


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


def json_texts(rows: Iterable[Any]) -> list[str]:
    """The rows of a `selected_as_text` statement as JSON objects with the fields of a `Concept`, never parsed.

    A page of a list is written out so in a fifth of the time that values would take.
    """
    return [
        f'{{"uid":{quoted(uid)},"kind":"{kind}","type":{quoted(type_)},"model":{quoted(model_of(uid))},'
        f'"name":{quoted(name)},"description":{_text(description)},"specialization":{_text(specialization)},'
        f'"owner":{_text(owner)},"source":{_text(source)},"target":{_text(target)},"folder":{_text(folder)},'
        f'"attributes":{attributes},"properties":{_full(properties)},"translations":{translations},'
        f'"valid_from":{_text(valid_from)},"valid_until":{_text(valid_until)},"version":{version},"written":{written}}}'
        for (
            _, uid, kind, type_, name, description, specialization, owner, source, target, folder,
            attributes, properties, translations, valid_from, valid_until, version, written,
        ) in rows
    ]  # fmt: skip


def _text(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def _full(properties: str) -> str:
    """Properties with all their fields: what is not said is not stored."""
    if properties == "[]":
        return properties
    return json.dumps([{"kind": None, "lang": None, **each} for each in json.loads(properties)], ensure_ascii=False)


def _parsed(stored: Any) -> dict[str, Any]:
    if stored == "{}":
        return {}
    # What `loads` looks at besides, space around, is never there.
    found: dict[str, Any] = _decoded(stored)[0] if isinstance(stored, str) else stored
    return found


def _properties(stored: Any) -> tuple[Property, ...]:
    if not stored or stored == "[]":
        return ()
    return tuple(Property(**each) for each in (json.loads(stored) if isinstance(stored, str) else stored))


def _joined(as_of: int | None) -> tuple[Any, Any, list[Any]]:
    """The table of concepts, the same joined with what its links lead to, and the uids there."""
    table = joined = images.moment("concept", as_of)
    uids = []
    for name, record in _LINKS.items():
        linked = CURRENT[record].alias(f"{name}_of")
        joined = joined.outerjoin(linked, linked.c.id == table.c[f"{name}_id"])
        uid = linked.c.uid if as_of is None else func.coalesce(linked.c.uid, _former(record, table.c[f"{name}_id"]))
        uids.append(uid.label(name))
    return table, joined, uids


def _former(record: str, id_: Any) -> Any:
    """The uid of what is gone by now."""
    past = HISTORY[record].alias(f"former_{record}")
    return select(past.c.uid).where(past.c.id == id_).limit(1).scalar_subquery()
