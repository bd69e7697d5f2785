"""Importing published models into an empty SQLite file, against pyArchimate reading them into memory, and against lxml alone
parsing the XML, and plain sqlite3 writing the same rows.

Measured are the five largest files of Archi or Open Exchange that pyArchimate can read at all, and as further ones the largest
such file of each other model. pyArchimate is under the GPL, so it is a program of its own here, in an environment of its own:
PYARCHIMATE names its Python.

    python3 -m venv other && other/bin/pip install pyArchimate
    PYARCHIMATE=other/bin/python python -m benchmarks.bench_peer_import

Its clock starts when it is loaded, its log is off, and it writes nothing; the better of two readings in one process counts, as
ours is asked several times in one. Ours reads, compares, checks, writes rows, index and views, and commits. What pyArchimate
cannot read, or left out of a file, is printed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from benchmarks.bench_nation_import import TABLES, write_by_sqlite3
from benchmarks.frame import Result, in_turns, milliseconds, table
from ea_repo import open_repository
from ea_repo.exchange import read
from ea_repo.exchange.importing import import_file

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
ROUNDS = 5
LARGEST = 5
_TABLES = {**TABLES, "view": "*", "drawn": "*"}
#: Smaller files take so little that the start of a transaction is what is measured.
_LEAST_BYTES = 200_000
_AT_MOST = 1 / 3
_PEER = """
import json, logging, sys, time
logging.disable(logging.CRITICAL)
from pyArchimate.pyArchimate import Model
taken = []
for _ in range(2):
    begun = time.perf_counter()
    model = Model("peer")
    model.read(sys.argv[1])
    taken.append((time.perf_counter() - begun) * 1000)
print(json.dumps([min(taken), len(model.elements), len(model.relationships), len(model.views)]))
"""


@dataclass(frozen=True, slots=True)
class Read:
    """How long pyArchimate took, and how many elements, relationships and views it had then."""

    milliseconds: float
    counts: tuple[int, int, int]


def run() -> Iterator[Result]:
    python = os.environ.get("PYARCHIMATE")
    if python is None or not CORPUS.exists():
        print("pyArchimate is not measured: PYARCHIMATE names no Python, or there are no models", file=sys.stderr)
        return
    for path, found, is_further in chosen(python):
        yield from measured(python, path, found, is_further)


def chosen(python: str) -> Iterator[tuple[Path, Read, bool]]:
    """The files that are measured, with what pyArchimate reads of each; whether one is further than the five largest."""
    files = [path for pattern in ("*.archimate", "*.xml") for path in CORPUS.rglob(pattern)]
    large = (path for path in files if path.stat().st_size >= _LEAST_BYTES and not _is_part(path))
    seen: set[str] = set()
    count = 0
    for path in sorted(large, key=lambda path: -path.stat().st_size):
        is_further = count >= LARGEST
        if is_further and _model_of(path) in seen:
            continue
        found = by_peer(python, path)
        if found is None:
            continue
        count += 1
        seen.add(_model_of(path))
        yield path, found, is_further


def _is_part(path: Path) -> bool:
    """Whether a file is one of a folder of coArchi, which is no model by itself."""
    return path.name == "folder.xml" or "_" in path.stem


def _model_of(path: Path) -> str:
    """What model a file is of: its folder says, or the file where the folder holds several."""
    folder = path.parent.name
    return (path.name.partition(".")[0] if folder == "variants" else folder).partition("-")[0]


def measured(python: str, path: Path, found: Read, is_further: bool) -> Iterator[Result]:
    bundle = read(path)
    relationships = sum(each.source is not None for each in bundle.concepts)
    held = (len(bundle.concepts) - relationships, relationships, len(bundle.views))
    sorts = ("elements", "relationships", "views")
    left_out = [
        f"{theirs:,} of {ours:,} {sort}"
        for theirs, ours, sort in zip(found.counts, held, sorts, strict=True)
        if theirs != ours
    ]
    called = f"{path.relative_to(CORPUS)}"
    print(f"{called}: pyArchimate reads {', '.join(left_out) if left_out else 'all of it'}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        paths = (Path(folder) / f"{number}.db" for number in range(100))
        rows_of, raw = next(paths), next(paths)
        by_us(rows_of, path)
        ours, peer, parsing, writing = in_turns(
            lambda: by_us(next(paths), path), lambda: _again(python, path),
            lambda: milliseconds(lambda: etree.fromstring(path.read_bytes())),
            lambda: write_by_sqlite3(rows_of, raw, _TABLES), rounds=ROUNDS,
        )  # fmt: skip
    name = f"import {called}{' (further)' if is_further else ''}"
    yield Result(name, ours, peer, "pyArchimate reading", at_most=None if is_further else _AT_MOST)
    yield Result(name, ours, parsing, "lxml parsing")
    yield Result(name, ours, writing, "sqlite3 executemany")


def by_us(path: Path, model: Path) -> float:
    """How long the import takes, into a new and empty database."""
    with open_repository(str(path), create=True) as repository:
        begun = time.perf_counter()
        import_file(repository, model, model="m", author="bench")
        return (time.perf_counter() - begun) * 1_000


def by_peer(python: str, model: Path) -> Read | None:
    """What pyArchimate makes of a file; None where it cannot read it, which is told."""
    done = subprocess.run([python, "-c", _PEER, str(model)], capture_output=True, text=True, check=False)
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it says nothing"
        print(f"{model.relative_to(CORPUS)}: pyArchimate cannot read it ({why[:120]})", file=sys.stderr)
        return None
    taken, *counts = json.loads(done.stdout.splitlines()[-1])
    return Read(taken, (counts[0], counts[1], counts[2]))


def _again(python: str, model: Path) -> float:
    found = by_peer(python, model)
    if found is None:
        raise OSError(f"pyArchimate reads {model} no longer")
    return found.milliseconds


if __name__ == "__main__":
    print(table(run()))
