"""A graph made of another one is the graph made of all rows: later, earlier, on a date, whatever changed."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.analysis import patching
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.holding import without
from ea_repo.analysis.patching import patched
from ea_repo.analysis.snapshots import take
from ea_repo.repository import Repository
from ea_repo.store.arrays import changed_after, not_holding, read_few_columns
from ea_repo.store.labels import ids_of
from ea_repo.store.state import State
from tests.analysis.architectures import DAYS, Architecture, architectures, later
from tests.analysis.graphs import said
from tests.analysis.test_questions import SMALL_DOSE, stored
from tests.factories import a_flow, a_model, a_system


def led(state: State, other: State, graph: Graph) -> Graph:
    """The graph of a state made of that of another."""
    changed = changed_after(state, min(state.number, other.number), at_most=10**9)
    assert changed is not None
    return patched(graph, changed, lambda ids: read_few_columns(state, ids, graph.type_names))


def check_every_pair(repository: Repository, data: Any, drawn: Architecture) -> None:
    architecture, first = stored(repository, drawn)
    numbers = [first]
    for _ in range(2):
        following = data.draw(later(architecture))
        numbers.append(repository.changeset("tester", "change", architecture.becoming(following)).apply().number)
        architecture = following
    with repository.state() as now:
        states = [now.at(on=None, as_of=number) for number in (first - 1, *numbers)]
        graphs = {state.number: take(state) for state in states}
        whole = {number: said(graph) for number, graph in graphs.items()}
        for one, other in permutations(states, 2):
            assert said(led(one, other, graphs[other.number])) == whole[one.number]


@SMALL_DOSE
@given(data=st.data(), drawn=architectures())
def test_a_graph_led_from_any_changeset_to_any_other_is_the_one_of_all_rows(
    module_repository: Repository, data: Any, drawn: Architecture
) -> None:
    check_every_pair(module_repository, data, drawn)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@settings(SMALL_DOSE, max_examples=500)
@given(data=st.data(), drawn=architectures())
def test_a_graph_led_anywhere_is_the_one_of_all_rows_in_five_hundred_cases(
    sqlite_repository: Repository, data: Any, drawn: Architecture
) -> None:
    check_every_pair(sqlite_repository, data, drawn)


@SMALL_DOSE
@given(drawn=architectures(), on=st.sampled_from(DAYS))
def test_what_holds_on_a_date_is_what_the_descriptions_say(
    module_repository: Repository, drawn: Architecture, on: Any
) -> None:
    architecture, _ = stored(module_repository, drawn)
    needs = architecture.needs(on)
    ours = {architecture.uid(key): key for key in architecture.items}
    with module_repository.state(on=on) as state:
        graph = without(take(state), not_holding(state))
        ids = ids_of(state, ours)
        rows = {graph.row(ids[uid]): key for uid, key in ours.items() if graph.row(ids[uid]) is not None}
        edges = {
            (key, rows[int(other)])
            for row, key in rows.items()
            for other in graph.dependencies.neighbours[
                graph.dependencies.starts[row] : graph.dependencies.starts[row + 1]
            ]
        }
        holding = {key for uid, key in ours.items() if graph.relationship(ids[uid]) is not None}
    assert set(rows.values()) == set(needs)
    assert edges == {(one, other) for one, other, _ in needs.edges}
    assert holding == {key for key, item in architecture.items.items() if item.source and architecture.holds(key, on)}


@given(
    data=st.data(), array=st.lists(st.integers(0, 99), max_size=12), values=st.lists(st.integers(100, 199), max_size=6)
)
def test_splicing_is_what_lists_do(data: Any, array: list[int], values: list[int]) -> None:
    deleted = sorted(data.draw(st.sets(st.integers(0, len(array) - 1)))) if array else []
    before = sorted(data.draw(st.lists(st.integers(0, len(array)), min_size=len(values), max_size=len(values))))
    expected = []
    for place in range(len(array) + 1):
        expected += [value for at, value in zip(before, values, strict=True) if at == place]
        expected += [array[place]] if place < len(array) and place not in deleted else []
    found = patching._spliced(
        np.array(array, np.int32), np.array(deleted, np.intp), np.array(before, np.intp), np.array(values, np.int32)
    )
    assert found.tolist() == expected


def test_what_did_not_change_is_shared_not_copied(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset(
        "tester", "begin", [a_model(), a_system("a"), a_system("b"), a_flow("f", "a", "b")]
    ).apply()
    with sqlite_repository.state() as state:
        graph = take(state)
        same = patched(graph, np.zeros(0, np.int64), lambda ids: read_few_columns(state, ids, graph.type_names))
    assert same.ids is graph.ids
    assert same.dependents.neighbours is graph.dependents.neighbours
