"""Coverage of functions by systems in a made-up nation with reference models, against one NumPy pass over its relationships.

The baseline goes over the same relationships once: it counts the supports of each function that come from a system itself, and
adds them up by owner, or by what the functions are classified under. No services between, no tree, no function counted once.
Ours is the report with a page of its rows; the tree of categories and what the relationships say of the extent of support are, as
the graph, read once for a changeset and before. Reading all rows, which takes names from the database, is for information.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.frame import Result, in_turns, milliseconds
from benchmarks.nation import load
from benchmarks.planned_nation import PlannedNation
from ea_repo.analysis.coverage import SYSTEMS
from ea_repo.analysis.graph import Graph
from ea_repo.planning.informatization.category_tree import CLASSIFIED
from ea_repo.planning.informatization.coverage import By, coverage
from ea_repo.planning.informatization.function_coverage import of_first
from ea_repo.repository import open_repository
from ea_repo.store.state import State

ELEMENTS, ROUNDS = 300_000, 15
_PAGE = 50


def run(elements: int = ELEMENTS) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'nation.db'}"
        load(PlannedNation(elements), database, "nation")
        with open_repository(database) as repository, repository.state() as state:
            yield from measured(state)


def measured(state: State) -> Iterator[Result]:
    graph: Graph = state.graph
    is_system = of_first(state, SYSTEMS)
    supporting = {
        each for name in ("Serving", "Realization", "Assignment") for each in state.metamodel.descendants(name)
    }
    wanted = np.array([name in supporting for name in graph.type_names], bool)

    is_classifying = np.array([name == CLASSIFIED for name in graph.type_names], bool)

    def one_pass(by_category: bool) -> object:
        by = np.flatnonzero(wanted.take(graph.relationship_types))
        sources, targets = graph.sources.take(by), graph.targets.take(by)
        counts = np.bincount(targets.compress(is_system.take(sources)), minlength=len(graph))
        if not by_category:
            return np.bincount(graph.owners, counts)
        by = np.flatnonzero(is_classifying.take(graph.relationship_types))
        return np.bincount(graph.targets.take(by), counts.take(graph.sources.take(by)))

    kinds: tuple[By, ...] = ("agency", "category", "both")
    for by in kinds:
        for what, rows, bound in ((f"a page of {_PAGE}", _PAGE, 5.0), ("all rows", None, None)):

            def ask(by: By = by, rows: int | None = rows) -> object:
                return coverage(state, by=by)[:rows]

            def count(by: By = by) -> object:
                return one_pass(by != "agency")

            ours, numpy = in_turns(lambda: milliseconds(ask), lambda: milliseconds(count), rounds=ROUNDS)
            yield Result(f"coverage by {by}, {what}", ours, numpy, "one pass in NumPy", at_most=bound)
