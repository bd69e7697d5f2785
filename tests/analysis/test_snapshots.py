"""Which graphs are kept, and when one is read anew."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pytest

from ea_repo.analysis.graph import Graph
from ea_repo.analysis.holding import without
from ea_repo.analysis.impact import impact
from ea_repo.analysis.snapshots import Snapshots, take
from ea_repo.repository import Repository
from ea_repo.store.arrays import changed_after, not_holding
from ea_repo.store.operations import Delete, Operation, Restore, Update
from ea_repo.store.state import State
from tests.analysis.graphs import said
from tests.factories import a_flow, a_model, a_relationship, a_system, an_agency


class Counting:
    """Makes graphs, counts them, and notes from which changeset each set out."""

    def __init__(self) -> None:
        self.from_numbers: list[int] = []

    def __call__(self, state: State, before: Graph | None, number: int) -> Graph:
        self.from_numbers.append(number)
        return take(state, before, number)

    @property
    def loaded(self) -> int:
        return len(self.from_numbers)


def begun(repository: Repository) -> None:
    operations = [a_model(), a_system("a"), a_system("b", valid_from="2028-01-01"), a_flow("f", "a", "b")]
    repository.changeset("tester", "begin", operations).apply()


def test_states_of_one_moment_share_a_graph(sqlite_repository: Repository) -> None:
    begun(sqlite_repository)
    loading = Counting()
    snapshots = Snapshots(loading)
    with sqlite_repository.state() as one, sqlite_repository.state(as_of=1) as other:
        assert snapshots.graph(one) is snapshots.graph(other)
    assert loading.loaded == 1


def test_a_changeset_a_date_and_the_past_each_have_their_own(sqlite_repository: Repository) -> None:
    begun(sqlite_repository)
    snapshots = Snapshots()
    sqlite_repository.changeset("tester", "rename", [Update("gov:a", {"name": "A"})]).apply()
    moments = ({}, {"on": date(2026, 1, 1)}, {"as_of": 1}, {"as_of": 0})
    found = []
    for moment in moments:
        with sqlite_repository.state(**moment) as state:
            found.append(snapshots.graph(state))
    assert [len(graph) for graph in found] == [2, 1, 2, 0]
    assert len(set(map(id, found))) == 4


def test_the_graphs_least_lately_asked_for_go_first(sqlite_repository: Repository) -> None:
    begun(sqlite_repository)
    loading = Counting()
    snapshots = Snapshots(loading, most_graphs=2)
    for name in ("A 2", "A 3"):
        sqlite_repository.changeset("tester", "rename", [Update("gov:a", {"name": name})]).apply()
    for number in (1, 2, 1, 3, 1, 2):
        with sqlite_repository.state(as_of=number) as state:
            snapshots.graph(state)
    assert loading.loaded == 4  # 1, 2, 3, and 2 once more


def test_graphs_go_when_together_they_are_too_large_but_never_the_newest(sqlite_repository: Repository) -> None:
    begun(sqlite_repository)
    loading = Counting()
    snapshots = Snapshots(loading, most_bytes=1)
    for on in (None, None, date(2028, 1, 1), None):
        with sqlite_repository.state(on=on) as state:
            snapshots.graph(state)
    assert loading.loaded == 2  # that of the date pushed out the one it was made of


def test_many_threads_at_once_build_a_graph_once(sqlite_repository: Repository) -> None:
    begun(sqlite_repository)
    loading = Counting()
    snapshots = Snapshots(loading)
    together = threading.Barrier(8)

    def ask(_: int) -> Graph:
        with sqlite_repository.state() as state:
            together.wait()
            return snapshots.graph(state)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert loading.loaded == 1
    assert len(set(map(id, found))) == 1


def test_a_graph_that_could_not_be_built_is_tried_again(sqlite_repository: Repository) -> None:
    begun(sqlite_repository)
    attempts = iter([ConnectionError("gone"), None])

    def failing_once(state: State, before: Graph | None, number: int) -> Graph:
        if (error := next(attempts)) is not None:
            raise error
        return take(state)

    snapshots = Snapshots(failing_once)
    with sqlite_repository.state() as state:
        with pytest.raises(ConnectionError):
            snapshots.graph(state)
        assert len(snapshots.graph(state)) == 2


def test_an_answer_after_a_write_sees_it(repository: Repository) -> None:
    begun(repository)
    with repository.state() as state:
        assert [each.uid for each in impact(state, "gov:a")] == ["gov:b"]
    repository.changeset("tester", "more", [a_system("c"), a_flow("g", "b", "c")]).apply()
    with repository.state() as state:
        assert [each.uid for each in impact(state, "gov:a")] == ["gov:b", "gov:c"]
    with repository.state(as_of=1) as state:
        assert [each.uid for each in impact(state, "gov:a")] == ["gov:b"]
        assert state.graph.ids.dtype == np.int32


def test_a_graph_made_of_an_earlier_one_is_the_one_made_of_all_rows(module_repository: Repository) -> None:
    """Also on a date, in the past, and where types, ends of relationships and deletions come and go."""
    repository = module_repository
    steps: list[list[Operation]] = [
        [
            a_model(),
            *(a_system(f"s{number}") for number in range(40)),
            a_flow("f", "s1", "s2"),
            a_flow("g", "s2", "s3"),
        ],
        [an_agency("office"), Update("gov:s1", {"owner": "gov:office", "valid_until": "2027-01-01"})],
        [a_relationship("on-f", "Association", "s4", "f", attributes={"directed": True})],
        [a_relationship("on-g", "Association", "s4", "g", attributes={"directed": True}), Delete("gov:on-f")],
        [Update("gov:g", {"source": "gov:s5"}), Delete("gov:f"), a_flow("h", "s1", "s9")],
        [Restore("gov:f", as_of=1), Update("gov:s1", {"valid_until": None})],
    ]
    first = repository.changeset("tester", "begin", steps[0]).apply().number
    taking = Counting()
    snapshots = Snapshots(taking)
    for on in (None, date(2028, 1, 1)):
        with repository.state(as_of=first, on=on) as state:
            snapshots.graph(state)
    for step in steps[1:]:
        repository.changeset("tester", "change", step).apply()
    for number in (first + 1, first + 3, first + 2, first + 4, first + 5):
        for on in (None, date(2028, 1, 1)):
            with repository.state(as_of=number, on=on) as state:
                whole = take(state.at(on=None))
                assert said(snapshots.graph(state)) == said(whole if on is None else without(whole, not_holding(state)))
    assert taking.from_numbers[1:] == [first + number for number in (0, 1, 1, 3, 4)]


def test_much_changed_is_read_anew(sqlite_repository: Repository) -> None:
    begun(sqlite_repository)
    with sqlite_repository.state() as state:
        small = take(state)
    many = [a_system(f"more-{number}") for number in range(50)]
    sqlite_repository.changeset("tester", "many", many).apply()
    with sqlite_repository.state() as state:
        assert changed_after(state, 1, at_most=50) is not None
        assert changed_after(state, 1, at_most=49) is None
        assert len(take(state, small, 1)) == 52
