"""Databases that cannot be migrated or read are refused in one sentence that says what would be right."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL

from ea_repo.errors import InvalidInput, NotAllowed, SchemaOutOfDate
from ea_repo.repository import open_repository
from ea_repo.store import schema
from ea_repo.store.engine import parse_url
from tests.factories import a_model, a_system

HEAD = schema.head()


@pytest.mark.parametrize(
    ("direction", "start", "target", "message"),
    [
        ("upgrade", "0004", "0002", r"at 0004; to bring it down: ea-repo db downgrade 0002"),
        ("downgrade", "0002", "0003", r"at 0002; to bring it up: ea-repo db upgrade 0003"),
        ("upgrade", HEAD, "+1", rf"at {HEAD}; there is no step above it"),
        ("downgrade", "base", "-1", r"at base; there is no step below it"),
        ("downgrade", "0004", "0815", r'no schema revision "0815"; there are 0001, 0002'),
    ],
)
def test_a_step_that_leads_nowhere_is_refused_and_changes_nothing(
    sqlite_url: str, direction: str, start: str, target: str, message: str
) -> None:
    url = parse_url(sqlite_url)
    schema.downgrade(url, start)
    with pytest.raises(InvalidInput, match=message):
        getattr(schema, direction)(url, target)
    assert schema.current(url) == (None if start == "base" else start)


@pytest.mark.parametrize(("target", "reached"), [("head", HEAD), ("+1", "0003"), ("0002", "0002")])
def test_single_steps_and_names_lead_where_they_say(sqlite_url: str, target: str, reached: str) -> None:
    url = parse_url(sqlite_url)
    assert schema.downgrade(url, "0002") == "0002"
    assert schema.upgrade(url, target) == reached
    assert schema.downgrade(url, "-1") == f"{int(reached) - 1:04}"


def test_a_database_of_another_program_is_not_upgraded_into(empty_url: str) -> None:
    engine = create_engine(parse_url(empty_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(SchemaOutOfDate, match="not those of ea-repo"):
        schema.upgrade(parse_url(empty_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('1f3a99c0d2b4')"))
    with pytest.raises(SchemaOutOfDate, match="not those of ea-repo"):
        schema.upgrade(parse_url(empty_url))
    assert set(inspect(engine).get_table_names()) == {"theirs", "alembic_version"}
    engine.dispose()


@pytest.mark.parametrize("ask", [schema.upgrade, schema.current, schema.check, schema.is_empty, schema.ensure_current])
def test_a_file_that_is_no_database_is_named_as_such_and_left_alone(
    tmp_path: Path, ask: Callable[[URL], object]
) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear colleagues, the database is in the other folder.\n" * 100)
    with pytest.raises(InvalidInput, match="not a SQLite database"):
        ask(parse_url(str(path)))
    assert path.read_text().startswith("Dear colleagues")
    with pytest.raises(InvalidInput, match="is a folder"):
        ask(parse_url(str(tmp_path)))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput, match="file cannot be made"):
        schema.upgrade(parse_url(str(tmp_path / "file" / "there.db")))


def test_three_upgrades_at_once_make_one_schema(empty_url: str) -> None:
    program = (
        "import sys; from ea_repo.store import schema; from ea_repo.store.engine import parse_url;"
        "print(schema.upgrade(parse_url(sys.argv[1])))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(3)
    ]
    assert [each.communicate()[0].decode().strip() for each in running] == [HEAD] * 3
    assert schema.check(parse_url(empty_url)) == []


@contextmanager
def role(address: str, name: str) -> Iterator[str]:
    """A PostgreSQL user that owns nothing; the same database under its name."""
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
    try:
        yield address.replace("postgres@", f"{name}@")
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {name}"))
            connection.execute(text(f"DROP ROLE {name}"))
        engine.dispose()


def test_a_user_without_the_right_is_told_which_rights_make_it_work(postgres_url: str) -> None:
    with role(postgres_url, f"reader_{postgres_url[-12:]}") as theirs:
        for ask in (schema.current, schema.check, schema.ensure_current):
            with pytest.raises(NotAllowed, match="grant SELECT, INSERT, UPDATE and DELETE"):
                ask(parse_url(theirs))
        schema.downgrade(parse_url(postgres_url), "base")
        with pytest.raises(NotAllowed, match="permission denied"):
            schema.upgrade(parse_url(theirs))
        schema.upgrade(parse_url(postgres_url))
        engine = create_engine(postgres_url)
        with engine.begin() as connection:
            name = parse_url(theirs).username
            connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"))
        engine.dispose()
        assert schema.check(parse_url(theirs)) == []
        with open_repository(theirs) as repository:
            assert repository.changeset("t", "begin", [a_model(), a_system("s", "Tax")]).apply().number == 1
            with repository.state() as state:
                assert [hit.concept.uid for hit in state.search("tax")] == ["gov:s"]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ("LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'", "locale folds ASCII only"),
        ("ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'", "encoding SQL_ASCII cannot hold"),
    ],
)
def test_a_postgresql_database_that_does_not_know_every_script_is_reported(
    postgres_url: str, options: str, fault: str
) -> None:
    name = f"unfit_{postgres_url[-12:]}"
    unfit = f"{postgres_url.rpartition('/')[0]}/{name}"
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 {options}"))
        try:
            schema.upgrade(parse_url(unfit))
            assert [fault in each for each in schema.check(parse_url(unfit))] == [True]
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
    assert schema.check(parse_url(postgres_url)) == []
