"""What the benchmarks are built on: results, the table, the made-up nation, and that each module fits the frame."""

import importlib

import networkx as nx
import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks.frame import Result, in_turns, table
from benchmarks.synthetic import layered


@pytest.mark.parametrize(
    ("ours", "baseline", "at_most", "holds"),
    [
        (2.0, 1.0, 3, True),
        (3.0, 1.0, 3, False),
        (1.0, 31.0, 1 / 30, True),
        (1.0, 29.0, 1 / 30, False),
        (9, 1, None, True),
    ],
)
def test_a_bound_holds_below_it(ours: float, baseline: float, at_most: float | None, holds: bool) -> None:
    assert Result("it", ours, baseline, "that", at_most=at_most).holds is holds


def test_the_table_says_how_many_times_and_what_does_not_hold() -> None:
    fast, slow = Result("search", 1, 46, "networkx", at_most=1 / 30), Result("page", 350, 100, "a route", at_most=3)
    lines = table([fast, slow]).splitlines()
    assert lines[2].split() == ["search", "1", "ms", "networkx", "46", "ms", "1/46", "under", "1/30"]
    assert lines[3].endswith("NOT HELD")
    assert " 3.5 " in lines[3]


def test_measures_take_turns_and_the_best_counts() -> None:
    order: list[str] = []
    taken = {"one": iter((3.0, 1.0, 2.0)), "two": iter((5.0, 6.0, 4.0))}

    def measuring(name: str) -> float:
        order.append(name)
        return next(taken[name])

    assert in_turns(lambda: measuring("one"), lambda: measuring("two"), rounds=3) == [1.0, 4.0]
    assert order == ["one", "two"] * 3


def test_a_name_that_is_no_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["impactt"])
    assert "there is no impactt" in capsys.readouterr().err


@pytest.mark.parametrize("name", command.names())
def test_every_benchmark_fits_the_frame(name: str) -> None:
    assert callable(importlib.import_module(f"benchmarks.bench_{name}").run)


def test_the_made_up_nation_is_the_same_each_time_and_has_hubs_and_cycles() -> None:
    made, again = layered(2_000, 6_000), layered(2_000, 6_000)
    assert np.array_equal(made.needed, again.needed)
    assert np.array_equal(made.dependents, again.dependents)
    needing = nx.DiGraph(list(zip(made.needed.tolist(), made.dependents.tolist(), strict=True)))
    assert needing.out_degree(made.hub) > 20 * 6_000 / 2_000
    assert len(nx.descendants(needing, made.hub)) > 1_000
    assert not nx.is_directed_acyclic_graph(needing)
