"""Outage and single points of failure on random architectures, against a fixpoint worked out from descriptions alone."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.analysis import single_points_of_failure as points
from ea_repo.analysis import worst_candidates
from ea_repo.analysis.failure_sweep import Stopping
from ea_repo.analysis.graph import Adjacency
from ea_repo.analysis.outage import outage
from ea_repo.analysis.single_points_of_failure import single_points_of_failure
from ea_repo.errors import NotFound
from ea_repo.repository import Repository
from ea_repo.sample import load
from ea_repo.store.operations import Create, Operation
from tests.analysis.test_questions import SMALL_DOSE

NUMBERS = count()
TYPES = ("System", "Server", "PublicService", "Agency", "Junction")
ENDURING = {"Agency"}
GROUPS, PART = ("x", "y"), "part"


@dataclass
class Plan:
    """Elements by key, with their types and, for junctions, whether one is enough; who serves whom, in which group."""

    types: Mapping[str, str]
    either: set[str]
    serving: list[tuple[str, str, str | None, int]]
    prefix: str = field(default_factory=lambda: f"p{next(NUMBERS)}")

    def uid(self, key: str) -> str:
        return f"{self.prefix}:{key}"

    def operations(self) -> list[Operation]:
        made: list[Operation] = [Create(self.prefix, record="model", fields={"name": self.prefix})]
        for key, type_name in self.types.items():
            kind = "or" if key in self.either else "and"
            said = {"attributes": {"junction_type": kind}} if type_name == "Junction" else {}
            made.append(Create(self.uid(key), type_name, {"name": key, **said}))
        for number, (source, target, group, needed) in enumerate(self.serving):
            if group == PART:  # the target is the whole, and what depends
                ends = {"source": self.uid(target), "target": self.uid(source)}
                made.append(Create(self.uid(f"r{number}"), "Composition", ends))
                continue
            said = {"attributes": {"redundancy_group": group, "redundancy_needed": needed}} if group else {}
            ends = {"source": self.uid(source), "target": self.uid(target)}
            made.append(Create(self.uid(f"r{number}"), "Serving", {**ends, **said}))
        return made

    def alternatives(self, key: str) -> list[tuple[list[str], int]]:
        """The groups of what a thing needs, and how many of each must work."""
        groups: dict[Any, list[tuple[str, int]]] = defaultdict(list)
        for number, (source, target, group, needed) in enumerate(self.serving):
            if target == key:
                name = "any" if key in self.either else group if group in GROUPS else number
                alone = 0 if group == PART else 1
                groups[name].append((source, needed if name in GROUPS else alone if name == number else 1))
        return [
            ([one for one, _ in members], min(max(needed for _, needed in members), len(members)))
            for members in groups.values()
        ]

    def effects(self, begin: set[str]) -> dict[str, str]:
        """What happens to everything: said again and again until nothing changes."""
        stopped, weak = set(begin), set[str]()
        while True:
            now_stopped, now_weak = set(stopped), set(weak)
            for key, type_name in self.types.items():
                for members, needed in self.alternatives(key):
                    up = [member for member in members if member not in stopped]
                    if len(up) < needed and type_name not in ENDURING:
                        now_stopped.add(key)
                    elif len(up) < len(members) or any(m in weak and self.types[m] not in ENDURING for m in up):
                        now_weak.add(key)
            if (now_stopped, now_weak) == (stopped, weak):
                break
            stopped, weak = now_stopped, now_weak
        told = {key: "hit" if self.types[key] in ENDURING else "degrades" for key in weak - stopped}
        return told | dict.fromkeys(stopped - begin, "stops")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    keys = [f"e{number}" for number in range(draw(st.integers(1, 8)))]
    types = {key: draw(st.sampled_from(TYPES)) for key in keys}
    either = {key for key in keys if types[key] == "Junction" and draw(st.booleans())}
    end = st.sampled_from(keys)
    group = st.sampled_from((None, None, *GROUPS, PART))
    serving = draw(st.lists(st.tuples(end, end, group, st.integers(1, 3)), max_size=16))
    return Plan(types, either, serving)


@settings(SMALL_DOSE, max_examples=40)
@given(plan=plans(), data=st.data())
def test_an_outage_is_the_fixpoint_of_its_rules(module_repository: Repository, plan: Plan, data: Any) -> None:
    module_repository.changeset("tester", "plan", plan.operations()).apply()
    begin = data.draw(st.sets(st.sampled_from(sorted(plan.types)), min_size=1, max_size=2))
    with module_repository.state() as state:
        answer = list(outage(state, tuple(plan.uid(key) for key in begin)))
    assert {each.uid: each.effect for each in answer} == {
        plan.uid(key): effect for key, effect in plan.effects(begin).items()
    }
    stops = [each.round for each in answer if each.effect == "stops"]
    assert stops == sorted(stops)
    for each in answer:
        assert each.chain[0].from_uid in {plan.uid(key) for key in begin}
        assert each.chain[-1].to_uid == each.uid
        assert all(one.to_uid == other.from_uid for one, other in zip(each.chain, each.chain[1:], strict=False))


@settings(SMALL_DOSE, max_examples=25)
@given(plan=plans(), top=st.sampled_from([1, 2, 1_000]), in_pairs=st.booleans())
def test_single_points_of_failure_are_what_trying_each_alone_finds(
    module_repository: Repository, plan: Plan, top: int, in_pairs: bool
) -> None:
    module_repository.changeset("tester", "plan", plan.operations()).apply()
    expected = {}
    for key, type_name in plan.types.items():
        effects = plan.effects({key})
        services = [
            other for other, effect in effects.items() if effect == "stops" and plan.types[other] == "PublicService"
        ]
        if services and type_name != "PublicService":
            expected[plan.uid(key)] = len(services)
    with pytest.MonkeyPatch.context() as patch:
        if in_pairs:
            patch.setattr(points, "AT_ONCE", 2)
            patch.setattr(worst_candidates, "AT_ONCE", 2)
        with module_repository.state() as state:
            answer = list(single_points_of_failure(state, model=(plan.prefix,), top=top))
    assert {each.uid: each.services for each in answer}.items() <= expected.items()
    assert [each.services for each in answer] == sorted(expected.values(), reverse=True)[:top]
    assert all(each.chain[0].from_uid == each.uid for each in answer)


def test_the_top_are_the_first_of_all(sqlite_repository: Repository) -> None:
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        every = list(single_points_of_failure(state, top=1_000))
        assert list(single_points_of_failure(state, top=7)) == every[:7]


def test_more_than_half_of_the_services_of_the_sample_stand_on_each_of_seven(sqlite_repository: Repository) -> None:
    """The README of the sample names them."""
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        found = {each.uid: (each.services, each.of) for each in single_points_of_failure(state, top=1_000)}
    half = {uid for uid, (services, of) in found.items() if services > of / 2}
    assert half >= {
        "shared:DC-CANDRA", "shared:SRV-GOVID", "shared:SRV-GOVID-DB", "shared:DB-GOVID", "centre:GOVID",
        "people:POPREG", "shared:SW-CLOUD",
    }  # fmt: skip


def test_the_standby_is_not_missed_but_the_node_with_the_only_database_is(sqlite_repository: Repository) -> None:
    """servers.csv: both nodes serve land:WARNING in the group "warning", of which one is needed, but only the first
    runs DB-WARNING, which serves it too."""
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        standby = {each.uid: each.effect for each in outage(state, ("land:SRV-WARN2",))}
        first = list(outage(state, ("land:SRV-WARN1",)))
    assert standby["land:WARNING"] == "degrades"
    assert "stops" not in standby.values()
    assert [(each.uid, each.effect, each.round) for each in first[:2]] == [
        ("land:DB-WARNING", "stops", 1), ("land:WARNING", "stops", 2)
    ]  # fmt: skip
    assert [step.to_uid for step in first[1].chain] == ["land:DB-WARNING", "land:WARNING"]
    assert first[1].people == 22_000_000


def test_odd_questions_have_answers(sqlite_repository: Repository) -> None:
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        with pytest.raises(NotFound, match="nosuch"):
            outage(state, ("nosuch",))
        assert list(outage(state, ())) == []
        (row,) = [each for each in outage(state, ("shared:DC-CANDRA",), type=("PublicService",)) if each.people][:1]
        assert row.type == "PublicService"
        assert np.isfinite(row.people or 0)


@settings(SMALL_DOSE, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), density=st.floats(0.5, 3), top=st.integers(1, 6))
def test_what_is_ruled_out_is_never_among_the_worst(seed: int, density: float, top: int) -> None:
    """Larger graphs, two tried at once, so that most are ruled out by what is asked of the services; no redundancy."""
    random = np.random.default_rng(seed)
    size = 300
    edges = random.integers(0, size, (int(size * density), 2)).astype(np.int32)
    side = Adjacency.of(size, edges[:, 0], edges[:, 1], np.arange(len(edges), dtype=np.int32))
    none = Adjacency.of(size, edges[:0, 0], edges[:0, 1], edges[:0, 0])
    stopping = Stopping(
        side, side, none, Adjacency.of(0, edges[:0, 0], edges[:0, 1], edges[:0, 0]), edges[:0, 0], edges[:0, 0]
    )
    is_service = random.random(size) < 0.5
    tried = np.flatnonzero(~is_service).astype(np.int32)
    graph = nx.DiGraph(edges.tolist())
    graph.add_nodes_from(range(size))
    counted = {row: sum(is_service[other] for other in nx.descendants(graph, row)) for row in tried.tolist()}
    expected = sorted(((-count, row) for row, count in counted.items() if count))[:top]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(points, "AT_ONCE", 2)
        patch.setattr(worst_candidates, "AT_ONCE", 2)
        assert points.worst(stopping, is_service, tried, top) == [(row, -count) for count, row in expected]
