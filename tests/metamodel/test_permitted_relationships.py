"""Which relationship may join what: the table against the published one, and the finding of one that breaks it."""

import csv
from pathlib import Path

import pytest

from ea_repo.metamodel import standard
from ea_repo.metamodel.rules import check_relationship, letters, permissions

PUBLISHED = Path(__file__).parents[3] / "shared" / "corpus" / "archimate-3.2-relationships.csv"
OWN = Path(__file__).parents[2] / "ea_repo" / "metamodel" / "permitted.toml"


def test_every_row_of_the_published_table_is_ours() -> None:
    if not PUBLISHED.exists():
        pytest.skip("the published table is not beside this checkout")
    names = {letter: name for name, letter in letters().items()}
    with PUBLISHED.open(encoding="utf-8", newline="") as rows:
        published = {
            (row["source"], row["target"]): {names[letter] for letter in row["permitted"]}
            for row in csv.DictReader(rows)
        }
    assert len(published) == 3844
    assert permissions() == published


def test_the_table_is_compact() -> None:
    assert OWN.stat().st_size < 10_000


def test_the_table_knows_every_archimate_concept_and_no_other() -> None:
    ours = {each.name for each in standard().elements() if each.refines is None} | {"Relationship"}
    assert {source for source, _ in permissions()} == {target for _, target in permissions()} == ours


def test_the_letters_are_those_of_the_eleven_relationships() -> None:
    assert set(letters()) == {each.name for each in standard().relationships() if each.refines is None}


@pytest.mark.parametrize(
    ("source", "relationship", "target", "permitted"),
    [
        ("ApplicationComponent", "Serving", "BusinessProcess", True),
        ("System", "Serving", "BusinessFunction", True),
        ("Server", "Serving", "System", True),
        ("Server", "Assignment", "System", False),  # hosting is serving
        ("Agency", "Composition", "Agency", True),
        ("Agency", "Composition", "System", False),  # ownership is a field
        ("System", "DataExchange", "System", True),  # a refined Flow
        ("DataSet", "Realization", "RecordSeries", True),
        ("Initiative", "Realization", "System", True),
        ("BusinessProcess", "Access", "DataObject", True),
        ("DataObject", "Access", "BusinessProcess", False),
        ("DataSet", "Association", "DataExchange", True),  # one end is a relationship
        ("DataExchange", "Serving", "System", False),
    ],
)
def test_refinements_are_judged_by_what_they_refine(
    source: str, relationship: str, target: str, permitted: bool
) -> None:
    assert standard().permitted(source, relationship, target) is permitted


def test_a_permitted_relationship_is_no_finding() -> None:
    assert check_relationship(standard(), "m:1", "System", "Flow", "System") is None


@pytest.mark.parametrize(
    ("source", "relationship", "target", "sentence"),
    [
        (
            "Agency", "Composition", "System",
            "a Composition may not lead from an Agency to a System; "
            "the standard permits Association, Flow, Serving, Triggering there",
        ),
        (
            "DataObject", "Access", "BusinessProcess",
            "an Access may not lead from a DataObject to a BusinessProcess; "
            "the standard permits Association there, and this one the other way round",
        ),
        (
            "DataExchange", "Serving", "System",
            "a Serving may not lead from a DataExchange to a System; the standard permits Association there",
        ),
        (
            "DataExchange", "Association", "Flow",
            "an Association may not lead from a DataExchange to a Flow; the standard permits nothing there",
        ),
    ],
)  # fmt: skip
def test_the_finding_says_what_would_be_permitted(source: str, relationship: str, target: str, sentence: str) -> None:
    found = check_relationship(standard(), "m:1", source, relationship, target, file="model.xml", line=7)
    assert found is not None
    assert found.to_json() == {
        "code": "illegal-relationship", "severity": "warning", "message": sentence, "uid": "m:1",
        "file": "model.xml", "line": 7,
    }  # fmt: skip
