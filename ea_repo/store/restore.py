"""Puts a dump (see `dump.py`) into an empty database: one transaction, all or nothing.

A dump of an older schema is restored into that schema and then brought up as a database of that age would be.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from ea_repo.errors import Conflict, InvalidInput, SchemaOutOfDate
from ea_repo.store import schema, search
from ea_repo.store.bulk import indexes_last
from ea_repo.store.dump import DumpedTable, Progress, Rows
from ea_repo.store.engine import refresh_statistics, write_transaction

#: The lines of a table, by its name.
Lines = Callable[[str], Iterable[str | bytes]]
_BATCH = 10_000
_BATCH_BYTES = 16_000_000
_CACHE_KILOBYTES = 256_000


def restore(
    url: URL,
    revision: str,
    changeset: int,
    tables: Sequence[DumpedTable],
    lines: Lines,
    progress: Progress | None = None,
) -> None:
    """Fills the database at `url`, which must hold no record yet, and brings its schema to this program's.

    Raises `Conflict` where it is not empty, `SchemaOutOfDate` where the dump is of a newer program, `InvalidInput` where
    its rows cannot be; then the database is as it was. O(rows).
    """
    check_revision(revision)
    engine = schema.migrating_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _with_room)
    try:
        with schema.refusal_is_told(), write_transaction(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            _refuse_used(connection)
            _begin_at(connection, revision)
            try:
                with indexes_last(connection):
                    _fill(connection, tables, lines, progress or (lambda done, total, what: None))
                schema.check_foreign_keys(connection)
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
            except IntegrityError as error:
                said = str(error.orig).partition("\n")[0]
                raise InvalidInput(f"the rows do not fit together: {said}; nothing was written") from error
            _check_history(connection, changeset)
            if revision != schema.head():
                schema.move(connection, "upgrade", schema.head())
            search.rebuild(connection)
            refresh_statistics(connection)
    finally:
        engine.dispose()


def check_revision(revision: str) -> None:
    """Raises `SchemaOutOfDate` for a dump that this program is too old for."""
    if revision not in schema.revisions():
        raise SchemaOutOfDate(
            f"this was written at schema {revision}, which this program ({schema.head()}) does not know; "
            "upgrade the program: pip install --upgrade ea-repo",
            current=revision, needed=schema.head(),
        )  # fmt: skip


def _with_room(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
    cursor.close()


def _refuse_used(connection: Connection) -> None:
    names = set(inspect(connection).get_table_names())
    if names - {"alembic_version"} and "changeset" not in names:
        raise Conflict("the database holds tables, but not those of ea-repo; name an empty one")
    for name in ("changeset", "token"):
        if name in names and connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first():  # noqa: S608 - names are ours
            what = "changesets" if name == "changeset" else "tokens"
            raise Conflict(f"the database has {what} already; an archive is restored into an empty one")


def _begin_at(connection: Connection, revision: str) -> None:
    """The empty tables of that revision."""
    found = schema.current_of(connection)
    if found == revision:
        return
    if found is not None:
        schema.move(connection, "downgrade", "base")
    schema.move(connection, "upgrade", revision)


def _fill(connection: Connection, tables: Sequence[DumpedTable], lines: Lines, progress: Progress) -> None:
    total, done = sum(table.rows for table in tables), 0
    known = inspect(connection)
    names = set(known.get_table_names())
    filled = Counter(table.name for table in tables)
    for table in tables:
        # What follows goes into SQL: only names that the database itself gives.
        if table.name not in names or table.name in ("token", "alembic_version") or filled[table.name] > 1:
            raise InvalidInput(f'there is no table "{table.name}" to restore')
        columns = {column["name"] for column in known.get_columns(table.name)}
        if {column.name for column in table.columns} != columns:
            raise InvalidInput(f"{table.name}: its columns are {', '.join(sorted(columns))}")
        for rows in _batches(Rows(table).of(lines(table.name))):
            _insert(connection, table, rows)
            done += len(rows)
            progress(done, total, table.name)


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows, so many at a time as are not too large together: some hold pictures or pieces of documents."""
    batch: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(batch) == _BATCH or size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _insert(connection: Connection, table: DumpedTable, rows: Sequence[tuple[Any, ...]]) -> None:
    named = ", ".join(column.name for column in table.columns)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        try:
            with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({named}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        except _driver_error(connection) as error:
            raise InvalidInput(f"{table.name}: {str(error).partition(chr(10))[0]}; nothing was written") from error
        return
    days = [at for at, column in enumerate(table.columns) if column.kind in ("day", "moment")]
    marks = ", ".join("?" * len(table.columns))
    found = [_for_sqlite(row, days) for row in rows] if days else rows
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({named}) VALUES ({marks})", list(found))  # noqa: S608 - names are the database's


def _driver_error(connection: Connection) -> type[BaseException]:
    """What the driver raises for a row that the database does not take."""
    found: type[BaseException] = connection.dialect.loaded_dbapi.Error
    return found


def _for_sqlite(row: tuple[Any, ...], days: Sequence[int]) -> tuple[Any, ...]:
    """SQLite has no days: as SQLAlchemy writes them there."""
    found = list(row)
    for at in days:
        value = found[at]
        if isinstance(value, datetime):
            found[at] = value.replace(tzinfo=None).isoformat(" ", "microseconds")
        elif isinstance(value, date):
            found[at] = value.isoformat()
    return tuple(found)


def _check_history(connection: Connection, changeset: int) -> None:
    """What as-of reads rely on: numbers without a gap, versions that were replaced after they were written."""
    count, first, last = connection.execute(text("SELECT count(number), min(number), max(number) FROM changeset")).one()
    if (count, first or 0, last or 0) != (changeset, min(changeset, 1), changeset):
        raise InvalidInput(f"there should be the changesets 1 to {changeset}; there are {count}; nothing was written")
    for name in inspect(connection).get_table_names():
        if name.endswith("_history"):
            wrong = connection.execute(
                text(f"SELECT uid FROM {name} WHERE replaced <= written LIMIT 1")  # noqa: S608 - names are the database's
            ).first()
            if wrong:
                raise InvalidInput(f"{name}: {wrong[0]} was replaced before it was written; nothing was written")
