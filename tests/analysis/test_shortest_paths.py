"""All shortest paths on random architectures, against networkx, on both engines."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise, product
from typing import Any

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from ea_repo.analysis.shortest_paths import shortest_paths
from ea_repo.repository import Repository
from tests.analysis.architectures import DAYS, Architecture, architectures
from tests.analysis.test_questions import SMALL_DOSE, stored
from tests.factories import a_flow, a_model, a_system


def every_way(needs: "nx.MultiDiGraph[str]", one: str, other: str) -> Iterator[tuple[str, ...]]:
    """The relationships of each shortest way, whichever of parallel ones it takes."""
    if one == other or one not in needs or other not in needs or not nx.has_path(needs, one, other):
        return
    for nodes in nx.all_shortest_paths(nx.DiGraph(needs), one, other):
        yield from product(*(sorted(needs[a][b]) for a, b in pairwise(nodes)))


@SMALL_DOSE
@given(data=st.data(), drawn=architectures(), on=st.sampled_from((None, *DAYS)))
def test_all_shortest_paths_are_those_of_networkx(
    module_repository: Repository, data: Any, drawn: Architecture, on: date | None
) -> None:
    architecture, _ = stored(module_repository, drawn)
    needs = architecture.needs(on)
    keys = st.sampled_from(sorted(key for key in drawn.items if key[0] == "e"))
    one, other = data.draw(keys), data.draw(keys)
    forth = [tuple(map(architecture.uid, way)) for way in every_way(needs, one, other)]
    back = [tuple(map(architecture.uid, way))[::-1] for way in every_way(needs, other, one)]
    source, target = architecture.uid(one), architecture.uid(other)
    with module_repository.state(on=on) as state:
        rows = list(shortest_paths(state, source, target))
        some = list(shortest_paths(state, source, target, most=1))
    found: dict[str, list[tuple[str, ...]]] = {"source depends on target": [], "target depends on source": []}
    for row in rows:
        found[row.dependency].append(tuple(step.relationship for step in row.chain))
        assert (row.chain[0].from_uid, row.chain[-1].to_uid) == (source, target)
        assert all(left.to_uid == right.from_uid for left, right in pairwise(row.chain))
        assert row.distance == len(row.chain) == len(row.through) + 1
        assert row.paths == len(forth if row.dependency == "source depends on target" else back)
    assert sorted(found["source depends on target"]) == sorted(forth)
    assert sorted(found["target depends on source"]) == sorted(back)
    assert [row.dependency for row in some] == list(dict.fromkeys(row.dependency for row in rows))


def test_so_many_that_nobody_could_list_them_are_counted(sqlite_repository: Repository) -> None:
    """Forty steps of two parallel flows: 2 to the power of 40 ways."""
    systems = [a_system(f"s{number}") for number in range(41)]
    flows = [a_flow(f"f{number}-{each}", f"s{number}", f"s{number + 1}") for number in range(40) for each in "ab"]
    sqlite_repository.changeset("tester", "begin", [a_model(), *systems, *flows]).apply()
    with sqlite_repository.state() as state:
        answer = shortest_paths(state, "gov:s40", "gov:s0", most=3)
        assert len(answer) == 3
        assert answer[0].paths == 2**40
        assert len({tuple(step.relationship for step in row.chain) for row in answer}) == 3
