"""The k shortest paths on random architectures, against all simple paths of networkx, on both engines."""

from datetime import date
from itertools import pairwise
from typing import Any

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from ea_repo.analysis.k_shortest_paths import k_shortest_paths
from ea_repo.repository import Repository
from ea_repo.sample import load
from tests.analysis.architectures import DAYS, Architecture, architectures
from tests.analysis.test_questions import DEPTHS, SMALL_DOSE, conditions, given_conditions, stored
from tests.factories import a_flow, a_model, a_system


def every_way(needs: "nx.MultiDiGraph[str]", one: str, other: str, depth: int | None) -> list[tuple[str, ...]]:
    """The relationships of every way, the shortest first and then as they were first written: keys are numbered."""
    if one == other or one not in needs or other not in needs:
        return []
    found = {tuple(key for _, _, key in edges) for edges in nx.all_simple_edge_paths(needs, one, other, cutoff=depth)}
    return sorted(found, key=lambda way: (len(way), [int(key[1:]) for key in way]))


@SMALL_DOSE
@given(data=st.data(), drawn=architectures(), on=st.sampled_from((None, *DAYS)), depth=DEPTHS)
def test_they_are_the_first_of_all_simple_paths_of_networkx(
    module_repository: Repository, data: Any, drawn: Architecture, on: date | None, depth: int | None
) -> None:
    architecture, _ = stored(module_repository, drawn)
    needs = architecture.needs(on)
    keys = st.sampled_from(sorted(key for key in drawn.items if key[0] == "e"))
    one, other, k = data.draw(keys), data.draw(keys), data.draw(st.sampled_from((1, 3, 1_000)))
    _, type_name, model, owner = conditions(data, architecture)
    between = [key for key in needs if key in (one, other) or architecture.fits(key, type_name, model, owner)]
    needs = nx.MultiDiGraph(needs.subgraph(between))
    forth = [tuple(map(architecture.uid, way)) for way in every_way(needs, one, other, depth)]
    back = [tuple(map(architecture.uid, way))[::-1] for way in every_way(needs, other, one, depth)]
    source, target = architecture.uid(one), architecture.uid(other)
    with module_repository.state(on=on) as state:
        asked = given_conditions(architecture, type_name, model, owner)
        rows = list(k_shortest_paths(state, source, target, k=k, depth=depth, **asked))
    found: dict[str, list[tuple[str, ...]]] = {"source depends on target": [], "target depends on source": []}
    for row in rows:
        found[row.dependency].append(tuple(step.relationship for step in row.chain))
        assert (row.chain[0].from_uid, row.chain[-1].to_uid) == (source, target)
        assert all(left.to_uid == right.from_uid for left, right in pairwise(row.chain))
        assert row.distance == len(row.chain) == len(row.through) + 1
        assert row.place == len(found[row.dependency])
    assert found == {"source depends on target": forth[:k], "target depends on source": back[:k]}


def test_of_so_many_that_nobody_could_list_them_the_first_are_told(sqlite_repository: Repository) -> None:
    """Forty steps of two parallel flows and one detour: the detour comes after 2 to the power of 40 ways, not before."""
    systems = [a_system(f"s{number}") for number in range(41)]
    flows = [a_flow(f"f{number}-{each}", f"s{number}", f"s{number + 1}") for number in range(40) for each in "ab"]
    detour = [a_system("d"), a_flow("d1", "s0", "d"), a_flow("d2", "d", "s1")]
    sqlite_repository.changeset("tester", "begin", [a_model(), *systems, *flows, *detour]).apply()
    with sqlite_repository.state() as state:
        rows = list(k_shortest_paths(state, "gov:s40", "gov:s0", k=100))
        assert len({row.chain for row in rows}) == 100
        assert {row.distance for row in rows} == {40}
        assert [row.distance for row in k_shortest_paths(state, "gov:s1", "gov:s0")] == [1, 1, 2]


def test_the_five_ways_to_the_server_of_the_sign_in_by_hand(sqlite_repository: Repository) -> None:
    """The sign-in is served by the identity system, which runs on the server. Its function is served by that system too,
    and by the portal, the signing service and the mail, each of which lets people sign in through it."""
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        rows = list(k_shortest_paths(state, "centre:A-SIGNIN", "shared:SRV-GOVID"))
        near = list(k_shortest_paths(state, "centre:A-SIGNIN", "shared:SRV-GOVID", depth=3))
        first = list(k_shortest_paths(state, "centre:A-SIGNIN", "shared:SRV-GOVID", k=1, type=("BusinessFunction",)))
    digital, identity = "centre:F-DIGITAL", "centre:GOVID"
    assert [row.through for row in rows] == [
        (identity,),
        (digital, identity),
        (digital, "centre:PORTAL", identity),
        (digital, "centre:SIGN", identity),
        (digital, "centre:MAIL", identity),
    ]
    assert {row.dependency for row in rows} == {"source depends on target"}
    assert near == rows[:2]
    assert first == []
