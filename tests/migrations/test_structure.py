"""What the migrations make is what the tables say, to the last constraint; and a table can be rebuilt under its rows."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect

from ea_repo.store import schema
from ea_repo.store.engine import parse_url, write_transaction
from ea_repo.store.tables import metadata
from tests.migrations.test_migrations import fill, rows_of

ROOT = Path(__file__).resolve().parents[2]
#: Named alike by both: the version is Alembic's, the text index belongs to no metadata.
APART = ("alembic_version", "concept_search")


def structure(url: str) -> dict[str, dict[str, Any]]:
    """All that the engine itself says about every table. Alembic compares less: no checks, no deferring."""
    engine = create_engine(parse_url(url))
    with engine.connect() as connection:
        seen = inspect(connection)
        found = {
            name: {
                "columns": {each["name"]: (str(each["type"]), each["nullable"], each["default"])
                            for each in seen.get_columns(name)},
                "primary key": (seen.get_pk_constraint(name)["name"], seen.get_pk_constraint(name)["constrained_columns"]),
                "foreign keys": by_name(seen.get_foreign_keys(name)),
                "uniques": by_name(seen.get_unique_constraints(name)),
                "checks": by_name(seen.get_check_constraints(name)),
                "indexes": [
                    {**each, "dialect_options": {key: str(value) for key, value in each["dialect_options"].items()}}
                    for each in by_name(seen.get_indexes(name))
                ],
                "options": seen.get_table_options(name),
            }
            for name in seen.get_table_names() if not name.startswith(APART)
        }  # fmt: skip
    engine.dispose()
    return found


def by_name(constraints: list[Any]) -> list[dict[str, Any]]:
    return sorted(map(dict, constraints), key=lambda each: each["name"])


def test_the_migrations_make_what_the_tables_say(empty_url: str) -> None:
    url = parse_url(empty_url)
    schema.upgrade(url)
    migrated = structure(empty_url)
    schema.downgrade(url, "base")
    engine = create_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    said = structure(empty_url)
    assert migrated.keys() == said.keys() == metadata.tables.keys()
    for name, table in said.items():
        assert migrated[name] == table, name


def test_a_table_that_others_point_to_can_be_rebuilt_under_its_rows(database_url: str) -> None:
    """SQLite alters little in place: a later migration copies the table, and foreign keys must bear that."""
    fill(database_url)
    before, shape = rows_of(database_url), structure(database_url)
    engine = schema.migrating_engine(parse_url(database_url))
    for change in (
        lambda batch: batch.add_column(sa.Column("more", sa.Text())),
        lambda batch: batch.drop_column("more"),
    ):
        with write_transaction(engine) as connection:
            operations = Operations(MigrationContext.configure(connection))
            recreate = "always" if connection.dialect.name == "sqlite" else "never"
            with operations.batch_alter_table("concept", recreate=recreate) as batch:
                change(batch)
    engine.dispose()
    assert rows_of(database_url) == before
    assert structure(database_url) == shape
    assert schema.check(parse_url(database_url)) == []


def test_a_new_migration_takes_the_next_number(sqlite_url: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    shutil.copy(ROOT / "alembic.ini", tmp_path)
    subprocess.run(
        [sys.executable, "-m", "alembic", "-x", f"url={sqlite_url}", "revision", "-m", "Positions of views"],
        cwd=tmp_path, capture_output=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    following = f"{int(schema.head()) + 1:04}"
    made = (tmp_path / "migrations" / "versions" / f"{following}_positions_of_views.py").read_text()
    assert f'revision = "{following}"\ndown_revision = "{schema.head()}"\n' in made
