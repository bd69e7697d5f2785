"""Reads what the dependency graph is made of as columns of integers, straight from the driver.

Relationships come with their dependent end already worked out, so that no attribute leaves the database. Names and
uids stay there as well: an id belongs to one uid for ever, and `labels.py` looks up the few that an answer shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, case, cast, func, literal_column, select

from ea_repo.metamodel import Dependent, Metamodel
from ea_repo.metamodel.dependency import NO_RULE
from ea_repo.store.attribute_sql import attribute_value
from ea_repo.store.sorted_ids import Integers, among
from ea_repo.store.state import State, holds, ids_in

#: How a dependent end is told in a column: bit 1, the source depends on the target; bit 2, the target on the source.
DEPENDENT_BITS: Mapping[Dependent, int] = {"none": 0, "source": 1, "target": 2, "both": 3}

# PostgreSQL's binary COPY: 19 bytes of header, rows of a count and (length, value) pairs, two bytes of trailer.
_COPY_HEADER = 19
_COPY_TRAILER = 2


@dataclass(frozen=True, slots=True, eq=False)
class ConceptColumns:
    """Concepts by ascending id. `types` are positions among the names, `owners` ids, 0 where there is none."""

    ids: Integers
    types: Integers
    models: Integers
    owners: Integers


@dataclass(frozen=True, slots=True, eq=False)
class RelationshipColumns:
    """Relationships by ascending id. `sources` and `targets` are ids, `dependent` is of `DEPENDENT_BITS`."""

    ids: Integers
    types: Integers
    sources: Integers
    targets: Integers
    dependent: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A state in integers: its elements, its relationships, and once more those that are an end of another.

    On a date, what does not hold by its own dates is left out; that its ends must hold too is left to the graph.
    """

    type_names: tuple[str, ...]
    elements: ConceptColumns
    relationships: RelationshipColumns
    ends: ConceptColumns


def read_columns(state: State) -> Columns:
    """All concepts of a state. O(concepts): about a second for a million."""
    table = state.table("concept")
    names = _type_names(state.connection, table)
    code = _code(state, table, names)
    owner = func.coalesce(table.c.owner_id, 0)
    at_node = select(code, table.c.id, table.c.model_id, owner).where(*_holding(state, table))
    at_edge = select(code, table.c.id, table.c.source_id, table.c.target_id).where(*_holding(state, table))
    elements = _read(state.connection, at_node.where(table.c.kind == "element"))
    found = _read(state.connection, at_edge.where(table.c.kind == "relationship"))
    relationships = RelationshipColumns(found[1], found[0] >> 2, found[2], found[3], found[0] & 3)
    ends = _related(elements[1], relationships)
    chosen = at_node.where(ids_in(table.c.id, ends.tolist(), state.connection.dialect.name))
    return Columns(names, _concepts(elements), relationships, _concepts(_executed(state.connection, chosen)))


def _related(elements: Integers, relationships: RelationshipColumns) -> Integers:
    """The ids of the relationships that are an end of another: few, so that only what is no element is sorted."""
    both = (relationships.sources, relationships.targets)
    ends = np.unique(np.concatenate([ends.compress(~among(ends, elements)) for ends in both]))
    return ends.compress(among(ends, relationships.ids))


def _type_names(connection: Connection, table: Any) -> tuple[str, ...]:
    """The types in use, the most frequent first: the database compares a row's type with one after the other."""
    counted = select(table.c.type).group_by(table.c.type).order_by(func.count().desc(), table.c.type)
    return tuple(connection.execute(counted).scalars())


def _holding(state: State, table: Any) -> tuple[ColumnElement[bool], ...]:
    return () if state.on is None else (holds(table, state.on),)


def _code(state: State, table: Any, names: Sequence[str]) -> ColumnElement[int]:
    """A row's type and dependent end in one number: four times the type's position, and the bits."""
    branches: dict[str, ColumnElement[int]] = {
        name: literal_column(str(4 * position))
        + _bits(state.metamodel, name, table.name, state.connection.dialect.name)
        for position, name in enumerate(names)
    }
    code = case(branches, value=table.c.type) if branches else literal_column("0")
    return cast(code, BigInteger)


def _bits(metamodel: Metamodel, name: str, table: str, dialect: str) -> ColumnElement[int]:
    if not metamodel.is_relationship(name):
        return literal_column("0")
    rules = (metamodel.type(each).dependent for each in metamodel.ancestry(name))
    rule = next((each for each in rules if each is not None), NO_RULE)
    default: ColumnElement[int] = literal_column(str(DEPENDENT_BITS[rule.default]))
    if rule.attribute is None or not rule.by_value:
        return default
    attribute = metamodel.attributes(name)[rule.attribute]
    said = attribute_value(table, attribute, dialect)
    is_flag = attribute.sql_type == "boolean"
    branches: list[tuple[ColumnElement[bool], ColumnElement[int]]] = [
        (said.is_(value == "true") if is_flag else said == value, literal_column(str(DEPENDENT_BITS[end])))
        for value, end in rule.by_value.items()
    ]
    return case(*branches, else_=default)


def _read(connection: Connection, query: Select[Any]) -> Integers:
    """The columns of a query of integers without NULL, rows by ascending second column."""
    statement = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    width = len(query.selected_columns)
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            rows = _copied(cursor, statement, width)
        else:
            rows = np.fromiter(chain.from_iterable(cursor.execute(statement)), np.int64).reshape(-1, width)
    finally:
        cursor.close()
    return _by_id(rows)


def _copied(cursor: Any, statement: str, width: int) -> Integers:
    with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT BINARY)") as copy:
        content = b"".join(copy)
    row = np.dtype([("count", ">i2"), ("fields", [("length", ">i4"), ("value", ">i8")], (width,))])
    body = content[_COPY_HEADER : len(content) - _COPY_TRAILER]
    return np.frombuffer(body, row)["fields"]["value"].astype(np.int64)


def _executed(connection: Connection, query: Select[Any]) -> Integers:
    """The same for few rows, with bound values."""
    rows = [tuple(row) for row in connection.execute(query)]
    return _by_id(np.array(rows, np.int64).reshape(-1, len(query.selected_columns)))


def _by_id(rows: Integers) -> Integers:
    columns = np.ascontiguousarray(rows.T)
    ids = columns[1]
    return columns if np.all(ids[1:] > ids[:-1]) else columns[:, np.argsort(ids)]


def _concepts(found: Integers) -> ConceptColumns:
    return ConceptColumns(found[1], found[0] >> 2, found[2], found[3])
