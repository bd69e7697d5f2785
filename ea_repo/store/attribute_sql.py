"""A declared attribute as a typed SQL expression over the JSON column, for filters and for the ORM classes.

The path is written into the SQL as text, not bound, so that an expression index on it is used (SQLite compares the
expression with the index letter by letter). Names are checked identifiers of the metamodel, so nothing can be injected.
"""

import re
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Float, Text, bindparam, cast, func, literal_column

from ea_repo.metamodel import Attribute

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TYPES: dict[str, Any] = {
    "text": Text(),
    "date": Text(),  # ISO dates compare as text
    "integer": BigInteger(),
    "decimal": Float(),
    "boolean": Boolean(),
}
#: What PostgreSQL calls the JSON of a kind that is not text, and what to make of it.
_JSON_TYPES = {
    "integer": ("number", "numeric"),
    "decimal": ("number", "numeric"),
    "boolean": ("boolean", "boolean"),
}


def attribute_value(table: str, attribute: Attribute, dialect: str, part: str | None = None) -> ColumnElement[Any]:
    """The value of a single-valued attribute of the rows of `table` (a table name or alias); NULL where it is not said.

    `part` is amount or currency of a money attribute; left out, it is the amount.
    """
    path = _path(attribute, part)
    kind = "text" if part == "currency" else attribute.sql_type
    column = f"{table}.attributes"
    if dialect == "sqlite":
        dotted = ".".join(path)
        return literal_column(f"json_extract({column}, '$.{dotted}')", _TYPES[kind])
    before = column + "".join(f"->'{step}'" for step in path[:-1])
    value = f"({before}->>'{path[-1]}')"
    if kind in _JSON_TYPES:
        # Two types may give one name different kinds, and PostgreSQL may look at the value before it looks at the type.
        json_type, as_type = _JSON_TYPES[kind]
        value = f"(CASE WHEN jsonb_typeof({before}->'{path[-1]}') = '{json_type}' THEN {value}::{as_type} END)"
    return literal_column(value, _TYPES[kind])


def attribute_contains(table: str, attribute: Attribute, dialect: str, value: Any) -> ColumnElement[bool]:
    """Whether a many-valued attribute holds the value."""
    (name,) = _path(attribute, None, many=True)
    column = f"{table}.attributes"
    if dialect == "sqlite":
        items = func.json_each(literal_column(column), literal_column(f"'$.{name}'")).table_valued("value")
        return items.select().where(items.c.value == bindparam(None, value)).exists()
    from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415 - SQLite does without this dialect

    # Asked of the whole column, as a list that is not there would be neither true nor false.
    return literal_column(column).op("@>", is_comparison=True)(cast({name: [value]}, JSONB))


def _path(attribute: Attribute, part: str | None, *, many: bool = False) -> tuple[str, ...]:
    if not _NAME.fullmatch(attribute.name):
        raise ValueError(f"{attribute.name!r} is not an attribute name")
    if many:
        return (attribute.name,)
    if attribute.kind.name == "money":
        return (attribute.name, part or "amount")
    return (attribute.name,)
