"""The schema of a database: which version it is at, bringing it up and down, whether it fits this program.

An upgrade is one transaction on both engines, so one that is interrupted leaves the old schema whole. Alembic takes a
third of a second to import, so it is only imported where something is to be migrated.
"""

import re
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine import URL

from ea_repo.errors import InvalidInput, SchemaOutOfDate
from ea_repo.store import search
from ea_repo.store.engine import busy_is_told, reading_engine, write_transaction, writing_engine

_VERSION_FILE = re.compile(r"(\d{4})_\w+\.py")


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
    engine = reading_engine(url)
    try:
        with busy_is_told(), engine.connect() as connection:
            return _current(connection)
    finally:
        engine.dispose()


def is_empty(url: URL) -> bool:
    """Whether nothing was ever made in this database. A SQLite file that does not exist is empty, and stays so."""
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return True
    engine = reading_engine(url)
    try:
        with busy_is_told(), engine.connect() as connection:
            return not set(inspect(connection).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def ensure_current(url: URL) -> None:
    """Raises `SchemaOutOfDate` with the command to run unless the database is at this program's revision."""
    if is_empty(url):
        raise SchemaOutOfDate("the database is empty; run: ea-repo db upgrade", current=None, needed=head())
    found = current(url)
    if found == head():
        return
    if found is None:
        raise SchemaOutOfDate(
            "the database holds tables, but not those of ea-repo; name another database", current=None, needed=head()
        )
    if found in _revisions():
        detail = f"the database is at schema {found}, this program needs {head()}; run: ea-repo db upgrade"
    else:
        detail = f"the database is at schema {found}, which is newer than this program ({head()}); upgrade the program: pip install --upgrade ea-repo"
    raise SchemaOutOfDate(detail, current=found, needed=head())


def upgrade(url: URL, target: str = "head") -> str:
    """Brings the schema up to a revision, in one transaction; returns the revision reached."""
    return str(_migrate(url, "upgrade", target))


def downgrade(url: URL, target: str = "-1") -> str | None:
    """Brings the schema down to a revision, "-1" (one step) or "base". Tables that go take their rows with them."""
    reached: str | None = _migrate(url, "downgrade", target)
    return reached


def history(url: URL) -> list[Step]:
    """Every migration, oldest first, and which the database is at."""
    script = import_module("alembic.script").ScriptDirectory.from_config(_config())
    at = None if is_empty(url) else current(url)
    steps = reversed(list(script.walk_revisions()))
    return [Step(each.revision, (each.doc or "").partition("\n")[0], each.revision == at) for each in steps]


def check(url: URL) -> list[str]:
    """What is wrong with the schema, as sentences: another revision, drift from the program, an unfit locale."""
    found = []
    try:
        ensure_current(url)
    except SchemaOutOfDate as error:
        return [error.detail]
    engine = reading_engine(url)
    try:
        with busy_is_told(), engine.connect() as connection:
            found += _drift(connection)
            if connection.dialect.name == "postgresql":
                found += _locale_faults(connection)
            if _index_is_behind(connection):
                found.append("the text index does not hold every concept; run: ea-repo db upgrade")
    finally:
        engine.dispose()
    return found


def is_compared(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """For Alembic: the text index and the tables SQLite keeps behind it are no part of the metadata."""
    return not (kind == "table" and (name or "").startswith(search.TABLE))


def _revisions() -> list[str]:
    names = (each.name for each in files("migrations").joinpath("versions").iterdir())
    return sorted(found[1] for name in names if (found := _VERSION_FILE.fullmatch(name)))


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _config() -> Any:
    config = import_module("alembic.config").Config()
    config.set_main_option("script_location", str(files("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(url: URL, direction: str, target: str) -> Any:
    if target not in ("head", "base", "-1", "+1") and target not in _revisions():
        raise InvalidInput(f'there is no schema revision "{target}"; there are {", ".join(_revisions())}, head, base')
    engine = _migrating_engine(url)
    try:
        with write_transaction(engine) as connection:
            found = _current(connection)
            if found is not None and found not in _revisions():
                raise SchemaOutOfDate(
                    f"the database is at schema {found}, which is newer than this program ({head()}); "
                    "upgrade the program: pip install --upgrade ea-repo",
                    current=found, needed=head(),
                )  # fmt: skip
            config = _config()
            config.attributes["connection"] = connection
            getattr(import_module("alembic.command"), direction)(config, target)
            if _current(connection) == head() and _index_is_behind(connection):
                search.rebuild(connection)
            _check_foreign_keys(connection)
            return _current(connection)
    finally:
        engine.dispose()


def _migrating_engine(url: URL) -> Engine:
    """Foreign keys are off in SQLite while tables are rebuilt, and checked before the commit."""
    engine = writing_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_foreign_keys)
    return engine


def _without_foreign_keys(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise InvalidInput(
            f'the migration would leave table "{broken[0]}" naming rows that do not exist; nothing was changed'
        )


def _drift(connection: Connection) -> list[str]:
    compare = import_module("alembic.autogenerate").compare_metadata
    configure = import_module("alembic.migration").MigrationContext.configure
    metadata = import_module("ea_repo.store.tables").metadata

    context = configure(connection, opts={"compare_type": True, "include_object": is_compared})
    return [f"the schema differs from the program: {each}" for each in compare(context, metadata)]


def _locale_faults(connection: Connection) -> list[str]:
    folded = connection.execute(text("SELECT lower('ÄÖ') = 'äö'")).scalar()
    if folded:
        return []
    return [
        "the database's locale folds ASCII only, so filters miss accented names; create it with "
        "--locale-provider=builtin --builtin-locale=C.UTF-8"
    ]


def _index_is_behind(connection: Connection) -> bool:
    indexed = connection.execute(text(f"SELECT count(*) FROM {search.TABLE}")).scalar()  # noqa: S608 - the name is ours
    return indexed != connection.execute(text("SELECT count(*) FROM concept")).scalar()
