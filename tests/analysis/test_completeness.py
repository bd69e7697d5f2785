"""Completeness by agency, counted again from the records of the sample and from what the file says is expected."""

import tomllib
from collections import Counter, defaultdict
from importlib.resources import files
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ea_repo.analysis.completeness import completeness
from ea_repo.repository import Repository
from ea_repo.sample import load
from ea_repo.store.operations import Create
from tests.analysis.test_questions import SMALL_DOSE
from tests.factories import a_flow, a_model, a_relationship, a_system, an_agency
from tests.sample.government import government

FACTS = (
    "description",
    "owner",
    "criticality",
    "go_live",
    "yearly_cost",
    "classification",
    "recovery_time_hours",
    "users",
)


def test_a_system_lacks_what_nobody_wrote(repository: Repository) -> None:
    """Of ten facts about each system the first has five, the second none; nobody owns the second."""
    operations = [
        a_model(), an_agency("ministry"), an_agency("office"), a_relationship("part", "Composition", "ministry", "office"),
        a_system("full", description="Files returns.", owner="office", attributes={"criticality": "vital", "users": 9}),
        a_system("bare"), a_flow("f", "bare", "full"), Create("gov:rule", "Principle", {"name": "Not judged"}),
    ]  # fmt: skip
    repository.changeset("t", "begin", operations).apply()
    with repository.state() as state:
        rows = list(completeness(state))
        above = [(row.uid, row.score) for row in completeness(state, level=1)]
        listed = list(completeness(state, by="concept"))
        owned = list(completeness(state, by="concept", owner=("gov:ministry",)))
    assert [(row.uid, row.concepts, row.expected, row.recorded, row.score) for row in rows] == [
        (None, 1, 10, 1, 10.0),
        ("gov:office", 1, 10, 5, 50.0),
    ]
    assert above == [(None, 10.0), ("gov:ministry", 50.0)]
    assert [(row.uid, row.recorded) for row in listed] == [("gov:bare", 1), ("gov:full", 5)]
    assert set(listed[0].missing) == {*FACTS, "dependencies"}  # the flow makes the other depend on it
    assert set(listed[1].missing) == {"dependents", "go_live", "yearly_cost", "classification", "recovery_time_hours"}
    assert owned == listed[1:]


NUMBERS = count()
VALUES: dict[str, Any] = {
    "criticality": "vital", "go_live": "2020-01-31", "yearly_cost": {"amount": 1.5, "currency": "IDR"},
    "classification": "open", "recovery_time_hours": 4, "users": 0,
}  # fmt: skip
OWNERS = (None, "ministry", "office")
SYSTEMS = st.lists(
    st.fixed_dictionaries(
        {
            "owner": st.sampled_from(OWNERS),
            "description": st.sampled_from((None, "", "Files returns.")),
            "attributes": st.sets(st.sampled_from(sorted(VALUES))),
        }
    ),
    max_size=8,
)


@SMALL_DOSE
@given(systems=SYSTEMS, flows=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=10))
def test_scores_of_any_register_are_those_of_counting_fact_by_fact(
    module_repository: Repository, systems: list[dict[str, Any]], flows: set[tuple[int, int]]
) -> None:
    key = f"c{next(NUMBERS)}"
    flows = {(one, other) for one, other in flows if max(one, other) < len(systems)}
    operations = [a_model(key), *(an_agency(f"{key}:{name}") for name in OWNERS if name)]
    lacking: dict[str, set[str]] = {}
    for at, said in enumerate(systems):
        owner = said["owner"] and f"{key}:{said['owner']}"
        attributes = {name: VALUES[name] for name in said["attributes"]}
        operations.append(a_system(f"{key}:s{at}", owner=owner, description=said["description"], attributes=attributes))
        lacking[f"{key}:s{at}"] = {
            *(VALUES.keys() - said["attributes"]),
            *(() if said["description"] else ("description",)),
            *(() if owner else ("owner",)),
            *(() if any(other == at for _, other in flows) else ("dependencies",)),
            *(() if any(one == at for one, _ in flows) else ("dependents",)),
        }
    operations += [a_flow(f"{key}:f{one}-{other}", f"{key}:s{one}", f"{key}:s{other}") for one, other in sorted(flows)]
    module_repository.changeset("tester", "draw", operations).apply()
    with module_repository.state() as state:
        rows = list(completeness(state, model=(key,)))
        listed = list(completeness(state, model=(key,), by="concept"))
    facts = len(VALUES) + 4
    assert {row.uid: set(row.missing) for row in listed} == {uid: names for uid, names in lacking.items() if names}
    assert [row.recorded for row in listed] == sorted(facts - len(row.missing) for row in listed)
    sizes = Counter(said["owner"] and f"{key}:{said['owner']}" for said in systems)
    assert [row.score for row in rows] == sorted(row.score for row in rows)
    assert {(row.uid, row.concepts, row.expected) for row in rows} == {
        (owner, size, facts * size) for owner, size in sizes.items()
    }
    for row in rows:
        own = [
            lacking[f"{key}:s{at}"]
            for at, said in enumerate(systems)
            if said["owner"] == (row.uid and row.uid.partition(":")[2])
        ]
        assert row.expected - row.recorded == sum(map(len, own))
        assert set(row.missing) == set().union(*own)


def test_the_scores_of_the_sample_are_what_counting_gives(sqlite_repository: Repository) -> None:
    load(sqlite_repository)
    rules = tomllib.loads(files("ea_repo.analysis").joinpath("completeness.toml").read_text("utf-8"))["expected"]
    expected: dict[str | None, int] = defaultdict(int)
    missing: dict[str | None, set[tuple[str, str]]] = defaultdict(set)
    for rule in rules:
        for uid in government().of(*rule["types"]):
            fields = government().concepts[uid].fields
            for fact in rule["facts"]:
                if fact in ("dependencies", "dependents"):
                    continue
                expected[fields.get("owner")] += 1
                said = fields.get(fact) if fact in ("description", "owner") else government().said(uid, fact)
                if said is None or said == "":
                    missing[fields.get("owner")].add((uid, fact))
    with sqlite_repository.state() as state:
        rows = list(completeness(state))
        listed = list(completeness(state, by="concept"))
    assert [row.score for row in rows] == sorted(row.score for row in rows)
    assert {row.uid for row in rows} == set(expected)
    found = {(row.uid, fact) for row in listed for fact in row.missing if fact not in ("dependencies", "dependents")}
    assert found == set().union(*missing.values())
    for row in rows:
        own = [each for each in listed if each.owner == row.uid]
        assert sum(len(each.missing) for each in own) == row.expected - row.recorded
        assert set(row.missing) == {fact for each in own for fact in each.missing}
        assert row.score == round(100 * row.recorded / row.expected, 1)
