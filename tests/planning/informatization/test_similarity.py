"""Scores against a computation in plain Python, and the fast join against comparing all with all."""

import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.planning.informatization.similarity import Pairs, Profiles, clustered

FEATURES = ("function", "data", "text")
Thing = dict[str, frozenset[int]]
things = st.lists(
    st.fixed_dictionaries({name: st.frozensets(st.integers(0, 7), max_size=4) for name in FEATURES}),
    min_size=1,
    max_size=14,
)
weights = st.fixed_dictionaries({name: st.integers(0, 5) for name in FEATURES})
some_times = settings(max_examples=60, deadline=None)


def score(all_things: list[Thing], weights: dict[str, int], one: Thing, other: Thing) -> float:
    """Word by word what the module says, with dictionaries."""
    amounts = []
    for thing in (one, other):
        found = {}
        for name in FEATURES:
            having = Counter(token for each in all_things for token in each[name])
            rarity = {token: math.log(1 + len(all_things) / having[token]) for token in thing[name]}
            for token, value in rarity.items():
                found[name, token] = weights[name] * value / sum(rarity.values())
        amounts.append(found)
    keys = {*amounts[0], *amounts[1]}
    most = sum(max(each.get(key, 0) for each in amounts) for key in keys)
    return sum(min(each.get(key, 0) for each in amounts) for key in keys) / most if most else 0.0


def profiles(all_things: list[Thing], weights: dict[str, int]) -> Profiles:
    having = {}
    for name in FEATURES:
        pairs = [(row, token) for row, thing in enumerate(all_things) for token in thing[name]]
        rows, tokens = np.array(pairs, np.int64).reshape(-1, 2).T
        having[name] = (np.repeat(rows, 2), np.repeat(tokens, 2))  # said twice is said once
    return Profiles.of(len(all_things), having, weights)


@some_times
@given(things, weights)
def test_scores_are_those_of_the_plain_computation(all_things: list[Thing], weights: dict[str, int]) -> None:
    made = profiles(all_things, weights)
    for row, one in enumerate(all_things):
        found = made.against_all(row)
        assert found.tolist() == pytest.approx([score(all_things, weights, one, other) for other in all_things])


@some_times
@given(things, weights, st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.8, 1.0]))
def test_the_join_finds_exactly_the_pairs_that_comparing_all_finds(
    all_things: list[Thing], weights: dict[str, int], least: float
) -> None:
    found = profiles(all_things, weights).joined(least)
    got = {(one, other): value for one, other, value in zip(found.one, found.other, found.scores, strict=True)}
    exact = {
        (one, other): value
        for one, other in combinations(range(len(all_things)), 2)
        if (value := score(all_things, weights, all_things[one], all_things[other])) > 0
    }
    assert {pair for pair, value in exact.items() if value > least + 1e-9} <= set(got)
    assert set(got) <= {pair for pair, value in exact.items() if value > least - 1e-9}
    assert all(value == pytest.approx(exact[pair]) for pair, value in got.items())


@some_times
@given(things, weights)
def test_the_reasons_make_up_the_score(all_things: list[Thing], weights: dict[str, int]) -> None:
    made = profiles(all_things, weights)
    for name, (share, tokens) in made.by_feature(0, len(all_things) - 1).items():
        one, other = all_things[0][name], all_things[-1][name]
        assert set(tokens) == one & other
        assert (share is None) == (not one | other)
        alone = {each: int(each == name) for each in FEATURES}
        assert share is None or share == pytest.approx(score(all_things, alone, all_things[0], all_things[-1]))


@some_times
@given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda each: each[0] < each[1])))
def test_of_a_cluster_every_two_are_a_pair_and_no_two_clusters_could_be_one(pairs: set[tuple[int, int]]) -> None:
    one, other = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    groups = clustered(Pairs(one, other, np.ones(len(one))), 9)
    members = [each for group in groups for each in group]
    assert len(members) == len(set(members))
    assert all(pair in pairs for group in groups for pair in combinations(group, 2))
    alone = [[each] for each in range(9) if each not in members]
    for left, right in combinations([*groups, *alone], 2):
        assert not all((min(a, b), max(a, b)) in pairs for a in left for b in right)


def test_the_best_of_each_are_in_order() -> None:
    pairs = Pairs(np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([0.5, 0.9, 0.5]))
    assert pairs.best(4, 2) == [[2, 1], [0, 2], [0, 1], []]
