"""The JSON Schema of a type: a schema by the 2020-12 rules, which takes what the type takes and refuses the rest."""

from typing import Any

import jsonschema_rs
import pytest

from ea_repo.errors import InvalidInput
from ea_repo.metamodel import merge, standard
from ea_repo.metamodel.json_schema import type_schema

SYSTEM = {
    "criticality": "vital",
    "users": 1200,
    "yearly_cost": {"amount": 5e9, "currency": "IDR"},
    "go_live": "2019-04-01",
    "public_facing": True,
    "languages": ["Java"],
    "platform": ["web"],
    "url": "https://example.org/",
    "operator": "kemenkeu:IT",
}


@pytest.mark.parametrize("name", sorted(standard().types))
def test_every_type_has_a_schema_by_the_rules(name: str) -> None:
    schema = type_schema(standard(), name)
    assert jsonschema_rs.meta.is_valid(schema)
    assert schema["properties"].keys() == standard().attributes(name).keys()
    assert jsonschema_rs.is_valid(schema, {}) is not any(each.required for each in standard().attributes(name).values())


def test_what_a_type_takes_is_valid() -> None:
    assert standard().normalise("System", SYSTEM) == SYSTEM
    assert jsonschema_rs.is_valid(type_schema(standard(), "System"), SYSTEM)


@pytest.mark.parametrize(
    "wrong",
    [
        {"criticality": "vitl"}, {"users": -1}, {"users": 1.5}, {"users": "1"}, {"users": 2**60}, {"yearly_cost": 5},
        {"yearly_cost": {"amount": 5}}, {"yearly_cost": {"amount": 5, "currency": "rupiah"}},
        {"yearly_cost": {"amount": -5, "currency": "IDR"}}, {"public_facing": "yes"}, {"languages": "Java"},
        {"platform": ["wbe"]}, {"operator": "IT"}, {"critcality": "vital"},
    ],
)  # fmt: skip
def test_what_a_type_refuses_is_not_valid(wrong: dict[str, Any]) -> None:
    assert not jsonschema_rs.is_valid(type_schema(standard(), "System"), {**SYSTEM, **wrong})
    if wrong != {"users": "1"}:  # text from files is read, but is not the JSON form
        with pytest.raises(InvalidInput):
            standard().normalise("System", {**SYSTEM, **wrong})


def test_titles_units_and_references_are_told() -> None:
    schema = type_schema(standard(), "System", "ko")
    assert (schema["title"], schema["x-type"], schema["x-refines"]) == (
        "정보시스템",
        "System",
        ["ApplicationComponent"],
    )
    assert schema["properties"]["users"]["x-unit"] == "persons"
    assert schema["properties"]["operator"]["x-reference"] == "BusinessActor"
    assert schema["properties"]["criticality"]["oneOf"][0] == {"const": "vital", "title": "핵심"}
    assert type_schema(standard(), "System")["properties"]["criticality"]["title"] == "Criticality"


def test_required_attributes_are_required() -> None:
    profile = """
        [profile]
        name = "trial"
        [[type]]
        name = "Office"
        refines = "BusinessActor"
        label = {en = "Office"}
        [[type.attribute]]
        name = "floor"
        kind = "integer"
        label = {en = "Floor"}
        required = true
    """
    schema = type_schema(merge(standard(), profile), "Office")
    assert schema["required"] == ["floor"]
    assert not jsonschema_rs.is_valid(schema, {})
    assert jsonschema_rs.is_valid(schema, {"floor": 0})
