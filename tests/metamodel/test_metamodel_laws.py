"""Laws of every metamodel, held against the standard one and random profiles over it; and the checks of attributes."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ea_repo.errors import InvalidInput, NotFound, Problem
from ea_repo.metamodel import Metamodel, Text, merge, standard


@st.composite
def profiles(draw: st.DrawFn) -> str:
    """A profile of a few types, each refining one of the standard's or one before it, with attributes of its own."""
    known = draw(st.lists(st.sampled_from(sorted(standard().types)), min_size=1, max_size=4))
    lines = ['[profile]\nname = "random"']
    for number in range(draw(st.integers(1, 6))):
        parent = draw(st.sampled_from(known))
        known.append(f"Random{number}")
        lines.append(f'[[type]]\nname = "Random{number}"\nrefines = "{parent}"\nlabel = {{en = "Random {number}"}}')
        for place in range(draw(st.integers(0, 2))):
            name = f"random_{number}_{place}"
            lines.append(f'[[type.attribute]]\nname = "{name}"\nkind = "integer"\nlabel = {{en = "{name}"}}')
    return "\n".join(lines)


def assert_laws(metamodel: Metamodel) -> None:
    names = list(metamodel.types)
    for name in names:
        ancestry = metamodel.ancestry(name)
        assert ancestry[0] == name
        assert metamodel.types[ancestry[-1]].refines is None
        assert metamodel.base(name) == ancestry[-1]
        assert metamodel.descendants(name) == {each for each in names if name in metamodel.ancestry(each)}
        for ancestor in ancestry:
            assert metamodel.type(ancestor).kind == metamodel.type(name).kind
            assert metamodel.attributes(ancestor).keys() <= metamodel.attributes(name).keys()
        for trait in metamodel.types[name].traits:
            assert all(metamodel.has_trait(each, trait) for each in metamodel.descendants(name))
            assert {each.name for each in metamodel.traits[trait].attributes} <= metamodel.attributes(name).keys()


def test_the_laws_hold_for_the_standard() -> None:
    assert_laws(standard())


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(profiles())
def test_the_laws_hold_for_any_profile_over_it(profile: str) -> None:
    merged = merge(standard(), profile)
    assert_laws(merged)
    assert merged.fingerprint == merge(standard(), profile).fingerprint != standard().fingerprint
    assert merged.profile_text == profile
    assert standard().types.items() <= merged.types.items()


def test_a_text_falls_back_to_english() -> None:
    text = Text({"en": "Agency", "id": "Instansi"})
    assert [text.get(each) for each in ("id", "ko", "en")] == ["Instansi", "Agency", "Agency"]
    assert Text({}).get("en") == ""
    assert dict(text) == {"en": "Agency", "id": "Instansi"}
    assert len({text, Text({"id": "Instansi", "en": "Agency"})}) == 1


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("Sistem", "System"), ("agency", "Agency"), ("BusinesActor", "BusinessActor"), ("정보시스템", "System")],
)
def test_an_unknown_type_is_answered_with_the_nearest(asked: str, nearest: str) -> None:
    with pytest.raises(NotFound) as refused:
        standard().type(asked)
    assert nearest in refused.value.facts["nearest"]
    assert nearest in refused.value.detail


@pytest.mark.parametrize(
    ("base", "name", "meant"),
    [
        ("ApplicationComponent", "System", "System"),
        ("ApplicationComponent", " system ", "System"),
        ("ApplicationComponent", "정보시스템", "System"),
        ("BusinessActor", "Instansi", "Agency"),
        ("BusinessActor", "System", None),
        ("ApplicationComponent", "Microservice", None),
    ],
)
def test_a_specialization_means_a_type_by_name_or_label(base: str, name: str, meant: str | None) -> None:
    assert standard().specialization(base, name) == meant


def test_a_name_means_its_type_even_where_another_has_it_as_a_label() -> None:
    profile = """
        [profile]
        name = "trial"
        [[type]]
        name = "Portal"
        refines = "ApplicationComponent"
        label = {en = "System"}
    """
    assert merge(standard(), profile).specialization("ApplicationComponent", "System") == "System"


def test_right_attributes_are_kept_in_their_json_form_and_none_means_absent() -> None:
    said = {"criticality": "vital", "users": "1200", "yearly_cost": "5 IDR", "go_live": None, "languages": ["Java"]}
    assert standard().normalise("System", said) == {
        "criticality": "vital",
        "users": 1200,
        "yearly_cost": {"amount": 5.0, "currency": "IDR"},
        "languages": ["Java"],
    }


def test_every_wrong_attribute_is_told_at_once_with_its_place() -> None:
    said: dict[str, Any] = {"criticality": "vitl", "users": -1, "go_live": "soon", "critcality": "vital", "a/b~c": 1}
    with pytest.raises(InvalidInput) as refused:
        standard().normalise("System", said)
    problems = {each.pointer: each for each in refused.value.errors}
    assert problems["/attributes/criticality"].detail == (
        "criticality: 'vitl' is not a choice of criticality; use vital, important, ordinary"
    )
    assert problems["/attributes/users"].detail == "users: -1 is too small; 0 is the least"
    assert problems["/attributes/go_live"].detail == "go_live: 'soon' is not a date; use 2028-01-31"
    unknown = problems["/attributes/critcality"]
    assert (unknown.code, unknown.detail) == ("unknown-attribute", 'a System has no attribute "critcality"')
    assert "criticality" in str(unknown.expected)
    assert "/attributes/a~1b~0c" in problems
    assert len(problems) == 5


def test_an_unknown_attribute_is_told_even_when_it_is_taken_away() -> None:
    with pytest.raises(InvalidInput, match='no attribute "critcality"'):
        standard().normalise("System", {"critcality": None})


def test_a_required_attribute_is_missed_once_and_a_wrong_one_is_not_missed_too() -> None:
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
    metamodel = merge(standard(), profile)
    for said in ({}, {"floor": None}):
        with pytest.raises(InvalidInput) as refused:
            metamodel.normalise("Office", said)
        assert refused.value.errors == (Problem("/attributes/floor", "floor is required of an Office", "required"),)
    with pytest.raises(InvalidInput) as refused:
        metamodel.normalise("Office", {"floor": "ground"})
    assert [each.code for each in refused.value.errors] == ["wrong-value"]
    assert metamodel.normalise("Office", {"floor": 0}) == {"floor": 0}


def test_a_long_wrong_value_is_shortened_in_the_sentence() -> None:
    with pytest.raises(InvalidInput) as refused:
        standard().normalise("System", {"criticality": "x" * 10_000})
    assert len(refused.value.detail) < 200
