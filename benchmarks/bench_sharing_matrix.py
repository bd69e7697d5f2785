"""Provider x receiver matrix of a made-up nation, against one NumPy pass over the same relationships.

The baseline has the owners of both ends as arrays and counts pairs by `np.unique`; no names, no order, no rows. Ours is the
report, asked and paged once; reading all its rows, which takes the exchanges from the database, is for information.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.frame import Result, in_turns, milliseconds
from benchmarks.nation import main as make
from ea_repo.analysis.graph import Graph
from ea_repo.planning.sharing.register import EXCHANGE
from ea_repo.planning.sharing.sharing_matrix import sharing_matrix
from ea_repo.repository import open_repository
from ea_repo.store.state import State

ELEMENTS = 100_000
ROUNDS = 5
_PAGE = 50


def run(elements: int = ELEMENTS) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nation.db"
        make(["--elements", str(elements), "--database", f"sqlite:///{path}"])
        with open_repository(str(path)) as repository, repository.state() as state:
            yield from measured(state)


def measured(state: State) -> Iterator[Result]:
    graph: Graph = state.graph
    codes = [at for at, name in enumerate(graph.type_names) if name in state.metamodel.descendants(EXCHANGE)]

    def one_pass() -> object:
        exchanges = np.flatnonzero(np.isin(graph.relationship_types, codes))
        providers = graph.owners[graph.sources[exchanges]].astype(np.int64)
        return np.unique(providers << 32 | graph.owners[graph.targets[exchanges]], return_counts=True)

    for name, ask, bound in (
        ("matrix counted", lambda: len(sharing_matrix(state)), 5.0),
        (f"matrix with {_PAGE} rows read", lambda: sharing_matrix(state)[:_PAGE], None),
        ("matrix with all rows read", lambda: list(sharing_matrix(state)), None),
    ):
        ours, numpy = in_turns(lambda ask=ask: milliseconds(ask), lambda: milliseconds(one_pass), rounds=ROUNDS)  # type: ignore[misc]
        yield Result(name, ours, numpy, "one NumPy pass", at_most=bound)
