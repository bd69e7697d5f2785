"""Cycles on random architectures, against networkx and every possible removal tried, on both engines."""

from datetime import date
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.analysis import feedback as removing
from ea_repo.analysis.cycles import cycles
from ea_repo.analysis.feedback import Edge, feedback
from ea_repo.repository import Repository
from ea_repo.sample import load
from tests.analysis.architectures import DAYS, Architecture, architectures
from tests.analysis.test_questions import SMALL_DOSE, stored
from tests.factories import a_flow, a_model, a_system, an_agency


def circles(needs: "nx.MultiDiGraph[str]") -> list[set[str]]:
    return [
        part for part in nx.strongly_connected_components(needs) if len(part) > 1 or needs.has_edge(*list(part) * 2)
    ]


def is_free_without(needs: "nx.MultiDiGraph[Any]", removal: Any) -> bool:
    """Whether nothing is left of any circle when these relationships go, as edges and as nodes."""
    rest = nx.MultiDiGraph(needs)
    rest.remove_nodes_from(removal)
    rest.remove_edges_from([(one, other, key) for one, other, key in needs.edges(keys=True) if key in removal])
    return nx.is_directed_acyclic_graph(rest)


@SMALL_DOSE
@given(drawn=architectures(), on=st.sampled_from((None, *DAYS)))
def test_cycles_are_what_networkx_finds_and_no_smaller_removal_does(
    module_repository: Repository, drawn: Architecture, on: date | None
) -> None:
    architecture, _ = stored(module_repository, drawn)
    needs = architecture.needs(on)
    keys = {architecture.uid(key): key for key in architecture.items}
    models = [architecture.model(name) for name in ("one", "two")]
    with module_repository.state(on=on) as state:
        rows = list(cycles(state, model=models))
    assert sorted(sorted(keys[uid] for uid in row.members) for row in rows) == sorted(map(sorted, circles(needs)))
    assert [row.size for row in rows] == sorted((len(row.members) for row in rows), reverse=True)
    for row in rows:
        part = needs.subgraph([keys[uid] for uid in row.members])
        removal = {keys[uid] for uid in row.removal}
        assert row.exact
        assert is_free_without(part, removal)
        possible = {key for _, _, key in part.edges(keys=True)} | {key for key in part if key[0] != "e"}
        for size in range(min(len(removal), 4)):
            assert [some for some in combinations(sorted(possible), size) if is_free_without(part, set(some))] == []
        assert row.chain[0].from_uid == row.chain[-1].to_uid
        assert {step.from_uid for step in row.chain} <= set(row.members)
        assert len(row.chain) == min(map(len, nx.simple_cycles(nx.DiGraph(part))))


@settings(max_examples=150, deadline=None)
@given(
    edges=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=40),
    is_rough=st.booleans(),
)
def test_any_removal_ends_all_circles_and_has_nothing_to_spare(edges: list[tuple[int, int]], is_rough: bool) -> None:
    numbered: list[Edge] = [(one, other, 100 + number) for number, (one, other) in enumerate(edges)]
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_edges_from(numbered)
    with pytest.MonkeyPatch.context() as patch:
        if is_rough:
            patch.setattr(removing, "_MOST_EDGES", 0)
        found = feedback(numbered, {})
    assert found.exact or is_rough or len(edges) > 15
    assert is_free_without(graph, set(found.relationships))
    for each in found.relationships:
        assert not is_free_without(graph, set(found.relationships) - {each})


def test_a_long_search_is_given_up_for_a_good_answer() -> None:
    chance = np.random.default_rng(3)
    edges = [(int(one), int(other), number) for number, (one, other) in enumerate(chance.integers(0, 40, (300, 2)))]
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_edges_from(edges)
    found = feedback(edges, {})
    assert not found.exact
    assert is_free_without(graph, set(found.relationships))
    assert len(found.relationships) < 120


def test_who_owns_what_to_remove(repository: Repository) -> None:
    operations = [
        a_model(), an_agency("one"), an_agency("two"), a_system("a", owner="one"), a_system("b", owner="two"),
        a_system("c", owner="two"), a_flow("f", "a", "b"), a_flow("g", "b", "a"), a_flow("h", "b", "c"),
        a_flow("i", "c", "a"), a_system("self", owner="one"), a_flow("loop", "self", "self"),
    ]  # fmt: skip
    repository.changeset("tester", "begin", operations).apply()
    with repository.state() as state:
        three, one = cycles(state)
    assert (three.members, three.removal, three.owners) == (
        ("gov:a", "gov:b", "gov:c"),
        ("gov:f",),
        ("gov:one", "gov:two"),
    )
    assert (one.members, one.removal, one.owners) == (("gov:self",), ("gov:loop",), ("gov:one",))


def test_the_circles_of_the_sample_are_those_of_its_readme(sqlite_repository: Repository) -> None:
    """people:HEALTHX, HFAC and NHIMEM; and births, which change the register that births are looked up in."""
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        found = [set(row.members) for row in cycles(state)]
    assert {"people:HEALTHX", "people:HFAC", "people:NHIMEM"} in found
    assert {"people:POPREG", "people:CIVILREG", "people:D-EVENTS", "people:D-PERSON"} in found
    assert len(found) == 2
