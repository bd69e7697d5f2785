"""Every question on thousands of random small governments: the tests of a small dose again, many times, with other cases.

Each of these compares a question with something independent: networkx, plain counting, trying everything. A round has a
repository of its own, as an answer about the whole would become slow in one that grows. `CAMPAIGN_ROUNDS` sets how many rounds
of some thirty cases there are: as it stands, a thousand cases a test.
"""

import os
import shutil
from collections.abc import Callable
from inspect import signature
from pathlib import Path

import pytest

from ea_repo import open_repository
from tests.analysis import (
    test_completeness,
    test_cycles,
    test_derived,
    test_difference,
    test_failure,
    test_k_shortest_paths,
    test_layers_and_communities,
    test_quality,
    test_questions,
    test_ranks,
    test_shortest_paths,
    test_weights,
)

ROUNDS = int(os.environ.get("CAMPAIGN_ROUNDS", "34"))
_MODULES = (
    test_completeness, test_cycles, test_derived, test_difference, test_failure, test_k_shortest_paths,
    test_layers_and_communities, test_quality, test_questions, test_ranks, test_shortest_paths, test_weights,
)  # fmt: skip


def _drawn() -> dict[str, Callable[..., None]]:
    """The tests that draw their cases and need no more than a repository."""
    found = {}
    for module in _MODULES:
        for name, test in vars(module).items():
            marks = [mark.name for mark in getattr(test, "pytestmark", ())]
            if name.startswith("test_") and hasattr(test, "hypothesis") and "soak" not in marks:
                found[f"{module.__name__.rpartition('.')[2]}-{name.removeprefix('test_')}"] = test
    return found


@pytest.mark.soak
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("name", sorted(_drawn()))
def test_every_question_equals_something_independent_thousands_of_times(
    name: str, sqlite_template: Path, tmp_path: Path
) -> None:
    test = _drawn()[name]
    needs_repository = "module_repository" in signature(test).parameters
    for number in range(ROUNDS):
        if not needs_repository:
            test()
            continue
        with open_repository(str(shutil.copy(sqlite_template, tmp_path / f"{number}.db"))) as repository:
            test(module_repository=repository)
