"""Importing a published model of 2,859 elements and 79 views into an empty SQLite file, against lxml parsing it alone.

Ours parses the same file too, and then reads every object, compares, checks, writes rows, index and views, and commits.
The model lies beside the checkout; where it is absent there is nothing to measure.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from benchmarks.frame import Result, in_turns
from ea_repo import open_repository
from ea_repo.exchange.importing import import_file

MODEL = Path(__file__).parents[2] / "shared" / "corpus" / "common-sandbox" / "model.archimate"
ROUNDS = 7


def run() -> Iterator[Result]:
    if not MODEL.exists():
        print(f"import is not measured: {MODEL.name} is not beside the checkout", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = (Path(folder) / f"{number}.db" for number in range(10 * ROUNDS))
        ours, alone = in_turns(lambda: import_by_us(next(paths)), parse_alone, rounds=ROUNDS)
    yield Result("import 2,859 elements and 79 views", ours, alone, "lxml parsing", at_most=15)


def import_by_us(path: Path) -> float:
    """How long the import takes, into a new and empty database."""
    with open_repository(str(path), create=True) as repository:
        begun = time.perf_counter()
        import_file(repository, MODEL, model="sandbox", author="bench")
        return (time.perf_counter() - begun) * 1_000


def parse_alone() -> float:
    begun = time.perf_counter()
    etree.parse(str(MODEL))
    return (time.perf_counter() - begun) * 1_000
