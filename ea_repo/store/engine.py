"""Engines and transactions: one engine that writes, one that cannot, alike on SQLite and PostgreSQL."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from ea_repo.errors import Busy, InvalidInput, MissingPart

BUSY_SECONDS = 30
_SAMPLED_ROWS = 1_000
_LOG_PAGES = 10_000  # 40 MB

# Any constant will do, as long as every version of this program takes the same one.
_WRITER_LOCK = 0x6561_7265_706F


def parse_url(text: str) -> URL:
    """A database address, or the path of a SQLite file. `InvalidInput` says what is supported."""
    if "://" not in text:
        text = f"sqlite:///{text}"
    try:
        url = make_url(text)
    except ArgumentError:
        raise InvalidInput(
            "the database address cannot be read; write sqlite:///file.db or postgresql://user@host/name"
        ) from None
    backend = url.get_backend_name()
    if backend == "postgres":
        url = url.set(drivername="postgresql")
        backend = "postgresql"
    if backend not in ("sqlite", "postgresql"):
        raise InvalidInput(f'"{backend}" databases are not supported; use sqlite or postgresql')
    if backend == "sqlite" and url.database in (None, "", ":memory:"):
        raise InvalidInput("a SQLite database in memory cannot be shared by readers and writer; name a file")
    return url.set(drivername="postgresql+psycopg") if backend == "postgresql" else url


def writing_engine(url: URL) -> Engine:
    """The engine of `changesets.apply` and the migrations."""
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def reading_engine(url: URL) -> Engine:
    """An engine on which the database itself refuses every write; each transaction sees one moment."""
    if url.get_backend_name() == "postgresql":
        return _engine(url).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    engine = writing_engine(url)
    event.listen(engine, "connect", _forbid_writing)
    return engine


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """One writer at a time: committed when the block ends, rolled back when it raises.

    The lock comes before the first read, so what is read stays true until commit and changeset numbers are given in
    the order in which they become visible. `Busy` after 30 seconds without the lock.
    """
    with busy_is_told(), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection = connection.execution_options(ea_repo_immediate=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
            yield connection


def refresh_statistics(connection: Connection) -> None:
    """Tells the planner what a large change made of the tables, as part of that change. A few milliseconds a table."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit = {_SAMPLED_ROWS}")
    connection.exec_driver_sql("ANALYZE")


@contextmanager
def busy_is_told() -> Iterator[None]:
    """Turns a database that cannot be reached or is locked into `Busy`, and a file that is none into `InvalidInput`.

    Anything else passes unchanged.
    """
    try:
        yield
    except DBAPIError as error:
        kind = getattr(error.orig, "sqlite_errorname", "")
        if kind == "SQLITE_NOTADB":
            raise InvalidInput("the database's file is not a SQLite database; name another") from error
        if kind.startswith("SQLITE_CANTOPEN"):
            raise InvalidInput(
                "the database's file cannot be opened; the user needs the right to write it and its folder"
            ) from error
        if not isinstance(error, OperationalError):
            raise
        raise Busy(f"the database cannot take this now: {_first_line(error)}; try again") from error


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            _make_room(Path(url.database or ""))
            return create_engine(url, json_deserializer=_json)
        # A database without an encoding (SQL_ASCII) would otherwise answer in bytes.
        encoding = {"client_encoding": "utf8"}
        return create_engine(url, connect_args=encoding, pool_pre_ping=True, pool_size=10, max_overflow=30)
    except ModuleNotFoundError as error:
        raise MissingPart(f"PostgreSQL needs {error.name}: pip install 'ea-repo[postgres]'", part="postgres") from error


def _make_room(path: Path) -> None:
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder; the database is a file, for example {path / 'ea-repo.db'}")
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"the database's folder {path.parent} cannot be made: {error.strerror}") from error


def _json(text: str) -> Any:
    """Most JSON columns are empty, and a page of concepts has 150 of them."""
    if text == "{}":
        return {}
    return [] if text == "[]" else json.loads(text)


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver would otherwise commit before DDL and begin late; transactions are ours (`_begin_sqlite`).
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _keep_a_log(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -64000")
    # A large import is copied from the log into the file later, not while somebody waits for the commit.
    cursor.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    cursor.close()
    # SQLite's own fold only ASCII; with these, filters answer as on PostgreSQL.
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.create_function("upper", 1, _upper, deterministic=True)


def _keep_a_log(cursor: sqlite3.Cursor) -> None:
    """Write-ahead logging. Of several who turn it on in a new file, SQLite sends all but one away without a wait."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def _upper(text: Any) -> Any:
    return text.upper() if isinstance(text, str) else text


def _forbid_writing(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("ea_repo_immediate"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # takes no lock, so it cannot fail; each state begins so
        cast(Any, connection.connection.dbapi_connection).execute("BEGIN")
