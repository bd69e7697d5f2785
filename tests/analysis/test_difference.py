"""The difference between two moments on random architectures, against sets of edges from the descriptions."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ea_repo.analysis.dependency_difference import DependencyChange, dependency_difference
from ea_repo.repository import Repository
from ea_repo.sample import load
from ea_repo.store.operations import Delete, Update
from tests.analysis.architectures import DAYS, Architecture, architectures, later
from tests.analysis.test_questions import SMALL_DOSE, stored
from tests.factories import a_flow, a_model, a_system


def expected(before: Any, after: Any) -> dict[str, tuple[str, set[str], set[str], bool]]:
    """(change, gained, lost, cut off) of everything that differs."""
    found = {}
    for key in {*before, *after}:
        was, now = (set(graph[key]) if key in graph else set() for graph in (before, after))
        needed_was, needed_now = (set(graph.pred[key]) if key in graph else set() for graph in (before, after))
        if (key in before, was, needed_was) == (key in after, now, needed_now):
            continue
        change = "changes" if key in before and key in after else "appears" if key in after else "disappears"
        cut_off = change == "changes" and bool(was | needed_was) and not (now | needed_now)
        found[key] = (change, now - was, was - now, cut_off)
    return found


def check_chains(rows: list[DependencyChange], before: Any, after: Any, keys: dict[str, str]) -> None:
    """Each gain and loss is told by an edge that is only in one of the graphs, and nothing else is told."""
    for row in rows:
        steps = [(keys[step.from_uid], keys[step.to_uid], keys[step.relationship]) for (step,) in row.chains]
        key, gained = keys[row.uid], len(row.gained)
        assert [step[1] for step in steps[:gained]] == [keys[uid] for uid in row.gained]
        assert all(step[0] == key and after.has_edge(key, step[1], key=step[2]) for step in steps[:gained])
        rest = steps[gained:]
        if row.gained or row.lost:
            assert [step[1] for step in rest] == [keys[uid] for uid in row.lost]
            assert all(step[0] == key and before.has_edge(key, step[1], key=step[2]) for step in rest)
        else:
            needed_was, needed_now = (set(graph.pred[key]) if key in graph else set() for graph in (before, after))
            assert {step[1] for step in rest} == needed_was - needed_now
            assert all(step[0] == key and before.has_edge(step[1], key, key=step[2]) for step in rest)
        assert row.chains or not row.cut_off


def told(rows: list[DependencyChange], keys: dict[str, str]) -> dict[str, tuple[str, set[str], set[str], bool]]:
    return {
        keys[row.uid]: (row.change, {keys[uid] for uid in row.gained}, {keys[uid] for uid in row.lost}, row.cut_off)
        for row in rows
    }


@SMALL_DOSE
@given(data=st.data(), drawn=architectures(), days=st.tuples(*[st.sampled_from((None, *DAYS))] * 2))
def test_two_dates_two_changesets_and_a_draft_differ_by_what_the_descriptions_say(
    module_repository: Repository, data: Any, drawn: Architecture, days: Any
) -> None:
    architecture, first = stored(module_repository, drawn)
    following = data.draw(later(architecture))
    keys = {following.uid(key): key for key in following.items} | {architecture.uid(key): key for key in drawn.items}
    plan = module_repository.changeset("tester", "plan", architecture.becoming(following)).save()
    with_plan = expected(architecture.needs(), following.needs())
    with module_repository.state(draft=plan.id) as state:
        rows = list(dependency_difference(state))
    assert told(rows, keys) == with_plan
    check_chains(rows, architecture.needs(), following.needs(), keys)
    module_repository.draft(plan.id).apply()
    with module_repository.state() as state:
        assert told(list(dependency_difference(state, from_as_of=first)), keys) == with_plan
        assert told(list(dependency_difference(state)), keys) == with_plan
    if None not in days:
        models = [architecture.model(name) for name in ("one", "two")]
        with module_repository.state(on=days[1]) as state:
            rows = list(dependency_difference(state, from_on=days[0], model=models))
        assert told(rows, keys) == expected(following.needs(days[0]), following.needs(days[1]))
        check_chains(rows, following.needs(days[0]), following.needs(days[1]), keys)


def test_what_is_cut_off_comes_first(repository: Repository) -> None:
    systems = [a_system(name) for name in "abc"]
    repository.changeset("t", "begin", [a_model(), *systems, a_flow("f", "a", "b"), a_flow("g", "b", "c")]).apply()
    repository.changeset("t", "cut", [Delete("gov:g"), a_system("d"), Update("gov:a", {"name": "A"})]).apply()
    with repository.state() as state:
        rows = list(dependency_difference(state))
    assert [(row.uid, row.change, row.cut_off) for row in rows] == [
        ("gov:c", "changes", True), ("gov:b", "changes", False), ("gov:d", "appears", False)
    ]  # fmt: skip
    assert (rows[0].lost, rows[0].dependencies_before, rows[0].dependencies_after) == (("gov:b",), 1, 0)
    assert (rows[1].dependents_before, rows[1].dependents_after) == (1, 0)
    assert [[str(step) for (step,) in row.chains] for row in rows] == [
        ["gov:c -Flow- gov:b"],
        ["gov:b -Flow- gov:c"],
        [],
    ]


def test_half_a_year_of_the_sample_without_a_tax_core(sqlite_repository: Repository) -> None:
    """README: retired-before-replacement. The old core's end cuts what it served loose; the new one comes later."""
    load(sqlite_repository)
    with sqlite_repository.state(on=date(2028, 1, 1)) as state:
        rows = {row.uid: row for row in dependency_difference(state, from_on=date(2026, 1, 1), type=("System",))}
    assert rows["finance:TAXLEGACY"].change == "disappears"
    assert rows["finance:TAXCORE"].change == "appears"
    assert rows["finance:EFILE"].lost == ("finance:TAXLEGACY",)


@pytest.mark.parametrize("on", [None, date(2027, 1, 1)])
def test_nothing_differs_from_itself(sqlite_repository: Repository, on: date | None) -> None:
    load(sqlite_repository)
    with sqlite_repository.state(on=on) as state:
        assert list(dependency_difference(state, from_on=on, from_as_of=state.number)) == []
