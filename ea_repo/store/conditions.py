"""A query as SQL: pure, so that the statement of a list is made once and serves every reader who asks alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, and_, cast, exists, func, or_, select

from ea_repo.metamodel import Metamodel
from ea_repo.store import concept_rows, images
from ea_repo.store.filters import condition
from ea_repo.store.query import Query
from ea_repo.store.records import ConceptKind


@dataclass(frozen=True, slots=True)
class Moment:
    """What decides, besides the query, how the SQL reads."""

    metamodel: Metamodel
    as_of: int | None
    on: date | None
    dialect: str


@dataclass(frozen=True, slots=True)
class Ids:
    """What the names in a query stand for; None where it names nothing of the kind."""

    model: int | None = None
    folder: int | None = None
    owners: tuple[int, ...] | None = None
    matches: tuple[int, ...] | None = None


def conditions(moment: Moment, query: Query, ids: Ids, table: Any) -> list[ColumnElement[bool]]:
    """What the rows of a table or alias with the columns of `concept` must fulfil."""
    found: list[ColumnElement[bool]] = []
    if query.types:
        names = {name for type_name in query.types for name in moment.metamodel.descendants(type_name)}
        # Equality lets an index give the order, too.
        found.append(table.c.type == names.pop() if len(names) == 1 else table.c.type.in_(sorted(names)))
    if query.kind is not None:
        found.append(table.c.kind == query.kind)
    if ids.model is not None:
        found.append(table.c.model_id == ids.model)
    if ids.folder is not None:
        found.append(table.c.folder_id == ids.folder)
    if ids.owners is not None:
        found.append(ids_in(table.c.owner_id, ids.owners, moment.dialect))
    if ids.matches is not None:
        found.append(ids_in(table.c.id, ids.matches, moment.dialect))
    if query.filter is not None:
        found.append(condition(query.filter, moment.metamodel, query.types, table, moment.dialect))
    if moment.on is not None:
        found.extend(_holding(moment, table, query.kind))
    return found


@lru_cache(maxsize=256)
def page_statement(moment: Moment, query: Query, ids: Ids, *, as_text: bool) -> tuple[Any, Select[Any]]:
    """The table and statement of a page, without its cursor: one row more than asked tells whether there is another."""
    if as_text:
        table, statement = concept_rows.selected_as_text(moment.as_of, moment.dialect)
    else:
        table, statement = concept_rows.selected(moment.as_of)
    key = table.c[query.sort_field]
    order = [key.desc(), table.c.id.desc()] if query.is_descending else [key, table.c.id]
    return table, statement.where(*conditions(moment, query, ids, table)).order_by(*order).limit(query.limit + 1)


def beyond(query: Query, table: Any, after: tuple[Any, int]) -> ColumnElement[bool]:
    """The rows after the one at which the page before ended."""
    key, id_, (value, last) = table.c[query.sort_field], table.c.id, after
    if query.is_descending:
        return or_(key < value, and_(key == value, id_ < last))
    return or_(key > value, and_(key == value, id_ > last))


def holds(table: Any, on: date | None) -> ColumnElement[bool]:
    """Whether a row holds on a date: both bounds belong to it."""
    return and_(
        or_(table.c.valid_from.is_(None), table.c.valid_from <= on),
        or_(table.c.valid_until.is_(None), table.c.valid_until >= on),
    )


def ids_in(column: Any, ids: Sequence[int], dialect: str) -> ColumnElement[bool]:
    """`column IN ids` for any number of ids: engines limit how many values may be bound one by one."""
    if len(ids) == 1:
        return column == ids[0]  # type: ignore[no-any-return]
    if dialect == "sqlite":
        items = func.json_each("[" + ",".join(map(str, ids)) + "]").table_valued("value")
        return column.in_(select(items.c.value))  # type: ignore[no-any-return]
    return column == func.any(cast(list(ids), ARRAY(BigInteger)))  # type: ignore[no-any-return]


def _holding(moment: Moment, table: Any, kind: ConceptKind | None) -> list[ColumnElement[bool]]:
    found = [holds(table, moment.on)]
    if kind != "element":
        end = images.moment("concept", moment.as_of).alias("end_of")
        at_end = or_(end.c.id == table.c.source_id, end.c.id == table.c.target_id)
        found.append(~exists().where(and_(at_end, ~holds(end, moment.on))).select_from(end).correlate(table))
    return found
