"""The schema of a database: which version it is at, bringing it up and down, whether it fits this program.

An upgrade is one transaction on both engines, so one that is interrupted leaves the old schema whole. Alembic takes a
third of a second to import, so it is only imported where something is to be migrated.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from ea_repo.errors import InvalidInput, NotAllowed, SchemaOutOfDate
from ea_repo.store import search
from ea_repo.store.engine import busy_is_told, reading_engine, write_transaction, writing_engine

_REVISION = re.compile(r"\d{4}")
_VERSION_FILE = re.compile(rf"({_REVISION.pattern})_\w+\.py")
_BASE = "base"
_INSUFFICIENT_PRIVILEGE = "42501"


@dataclass(frozen=True, slots=True)
class Step:
    """One migration."""

    revision: str
    summary: str
    is_current: bool


def head() -> str:
    """The revision this program was written for. They are numbered, so the last file is the head."""
    return _revisions()[-1]


def current(url: URL) -> str | None:
    """The revision a database is at, None for an empty one."""
    return _standing(url).revision


def is_empty(url: URL) -> bool:
    """Whether nothing was ever made in this database. A SQLite file that does not exist is empty, and stays so."""
    return _standing(url).is_empty


def ensure_current(url: URL) -> None:
    """Raises `SchemaOutOfDate` with the command to run unless the database is at this program's revision."""
    found = _standing(url)
    if found.revision == head():
        return
    if found.is_empty:
        raise _out_of_date("the database is empty; run: ea-repo db upgrade", found)
    _ensure_ours(found)
    raise _out_of_date(
        f"the database is at schema {found.revision}, this program needs {head()}; run: ea-repo db upgrade", found
    )


def upgrade(url: URL, target: str = "head") -> str:
    """Brings the schema up to a revision, in one transaction; returns the revision reached."""
    return str(_migrate(url, "upgrade", target))


def downgrade(url: URL, target: str = "-1") -> str | None:
    """Brings the schema down to a revision, "-1" (one step) or "base". Tables that go take their rows with them."""
    return _migrate(url, "downgrade", target)


def history(url: URL) -> list[Step]:
    """Every migration, oldest first, and which the database is at."""
    script = import_module("alembic.script").ScriptDirectory.from_config(_config())
    at = current(url)
    steps = reversed(list(script.walk_revisions()))
    return [Step(each.revision, (each.doc or "").partition("\n")[0], each.revision == at) for each in steps]


def check(url: URL) -> list[str]:
    """What is wrong with the schema, as sentences: another revision, drift from the program, an unfit database."""
    try:
        ensure_current(url)
    except SchemaOutOfDate as error:
        return [error.detail]
    with _reading(url) as connection:
        found = _drift(connection)
        if connection.dialect.name == "postgresql":
            found += _postgres_faults(connection)
        if _index_is_behind(connection):
            found.append("the text index does not hold every concept; run: ea-repo db upgrade")
    return found


def is_compared(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """For Alembic: the text index and the tables SQLite keeps behind it are no part of the metadata."""
    return not (kind == "table" and (name or "").startswith(search.TABLE))


@dataclass(frozen=True, slots=True)
class _Standing:
    is_empty: bool
    revision: str | None


def _standing(url: URL) -> _Standing:
    """In one connection, as every opened repository asks."""
    # Asked through a connection, a file that does not exist would be made.
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return _Standing(is_empty=True, revision=None)
    with _reading(url) as connection:
        return _standing_of(connection)


def _standing_of(connection: Connection) -> _Standing:
    revision = current_of(connection)
    is_empty = revision is None and not set(inspect(connection).get_table_names()) - {"alembic_version"}
    return _Standing(is_empty, revision)


def _ensure_ours(found: _Standing) -> None:
    """Raises `SchemaOutOfDate` for what this program did not make, or what a newer one did."""
    if found.is_empty or found.revision in _revisions():
        return
    if found.revision is None or not _REVISION.fullmatch(found.revision):
        raise _out_of_date("the database holds tables, but not those of ea-repo; name another database", found)
    raise _out_of_date(
        f"the database is at schema {found.revision}, which is newer than this program ({head()}); "
        "upgrade the program: pip install --upgrade ea-repo",
        found,
    )


def _out_of_date(detail: str, found: _Standing) -> SchemaOutOfDate:
    return SchemaOutOfDate(detail, current=found.revision, needed=head())


@contextmanager
def _reading(url: URL) -> Iterator[Connection]:
    engine = reading_engine(url)
    try:
        with refusal_is_told(), busy_is_told(), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def refusal_is_told() -> Iterator[None]:
    """Turns a missing right in the database into `NotAllowed`. Only here: in a request it would be our defect."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        said = str(error.orig).partition("\n")[0]
        raise NotAllowed(
            f"the database refuses this to its user: {said}; upgrade as the owner of the tables, "
            "then grant SELECT, INSERT, UPDATE and DELETE on them to the user of the service"
        ) from error


def _revisions() -> list[str]:
    names = (each.name for each in files("migrations").joinpath("versions").iterdir())
    return sorted(found[1] for name in names if (found := _VERSION_FILE.fullmatch(name)))


def current_of(connection: Connection) -> str | None:
    """The revision that this connection's database is at, None where it has none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _destination(direction: str, target: str, found: str | None) -> str:
    """The revision meant by "head", "base", "+1" or "-1", which must lie in that direction."""
    line = [_BASE, *_revisions()]
    at = line.index(found or _BASE)
    places = {"head": len(line) - 1, "+1": at + 1, "-1": at - 1, **{name: place for place, name in enumerate(line)}}
    if target not in places:
        raise InvalidInput(
            f'there is no schema revision "{target}"; there are {", ".join(line[1:])}, head, base', nearest=line
        )
    place = places[target]
    if not 0 <= place < len(line):
        raise InvalidInput(f"the schema is at {line[at]}; there is no step {'above' if place > 0 else 'below'} it")
    if direction == "upgrade" and place < at:
        raise InvalidInput(f"the schema is at {line[at]}; to bring it down: ea-repo db downgrade {line[place]}")
    if direction == "downgrade" and place > at:
        raise InvalidInput(f"the schema is at {line[at]}; to bring it up: ea-repo db upgrade {line[place]}")
    return line[place]


def _config() -> Any:
    config = import_module("alembic.config").Config()
    config.set_main_option("script_location", str(files("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(url: URL, direction: str, target: str) -> str | None:
    engine = migrating_engine(url)
    try:
        with refusal_is_told(), write_transaction(engine) as connection:
            if connection.dialect.name == "postgresql":
                # An administrator's limit for queries must not end the rebuilding of a large table.
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            found = _standing_of(connection)
            _ensure_ours(found)
            move(connection, direction, _destination(direction, target, found.revision))
            if current_of(connection) == head() and _index_is_behind(connection):
                search.rebuild(connection)
            check_foreign_keys(connection)
            return current_of(connection)
    finally:
        engine.dispose()


def move(connection: Connection, direction: str, revision: str) -> None:
    """Brings the schema up ("upgrade") or down to a revision, in the transaction of `connection`."""
    config = _config()
    config.attributes["connection"] = connection
    getattr(import_module("alembic.command"), direction)(config, revision)


def revisions() -> list[str]:
    """Every revision that this program knows, oldest first."""
    return _revisions()


def migrating_engine(url: URL) -> Engine:
    """Foreign keys are off in SQLite while tables are rebuilt, and checked before the commit."""
    engine = writing_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_foreign_keys)
    return engine


def _without_foreign_keys(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def check_foreign_keys(connection: Connection) -> None:
    """Raises `InvalidInput` where a row names one that does not exist: SQLite does not look by itself while they are off."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise InvalidInput(f'this would leave table "{broken[0]}" naming rows that do not exist; nothing was changed')


def _drift(connection: Connection) -> list[str]:
    compare = import_module("alembic.autogenerate").compare_metadata
    configure = import_module("alembic.migration").MigrationContext.configure
    metadata = import_module("ea_repo.store.tables").metadata

    context = configure(connection, opts={"compare_type": True, "include_object": is_compared})
    return [f"the schema differs from the program: {each}" for each in compare(context, metadata)]


def _postgres_faults(connection: Connection) -> list[str]:
    found = []
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        found.append(f"the database's encoding {encoding} cannot hold every script; create it with --encoding=UTF8")
    elif not connection.execute(text("SELECT lower('ÄÖ') = 'äö'")).scalar():
        found.append(
            "the database's locale folds ASCII only, so filters miss accented names; create it with "
            "--locale-provider=builtin --builtin-locale=C.UTF-8"
        )
    return found


def _index_is_behind(connection: Connection) -> bool:
    """Whether something with a name is not in the text index, or something in it is gone. What says nothing is not."""
    key = search.key(connection)
    lacking = (
        f"SELECT 1 FROM concept WHERE name <> '' AND NOT EXISTS (SELECT 1 FROM {search.TABLE} WHERE {key} = concept.id)"  # noqa: S608 - names are ours
    )
    gone = f"SELECT 1 FROM {search.TABLE} WHERE {key} NOT IN (SELECT id FROM concept)"  # noqa: S608
    return any(connection.execute(text(f"{each} LIMIT 1")).first() for each in (lacking, gone))
