"""The whole repository out of one database and into another, and what is refused on the way."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bagit
import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from ea_repo import sample
from ea_repo.errors import Conflict, InvalidInput, MalformedRequest, RepositoryError, SchemaOutOfDate
from ea_repo.exchange import whole_archive
from ea_repo.repository import Repository, open_repository
from ea_repo.store import dump, schema
from ea_repo.store.engine import parse_url
from ea_repo.store.tables import metadata
from tests.conftest import FreshDatabase, _copied, _databases
from tests.exchange.bags import eventful, everything, folder_bag, relined, remade, retold
from tests.factories import a_system
from tests.store.test_stateful import SMALL_DOSE, StoreMachine

FORMS = ("whole.zip", "whole.tar", "whole.tar.gz", "whole")


@pytest.fixture
def bag(sqlite_repository: Repository, tmp_path: Path) -> Path:
    """The archive of an eventful history, as a folder."""
    return folder_bag(eventful(sqlite_repository), tmp_path / "bag")


@pytest.fixture
def new_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'restored.db'}"


def rows_of(url: str) -> dict[str, list[Any]]:
    """Every row of a SQLite database as its own driver gives it, but for tokens and the text index."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        found = {
            name: sorted(map(_plain, connection.execute(f'SELECT * FROM "{name}"')))
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("concept_search", "sqlite_")) and name != "token"
        }
    connection.close()
    return found


def _plain(row: tuple[Any, ...]) -> tuple[str, ...]:
    """JSON of a database may name keys in another order."""
    return tuple(
        json.dumps(json.loads(value), sort_keys=True) if str(value)[:1] in ("{", "[") else repr(value) for value in row
    )


@pytest.mark.parametrize("form", FORMS)
def test_all_that_can_be_asked_is_the_same_after_a_restore(
    sqlite_repository: Repository, tmp_path: Path, new_url: str, form: str
) -> None:
    eventful(sqlite_repository)
    written = whole_archive.write(sqlite_repository, tmp_path / form)
    assert whole_archive.verify(tmp_path / form, fingerprint=written.fingerprint).rows == written.rows
    whole_archive.restore(tmp_path / form, new_url)
    with open_repository(new_url) as restored:
        assert everything(restored) == everything(sqlite_repository)
        assert restored.accounts.tokens() == []
    assert schema.check(parse_url(new_url)) == []


def test_to_postgresql_and_back_nothing_is_lost(
    sqlite_repository: Repository, postgres_url: str, tmp_path: Path, new_url: str
) -> None:
    eventful(sqlite_repository)
    sample.load(sqlite_repository)
    first = whole_archive.write(sqlite_repository, tmp_path / "first.zip")
    whole_archive.restore(tmp_path / "first.zip", postgres_url)
    with open_repository(postgres_url) as moved:
        assert everything(moved) == everything(sqlite_repository)
        second = whole_archive.write(moved, tmp_path / "second.zip")
    whole_archive.restore(tmp_path / "second.zip", new_url)
    assert (first.rows, first.fingerprint) == (second.rows, second.fingerprint)
    assert rows_of(new_url) == rows_of(str(sqlite_repository.url))
    assert schema.check(parse_url(postgres_url)) == schema.check(parse_url(new_url)) == []


def test_random_histories_move_to_postgresql_and_back_whole(
    sqlite_template: Path, postgres_cluster: str, tmp_path: Path
) -> None:
    with _databases(postgres_cluster, template="template0") as make_postgres:

        class Machine(StoreMachine):
            """At the end the history is moved twice and every state that ever was read from each place."""

            def make_url(self) -> str:
                return _copied(sqlite_template, tmp_path)

            def teardown(self) -> None:
                if not hasattr(self, "repository"):
                    return
                place = Path(str(self.repository.url.database)).with_suffix("")
                first, url = self.repository, f"sqlite:///{place}-back.db"
                try:
                    for form, address in ((".zip", make_postgres()), (".tar", url)):
                        target = place.with_suffix(form)
                        whole_archive.write(self.repository, target)
                        whole_archive.restore(target, address)
                        if self.repository is not first:
                            self.repository.close()
                        self.repository = open_repository(address)
                        for number in range(len(self.replay.states)):
                            self.check(number)
                    assert rows_of(url) == rows_of(str(first.url))
                finally:
                    self.repository.close()
                    first.close()

        run_state_machine_as_test(Machine, settings=settings(SMALL_DOSE, max_examples=3))


def test_bagit_py_finds_our_bag_valid(bag: Path) -> None:
    found = bagit.Bag(str(bag))
    assert found.validate()
    assert found.info["EA-Repo-Changeset"] == "7"
    assert sorted(found.algorithms) == ["sha256"]


def test_an_archive_has_every_table_but_those_with_secrets(bag: Path) -> None:
    told = {each["name"] for each in json.loads((bag / "data" / "tables.json").read_text("utf-8"))["tables"]}
    assert told == {path.stem for path in (bag / "data").glob("*.ndjson")}
    left_out = metadata.tables.keys() - told
    assert left_out == {table.name for table in metadata.sorted_tables if not table.info.get("archived", True)}
    assert "token" in left_out
    secret = {table.name for table in metadata.sorted_tables for column in table.columns
              if "secret" in column.name or "password" in column.name}  # fmt: skip
    assert secret <= left_out
    assert not any(b"robot" in path.read_bytes() for path in bag.rglob("*") if path.is_file())


def test_a_database_that_has_something_is_not_restored_into(bag: Path, sqlite_repository: Repository) -> None:
    before = rows_of(str(sqlite_repository.url))
    with pytest.raises(Conflict, match="has changesets already"):
        whole_archive.restore(bag, str(sqlite_repository.url))
    assert rows_of(str(sqlite_repository.url)) == before


def test_a_database_with_nothing_but_a_token_or_foreign_tables_is_not_restored_into(bag: Path, tmp_path: Path) -> None:
    used = str(tmp_path / "used.db")
    with open_repository(used, create=True) as repository:
        repository.accounts.create_token("robot", ["read"])
    with pytest.raises(Conflict, match="has tokens already"):
        whole_archive.restore(bag, used)
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()
    with pytest.raises(Conflict, match="not those of ea-repo"):
        whole_archive.restore(bag, str(foreign))


def test_an_archive_is_not_written_over_anything(sqlite_repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("mine")
    with pytest.raises(InvalidInput, match="exists already"):
        whole_archive.write(sqlite_repository, tmp_path / "a.zip")
    with pytest.raises(InvalidInput, match="no folder"):
        whole_archive.write(sqlite_repository, tmp_path / "none" / "a.zip")
    assert (tmp_path / "a.zip").read_text() == "mine"


def test_writing_that_fails_half_way_leaves_nothing(
    sqlite_repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    eventful(sqlite_repository)

    def broken(self: Any, table: str) -> Iterator[str]:
        yield "{}"
        if table == "concept":
            raise ZeroDivisionError

    monkeypatch.setattr(dump.Dump, "lines", broken)
    for form in FORMS:
        with pytest.raises(ZeroDivisionError):
            whole_archive.write(sqlite_repository, tmp_path / form)
    assert [path.name for path in tmp_path.iterdir() if "whole" in path.name] == []


# What is in an archive may be anything, with manifests that fit


def _first(change: Callable[[dict[str, Any]], None]) -> Callable[[list[Any]], list[Any]]:
    def changed(rows: list[Any]) -> list[Any]:
        change(rows[0])
        return rows

    return changed


WRONG_ROWS: dict[str, tuple[str, Callable[[list[Any]], list[Any]], str]] = {
    "a text for a number": ("concept", _first(lambda row: row.update(version="1")), "concept: line 1: '1' is not a whole"),
    "a number for a text": ("concept", _first(lambda row: row.update(name=1)), "concept: line 1: 1 is not text"),
    "no day": ("concept", _first(lambda row: row.update(valid_from="soon")), "concept: line 1"),
    "no moment": ("changeset", _first(lambda row: row.update(created_at="soon")), "changeset: line 1"),
    "a NUL": ("concept", _first(lambda row: row.update(name="a\0b")), "concept: line 1"),
    "a NUL in JSON": ("concept", _first(lambda row: row.update(attributes={"a": "\0"})), "concept: line 1"),
    "half a pair": ("concept", _first(lambda row: row.update(name="\ud800")), "concept: line 1"),
    "a column less": ("concept", _first(lambda row: row.pop("name")), "concept: line 1"),
    "another column": ("concept", _first(lambda row: row.update({"name); DROP": row.pop("name")})), "concept: line 1"),
    "no object": ("concept", lambda rows: [1, *rows], "concept: line 1"),
    "a state there is not": ("changeset", _first(lambda row: row.update(state="x")), ""),
    "nothing where something must be": ("concept", _first(lambda row: row.update(uid=None)), ""),
    "an id twice": ("concept", lambda rows: [*rows, rows[-1]], ""),
    "a folder that is not there": ("concept", _first(lambda row: row.update(folder_id=999)), ""),
    "an element with a source": ("concept", _first(lambda row: row.update(source_id=1)), ""),
    "a changeset missing": ("changeset", lambda rows: rows[1:], ""),
    "a changeset renumbered": ("changeset", lambda rows: [{**each, "number": 77 if each["number"] == 6 else each["number"]} for each in rows], ""),
    "replaced before it was written": ("concept_history", _first(lambda row: row.update(replaced=row["written"])), "replaced before"),
}  # fmt: skip


def test_rows_that_cannot_be_are_refused_and_nothing_is_written(
    bag: Path, fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    database_url = fresh_database()
    for case, (table, change, told) in WRONG_ROWS.items():
        copy = tmp_path / case.replace(" ", "-")
        shutil.copytree(bag, copy)
        with pytest.raises(InvalidInput, match=told or None):
            whole_archive.restore(relined(copy, table, change), database_url)
    whole_archive.restore(bag, database_url)  # which it would not be if anything were there


def _rename(said: dict[str, Any], old: str, new: str) -> None:
    next(each for each in said["tables"] if each["name"] == old)["name"] = new


WRONG_TABLES: dict[str, tuple[Callable[[dict[str, Any]], None], type[RepositoryError]]] = {
    "another format": (lambda said: said.update(format="other"), MalformedRequest),
    "a later form": (lambda said: said.update(version=2), InvalidInput),
    "a newer schema": (lambda said: said.update(schema="9000"), SchemaOutOfDate),
    "a path for a schema": (lambda said: said.update(schema="../0001"), SchemaOutOfDate),
    "a table less": (lambda said: said["tables"].pop(), MalformedRequest),
    "rows that are not there": (lambda said: said["tables"][0].update(rows=99), InvalidInput),
    "a column of another kind": (lambda said: said["tables"][0]["columns"][0].update(kind="any"), MalformedRequest),
    "another column": (lambda said: said["tables"][0]["columns"][0].update(name="id, x"), InvalidInput),
    "changesets that are not there": (lambda said: said.update(changeset=8), InvalidInput),
    "no tables": (lambda said: said.pop("tables"), MalformedRequest),
}


def test_a_wrong_table_of_contents_is_refused_and_nothing_is_written(bag: Path, new_url: str, tmp_path: Path) -> None:
    for case, (change, error) in WRONG_TABLES.items():
        copy = tmp_path / case.replace(" ", "-")
        shutil.copytree(bag, copy)
        with pytest.raises(error):
            whole_archive.restore(retold(copy, change), new_url)
        assert schema.is_empty(parse_url(new_url)), case


def test_no_archive_brings_tokens_or_the_schema_itself(bag: Path, new_url: str) -> None:
    for name in ("token", "alembic_version", "sqlite_master"):
        shutil.copytree(bag, bag.with_name(name))
        (bag.with_name(name) / "data" / "proposed_change.ndjson").rename(
            bag.with_name(name) / "data" / f"{name}.ndjson"
        )
        retold(bag.with_name(name), lambda said, name=name: _rename(said, "proposed_change", name))  # type: ignore[misc]
        with pytest.raises(InvalidInput, match=f'no table "{name}"'):
            whole_archive.restore(bag.with_name(name), new_url)


def test_tables_json_that_is_no_json_is_refused(bag: Path, new_url: str) -> None:
    (bag / "data" / "tables.json").write_text("[" * 100_000)
    with pytest.raises(MalformedRequest, match=r"tables\.json cannot be read"):
        whole_archive.restore(remade(bag), new_url)


#: Schemas that archives may be of, and which of today's archived tables each did not have yet.
OLDER = {"0004": ("content", "content_piece"), "0005": ("content", "content_piece"), "0006": (), "0007": ()}


def test_every_schema_since_there_are_archives_is_tested() -> None:
    assert list(OLDER)[-1] == schema.head(), "a new schema: say here what archives of the one before do not have"


@pytest.mark.parametrize("revision", OLDER)
def test_an_archive_of_an_older_schema_is_brought_up(
    bag: Path, new_url: str, sqlite_repository: Repository, revision: str
) -> None:
    """What differs but for tables is indexes, and what is not archived."""

    def older(said: dict[str, Any]) -> None:
        later = OLDER[revision]
        said.update(schema=revision, tables=[each for each in said["tables"] if each["name"] not in later])
        for name in later:
            (bag / "data" / f"{name}.ndjson").unlink()

    whole_archive.restore(retold(bag, older), new_url)
    assert schema.check(parse_url(new_url)) == []
    with open_repository(new_url) as restored:
        assert everything(restored) == everything(sqlite_repository)


def test_a_careful_alteration_shows_in_the_fingerprint(bag: Path, new_url: str) -> None:
    fingerprint = whole_archive.verify(bag).fingerprint
    relined(bag, "concept", _first(lambda row: row.update(name="Forged")))
    assert whole_archive.verify(bag).fingerprint != fingerprint
    with pytest.raises(MalformedRequest, match="was altered"):
        whole_archive.restore(bag, new_url, fingerprint=fingerprint)
    assert schema.is_empty(parse_url(new_url))


def test_a_restore_that_fails_at_the_last_moment_leaves_an_empty_database(
    bag: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ea_repo.store import search

    def broken(connection: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(search, "rebuild", broken)
        with pytest.raises(ZeroDivisionError):
            whole_archive.restore(bag, empty_url)
    assert schema.is_empty(parse_url(empty_url))
    whole_archive.restore(bag, empty_url)
    assert schema.check(parse_url(empty_url)) == []


def test_writing_is_one_moment_while_others_write(repository: Repository, tmp_path: Path, new_url: str) -> None:
    eventful(repository)
    before = everything(repository)
    is_first = True

    def meanwhile(done: int, total: int, what: str) -> None:
        nonlocal is_first
        if is_first:
            is_first = False
            repository.changeset("late", "late", [a_system("late", "Late")]).apply()

    whole_archive.write(repository, tmp_path / "a.zip", meanwhile)
    assert not is_first
    whole_archive.restore(tmp_path / "a.zip", new_url)
    with open_repository(new_url) as restored:
        assert everything(restored) == before


def test_progress_reaches_its_end(sqlite_repository: Repository, tmp_path: Path, new_url: str) -> None:
    eventful(sqlite_repository)
    told: list[tuple[int, int, str]] = []
    whole_archive.write(sqlite_repository, tmp_path / "a.zip", lambda *step: told.append(step))
    assert told[-1][0] == told[-1][1] > 0
    told.clear()
    whole_archive.restore(tmp_path / "a.zip", new_url, progress=lambda *step: told.append(step))
    assert told[-1][0] == told[-1][1] > 0
    assert {what.split()[0] for _, _, what in told} == {"verifying", "restoring"}
