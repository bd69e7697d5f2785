"""Layers against the longest ways that networkx finds, communities against its modularity and its own partitions."""

import random
from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.analysis.communities import Member, communities
from ea_repo.analysis.dependency_layers import dependency_layers
from ea_repo.analysis.graph import Adjacency
from ea_repo.analysis.modularity import communities_of
from ea_repo.repository import Repository
from ea_repo.sample import load
from tests.analysis.architectures import DAYS, DEPENDENT_END, MODELS, Architecture, Item, architectures
from tests.analysis.test_questions import SMALL_DOSE, conditions, given_conditions, stored
from tests.sample.government import government

#: By how much the best of the partitions of networkx may be better.
MARGIN = 0.02
Edges = list[tuple[int, int]]


def layers_of(needs: "nx.MultiDiGraph[str]") -> dict[str, tuple[int, int]]:
    """For each its layer, by the longest way on in the condensation, and how many are on its circle."""
    whole = nx.condensation(nx.DiGraph(needs))
    layer: dict[int, int] = {}
    for circle in reversed(list(nx.topological_sort(whole))):
        layer[circle] = max((layer[below] + 1 for below in whole.successors(circle)), default=0)
    return {key: (layer[circle], len(members)) for circle, members in whole.nodes(data="members") for key in members}


@SMALL_DOSE
@given(data=st.data(), drawn=architectures(), on=st.sampled_from((None, *DAYS)))
def test_a_layer_is_the_longest_way_down_in_the_condensation(
    module_repository: Repository, data: Any, drawn: Architecture, on: date | None
) -> None:
    architecture, _ = stored(module_repository, drawn)
    needs = architecture.needs(on)
    expected = {architecture.uid(key): found for key, found in layers_of(needs).items()}
    models = tuple(architecture.model(name) for name in MODELS)
    _, type_name, model, owner = conditions(data, architecture)
    asked = {**given_conditions(architecture, type_name, model, owner)}
    with module_repository.state(on=on) as state:
        rows = list(dependency_layers(state, model=models))
        some = {each.uid for each in dependency_layers(state, **{**asked, "model": asked["model"] or models})}
        lowest = {each.uid for each in dependency_layers(state, layer=0, model=models)}
    assert {each.uid: (each.layer, each.circle) for each in rows} == expected
    assert [each.layer for each in rows] == sorted((each.layer for each in rows), reverse=True)
    assert some == {architecture.uid(key) for key in needs if architecture.fits(key, type_name, model, owner)}
    assert lowest == {uid for uid, (layer, _) in expected.items() if layer == 0}
    for row in rows:
        if row.layer == 0:
            assert row.chain == ()
            continue
        assert row.chain[0].from_uid == row.uid
        assert all(one.to_uid == other.from_uid for one, other in pairwise(row.chain))
        assert [expected[step.to_uid][0] for step in row.chain] == [row.layer] * (len(row.chain) - 1) + [row.layer - 1]
        for step in row.chain:
            ends = (uid.partition(":")[2] for uid in (step.from_uid, step.to_uid))
            assert needs.has_edge(*ends, key=step.relationship.partition(":")[2])


def test_layers_and_circles_of_the_sample_by_hand(sqlite_repository: Repository) -> None:
    """A data centre stands on nothing recorded, a service on its function, a category on the categories it holds."""
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        found = {each.uid: each for each in dependency_layers(state)}
    assert found["shared:DC-CANDRA"].layer == 0
    assert found["shared:DC-CANDRA"].chain == ()
    assert [str(step) for step in found["people:S-IDCARD"].chain] == [
        "people:S-IDCARD -Realization- people:F-POPULATION"
    ]
    assert found["people:S-IDCARD"].layer == found["people:F-POPULATION"].layer + 1
    by_hand = {"reference:ARM.01.01": 0, "reference:ARM.01": 1, "reference:ARM": 2}
    assert {uid: found[uid].layer for uid in by_hand} == by_hand


@st.composite
def many_edges(draw: st.DrawFn) -> tuple[int, Edges]:
    size = draw(st.integers(1, 60))
    end = st.integers(0, size - 1)
    return size, draw(st.lists(st.tuples(end, end), max_size=150))


def partition(size: int, edges: Edges) -> tuple[list[set[int]], float]:
    ends = np.array(edges, np.int32).reshape(-1, 2)
    side = Adjacency.of(size, ends[:, 0], ends[:, 1], np.arange(len(ends), dtype=np.int32))
    labels, modularity = communities_of(side)
    again, _ = communities_of(side)
    assert labels.tolist() == again.tolist()
    parts = defaultdict(set)
    for row, label in enumerate(labels.tolist()):
        parts[label].add(row)
    assert sorted(parts) == list(range(len(parts)))
    return list(parts.values()), modularity


def joined(size: int, edges: Edges) -> "nx.MultiGraph[int]":
    graph: nx.MultiGraph[int] = nx.MultiGraph(edges)
    graph.add_nodes_from(range(size))
    return graph


@settings(SMALL_DOSE, max_examples=100)
@given(drawn=many_edges())
def test_the_modularity_is_that_of_networkx_and_no_worse_than_that_of_its_partitions(drawn: Any) -> None:
    parts, modularity = partition(*drawn)
    graph = joined(*drawn)
    if not graph.number_of_edges():
        assert (modularity, len(parts)) == (0, len(graph))
        return
    assert abs(nx.community.modularity(graph, parts) - modularity) < 1e-9
    simple = nx.Graph(graph)
    theirs = (
        nx.community.louvain_communities(graph, seed=1),
        nx.community.greedy_modularity_communities(simple) if simple.number_of_edges() else parts,
    )
    assert modularity >= max(nx.community.modularity(graph, each) for each in theirs) - MARGIN


def test_groups_that_were_planted_are_found() -> None:
    for seed in range(5):
        planted = nx.planted_partition_graph(6, 25, 0.5, 0.01, seed=seed)
        parts, _ = partition(150, list(planted.edges()))
        assert sorted(map(sorted, parts)) == [list(range(25 * each, 25 * each + 25)) for each in range(6)]


def test_a_large_graph_is_parted_as_well_as_networkx_does_it() -> None:
    """So large that there is one attempt only."""
    graph = nx.LFR_benchmark_graph(3_000, 2.5, 1.5, 0.2, average_degree=40, max_degree=100, min_community=50, seed=2)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    edges = list(graph.edges())
    assert len(edges) > 50_000
    _, modularity = partition(3_000, edges)
    assert modularity >= nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=1)) - MARGIN


def drawn_at_random(seed: int) -> Architecture:
    chance, items = random.Random(seed), dict[str, Item]()
    for number in range(40):
        items[f"e{number}"] = Item(f"e{number}", chance.choice(MODELS), "System")
    for number in range(90):
        ends = chance.sample(range(20), 2) if number % 2 else chance.sample(range(20, 38), 2)
        one, other = (f"e{end}" for end in ends)
        items[f"r{number}"] = Item(f"r{number}", chance.choice(MODELS), chance.choice(tuple(DEPENDENT_END)), one, other)
    return Architecture(items, f"c{seed}-")


def test_members_are_told_with_their_ties(sqlite_repository: Repository) -> None:
    architecture = drawn_at_random(7)
    sqlite_repository.changeset("tester", "draw", architecture.creating()).apply()
    needs: nx.MultiGraph[str] = nx.MultiGraph(list(architecture.needs().edges(keys=True)))
    with sqlite_repository.state() as state:
        answer = list(communities(state))
        first = list(communities(state, community=1, model=(architecture.model("one"),)))
    assert {each.uid for each in answer} == {architecture.uid(key) for key in needs}
    parts: dict[int, list[Member]] = defaultdict(list)
    for row in answer:
        parts[row.community].append(row)
    assert {each.uid for each in first} == {each.uid for each in parts[1] if each.model == architecture.model("one")}
    keys = {number: {each.uid.partition(":")[2] for each in members} for number, members in parts.items()}
    assert abs(nx.community.modularity(needs, keys.values()) - answer[0].modularity) < 1e-6
    assert [len(members) for members in parts.values()] == sorted(map(len, parts.values()), reverse=True)
    for row in answer:
        key, own = row.uid.partition(":")[2], keys[row.community]
        inside = sum(other in own for _, other in needs.edges(key))
        assert (row.inside, row.outside, row.members) == (inside, needs.degree(key) - inside, len(own))
        (step,) = row.chain
        assert step.from_uid == row.uid
        assert {step.from_uid.partition(":")[2], step.to_uid.partition(":")[2]} <= own


def test_each_reference_model_of_the_sample_is_a_community_of_its_own(sqlite_repository: Repository) -> None:
    """Nothing outside stands on the trees of ARM, DRM and IRM, and they stand on nothing outside."""
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        every = list(communities(state))
    for tree in ("ARM", "DRM", "IRM"):
        elements = (uid for uid, each in government().concepts.items() if "source" not in each.fields)
        members = {uid for uid in elements if uid.partition(".")[0] == f"reference:{tree}"}
        (number,) = {each.community for each in every if each.uid in members}
        assert {each.uid for each in every if each.community == number} == members
        assert all(each.outside == 0 for each in every if each.uid in members)
