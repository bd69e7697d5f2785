"""Every report of planning on a made-up nation with all that planners keep, whole and of one agency: seconds as one table.

For information, against the time that the state's graph takes to be there: what any question of a changed repository pays.
A second column of figures is the same report asked of one agency. All rows are read.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.every_report import arguments_of, one_agency
from benchmarks.frame import Result, milliseconds
from benchmarks.nation import load
from benchmarks.planned_nation import PlannedNation
from ea_repo.catalogue import entries
from ea_repo.repository import Repository, open_repository

ELEMENTS = 100_000


def run(elements: int = ELEMENTS) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'nation.db'}"
        load(PlannedNation(elements), database, "nation")
        with open_repository(database) as repository:
            yield from measured(repository)


def measured(repository: Repository) -> Iterator[Result]:
    with repository.state() as state:
        graph = milliseconds(lambda: state.graph) / 1_000
    for name, report in entries("report").items():
        one = one_agency(report)
        for of, asked in (("nation", {}), *((("agency", one),) if one else ())):
            with repository.state() as state:  # a new one, so that nothing is remembered

                def ask(state=state, report=report, asked=asked) -> int:  # type: ignore[no-untyped-def]
                    return len(list(report.subject(state, **{**arguments_of(report), **asked})))

                rows = 0

                def read() -> None:
                    nonlocal rows
                    rows = ask()

                seconds = milliseconds(read) / 1_000
            yield Result(f"{name}, {of}, {rows:,} rows", seconds, graph, "graph of the nation", unit="s")
