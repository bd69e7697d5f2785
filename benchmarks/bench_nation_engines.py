"""A made-up nation on PostgreSQL and on SQLite: loaded from NDJSON, its graph built, opened and searched, with memory.

Every step has a process of its own, so that its peak is its own. PostgreSQL is that of the tests (one cluster from a
wheel, which does not wait for its disk), or any empty database that is named; the memory of its server is not counted.

    python -m benchmarks nation_engines
    python -m benchmarks.bench_nation_engines --elements 1000000
    python -m benchmarks.bench_nation_engines --elements 1000000 --postgresql postgresql+psycopg://user@host/empty
"""

import argparse
import json
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine, text

from benchmarks.frame import Result, milliseconds, peak_megabytes, table
from benchmarks.nation import Nation, write_file
from ea_repo.analysis.impact import impact
from ea_repo.analysis.snapshots import take
from ea_repo.exchange.importing import import_file
from ea_repo.repository import Repository, open_repository
from ea_repo.store.labels import uids
from tests.postgres import shared_cluster

ELEMENTS = 30_000
ROUNDS = 3
Figures = dict[str, float]


def run(elements: int = ELEMENTS, postgresql: str | None = None) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        here = Path(folder)
        file = here / "nation.ndjson"
        print(f"{write_file(Nation(elements), file):,} lines", file=sys.stderr)
        sqlite = measured(f"sqlite:///{here / 'nation.db'}", file, here / "sqlite")
        theirs = measured(postgresql or stack.enter_context(_new_database()), file, here / "postgresql")
    for step in ("load", "build the graph", "open the kept graph", "impact of the largest hub"):
        yield Result(f"{elements:,} elements on PostgreSQL: {step}", theirs[step], sqlite[step], "on SQLite")
    for step in ("peak of the load", "peak of the questions"):
        yield Result(f"{elements:,} elements on PostgreSQL: {step}", theirs[step], sqlite[step], "on SQLite", unit="MB")


def measured(url: str, file: Path, graphs: Path) -> Figures:
    """What each step takes, in milliseconds, and the peak memory of its process, in MB."""
    found: Figures = {}
    for step in ("load", "ask", "ask-again"):
        arguments = [
            sys.executable,
            "-m",
            "benchmarks.bench_nation_engines",
            "--step",
            step,
            url,
            str(file),
            str(graphs),
        ]
        done = subprocess.run(arguments, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
        told = json.loads(done.stdout)
        print(url.partition(":")[0], ", ".join(f"{name} {value:,.0f}" for name, value in told.items()), file=sys.stderr)
        found |= told
    return found


def one_step(step: str, url: str, file: Path, graphs: Path) -> Figures:
    """The figures of one step, in this process."""
    with open_repository(url, create=step == "load") if step == "load" else Repository(url, graph_folder=graphs) as it:
        if step == "load":
            taken = milliseconds(lambda: import_file(it, file, model="nation", author="benchmark"))
            return {"load": taken, "peak of the load": peak_megabytes()}
        if step == "ask-again":
            with it.state() as state:
                return {"open the kept graph": milliseconds(lambda: state.graph)}
        with it.state() as state:
            build = min(milliseconds(lambda: take(state)) for _ in range(ROUNDS))
            graph = state.graph
            hub = int(graph.ids[np.diff(graph.dependents.starts).argmax()])
            uid = uids(state, [hub])[hub]
            search = min(milliseconds(lambda: impact(state, uid)[:50]) for _ in range(ROUNDS))
            print(f"{len(impact(state, uid)):,} depend on {uid}", file=sys.stderr)
            return {
                "build the graph": build, "impact of the largest hub": search, "peak of the questions": peak_megabytes()
            }  # fmt: skip


@contextmanager
def _new_database() -> Iterator[str]:
    """An empty database in a cluster of its own, which is removed afterwards."""
    with shared_cluster(uuid.uuid4().hex, lambda address: None) as address:
        engine = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE nation TEMPLATE template0"))
        engine.dispose()
        yield f"{address}/nation"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks.bench_nation_engines", description="A made-up nation on both engines."
    )
    parser.add_argument("--elements", type=int, default=ELEMENTS)
    parser.add_argument("--postgresql", metavar="URL", help="an empty database, instead of one of a new cluster")
    parser.add_argument("--step", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.step:
        step, url, file, graphs = asked.step
        print(json.dumps(one_step(step, url, Path(file), Path(graphs))))
        return 0
    print(table(run(asked.elements, asked.postgresql)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
