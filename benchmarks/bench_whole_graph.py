"""Questions about a whole nation at once, against what SciPy takes for the components of the same arrays, or one search.

A million elements, three million relationships, ten thousand services, 600 agencies. SciPy's side is its
`connected_components`, strong, on a matrix that is made beforehand. The answers are read to the last row. For the
single points of failure no bound is held: to be exact, each of some hundred candidates has an outage of its own.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from benchmarks.frame import Result, in_turns, milliseconds
from benchmarks.graph_store import fill
from ea_repo.analysis.blast_radius import blast_radius
from ea_repo.analysis.condensation import components, condensed
from ea_repo.analysis.cycles import cycles
from ea_repo.analysis.dependency_matrix import dependency_matrix
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.reach_sizes import estimated_sizes
from ea_repo.analysis.single_points_of_failure import single_points_of_failure
from ea_repo.analysis.walk import walk
from ea_repo.repository import open_repository
from ea_repo.store.state import State

NODES, EDGES = 1_000_000, 3_000_000
ROUNDS = 2


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nation.db"
        fill(path, NODES, EDGES)
        with open_repository(str(path)) as repository, repository.state() as state:
            yield from measured(state)


def measured(state: State) -> Iterator[Result]:
    graph: Graph = state.graph
    side = graph.dependents
    hub = np.array([np.diff(side.starts).argmax()], np.int32)
    matrix = csr_array((np.ones(len(side.neighbours), np.int8), side.neighbours, side.starts), shape=(NODES, NODES))
    asked: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("strongly connected components", lambda: components(side)),
        ("cycles, with what to cut", lambda: list(cycles(state))),
        ("matrix of 600 agencies", lambda: len(dependency_matrix(state))),
        ("20 worst single points of failure", lambda: list(single_points_of_failure(state))),
    )
    for name, ask in asked:
        ours, scipy = in_turns(
            lambda ask=ask: milliseconds(ask),  # type: ignore[misc]
            lambda: milliseconds(lambda: connected_components(matrix, connection="strong")),
            rounds=1 if ask is asked[-1][1] else ROUNDS,
        )
        yield Result(name, ours, scipy, "scipy connected_components", at_most=None if ask is asked[-1][1] else 10)
    ours, search = in_turns(
        lambda: milliseconds(lambda: estimated_sizes(condensed(side))),
        lambda: milliseconds(lambda: walk(side, hub)),
        rounds=ROUNDS,
    )
    yield Result("blast radius of all, estimated", ours, search, "one search from a hub", at_most=1_000)
    (exact,) = in_turns(lambda: milliseconds(lambda: list(blast_radius(state))), rounds=1)
    yield Result("blast radius, 50 counted exactly", exact, search, "one search from a hub", at_most=1_000)
