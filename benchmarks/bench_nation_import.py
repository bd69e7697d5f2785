"""Importing a made-up nation of NDJSON into an empty SQLite file, against plain sqlite3 writing the very same rows.

Ours reads and parses the file, checks every value, name and relationship, gives ids, makes the rows and the text index,
and commits. The baseline gets the finished rows of all tables and writes them with `executemany` into a database of the
same schema, indexes and all, in one transaction. Its rows lie in memory, so at a million elements it needs some gigabytes;
ours is run in a process of its own and tells its peak, that of the process that reads the file for it included. On one
processor all is done in one, `--processes 1` here as well.

    python -m benchmarks nation_import
    python -m benchmarks.bench_nation_import --elements 1000000
"""

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from benchmarks.frame import Result, in_turns, milliseconds, peak_megabytes, table
from benchmarks.nation import Nation, write_file
from ea_repo import open_repository
from ea_repo.exchange.importing import import_file

ELEMENTS = 100_000
ROUNDS = 2
#: What the import writes; the columns of the text index are named, as it has hidden ones.
TABLES = {
    "changeset": "*", "model": "*", "folder": "*", "concept": "*", "reference": "*", "concept_search": "rowid, name, body",
}  # fmt: skip
_BATCH = 50_000


def run(elements: int = ELEMENTS, rounds: int = ROUNDS) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        file = here / "nation.ndjson"
        lines = write_file(Nation(elements), file)
        ours, raw = in_turns(
            lambda: import_by_us(file, here / "ours.db"),
            lambda: write_by_sqlite3(here / "ours.db", here / "raw.db"),
            rounds=rounds,
        )
        peak = peak_of_import(file, here / "peak.db")
        size = file.stat().st_size / 1e6
        print(
            f"{lines:,} lines of {size:,.0f} MB: {lines / ours * 1_000:,.0f} a second, "
            f"peak {peak:,.0f} MB, database {(here / 'ours.db').stat().st_size / 1e6:,.0f} MB",
            file=sys.stderr,
        )
    yield Result(f"import {elements:,} elements of NDJSON", ours, raw, "sqlite3 executemany", at_most=3)
    yield Result("peak memory of that import", peak, size, "the file", unit="MB")


def import_by_us(file: Path, path: Path) -> float:
    """How long the import takes, in a new database."""
    remove(path)
    with open_repository(str(path), create=True) as repository:
        return milliseconds(lambda: import_file(repository, file, model="nation", author="benchmark"))


def write_by_sqlite3(rows_of: Path, path: Path, tables: Mapping[str, str] = TABLES) -> float:
    """How long the rows of the other database take, in a new one of the same schema and settings; reading them apart."""
    remove(path)
    open_repository(str(path), create=True).close()
    with closing(sqlite3.connect(rows_of)) as source, closing(sqlite3.connect(path, isolation_level=None)) as into:
        into.execute("PRAGMA synchronous = FULL")
        into.execute("PRAGMA cache_size = -256000")
        into.execute("BEGIN")
        taken = 0.0
        for name, columns in tables.items():
            cursor = source.execute(f"SELECT {columns} FROM {name}")
            target = name if columns == "*" else f"{name} ({columns})"
            statement = f"INSERT INTO {target} VALUES ({', '.join('?' * len(cursor.description))})"
            while rows := cursor.fetchmany(_BATCH):
                taken += milliseconds(lambda rows=rows, statement=statement: into.executemany(statement, rows))  # type: ignore[misc]
        return taken + milliseconds(lambda: into.execute("COMMIT"))


def remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def peak_of_import(file: Path, path: Path) -> float:
    """The most memory that a process which imports the file has taken."""
    arguments = [sys.executable, "-m", "benchmarks.bench_nation_import", "--import", str(file), "--into", str(path)]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return float(done.stdout)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.bench_nation_import", description="Importing a made-up nation.")
    parser.add_argument("--elements", type=int, default=ELEMENTS)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--processes", type=int, choices=(1, 2), default=2, help="1: as on a machine with one processor"
    )
    parser.add_argument("--import", dest="file", type=Path, help="import this file and print the peak of memory in MB")
    parser.add_argument("--into", default=os.devnull)
    asked = parser.parse_args(arguments)
    if asked.processes == 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if asked.file:
        import_by_us(asked.file, Path(asked.into))
        # What reads and judges the file is a process of its own, begun while this one is small.
        print(peak_megabytes() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024)
        return 0
    results = list(run(asked.elements, asked.rounds))
    print(table(results))
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
