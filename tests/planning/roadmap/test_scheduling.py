"""The critical path method against the longest paths that networkx finds, for all four dependencies, and the circle named."""

from itertools import islice, pairwise
from typing import Any, get_args

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ea_repo.errors import InvalidInput
from ea_repo.planning.roadmap.scheduling import (
    Dependency,
    DependencyKind,
    bonds_to,
    chain_to,
    critical_paths,
    scheduled,
)
from tests.analysis.test_questions import SMALL_DOSE

Network = tuple[dict[str, int], dict[str, list[Dependency]], dict[str, int], dict[str, int], set[str]]
KINDS: tuple[DependencyKind, ...] = get_args(DependencyKind)


@st.composite
def networks(draw: st.DrawFn, kinds: tuple[DependencyKind, ...] = KINDS) -> Network:
    """Tasks whose arrows lead from lower to higher numbers, of every kind and with lags, some with days of their own."""
    count = draw(st.integers(1, 12))
    names = [f"t{at:02}" for at in range(count)]
    draw(st.randoms()).shuffle(names)
    days = {name: draw(st.integers(0, 30)) for name in names}
    number = st.integers(0, count - 1)
    lags = st.integers(-20, 40) if len(kinds) > 1 else st.just(0)
    before: dict[str, list[Dependency]] = {}
    for one, other, kind, lag in draw(st.lists(st.tuples(number, number, st.sampled_from(kinds), lags), max_size=25)):
        if one < other:
            before.setdefault(names[other], []).append(Dependency(names[one], kind, lag))
    some = st.dictionaries(st.sampled_from(names), st.integers(0, 90), max_size=4)
    begun = draw(st.sets(st.sampled_from(names), max_size=4)) if len(kinds) > 1 else set()
    before = {name: [each for each in its if name not in begun or each.holds_finish] for name, its in before.items()}
    return days, before, draw(some), draw(some), begun


def starts_and_finishes(network: Network) -> "nx.DiGraph[Any]":
    """Starts and finishes as nodes; the longest path from "first" is how many days come before each.

    What has begun may last longer, what has not is as long as it is: its start is no earlier than its finish less its days.
    """
    days, before, floors, _, begun = network
    graph: nx.DiGraph[Any] = nx.DiGraph()

    def line(one: object, other: object, length: int) -> None:
        if not graph.has_edge(one, other) or graph.edges[one, other]["days"] > -length:
            graph.add_edge(one, other, days=-length)  # what networkx finds is the shortest

    for name, length in days.items():
        line("first", (name, "start"), floors.get(name, 0))
        line((name, "start"), (name, "finish"), length)
        if name not in begun:
            line((name, "finish"), (name, "start"), -length)
        for each in before.get(name, ()):
            begin, _, end = each.kind.partition("_to_")
            line((each.first, begin), (name, end), each.lag_days)
    return graph


def longest_from(graph: "nx.DiGraph[Any]", source: object) -> dict[Any, int]:
    """How far each node is from one, by the longest way (Bellman and Ford)."""
    found = nx.single_source_bellman_ford_path_length(graph, source, weight="days")
    return {node: -int(length) for node, length in found.items()}


@SMALL_DOSE
@given(networks())
def test_earliest_and_latest_days_are_the_longest_paths_of_networkx(network: Network) -> None:
    days, before, floors, ceilings, begun = network
    found = scheduled(days, before, not_before=floors, done_by=ceilings, begun=begun)
    graph = starts_and_finishes(network)
    earliest = longest_from(graph, "first")
    whole = max(earliest[name, "finish"] for name in days)
    for name, timing in found.items():
        assert timing.start == earliest[name, "start"]
        assert timing.finish == earliest[name, "finish"]
        # As late as each task after it, and its own day, allow.
        ways = longest_from(graph, (name, "finish"))
        latest = [ceilings.get(other, whole) - ways[other, "finish"] for other in days if (other, "finish") in ways]
        assert timing.latest_finish == min(latest)
        assert timing.slack == timing.latest_finish - timing.finish


@SMALL_DOSE
@given(networks(kinds=("finish_to_start",)))
def test_without_days_of_their_own_the_critical_paths_are_as_long_as_the_whole(network: Network) -> None:
    days, before, *_ = network
    found = scheduled(days, before)
    whole = max(each.finish for each in found.values())
    assert min(each.slack for each in found.values()) == 0
    for path in islice(critical_paths(found, before), 50):
        assert all(one in {each.first for each in before[other]} for one, other in pairwise(path))
        assert found[path[0]].start == 0
        assert sum(days[name] for name in path) == whole


@SMALL_DOSE
@given(networks())
def test_a_chain_leads_without_a_break_from_a_day_of_its_own_to_the_task(network: Network) -> None:
    days, before, floors, _, begun = network
    found = scheduled(days, before, not_before=floors, begun=begun)
    for name in days:
        chain = bonds_to(found, before, name)
        names = [*(each.first for each in chain), name]
        for each, then in zip(chain, names[1:], strict=True):
            assert each in before[then]
            reached = found[each.first].start if each.from_start else found[each.first].finish
            assert reached + each.lag_days == (found[then].finish if each.holds_finish else found[then].start)
        begin = names[0]
        assert found[begin].start == floors.get(begin, 0)
        assert found[begin].finish == found[begin].start + days[begin]


def after(*names: str) -> list[Dependency]:
    return [Dependency(name) for name in names]


def test_a_case_worked_by_hand() -> None:
    """Wikipedia's kind of network: a 3, b 4 and c 6 after a, d 2 after b and c; e 1 stands alone and begins on day 5."""
    days = {"a": 3, "b": 4, "c": 6, "d": 2, "e": 1}
    before = {"b": after("a"), "c": after("a"), "d": after("b", "c")}
    found = scheduled(days, before, not_before={"e": 5}, done_by={"d": 10})
    assert {name: (each.start, each.finish, each.slack) for name, each in found.items()} == {
        "a": (0, 3, -1), "b": (3, 7, 1), "c": (3, 9, -1), "d": (9, 11, -1), "e": (5, 6, 5),
    }  # fmt: skip
    assert list(critical_paths(found, before)) == [["a", "c", "d"]]


def test_every_kind_of_dependency_by_hand() -> None:
    """Design 10 days. Building begins 4 days after it began; training ends 2 days after building; the old one runs until
    training begins, at least."""
    days = {"design": 10, "build": 8, "train": 3, "old": 5}
    before = {
        "build": [Dependency("design", "start_to_start", 4)],
        "train": [Dependency("build", "finish_to_finish", 2)],
        "old": [Dependency("train", "start_to_finish")],
    }
    found = scheduled(days, before)
    assert {name: (each.start, each.finish, each.slack) for name, each in found.items()} == {
        "design": (0, 10, 0), "build": (4, 12, 0), "train": (11, 14, 0), "old": (6, 11, 3),
    }  # fmt: skip
    assert chain_to(found, before, "train") == ["design", "build", "train"]
    assert [each.short for each in bonds_to(found, before, "old")] == ["SS+4", "FF+2", "SF"]
    # What has begun keeps its start and lasts longer.
    begun = scheduled(days, before, not_before={"train": 1}, begun={"train"})
    assert (begun["train"].start, begun["train"].finish) == (1, 14)


def test_a_circle_is_refused_and_named() -> None:
    with pytest.raises(InvalidInput, match="in a circle") as error:
        scheduled(dict.fromkeys("abcd", 1), {"a": after("c"), "b": after("a"), "c": after("b"), "d": after("c")})
    circle = error.value.facts["circle"]
    assert circle[0] == circle[-1]
    assert set(circle) == {"a", "b", "c"}


def test_nothing_takes_no_time() -> None:
    assert scheduled({}, {}) == {}
    assert list(critical_paths({}, {})) == []
