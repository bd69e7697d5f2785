"""Exporting a model as NDJSON, against a plain sqlite3 cursor that writes the same columns as JSON lines.

The plain one knows the tables, asks one statement and writes dictionaries by `json.dumps`; ours cuts to a model, names
records as files do, and goes through a state, as of any changeset. `BENCHMARK_ELEMENTS` sets how many elements; memory
is measured in a process of its own, for half and for all: both have more than the 64 MB that SQLite keeps of a file.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.frame import Result, in_turns, milliseconds, peak_megabytes
from benchmarks.nation import Nation, write_file
from ea_repo import open_repository
from ea_repo.exchange.loading import load_large
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.writing import export
from ea_repo.repository import Repository

ELEMENTS = int(os.environ.get("BENCHMARK_ELEMENTS", "100000"))
ROUNDS = 3
_PLAIN = """
SELECT c.uid, c.kind, c.type, c.name, c.description, c.specialization, s.uid, t.uid, o.uid, f.uid,
       c.attributes, c.properties, c.translations, c.valid_from, c.valid_until
FROM concept c LEFT JOIN concept s ON s.id = c.source_id LEFT JOIN concept t ON t.id = c.target_id
     LEFT JOIN concept o ON o.id = c.owner_id LEFT JOIN folder f ON f.id = c.folder_id
"""
_NAMES = ("identifier", "record", "type", "name", "description", "specialization", "source", "target", "owner", "folder",
          "attributes", "properties", "translations", "valid_from", "valid_until")  # fmt: skip


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        small, large = (_made(Path(folder), count) for count in (ELEMENTS // 2, ELEMENTS))
        out = Path(folder) / "out.ndjson"
        with open_repository(str(large)) as repository:
            ours, plain = in_turns(lambda: by_us(repository, out), lambda: plainly(large, out), rounds=ROUNDS)
        yield Result(f"export {4 * ELEMENTS:,} concepts as NDJSON", ours, plain, "a sqlite3 cursor", at_most=2)
        yield Result("memory of that export", _peak(large), _peak(small), "for half of it", "MB", at_most=1.3)


def _made(folder: Path, elements: int) -> Path:
    source, path = folder / f"{elements}.ndjson", folder / f"{elements}.db"
    write_file(Nation(elements), source)
    with open_repository(str(path), create=True) as repository:
        load_large(repository, source, model="nation", author="bench", from_bytes=0)
    return path


def by_us(repository: Repository, out: Path) -> float:
    """How long the export takes."""

    def act() -> None:
        with repository.state() as state:
            export(state, "ndjson", out, Selection(model="nation"))

    return milliseconds(act)


def plainly(database: Path, out: Path) -> float:
    """How long the cursor takes, writing what is said and leaving out what is not."""

    def act() -> None:
        with sqlite3.connect(database) as connection, out.open("w", encoding="utf-8") as file:
            for row in connection.execute(_PLAIN):
                said = {
                    name: value for name, value in zip(_NAMES, row, strict=True) if value not in (None, "", "{}", "[]")
                }
                for name in ("attributes", "properties", "translations"):
                    if name in said:
                        said[name] = json.loads(said[name])
                file.write(json.dumps(said, ensure_ascii=False) + "\n")
        connection.close()

    return milliseconds(act)


def _peak(database: Path) -> float:
    """The most memory that a process of its own took for the export, in megabytes."""
    command = [sys.executable, "-m", "benchmarks.bench_ndjson_export", str(database)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    with open_repository(sys.argv[1]) as opened:
        by_us(opened, Path(sys.argv[1]).with_suffix(".out"))
    print(peak_megabytes())
