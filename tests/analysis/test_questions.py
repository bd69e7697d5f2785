"""Impact, dependencies and path on random architectures in a repository, against networkx, on both engines."""

from datetime import date
from itertools import count, pairwise
from typing import Any
from unittest import mock

import networkx as nx
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ea_repo.analysis import chains
from ea_repo.analysis.dependencies import dependencies
from ea_repo.analysis.impact import impact
from ea_repo.analysis.path import path
from ea_repo.analysis.reach import Reach
from ea_repo.repository import Repository
from tests.analysis.architectures import DAYS, MODELS, REFINEMENTS, Architecture, architectures, later

NUMBERS = count()
SMALL_DOSE = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
LONG_CAMPAIGN = settings(SMALL_DOSE, max_examples=2_000)
DEPTHS = st.sampled_from((None, None, 1, 2, 3))


def stored(repository: Repository, drawn: Architecture) -> tuple[Architecture, int]:
    """The architecture under uids of its own, and the number of the changeset that wrote it."""
    found = Architecture(drawn.items, f"x{next(NUMBERS)}-")
    return found, repository.changeset("tester", "draw", found.creating()).apply().number


def reached(graph: "nx.MultiDiGraph[str]", key: str, depth: int | None) -> dict[str, int]:
    """How far away everything is that the edges lead to."""
    found = nx.single_source_shortest_path_length(graph, key, cutoff=depth) if key in graph else {key: 0}
    return {other: distance for other, distance in found.items() if other != key}


def distances(answer: Reach) -> dict[str, int]:
    found = {each.uid: each.distance for each in answer}
    assert len(found) == len(answer)
    return found


def uids(architecture: Architecture, found: dict[str, int]) -> dict[str, int]:
    return {architecture.uid(key): distance for key, distance in found.items()}


@SMALL_DOSE
@given(data=st.data(), drawn=architectures(), depth=DEPTHS, on=st.sampled_from((None, *DAYS)))
def test_impact_and_dependencies_are_what_networkx_finds(
    module_repository: Repository, data: Any, drawn: Architecture, depth: int | None, on: date | None
) -> None:
    architecture, _ = stored(module_repository, drawn)
    needs = architecture.needs(on)
    key = data.draw(st.sampled_from(sorted(key for key in drawn.items if key[0] == "e")))
    with module_repository.state(on=on) as state:
        found = impact(state, architecture.uid(key), depth=depth)
        needed = dependencies(state, architecture.uid(key), depth=depth)
        assert distances(found) == uids(architecture, reached(needs.reverse(), key, depth))
        assert distances(needed) == uids(architecture, reached(needs, key, depth))
        check_chains(architecture, needs.reverse(), found, key)
        check_chains(architecture, needs, needed, key)
        check_facts(architecture, found)
        with mock.patch.object(chains, "_MANY", 1):  # many at once are found otherwise than one by one
            assert list(impact(state, architecture.uid(key), depth=depth)) == list(found)


@SMALL_DOSE
@given(data=st.data(), drawn=architectures())
def test_conditions_choose_what_is_reported_and_not_where_the_search_goes(
    module_repository: Repository, data: Any, drawn: Architecture
) -> None:
    architecture, _ = stored(module_repository, drawn)
    key, type_name, model, owner = conditions(data, architecture)
    wanted = {
        other: distance
        for other, distance in reached(architecture.needs().reverse(), key, None).items()
        if architecture.fits(other, type_name, model, owner)
    }
    with module_repository.state() as state:
        found = impact(state, architecture.uid(key), **given_conditions(architecture, type_name, model, owner))
        assert distances(found) == uids(architecture, wanted)


@SMALL_DOSE
@given(data=st.data(), drawn=architectures(), depth=DEPTHS)
def test_a_path_is_as_short_as_networkx_finds_through_what_fits(
    module_repository: Repository, data: Any, drawn: Architecture, depth: int | None
) -> None:
    architecture, _ = stored(module_repository, drawn)
    source, type_name, model, owner = conditions(data, architecture)
    needs = architecture.needs()
    assume(len(needs) > 1)
    target = data.draw(st.sampled_from(sorted({*needs} - {source})))
    passable = {key for key in needs if architecture.fits(key, type_name, model, owner)} | {source, target}
    part = needs.subgraph(passable)
    wanted = {}
    for meaning, graph in (("source depends on target", part), ("target depends on source", part.reverse())):
        if target in (far := reached(graph, source, depth)):
            wanted[meaning] = far[target]
    with module_repository.state() as state:
        chosen = given_conditions(architecture, type_name, model, owner)
        found = path(state, architecture.uid(source), architecture.uid(target), depth=depth, **chosen)
    assert {each.dependency: each.distance for each in found} == wanted
    for each in found:
        graph = needs if each.dependency == "source depends on target" else needs.reverse()
        check_chain(architecture, graph, each.chain, source, target)
        assert each.through == tuple(step.to_uid for step in each.chain[:-1])
        assert each.distance == len(each.chain)


@SMALL_DOSE
@given(data=st.data(), drawn=architectures(), on=st.sampled_from((None, DAYS[1])))
def test_every_changeset_keeps_its_own_answer(
    module_repository: Repository, data: Any, drawn: Architecture, on: date | None
) -> None:
    before, first = stored(module_repository, drawn)
    after = data.draw(later(before))
    module_repository.changeset("tester", "change", before.becoming(after)).apply()
    for architecture, moment in ((before, {"as_of": first}), (after, {})):
        keys = sorted(key for key in architecture.items if key[0] == "e")
        assume(keys)
        key = data.draw(st.sampled_from(keys))
        needed_by = architecture.needs(on).reverse()
        with module_repository.state(on=on, **moment) as state:
            found = impact(state, architecture.uid(key))
            assert distances(found) == uids(architecture, reached(needed_by, key, None))
            check_chains(architecture, needed_by, found, key)
            check_facts(architecture, found)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@LONG_CAMPAIGN
@given(data=st.data(), drawn=architectures(), depth=DEPTHS, on=st.sampled_from((None, *DAYS)))
def test_all_of_it_in_a_long_campaign(
    repository: Repository, data: Any, drawn: Architecture, depth: int | None, on: date | None
) -> None:
    for test, more in (
        (test_impact_and_dependencies_are_what_networkx_finds, (depth, on)),
        (test_conditions_choose_what_is_reported_and_not_where_the_search_goes, ()),
        (test_a_path_is_as_short_as_networkx_finds_through_what_fits, (depth,)),
        (test_every_changeset_keeps_its_own_answer, (on,)),
    ):
        test.hypothesis.inner_test(repository, data, drawn, *more)  # type: ignore[attr-defined]


def conditions(data: Any, architecture: Architecture) -> tuple[str, str | None, str | None, str | None]:
    """A concept to ask about, and perhaps a type, a model and an owner."""
    agencies = [key for key, item in architecture.items.items() if item.type == "Agency"]
    return (
        data.draw(st.sampled_from(sorted(key for key in architecture.items if key[0] == "e"))),
        data.draw(st.sampled_from((None, *REFINEMENTS))),
        data.draw(st.sampled_from((None, *MODELS))),
        data.draw(st.sampled_from((None, *agencies))),
    )


def given_conditions(
    architecture: Architecture, type_name: str | None, model: str | None, owner: str | None
) -> dict[str, Any]:
    return {
        "type": () if type_name is None else (type_name,),
        "model": () if model is None else (architecture.model(model),),
        "owner": () if owner is None else (architecture.uid(owner),),
    }


def check_facts(architecture: Architecture, found: Reach) -> None:
    """Names, types, models and owners are those described."""
    for each in found:
        item = architecture.items[each.uid.partition(":")[2]]
        name = "" if item.source else f"Name of {item.key}"
        owner = item.owner and architecture.uid(item.owner)
        assert (each.name, each.type, each.model, each.owner) == (
            name,
            item.type,
            architecture.model(item.model),
            owner,
        )


def check_chains(architecture: Architecture, graph: "nx.MultiDiGraph[str]", found: Reach, key: str) -> None:
    for each in found:
        assert len(each.chain) == each.distance
        check_chain(architecture, graph, each.chain, key, each.uid.partition(":")[2])


def check_chain(architecture: Architecture, graph: "nx.MultiDiGraph[str]", chain: Any, first: str, last: str) -> None:
    """From the first to the last without a gap, and each step is an edge by the relationship it names."""
    assert (chain[0].from_uid, chain[-1].to_uid) == (architecture.uid(first), architecture.uid(last))
    assert all(one.to_uid == other.from_uid for one, other in pairwise(chain))
    for step in chain:
        ends = (uid.partition(":")[2] for uid in (step.from_uid, step.to_uid))
        by = step.relationship.partition(":")[2]
        assert graph.has_edge(*ends, key=by)
        assert step.type == architecture.items[by].type
