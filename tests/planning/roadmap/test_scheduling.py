"""The critical path method against the longest paths that networkx finds, and the circle named."""

from itertools import islice, pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ea_repo.errors import InvalidInput
from ea_repo.planning.roadmap.scheduling import chain_to, critical_paths, scheduled
from tests.analysis.test_questions import SMALL_DOSE

Network = tuple[dict[str, int], dict[str, list[str]], dict[str, int], dict[str, int]]


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Tasks whose arrows lead from lower to higher numbers, some with days of their own."""
    count = draw(st.integers(1, 12))
    names = [f"t{at:02}" for at in range(count)]
    draw(st.randoms()).shuffle(names)
    days = {name: draw(st.integers(0, 30)) for name in names}
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=25))
    before: dict[str, list[str]] = {}
    for one, other in pairs:
        if one < other and names[one] not in before.get(names[other], []):
            before.setdefault(names[other], []).append(names[one])
    some = st.dictionaries(st.sampled_from(names), st.integers(0, 90), max_size=4)
    return days, before, draw(some), draw(some)


def longest(days: dict[str, int], before: dict[str, list[str]], floors: dict[str, int]) -> nx.DiGraph:
    """Tasks as arrows between their start and finish; what networkx measures is days."""
    graph = nx.DiGraph()
    for name, length in days.items():
        graph.add_edge("first", (name, "start"), days=floors.get(name, 0))
        graph.add_edge((name, "start"), (name, "finish"), days=length)
        graph.add_edge((name, "finish"), "last", days=0)
        for each in before.get(name, ()):
            graph.add_edge((each, "finish"), (name, "start"), days=0)
    return graph


def length_of_longest_path(graph: nx.DiGraph, source: object, target: object) -> int | None:
    """Among the nodes between the two only; None where no path leads there."""
    if source != target and not nx.has_path(graph, source, target):
        return None
    between = (nx.descendants(graph, source) | {source}) & (nx.ancestors(graph, target) | {target})
    return int(nx.dag_longest_path_length(graph.subgraph(between), weight="days"))


@SMALL_DOSE
@given(networks())
def test_earliest_and_latest_days_are_the_longest_paths_of_networkx(network: Network) -> None:
    days, before, floors, ceilings = network
    found = scheduled(days, before, not_before=floors, done_by=ceilings)
    graph = longest(days, before, floors)
    whole = length_of_longest_path(graph, "first", "last")
    for name, timing in found.items():
        start, finish = (name, "start"), (name, "finish")
        assert timing.start == length_of_longest_path(graph, "first", start)
        assert timing.finish == timing.start + days[name]
        # As late as each task after it, and its own day, allow.
        latest = []
        for other in days:
            way = length_of_longest_path(graph, finish, (other, "finish"))
            if way is not None:
                latest.append(ceilings.get(other, whole) - way)
        assert timing.latest_finish == min(latest)
        assert timing.slack == timing.latest_finish - timing.finish


@SMALL_DOSE
@given(networks())
def test_without_days_of_their_own_the_critical_paths_are_as_long_as_the_whole(network: Network) -> None:
    days, before, _, _ = network
    found = scheduled(days, before)
    whole = max(each.finish for each in found.values())
    assert min(each.slack for each in found.values()) == 0
    for path in islice(critical_paths(found, before), 50):
        assert all(one in before[other] for one, other in pairwise(path))
        assert found[path[0]].start == 0
        assert sum(days[name] for name in path) == whole


@SMALL_DOSE
@given(networks())
def test_a_chain_leads_without_a_break_from_a_day_of_its_own_to_the_task(network: Network) -> None:
    days, before, floors, _ = network
    found = scheduled(days, before, not_before=floors)
    for name in days:
        chain = chain_to(found, before, name)
        assert chain[-1] == name
        assert all(one in before[other] and found[one].finish == found[other].start for one, other in pairwise(chain))
        assert found[chain[0]].start == floors.get(chain[0], 0)


def test_a_case_worked_by_hand() -> None:
    """Wikipedia's kind of network: a 3, b 4 and c 6 after a, d 2 after b and c; e 1 stands alone and begins on day 5."""
    days = {"a": 3, "b": 4, "c": 6, "d": 2, "e": 1}
    before = {"b": ["a"], "c": ["a"], "d": ["b", "c"]}
    found = scheduled(days, before, not_before={"e": 5}, done_by={"d": 10})
    assert {name: (each.start, each.finish, each.slack) for name, each in found.items()} == {
        "a": (0, 3, -1), "b": (3, 7, 1), "c": (3, 9, -1), "d": (9, 11, -1), "e": (5, 6, 5),
    }  # fmt: skip
    assert list(critical_paths(found, before)) == [["a", "c", "d"]]


def test_a_circle_is_refused_and_named() -> None:
    with pytest.raises(InvalidInput, match="in a circle") as error:
        scheduled({"a": 1, "b": 1, "c": 1, "d": 1}, {"a": ["c"], "b": ["a"], "c": ["b"], "d": ["c"]})
    circle = error.value.facts["circle"]
    assert circle[0] == circle[-1]
    assert set(circle) == {"a", "b", "c"}


def test_nothing_takes_no_time() -> None:
    assert scheduled({}, {}) == {}
    assert list(critical_paths({}, {})) == []
