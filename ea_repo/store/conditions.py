"""A query as SQL: pure, so that the statement of a list is made once and serves every reader who asks alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    union_all,
)

from ea_repo.metamodel import Metamodel
from ea_repo.store import concept_rows, images
from ea_repo.store.query import Query
from ea_repo.store.records import ConceptKind

#: Parameters of the statement of a page that is not the first.
AFTER_VALUE, AFTER_ID = "after_value", "after_id"
_IDS = "ids"
_MOST_PARTS = 24


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
    names = _type_names(moment, query)
    if not names:
        return _beside_types(moment, query, ids, table)
    # Equality lets an index give the order, too.
    of_types = table.c.type == names[0] if len(names) == 1 else table.c.type.in_(names)
    return [of_types, *_beside_types(moment, query, ids, table)]


def _type_names(moment: Moment, query: Query) -> list[str]:
    return sorted({name for type_name in query.types for name in moment.metamodel.descendants(type_name)})


def _beside_types(moment: Moment, query: Query, ids: Ids, table: Any) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.kind is not None:
        found.append(table.c.kind == query.kind)
    if ids.model is not None:
        found.append(_of_model(query, ids.model, table, moment.dialect))
    if ids.folder is not None:
        found.append(table.c.folder_id == ids.folder)
    if ids.owners is not None:
        found.append(ids_in(table.c.owner_id, ids.owners, moment.dialect))
    if ids.matches is not None:
        found.append(ids_in(table.c.id, ids.matches, moment.dialect))
    if query.filter is not None:
        from ea_repo.store.filters import condition  # noqa: PLC0415 - its parser takes a while, and many ask without one

        found.append(condition(query.filter, moment.metamodel, query.types, table, moment.dialect))
    if moment.on is not None:
        found.extend(_holding(moment, table, query.kind))
    return found


@lru_cache(maxsize=256)
def page_statement(moment: Moment, query: Query, ids: Ids, *, is_first: bool, as_text: bool) -> tuple[Any, Select[Any]]:
    """The table and statement of a page: one row more than asked tells whether there is another.

    Not the first page, it takes `AFTER_VALUE` and `AFTER_ID`: where the page before ended.
    """
    if as_text:
        table, statement = concept_rows.selected_as_text(moment.as_of, moment.dialect)
    else:
        table, statement = concept_rows.selected(moment.as_of)
    found = [] if is_first else [_beyond(query, table)]
    names = _type_names(moment, query)
    if 1 < len(names) <= _MOST_PARTS and query.sort_field == "uid":
        found.append(table.c.id.in_(_first_of_each(moment, query, ids, table, found, names)))
    else:
        found += conditions(moment, query, ids, table)
    return table, _cut(statement.where(*found), query, table)


def _first_of_each(
    moment: Moment, query: Query, ids: Ids, table: Any, found: Sequence[ColumnElement[bool]], names: Sequence[str]
) -> Select[Any]:
    """The ids among which a page of several types must be: as many of each type as a page holds.

    An index by type and uid gives each in order, and reading ends with the page. All types in one condition would have
    to be read to the end and sorted.
    """
    parts = []
    for name in names:
        chosen = [table.c.type == name, *found, *_beside_types(moment, query, ids, table)]
        parts.append(_cut(select(table.c.id).where(*chosen), query, table).subquery().select())
    return union_all(*parts)  # type: ignore[return-value]


def _of_model(query: Query, id_: int, table: Any, dialect: str) -> ColumnElement[bool]:
    """The rows of a model. A uid begins with its model's key, which gives an index both condition and order.

    PostgreSQL compares text by the database's locale, so there the number decides.
    """
    if dialect != "sqlite":
        return table.c.model_id == id_  # type: ignore[no-any-return]
    return and_(table.c.uid >= f"{query.model}:", table.c.uid < f"{query.model};")  # ; follows : in ASCII


def _cut(statement: Select[Any], query: Query, table: Any) -> Select[Any]:
    key = table.c[query.sort_field]
    order = [key.desc(), table.c.id.desc()] if query.is_descending else [key, table.c.id]
    return statement.order_by(*order).limit(query.limit + 1)


def _beyond(query: Query, table: Any) -> ColumnElement[bool]:
    """The rows after the one at which the page before ended."""
    key, id_ = table.c[query.sort_field], table.c.id
    value, last = bindparam(AFTER_VALUE, type_=key.type), bindparam(AFTER_ID, type_=id_.type)
    # The first half alone lets an index begin at the right place.
    if query.is_descending:
        return and_(key <= value, or_(key < value, id_ < last))
    return and_(key >= value, or_(key > value, id_ > last))


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
    return _among(column, _as_one_value(ids, dialect), dialect)


def bound_ids_in(column: Any, dialect: str) -> ColumnElement[bool]:
    """The same for a statement that is made once: it is executed with `bound_ids`."""
    return _among(column, bindparam(_IDS), dialect)


def bound_ids(ids: Iterable[int], dialect: str) -> dict[str, Any]:
    """What a statement with `bound_ids_in` is executed with."""
    return {_IDS: _as_one_value(ids, dialect)}


def _as_one_value(ids: Iterable[int], dialect: str) -> Any:
    return f"[{','.join(map(str, ids))}]" if dialect == "sqlite" else list(ids)


def _among(column: Any, given: Any, dialect: str) -> ColumnElement[bool]:
    if dialect == "sqlite":
        items = func.json_each(given).table_valued("value")
        return column.in_(select(items.c.value))  # type: ignore[no-any-return]
    return column == func.any(cast(given, ARRAY(BigInteger)))  # type: ignore[no-any-return]


def _holding(moment: Moment, table: Any, kind: ConceptKind | None) -> list[ColumnElement[bool]]:
    found = [holds(table, moment.on)]
    if kind != "element":
        end = images.moment("concept", moment.as_of).alias("end_of")
        at_end = or_(end.c.id == table.c.source_id, end.c.id == table.c.target_id)
        found.append(~exists().where(and_(at_end, ~holds(end, moment.on))).select_from(end).correlate(table))
    return found
