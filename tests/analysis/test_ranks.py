"""What is shared, criticality handed on, and ranks, on random architectures against networkx, on both engines."""

from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.analysis import betweenness as between
from ea_repo.analysis.criticality_rank import criticality_rank, pagerank
from ea_repo.analysis.dependencies import dependencies
from ea_repo.analysis.propagated_criticality import propagated_criticality
from ea_repo.analysis.shared import shared
from ea_repo.repository import Repository
from ea_repo.sample import load
from ea_repo.store.operations import Update
from tests.analysis.architectures import DAYS, Architecture, architectures
from tests.analysis.test_questions import SMALL_DOSE, stored
from tests.analysis.test_walk import a_graph, graphs, needing

VALUES = (None, "vital", "important", "ordinary")


@SMALL_DOSE
@given(data=st.data(), drawn=architectures(), on=st.sampled_from((None, *DAYS)), depth=st.sampled_from((None, 1, 2)))
def test_what_is_shared_is_what_networkx_reaches_from_all(
    module_repository: Repository, data: Any, drawn: Architecture, on: date | None, depth: int | None
) -> None:
    architecture, _ = stored(module_repository, drawn)
    needs = architecture.needs(on)
    keys = data.draw(st.lists(st.sampled_from(sorted(k for k in drawn.items if k[0] == "e")), min_size=2, max_size=3))
    for direction, edges in (("dependencies", needs), ("dependents", needs.reverse())):
        reached = [
            nx.single_source_shortest_path_length(edges, key, cutoff=depth) if key in edges else {} for key in keys
        ]
        common = set.intersection(*map(set, reached))
        expected = {architecture.uid(key): tuple(each[key] for each in reached) for key in common}
        with module_repository.state(on=on) as state:
            rows = list(shared(state, [architecture.uid(key) for key in keys], direction=direction, depth=depth))  # type: ignore[arg-type]
        assert {row.uid: row.distances for row in rows} == expected
        assert [sum(row.distances) for row in rows] == sorted(sum(each) for each in expected.values())
        for row in rows:
            for key, chain, distance in zip(keys, row.chains, row.distances, strict=True):
                assert len(chain) == distance
                assert not chain or (chain[0].from_uid, chain[-1].to_uid) == (architecture.uid(key), row.uid)


def test_one_concept_shares_all_it_needs(sqlite_repository: Repository) -> None:
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        alone = [row.uid for row in shared(state, ("people:POPREG",))]
        assert alone[0] == "people:POPREG"
        assert alone[1:] == [row.uid for row in dependencies(state, "people:POPREG")]


@SMALL_DOSE
@given(data=st.data(), drawn=architectures())
def test_criticality_is_handed_on_to_everything_needed(
    module_repository: Repository, data: Any, drawn: Architecture
) -> None:
    architecture, _ = stored(module_repository, drawn)
    systems = [key for key, item in drawn.items.items() if item.type == "System"]
    said = {key: data.draw(st.sampled_from(VALUES)) for key in systems}
    changes = [
        Update(architecture.uid(key), {"attributes": {"criticality": value}}) for key, value in said.items() if value
    ]
    module_repository.changeset("tester", "value", changes).apply()
    needs = architecture.needs()
    expected = {}
    for key in systems:
        demanded = [VALUES.index(said[other]) for other in nx.ancestors(needs, key) if said.get(other)]
        own = VALUES.index(said[key]) if said[key] else len(VALUES)
        if demanded and min(demanded) < own:
            expected[architecture.uid(key)] = (said[key], VALUES[min(demanded)])
    models = [architecture.model(name) for name in ("one", "two")]
    with module_repository.state() as state:
        rows = list(propagated_criticality(state, model=models))
        known = {concept.uid: concept for concept in state.get_many(row.chain[0].from_uid for row in rows).values()}
    assert {row.uid: (row.recorded, row.propagated) for row in rows} == expected
    for row in rows:
        assert row.chain[-1].to_uid == row.uid
        assert known[row.chain[0].from_uid].attributes["criticality"] == row.propagated


@settings(max_examples=150, deadline=None)
@given(drawn=graphs())
def test_ranks_are_those_of_networkx(drawn: Any) -> None:
    ids, edges = drawn
    graph = a_graph(ids, edges)
    needs: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    needs.add_nodes_from(ids)
    for source, target, bits in edges:
        needs.add_edges_from([(source, target)] if bits & 1 else [])
        needs.add_edges_from([(target, source)] if bits & 2 else [])
    expected = nx.pagerank(needs, tol=1e-12, max_iter=10_000)
    assert np.allclose(pagerank(graph.dependencies), [expected[id_] for id_ in ids], atol=1e-8)
    simple = nx.betweenness_centrality(needing(ids, edges).reverse())
    found, error = between.betweenness(graph.dependencies)
    assert error == 0
    assert np.allclose(found, [simple[id_] for id_ in ids])


def test_sampled_betweenness_is_within_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(4)
    edges = [(int(one) + 1, int(other) + 1, 1) for one, other in chance.integers(0, 300, (900, 2))]
    graph = a_graph(range(1, 301), edges)
    exact, _ = between.betweenness(graph.dependencies)
    monkeypatch.setattr(between, "MOST_EXACT", 10)
    monkeypatch.setattr(between, "SAMPLED", 150)
    sampled, error = between.betweenness(graph.dependencies)
    assert 0 < np.abs(sampled - exact).max() < error < 1


def test_the_sample_stands_on_its_data_centre_and_register(sqlite_repository: Repository) -> None:
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        first = [row.uid for row in criticality_rank(state, type=("DataCentre",))[:1]]
        systems = [row.uid for row in criticality_rank(state, type=("System",))[:6]]
        assert [row.rank for row in criticality_rank(state)[3:5]] == [4, 5]
    assert first == ["shared:DC-CANDRA"]
    assert {"people:POPREG", "centre:GOVID"} <= set(systems)
