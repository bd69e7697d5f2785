"""Who supports which function, and what flows between owners: as counted another way from the sample's own records."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import networkx as nx
import pytest

from ea_repo import sample
from ea_repo.analysis.coverage import Support, doubled, support
from ea_repo.analysis.owner_flows import flows_between_owners
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Update
from ea_repo.store.state import State
from tests.factories import a_model, a_relationship, a_system, an_element

SUPPORTING = ("Serving", "Realization", "Assignment")


@pytest.fixture(scope="module")
def records() -> list[Create]:
    return [each for each in sample.operations() if isinstance(each, Create) and each.record == "concept"]


@pytest.fixture
def state(sqlite_repository: Repository) -> Iterator[State]:
    sample.load(sqlite_repository)
    with sqlite_repository.state() as opened:
        yield opened


def test_support_is_the_shortest_way_along_supporting_relationships_past_no_other_system(
    state: State, records: list[Create]
) -> None:
    systems = {each.uid for each in records if each.type == "System"}
    functions = {each.uid for each in records if each.type == "BusinessFunction"}
    graph = nx.DiGraph((each.fields["source"], each.fields["target"]) for each in records if each.type in SUPPORTING)
    wanted = set()
    for system in systems & set(graph):
        alone = graph.subgraph(set(graph) - systems | {system})
        lengths = nx.single_source_shortest_path_length(alone, system, cutoff=3)
        near = {uid: length for uid, length in lengths.items() if uid in functions}
        wanted |= {(system, uid) for uid, length in near.items() if length == min(near.values())}
    found = support(state, systems, functions)
    assert {(each.system, each.function) for each in found} == wanted
    direct = {(each.system, each.function) for each in found if each.extent != "through"}
    assert direct == {pair for pair in wanted if graph.has_edge(*pair)}


def test_what_is_served_in_part_by_one_relationship_and_in_full_by_another_is_served_in_full(
    sqlite_repository: Repository,
) -> None:
    part = {"attributes": {"extent": "partial"}}
    sqlite_repository.changeset("t", "t", [
        a_model(), a_system("a"), a_system("b"), an_element("f", "BusinessFunction"), an_element("g", "BusinessFunction"),
        a_relationship("r1", "Serving", "a", "f", **part), a_relationship("r2", "Serving", "a", "f"),
        a_relationship("r3", "Serving", "b", "f"), a_relationship("r4", "Serving", "b", "g", **part),
    ]).apply()  # fmt: skip
    with sqlite_repository.state() as state:
        found = support(state, ["gov:a", "gov:b", "gov:none"], ["gov:f", "gov:g"])
    assert found == [
        Support("gov:a", "gov:f", "full"), Support("gov:b", "gov:f", "full"), Support("gov:b", "gov:g", "partial"),
    ]  # fmt: skip
    assert doubled(found) == {"gov:f": 2}


def test_an_extent_is_that_of_the_moment_which_is_read_though_it_is_kept(sqlite_repository: Repository) -> None:
    def extents(**moment: Any) -> list[str]:
        with sqlite_repository.state(**moment) as state:
            return [each.extent for each in support(state, ["gov:a"], ["gov:f", "gov:g"])]

    sqlite_repository.changeset("t", "t", [
        a_model(), a_system("a"), an_element("f", "BusinessFunction"), an_element("g", "BusinessFunction"),
        a_relationship("r1", "Serving", "a", "f", valid_until=date(2026, 12, 31)),
        a_relationship("r2", "Serving", "a", "g", attributes={"extent": "partial"}),
    ]).apply()  # fmt: skip
    assert extents() == ["full", "partial"]
    partial = {"attributes": {"extent": "partial"}}
    sqlite_repository.changeset("t", "t", [Update("gov:r1", partial)]).apply()
    draft = sqlite_repository.changeset("t", "t", [Update("gov:r2", {"attributes": {"extent": "full"}})]).save()
    for _ in range(2):
        assert extents() == ["partial", "partial"]
        assert extents(as_of=1) == ["full", "partial"]
        assert extents(draft=draft.id) == ["partial", "full"]
        assert extents(on=date(2028, 1, 1)) == ["partial"]


def test_flows_between_owners_are_those_between_what_they_own(state: State, records: list[Create]) -> None:
    owners = {each.uid: each.fields.get("owner") for each in records}
    wanted: Counter[tuple[str | None, str | None]] = Counter()
    named: defaultdict[tuple[str | None, str | None], set[str]] = defaultdict(set)
    for each in records:
        if each.type == "DataExchange":
            ends = (owners[each.fields["source"]], owners[each.fields["target"]])
            wanted[ends] += 1
            named[ends].add(each.fields["name"])
    found = flows_between_owners(state)
    assert {(each.source, each.target): each.count for each in found} == wanted
    assert all(set(each.names) <= named[each.source, each.target] for each in found)
    assert sum(each.count for each in flows_between_owners(state, level=1)) == wanted.total()


def test_where_nothing_flows_no_owner_is_named(sqlite_repository: Repository) -> None:
    things = [a_model(), a_system("s"), a_system("t"), a_relationship("r", "Serving", "s", "t")]
    sqlite_repository.changeset("t", "begin", things).apply()
    with sqlite_repository.state() as state:
        assert flows_between_owners(state) == []
