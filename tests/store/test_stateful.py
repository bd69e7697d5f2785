"""Random changesets, reverts and reads: the state as of every changeset equals a replay kept in plain dictionaries.

The replay knows nothing of the store. It holds, for each changeset number, what every concept said, and its own
rules for what may be deleted and reverted.
"""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ea_repo.errors import Conflict, InUse, StaleVersion
from ea_repo.repository import Repository, open_repository
from ea_repo.store.operations import Create, Delete, Operation, Restore, Update
from ea_repo.store.query import Query
from tests.factories import a_model

ELEMENTS = [f"gov:e{number}" for number in range(6)]
RELATIONSHIPS = [f"gov:r{number}" for number in range(4)]
NAMES = st.sampled_from(["Tax", "Pajak", "세금", "", "Révenue", "x" * 300])
TEXTS = st.one_of(st.none(), st.sampled_from(["long text", "다른 글", ""]))
CRITICALITY = st.sampled_from(["vital", "important", "ordinary"])
Said = dict[str, Any]


class Replay:
    """What every concept says after each changeset: a list of dictionaries, nothing shared."""

    def __init__(self) -> None:
        self.states: list[dict[str, Said]] = [{}]
        self.touched: list[set[str]] = [set()]

    @property
    def now(self) -> dict[str, Said]:
        return self.states[-1]

    def record(self, state: dict[str, Said]) -> None:
        before = self.now
        self.touched.append({uid for uid in before.keys() | state.keys() if before.get(uid) != state.get(uid)})
        self.states.append(copy.deepcopy(state))


class StoreMachine(RuleBasedStateMachine):
    """Subclasses in the engines' own modules say where the database is."""

    url: str

    def make_url(self) -> str:
        raise NotImplementedError

    @initialize()
    def begin(self) -> None:
        self.repository: Repository = open_repository(self.make_url(), create=True)
        self.replay = Replay()
        self.open: set[int] = set()  # numbers that may still be reverted
        self.apply([a_model()], {})
        self.open.clear()

    def teardown(self) -> None:
        """At the end every state that ever was is read back."""
        if hasattr(self, "repository"):
            try:
                for number in range(len(self.replay.states)):
                    self.check(number)
            finally:
                self.repository.close()

    def apply(self, operations: list[Operation], state: dict[str, Said]) -> None:
        applied = self.repository.changeset("tester", "random", operations).apply()
        self.note(applied.changed, applied.number, state)

    def note(self, changed: bool, number: int, state: dict[str, Said]) -> None:
        assert changed == (state != self.replay.now or number == 1)
        if changed:
            self.replay.record(state)
            self.open.add(number)
            assert number == len(self.replay.states) - 1

    @rule(data=st.data())
    def write_some(self, data: st.DataObject) -> None:
        """One to four operations on different concepts in one changeset."""
        state = copy.deepcopy(self.replay.now)
        operations: list[Operation] = []
        for uid in data.draw(st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=4, unique=True)):
            if uid not in state:
                said = {"name": data.draw(NAMES), "description": data.draw(TEXTS), "attributes": {}}
                state[uid] = said
                operations.append(Create(uid, "System", said))
            else:
                patch = data.draw(st.fixed_dictionaries({}, optional={"name": NAMES, "description": TEXTS}))
                if data.draw(st.booleans()):
                    chosen = data.draw(st.one_of(st.none(), CRITICALITY))
                    patch["attributes"] = {"criticality": chosen}
                state[uid] = _patched(state[uid], patch)
                operations.append(Update(uid, patch))
        self.apply(operations, state)

    @precondition(lambda self: any(uid in self.replay.now for uid in ELEMENTS))
    @rule(data=st.data())
    def connect(self, data: st.DataObject) -> None:
        """A relationship between concepts, relationships included."""
        free = [uid for uid in RELATIONSHIPS if uid not in self.replay.now]
        if not free:
            return
        ends = st.sampled_from(sorted(self.replay.now))
        said = {"source": data.draw(ends), "target": data.draw(ends), "name": "", "description": None, "attributes": {}}
        uid = free[0]
        self.apply([Create(uid, "Association", said)], {**self.replay.now, uid: said})

    @precondition(lambda self: self.replay.now)
    @rule(data=st.data(), cascade=st.booleans())
    def delete(self, data: st.DataObject, cascade: bool) -> None:
        uid = data.draw(st.sampled_from(sorted(self.replay.now)))
        hanging = _hanging(self.replay.now, uid)
        operation = Delete(uid, cascade=cascade)
        if hanging and not cascade:
            with pytest.raises(InUse):
                self.repository.changeset("tester", "delete", [operation]).apply()
            return
        gone = hanging | {uid}
        self.apply([operation], {key: said for key, said in self.replay.now.items() if key not in gone})

    @precondition(lambda self: any(uid in self.replay.now for uid in ELEMENTS))
    @rule(data=st.data())
    def stale_edit(self, data: st.DataObject) -> None:
        """Two people edit from one version: different fields both win, the same field is refused."""
        uid = data.draw(st.sampled_from(sorted(set(ELEMENTS) & self.replay.now.keys())))
        with self.repository.state() as state:
            version = state.get(uid).version
        name_before = self.replay.now[uid]["name"]
        first = {"name": data.draw(st.sampled_from(["First", "Second"]))}
        self.apply([Update(uid, first, version)], {**self.replay.now, uid: _patched(self.replay.now[uid], first)})
        second = {"description": data.draw(st.sampled_from(["one", "two"]))}
        self.apply([Update(uid, second, version)], {**self.replay.now, uid: _patched(self.replay.now[uid], second)})
        third = Update(uid, {"name": "Third"}, version)
        name_now = self.replay.now[uid]["name"]
        if name_now in (name_before, "Third"):
            self.apply([third], {**self.replay.now, uid: {**self.replay.now[uid], "name": "Third"}})
            return
        with pytest.raises(StaleVersion) as caught:
            self.repository.changeset("tester", "stale", [third]).apply()
        assert caught.value.facts["conflicts"] == [
            {"field": "name", "base": name_before, "theirs": name_now, "mine": "Third"}
        ]

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def revert(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.open)))
        expected = _reverted(self.replay, number)
        try:
            applied = self.repository.revert(number, "tester").apply()
        except (Conflict, InUse):
            assert expected is None
            return
        assert expected is not None
        self.open.discard(number)
        self.replay.record(expected)
        assert applied.number == len(self.replay.states) - 1

    @precondition(lambda self: len(self.replay.states) > 2)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.replay.states) - 1))
        past = {uid: said for uid, said in self.replay.states[number].items() if uid in ELEMENTS}
        if past:
            uid = data.draw(st.sampled_from(sorted(past)))
            self.apply([Restore(uid, number)], {**self.replay.now, uid: past[uid]})

    @invariant()
    def the_present_is_the_replayed_one(self) -> None:
        if hasattr(self, "replay"):
            self.check(len(self.replay.states) - 1)

    def check(self, number: int) -> None:
        expected = {uid: _normal(said) for uid, said in self.replay.states[number].items()}
        with self.repository.state(as_of=number) as state:
            assert {concept.uid: _said(concept) for concept in state.iterate(Query())} == expected
            assert {uid: _said(found) for uid, found in state.get_many(expected).items()} == expected


def _patched(said: Said, patch: Said) -> Said:
    attributes = {**said["attributes"], **patch.get("attributes", {})}
    kept = {key: value for key, value in attributes.items() if value is not None}
    return {**said, **patch, "attributes": kept}


def _hanging(state: dict[str, Said], uid: str) -> set[str]:
    """Relationships at the concept, those at these, and so on."""
    found: set[str] = set()
    pending = {uid}
    while pending:
        ends = pending
        pending = {
            key for key, said in state.items()
            if key not in found and {said.get("source"), said.get("target")} & ends
        } - {uid}  # fmt: skip
        found |= pending
    return found


def _reverted(replay: Replay, number: int) -> dict[str, Said] | None:
    """The state with one changeset undone field by field; None where later work stands in the way."""
    before, after, now = replay.states[number - 1], replay.states[number], replay.now
    state = copy.deepcopy(now)
    for uid in replay.touched[number]:
        was, became, is_now = before.get(uid), after.get(uid), now.get(uid)
        later = any(uid in touched for touched in replay.touched[number + 1 :])
        if was is None:
            if is_now is None:
                continue
            if later:
                return None
            del state[uid]
        elif became is None:
            if is_now is not None:
                return None
            state[uid] = copy.deepcopy(was)
        else:
            if is_now is None:
                return None
            merged = _undone(was, became, is_now)
            if merged is None:
                return None
            state[uid] = merged
    for said in state.values():
        if any(end is not None and end not in state for end in (said.get("source"), said.get("target"))):
            return None
    return state


def _undone(was: Said, became: Said, now: Said) -> Said | None:
    flat_was, flat_became, flat_now = _flat(was), _flat(became), _flat(now)
    for key in flat_was.keys() | flat_became.keys():
        if flat_was.get(key) == flat_became.get(key):
            continue
        if flat_now.get(key) not in (flat_became.get(key), flat_was.get(key)):
            return None
        flat_now[key] = flat_was.get(key)
    attributes = {key[1]: value for key, value in flat_now.items() if isinstance(key, tuple) and value is not None}
    return {**{key: value for key, value in flat_now.items() if isinstance(key, str)}, "attributes": attributes}


def _flat(said: Said) -> dict[Any, Any]:
    found: dict[Any, Any] = {key: value for key, value in said.items() if key != "attributes"}
    found.update({("attributes", key): value for key, value in said["attributes"].items()})
    return found


def _said(concept: Any) -> Said:
    return {
        "name": concept.name,
        "description": concept.description,
        "attributes": dict(concept.attributes),
        "source": concept.source,
        "target": concept.target,
    }


def _normal(said: Said) -> Said:
    return {"source": None, "target": None, **said}


FreshDatabase = Callable[[], str]
SMALL_DOSE = settings(
    max_examples=10,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
LONG_CAMPAIGN = settings(SMALL_DOSE, max_examples=300, stateful_step_count=40)


class TestStateful:
    """Run on both engines; the long campaign is `make soak`."""

    def test_as_of_every_changeset_equals_the_replay(self, fresh_database: FreshDatabase) -> None:
        run_state_machine_as_test(_on(fresh_database), settings=SMALL_DOSE)

    @pytest.mark.soak
    @pytest.mark.timeout(3_600)
    def test_as_of_every_changeset_equals_the_replay_in_a_long_campaign(self, fresh_database: FreshDatabase) -> None:
        run_state_machine_as_test(_on(fresh_database), settings=LONG_CAMPAIGN)


def _on(fresh_database: FreshDatabase) -> type[StoreMachine]:
    class Machine(StoreMachine):
        def make_url(self) -> str:
            return fresh_database()

    return Machine
