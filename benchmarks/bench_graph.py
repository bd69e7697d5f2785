"""The dependency graph of a store: built from SQLite, opened from its file, refreshed after a changeset, and its size.

Building is held against `fetchall` of the three integer columns of the relationships alone; opening (with all checksums)
and refreshing, against building. Of a hundred operations a fifth deletes.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.frame import Result, in_turns, milliseconds
from benchmarks.graph_store import fill
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.kept_graph import KeptGraph
from ea_repo.analysis.snapshots import take
from ea_repo.repository import Repository, open_repository
from ea_repo.store.operations import Create, Delete, Operation, Update

SCALES = ((10_000, 30_000), (100_000, 300_000), (1_000_000, 3_000_000))
ROUNDS = 3
MOST_BYTES = 60


def run() -> Iterator[Result]:
    for nodes, edges in SCALES:
        with tempfile.TemporaryDirectory() as folder:
            yield from measured(Path(folder), nodes, edges)


def measured(folder: Path, nodes: int, edges: int) -> Iterator[Result]:
    path, kept, is_full_size = folder / "graph.db", KeptGraph(folder / "kept.graph"), nodes == SCALES[-1][0]
    fill(path, nodes, edges)
    with open_repository(str(path)) as repository:
        with repository.state() as state:
            build, fetch = in_turns(lambda: milliseconds(lambda: take(state)), lambda: fetched(path), rounds=ROUNDS)
            graph = take(state)
            kept.write(graph, state)
            (opening,) = in_turns(lambda: milliseconds(lambda: kept.opened(state)), rounds=ROUNDS)
        refresh = min(refreshed(repository, graph, nodes, turn) for turn in range(ROUNDS))
    size = f"{nodes:,} and {edges:,}"
    yield Result(
        f"graph of {size}: build", build, fetch, "fetchall of 3 columns", at_most=2.5 if is_full_size else None
    )
    yield Result(f"graph of {size}: open", opening, build, "building", at_most=0.1 if is_full_size else None)
    yield Result(f"graph of {size}: refresh", refresh, build, "building", at_most=0.01 if is_full_size else None)
    each = graph.nbytes / edges
    yield Result(f"graph of {size}: a relationship", each, MOST_BYTES, "allowed", "bytes", 1 if is_full_size else None)


def fetched(path: Path) -> float:
    """How long the driver takes for the relationships' integers alone."""
    database = sqlite3.connect(path)
    query = "SELECT id, source_id, target_id FROM concept WHERE kind = 'relationship'"
    try:
        return milliseconds(lambda: database.execute(query).fetchall())
    finally:
        database.close()


def refreshed(repository: Repository, graph: Graph, nodes: int, turn: int) -> float:
    """How long it takes to bring the first graph up to date after one changeset, which is undone again."""
    applied = repository.changeset("bench", "a hundred operations", operations(nodes, turn)).apply()
    with repository.state() as state:
        taken = min(milliseconds(lambda: take(state, graph, 1)) for _ in range(ROUNDS))
        assert len(take(state, graph, 1)) == nodes + 20
    repository.revert(applied.number, "bench").apply()
    return taken


def operations(nodes: int, turn: int) -> list[Operation]:
    step = nodes // 100
    renamed = [Update(f"m:e{each * step + turn}", {"name": "Renamed"}) for each in range(30)]
    created = [Create(f"m:new{turn}-{each}", "System", {"name": "New"}) for each in range(20)]
    joined = [
        Create(f"m:join{turn}-{each}", "Serving", {"source": f"m:e{each * step}", "target": f"m:new{turn}-{each % 20}"})
        for each in range(30)
    ]
    deleted = [Delete(f"m:r{each * step + turn}") for each in range(20)]
    return [*renamed, *created, *joined, *deleted]
