"""Importing the five largest published models of Archi into an empty SQLite file, against pyArchimate reading them into memory,
and against lxml alone parsing the XML.

pyArchimate is under the GPL, so it is a program of its own here, in an environment of its own: PYARCHIMATE names its Python.

    python3 -m venv other && other/bin/pip install pyArchimate
    PYARCHIMATE=other/bin/python python -m benchmarks.bench_peer_import

Its clock starts when it is loaded, its log is off, and it writes nothing; ours reads, compares, checks, writes rows, index and views, and
commits. What it left out of a file is printed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from benchmarks.frame import Result, in_turns, milliseconds, table
from ea_repo import open_repository
from ea_repo.exchange import read
from ea_repo.exchange.importing import import_file

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
ROUNDS = 3
_PEER = """
import json, logging, sys, time
logging.disable(logging.CRITICAL)
from pyArchimate.pyArchimate import Model
begun = time.perf_counter()
model = Model("peer")
model.read(sys.argv[1])
taken = (time.perf_counter() - begun) * 1000
print(json.dumps([taken, len(model.elements), len(model.relationships)]))
"""


def run() -> Iterator[Result]:
    python = os.environ.get("PYARCHIMATE")
    if python is None or not CORPUS.exists():
        print("pyArchimate is not measured: PYARCHIMATE names no Python, or there are no models", file=sys.stderr)
        return
    for model in sorted(CORPUS.glob("*/model.archimate"), key=lambda path: -path.stat().st_size)[:5]:
        yield from measured(python, model)


def measured(python: str, model: Path) -> Iterator[Result]:
    bundle = read(model)
    relationships = sum(each.source is not None for each in bundle.concepts)
    taken, elements, found = by_peer(python, model)
    if (elements, found) != (len(bundle.concepts) - relationships, relationships):
        print(
            f"{model.parent.name}: pyArchimate reads {elements} of {len(bundle.concepts) - relationships} elements and "
            f"{found} of {relationships} relationships",
            file=sys.stderr,
        )
    with tempfile.TemporaryDirectory() as folder:
        paths = (Path(folder) / f"{number}.db" for number in range(100))
        ours, peer, parsing = in_turns(
            lambda: by_us(next(paths), model), lambda: min(taken, by_peer(python, model)[0]),
            lambda: milliseconds(lambda: etree.fromstring(model.read_bytes())), rounds=ROUNDS,
        )  # fmt: skip
    yield Result(f"import {model.parent.name}", ours, peer, "pyArchimate reading")
    yield Result(f"import {model.parent.name}", ours, parsing, "lxml parsing")


def by_us(path: Path, model: Path) -> float:
    """How long the import takes, into a new and empty database."""
    with open_repository(str(path), create=True) as repository:
        begun = time.perf_counter()
        import_file(repository, model, model="m", author="bench")
        return (time.perf_counter() - begun) * 1_000


def by_peer(python: str, model: Path) -> tuple[float, int, int]:
    """How long pyArchimate takes, and how many elements and relationships it has then."""
    done = subprocess.run([python, "-c", _PEER, str(model)], capture_output=True, text=True, check=True)
    taken, elements, relationships = json.loads(done.stdout.splitlines()[-1])
    return taken, elements, relationships


if __name__ == "__main__":
    print(table(run()))
