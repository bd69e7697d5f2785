"""Bringing in 200,000 elements through a changeset, against plain sqlite3 writing the very same rows.

Ours reads what is there, checks every value, gives ids, works out the difference and the text index, and commits. The
baseline gets the finished rows of all tables and writes them with `executemany` into a database of the same schema,
indexes and all, in one transaction.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.frame import Result, in_turns, milliseconds
from ea_repo import open_repository
from ea_repo.store.operations import Create, Operation

ELEMENTS = 200_000
MODEL = "nation"
#: What the changeset writes; the columns of the text index are named, as it has hidden ones.
TABLES = {"changeset": "*", "model": "*", "concept": "*", "concept_search": "rowid, name, body"}
ROUNDS = 3

Rows = dict[str, list[tuple[Any, ...]]]


def run() -> Iterator[Result]:
    operations = [Create(MODEL, record="model", fields={"name": "Nation"}), *systems(ELEMENTS)]
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        write_by_us(here / "rows.db", operations)
        rows = written_rows(here / "rows.db")
        assert len(rows["concept"]) == ELEMENTS
        ours, raw = in_turns(
            lambda: write_by_us(here / "ours.db", operations),
            lambda: write_by_sqlite3(here / "raw.db", rows),
            rounds=ROUNDS,
        )
    yield Result(f"insert {ELEMENTS:,} elements", ours, raw, "sqlite3 executemany", at_most=3)


def systems(count: int) -> list[Operation]:
    """Systems with a name, a description and attributes of several kinds."""
    return [
        Create(
            f"{MODEL}:system-{number}",
            "System",
            {
                "name": f"System {number} of ministry {number % 40}",
                "description": f"Serves {number % 97} agencies with one of {number % 31} services.",
                "attributes": {"criticality": ("vital", "important", "ordinary")[number % 3]},
            },
        )
        for number in range(count)
    ]


def write_by_us(path: Path, operations: Sequence[Operation]) -> float:
    """How long the changeset takes, in a new database."""
    remove(path)
    with open_repository(str(path), create=True) as repository:
        pending = repository.changeset("benchmark", "bulk", operations)
        return milliseconds(pending.apply)


def written_rows(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table}").fetchall() for table, columns in TABLES.items()
        }


def write_by_sqlite3(path: Path, rows: Rows) -> float:
    """How long the rows take, in a new database of the same schema and settings."""
    remove(path)
    open_repository(str(path), create=True).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        return milliseconds(lambda: write(connection, rows))


def write(connection: sqlite3.Connection, rows: Rows) -> None:
    connection.execute("BEGIN")
    for table, columns in TABLES.items():
        into = table if columns == "*" else f"{table} ({columns})"
        marks = ", ".join("?" * len(rows[table][0]))
        connection.executemany(f"INSERT INTO {into} VALUES ({marks})", rows[table])
    connection.execute("COMMIT")


def remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
