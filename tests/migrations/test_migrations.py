"""Schema upgrades on both engines: every step up and down with rows in place, no drift, nothing half-done."""

import os
import signal
import subprocess
import sys
import textwrap
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, inspect, select, text

from ea_repo.errors import InvalidInput, SchemaOutOfDate
from ea_repo.repository import open_repository
from ea_repo.store import schema
from ea_repo.store.engine import parse_url
from ea_repo.store.operations import Delete, Update
from tests.factories import a_flow, a_folder, a_model, a_system, a_view, an_agency

REVISIONS = ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]
STEPS = list(zip(["base", *REVISIONS], REVISIONS, strict=False))
Rows = dict[str, list[tuple[Any, ...]]]


def fill(url: str) -> None:
    """Something in every table: current and superseded rows, a draft, a view, a token, a document's bytes."""
    with open_repository(url) as repository:
        begin = [
            a_model(), a_folder("top"), an_agency("a", "행정기관"), a_system("s", "Tax", owner="a", folder="top"),
            a_system("t"), a_flow("f", "s", "t"), a_view("v", shows=("s",)),
        ]  # fmt: skip
        repository.changeset("t", "begin", begin).apply()
        repository.changeset("t", "change", [Update("gov:s", {"name": "Tax 2"}), Delete("gov:f")]).apply()
        repository.changeset("t", "plan", [Update("gov:t", {"name": "Later"})]).save()
        repository.accounts.create_token("robot", ["write"])
        repository.contents.keep(BytesIO(b"a document"), most_bytes=100)


def rows_of(url: str) -> Rows:
    """Every row of every table but the version, as text, sorted."""
    engine = create_engine(parse_url(url))
    found: Rows = {}
    with engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        for name, table in metadata.tables.items():
            if name != "alembic_version" and not name.startswith("concept_search_"):
                found[name] = sorted(tuple(map(str, row)) for row in connection.execute(select(table)))
    engine.dispose()
    return found


def test_the_revisions_are_one_line_with_one_head() -> None:
    assert schema.head() == REVISIONS[-1]
    assert [step.revision for step in schema.history(parse_url("never-made.db"))] == REVISIONS
    assert not Path("never-made.db").exists()


def test_base_to_head_and_back(empty_url: str) -> None:
    url = parse_url(empty_url)
    assert schema.is_empty(url)
    assert schema.upgrade(url) == REVISIONS[-1]
    assert schema.check(url) == []
    assert schema.downgrade(url, "base") is None
    assert schema.is_empty(url)
    assert schema.upgrade(url) == REVISIONS[-1]


def test_there_is_no_drift_and_drift_is_told(empty_url: str) -> None:
    url = parse_url(empty_url)
    schema.upgrade(url)
    assert schema.check(url) == []
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE token ADD COLUMN extra TEXT"))
        connection.execute(text("DROP INDEX ix_concept_owner_id_uid"))
    engine.dispose()
    found = " ".join(schema.check(url))
    assert "extra" in found
    assert "ix_concept_owner_id" in found


@pytest.mark.parametrize(("below", "above"), STEPS)
def test_a_step_down_and_up_keeps_every_row_of_the_tables_that_stay(database_url: str, below: str, above: str) -> None:
    url = parse_url(database_url)
    fill(database_url)
    full = rows_of(database_url)
    schema.downgrade(url, above)
    before = rows_of(database_url)
    schema.downgrade(url, below)
    after = rows_of(database_url)
    assert after == {name: rows for name, rows in before.items() if name in after}
    assert set(after) <= set(before)
    schema.upgrade(url, above)
    assert {name: rows for name, rows in rows_of(database_url).items() if name in after} == after
    schema.upgrade(url)
    restored = rows_of(database_url)
    assert restored.keys() == full.keys()
    assert {name: restored[name] for name in after} == {name: full[name] for name in after}


def test_the_text_index_is_filled_again_after_it_was_dropped(database_url: str) -> None:
    fill(database_url)
    schema.downgrade(parse_url(database_url), "0002")
    schema.upgrade(parse_url(database_url))
    with open_repository(database_url) as repository, repository.state() as state:
        assert [hit.concept.uid for hit in state.search("기관")] == ["gov:a"]
        assert [hit.concept.uid for hit in state.search("tax")] == ["gov:s"]


def test_an_old_schema_is_refused_with_the_command_to_run(database_url: str) -> None:
    schema.downgrade(parse_url(database_url), "0003")
    with pytest.raises(SchemaOutOfDate, match=r"schema 0003.*ea-repo db upgrade"):
        open_repository(database_url)


def test_a_newer_schema_is_refused_with_what_to_do(database_url: str) -> None:
    engine = create_engine(parse_url(database_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SchemaOutOfDate, match="newer than this program"):
        open_repository(database_url)
    with pytest.raises(SchemaOutOfDate, match="newer than this program"):
        schema.upgrade(parse_url(database_url))


def test_an_empty_database_is_refused_unless_it_may_be_made(empty_url: str) -> None:
    with pytest.raises(SchemaOutOfDate, match="ea-repo db upgrade"):
        open_repository(empty_url)
    with open_repository(empty_url, create=True) as repository, repository.state() as state:
        assert state.number == 0


def test_another_programs_database_is_left_alone(empty_url: str) -> None:
    engine = create_engine(parse_url(empty_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(SchemaOutOfDate, match="not those of ea-repo"):
        open_repository(empty_url, create=True)
    assert inspect(engine).get_table_names() == ["theirs"]
    engine.dispose()


def test_an_unknown_revision_is_told(database_url: str) -> None:
    with pytest.raises(InvalidInput, match="0001, 0002"):
        schema.upgrade(parse_url(database_url), "0815")


def interrupted(url: str, how: str) -> subprocess.CompletedProcess[str]:
    """Upgrades in a child process that ends in the middle of the third step."""
    program = f"""
        import os, signal
        from alembic.operations import Operations
        from ea_repo.store import schema
        from ea_repo.store.engine import parse_url
        run = Operations.execute
        def cut(self, statement, *args, **kwargs):
            run(self, statement, *args, **kwargs)
            {how}
        Operations.execute = cut
        import alembic.op
        alembic.op.execute = lambda *a, **k: cut(alembic.op._proxy, *a, **k)
        schema.upgrade(parse_url({url!r}))
    """
    return subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("how", "code"), [("raise SystemExit(9)", 9), ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL)]
)
def test_an_upgrade_interrupted_half_way_leaves_the_old_schema_whole_and_runs_again(
    database_url: str, how: str, code: int
) -> None:
    fill(database_url)
    url = parse_url(database_url)
    schema.downgrade(url, "0001")
    before = rows_of(database_url)
    done = interrupted(url.render_as_string(hide_password=False), how)
    assert done.returncode == code, done.stderr
    assert schema.current(url) == "0001"
    assert rows_of(database_url) == before
    assert schema.upgrade(url) == REVISIONS[-1]
    with open_repository(database_url) as repository, repository.state() as state:
        assert state.get("gov:s").name == "Tax 2"


def test_alembic_itself_works_from_a_clone(empty_url: str) -> None:
    root = Path(__file__).resolve().parents[2]
    for words, expected in (
        (("upgrade", "head"), ""),
        (("current",), f"{REVISIONS[-1]} (head)"),
        (("check",), "No new upgrade"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "alembic", "-x", f"url={empty_url}", *words],
            cwd=root, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout + done.stderr
