"""Reads stored records as images (see `fields.py`), now and in the past. Links come out as uids."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, func, select, union_all

from ea_repo.store.fields import FIELDS, LINKS, Image
from ea_repo.store.operations import RecordKind
from ea_repo.store.tables import CURRENT, HISTORY

_CHUNK = 2_000
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of a record. `replaced` is the number of the changeset that superseded it, None while it holds."""

    id: int
    uid: str
    version: int
    written: int
    replaced: int | None
    image: Image


@dataclass(frozen=True, slots=True)
class Identity:
    """What a uid stands for: its id for ever, and for a concept its kind and type."""

    id: int
    kind: str = ""
    type: str = ""


def chunks(items: Iterable[Item], size: int = _CHUNK) -> Iterator[list[Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def current(connection: Connection, record: RecordKind, uids: Iterable[str]) -> dict[str, Stored]:
    """The records that exist now, by uid; those that do not are absent."""
    table = CURRENT[record]
    rows: list[Row[Any]] = []
    for chunk in chunks(uids):
        rows.extend(connection.execute(select(table).where(table.c.uid.in_(chunk))))
    return {stored.uid: stored for stored in _stored(connection, record, rows)}


def version(connection: Connection, record: RecordKind, uid: str, number: int) -> Stored | None:
    """One version of a record by its version number, superseded or not."""
    for table in (CURRENT[record], HISTORY[record]):
        query = select(table).where(table.c.uid == uid, table.c.version == number)
        if row := connection.execute(query).first():
            return _stored(connection, record, [row])[0]
    return None


def as_of(connection: Connection, record: RecordKind, uid: str, number: int) -> Stored | None:
    """The record as it was after the changeset `number`."""
    now, past = CURRENT[record], HISTORY[record]
    for query in (
        select(now).where(now.c.uid == uid, now.c.written <= number),
        select(past).where(past.c.uid == uid, past.c.written <= number, past.c.replaced > number),
    ):
        if row := connection.execute(query).first():
            return _stored(connection, record, [row])[0]
    return None


def all_versions(connection: Connection, record: RecordKind, uid: str) -> list[Stored]:
    """Every version of a record, oldest first."""
    past = connection.execute(select(HISTORY[record]).where(HISTORY[record].c.uid == uid)).all()
    now = connection.execute(select(CURRENT[record]).where(CURRENT[record].c.uid == uid)).all()
    return sorted(_stored(connection, record, [*past, *now]), key=lambda stored: stored.version)


def superseded(connection: Connection, record: RecordKind, number: int) -> list[Stored]:
    """Every version of every record that was superseded up to a changeset, oldest first."""
    past = HISTORY[record]
    query = select(past).where(past.c.replaced <= number).order_by(past.c.uid, past.c.version)
    return _stored(connection, record, connection.execute(query).all())


def touched(connection: Connection, record: RecordKind, number: int) -> list[str]:
    """The uids of the records that a changeset created, changed or deleted, in order."""
    now, past = CURRENT[record], HISTORY[record]
    found: set[str] = set()
    for column in (now.c.written, past.c.written, past.c.replaced):
        found.update(connection.execute(select(column.table.c.uid).where(column == number)).scalars())
    return sorted(found)


def written_by(
    connection: Connection, record: RecordKind, number: int, uids: Iterable[str] | None = None
) -> dict[str, Stored]:
    """What the changeset left behind: the version it wrote of each record it created or changed, or of these."""
    return _touched(connection, record, "written", number, uids)


def replaced_by(
    connection: Connection, record: RecordKind, number: int, uids: Iterable[str] | None = None
) -> dict[str, Stored]:
    """What the changeset found: the version it superseded of each record it changed or deleted, or of these."""
    return _touched(connection, record, "replaced", number, uids)


def identities(connection: Connection, record: RecordKind, uids: Iterable[str]) -> dict[str, Identity]:
    """Ids of the records that exist now."""
    table = CURRENT[record]
    columns = [table.c.uid, table.c.id]
    if record == "concept":
        columns += [table.c.kind, table.c.type]
    found = {}
    for chunk in chunks(uids):
        for uid, *rest in connection.execute(select(*columns).where(table.c.uid.in_(chunk))):
            found[uid] = Identity(*rest)
    return found


def past_identities(connection: Connection, record: RecordKind, uids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Id and last version of records that once existed."""
    table = HISTORY[record]
    if connection.execute(select(table.c.id).limit(1)).first() is None:
        return {}
    found: dict[str, tuple[int, int]] = {}
    for chunk in chunks(uids):
        query = (
            select(table.c.uid, table.c.id, func.max(table.c.version))
            .where(table.c.uid.in_(chunk))
            .group_by(table.c.uid, table.c.id)
        )
        found.update((uid, (id_, last)) for uid, id_, last in connection.execute(query))
    return found


def uids_by_id(connection: Connection, record: RecordKind, ids: Iterable[int]) -> dict[int, str]:
    """The uid of every id, of records past or present."""
    found: dict[int, str] = {}
    for table in (CURRENT[record], HISTORY[record]):
        missing = [each for each in ids if each not in found]
        for chunk in chunks(missing):
            query = select(table.c.id, table.c.uid).where(table.c.id.in_(chunk))
            found.update((row[0], row[1]) for row in connection.execute(query))
    return found


def linked_uids(
    connection: Connection, record: RecordKind, rows: Sequence[Any]
) -> Mapping[RecordKind, Mapping[int, str]]:
    """The uids behind every link column of the rows, by the kind of record they name."""
    wanted: dict[RecordKind, set[int]] = defaultdict(set)
    for link in LINKS[record]:
        assert link.to is not None  # noqa: S101 - a link field always says what it links to
        wanted[link.to].update(value for row in rows if (value := getattr(row, link.column)) is not None)
    return {kind: uids_by_id(connection, kind, ids) for kind, ids in wanted.items()}


def image_of(record: RecordKind, row: Any, names: Mapping[RecordKind, Mapping[int, str]]) -> Image:
    """The image of a row, its links turned into uids by `names`."""
    image: Image = {}
    for field in FIELDS[record]:
        value = getattr(row, field.column)
        if field.kind == "link" and value is not None and field.to is not None:
            value = names[field.to][value]
        elif isinstance(value, date):
            value = value.isoformat()
        image[field.name] = value
    return image


def _touched(
    connection: Connection, record: RecordKind, column: str, number: int, uids: Iterable[str] | None
) -> dict[str, Stored]:
    rows: list[Row[Any]] = []
    for table in (CURRENT[record], HISTORY[record]):
        if column in table.c:
            query = select(table).where(table.c[column] == number)
            rows.extend(connection.execute(query if uids is None else query.where(table.c.uid.in_(uids))))
    return {stored.uid: stored for stored in _stored(connection, record, rows)}


def _stored(connection: Connection, record: RecordKind, rows: Sequence[Any]) -> list[Stored]:
    names = linked_uids(connection, record, rows)
    return [
        Stored(row.id, row.uid, row.version, row.written, getattr(row, "replaced", None), image_of(record, row, names))
        for row in rows
    ]


def moment(record: RecordKind, number: int | None) -> Any:
    """A FROM clause with the columns of the current table: its rows as of a changeset, or now for None."""
    now, past = CURRENT[record], HISTORY[record]
    if number is None:
        return now
    columns = [column.name for column in now.columns]
    held: Select[Any] = select(*(now.c[name] for name in columns)).where(now.c.written <= number)
    gone = select(*(past.c[name] for name in columns)).where(past.c.written <= number, past.c.replaced > number)
    return union_all(held, gone).subquery(record)
