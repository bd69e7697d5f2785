"""Blast radius and dependency matrix on random architectures, against networkx and plain counting, on both engines."""

from collections import Counter
from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.analysis.blast_radius import blast_radius
from ea_repo.analysis.condensation import condensed
from ea_repo.analysis.dependency_matrix import dependency_matrix
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.reach_sizes import estimated_sizes, exact_sizes
from ea_repo.repository import Repository
from tests.analysis.architectures import DAYS, Architecture, architectures
from tests.analysis.test_questions import SMALL_DOSE, stored
from tests.analysis.test_walk import a_graph, graphs, needing


@SMALL_DOSE
@given(
    drawn=architectures(), on=st.sampled_from((None, *DAYS)), direction=st.sampled_from(("dependents", "dependencies"))
)
def test_the_blast_radius_is_what_networkx_counts(
    module_repository: Repository, drawn: Architecture, on: date | None, direction: Any
) -> None:
    architecture, _ = stored(module_repository, drawn)
    needs = architecture.needs(on)
    edges = needs.reverse() if direction == "dependents" else needs
    models = [architecture.model(name) for name in ("one", "two")]
    with module_repository.state(on=on) as state:
        found = {each.uid: each.size for each in blast_radius(state, direction=direction, model=models, top=100)}
        sizes = [each.size for each in blast_radius(state, direction=direction, top=50)]
    assert found == {architecture.uid(key): len(nx.descendants(edges, key)) for key in needs}
    assert sizes == sorted(sizes, reverse=True)


@settings(max_examples=200, deadline=None)
@given(drawn=graphs())
def test_every_size_is_exact_where_little_is_reached(drawn: Any) -> None:
    ids, edges = drawn
    graph = a_graph(ids, edges)
    needs = needing(ids, edges)
    expected = [len(nx.descendants(needs, id_)) for id_ in ids]
    estimated, error = estimated_sizes(condensed(graph.dependents))
    assert error == 0
    assert estimated.tolist() == expected
    assert exact_sizes(condensed(graph.dependents), np.arange(len(ids))).tolist() == expected


@pytest.mark.parametrize("sketch", [8, 32])
def test_estimates_are_as_near_as_they_say(sketch: int) -> None:
    chance = np.random.default_rng(5)
    size = 3_000
    ends = chance.integers(0, size, (6 * size, 2))
    edges = [(int(one) + 1, int(other) + 1, 1) for one, other in ends if one > other]  # no circles: sizes of all kinds
    graph: Graph = a_graph(range(1, size + 1), edges)
    exact = exact_sizes(condensed(graph.dependents), np.arange(size))
    estimated, error = estimated_sizes(condensed(graph.dependents), sketch)
    large = exact > 4 * sketch
    deviation = float(np.sqrt(np.mean((estimated[large] / exact[large] - 1) ** 2)))
    assert large.sum() > 100
    assert 0.2 * error < deviation < 2 * error
    small = exact < sketch - 1
    assert np.array_equal(estimated[small], exact[small])


def test_hubs_of_very_many_are_counted(sqlite_repository: Repository) -> None:
    size = 500
    edges = [(leaf, 1, 1) for leaf in range(2, size)] + [(size, leaf, 1) for leaf in range(2, size)]
    graph = a_graph(range(1, size + 1), edges)
    assert exact_sizes(condensed(graph.dependents), np.array([0, 1, size - 1])).tolist() == [size - 1, 1, 0]
    estimated, _ = estimated_sizes(condensed(graph.dependents))
    assert abs(estimated[0] / (size - 1) - 1) < 0.6


@SMALL_DOSE
@given(drawn=architectures(), on=st.sampled_from((None, *DAYS)), by=st.sampled_from(("owner", "type", "model")))
def test_the_matrix_counts_every_dependency_once(
    module_repository: Repository, drawn: Architecture, on: date | None, by: Any
) -> None:
    architecture, _ = stored(module_repository, drawn)
    items, needs = architecture.items, architecture.needs(on)

    def group(key: str) -> str | None:
        item = items[key]
        if by == "owner":
            return item.owner and architecture.uid(item.owner)
        return item.type if by == "type" else architecture.model(item.model)

    models = [architecture.model(name) for name in ("one", "two")]
    expected: Counter[tuple[str | None, str | None]] = Counter()
    for key, item in items.items():
        if item.source is None or not architecture.holds(key, on):
            continue
        source, target = group(item.source), group(str(item.target))
        expected[source, target] += item.end in ("source", "both")
        expected[target, source] += item.end in ("target", "both")
        if key in needs:  # it is an end of another, and depends on both its own
            expected[group(key), source] += 1
            expected[group(key), target] += 1
    expected = +expected
    with module_repository.state(on=on) as state:
        rows = list(dependency_matrix(state, by=by, model=models))
    assert {(each.source, each.target): each.dependencies for each in rows} == dict(expected)
    assert [each.dependencies for each in rows] == sorted((each.dependencies for each in rows), reverse=True)
    for each in rows:
        (step,) = each.chain
        assert step.relationship in {architecture.uid(key) for key in items}
