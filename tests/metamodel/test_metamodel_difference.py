"""The difference of two metamodels: what came, went and changed, and whether that takes anything away."""

import pytest

from ea_repo.metamodel import Metamodel, merge, standard
from ea_repo.metamodel.difference import difference

OFFICE = """
[profile]
name = "trial"

[[type]]
name = "Office"
refines = "BusinessActor"
label = {en = "Office"}
[[type.attribute]]
name = "floors"
kind = "integer"
label = {en = "Floors"}
minimum = 0
[[type.attribute]]
name = "size"
kind = "choice"
label = {en = "Size"}
values = [{name = "big", label = {en = "Big"}}, {name = "small", label = {en = "Small"}}]
[[type.attribute]]
name = "seat"
kind = "reference"
label = {en = "Seat"}
target = "Facility"

[[type]]
name = "FieldOffice"
refines = "Office"
label = {en = "Field office"}
"""


def changed(before: str, after: str, *, text: str = OFFICE) -> Metamodel:
    assert before in text
    return merge(standard(), text.replace(before, after))


def test_equal_metamodels_do_not_differ() -> None:
    found = difference(merge(standard(), OFFICE), merge(standard(), OFFICE + "# a remark\n"))
    assert not found
    assert not found.takes_away


def test_types_and_attributes_that_come_take_nothing_away() -> None:
    text = (
        OFFICE
        + '[[extend]]\ntype = "System"\n[[extend.attribute]]\nname = "badge"\nkind = "text"\nlabel = {en = "B"}\n'
    )
    found = difference(standard(), merge(standard(), text))
    assert found.types_added == ("Office", "FieldOffice")
    assert [(each.type, each.name) for each in found.attributes_added] == [("System", "badge")]
    assert (found.types_removed, found.types_changed, found.attributes_removed) == ((), (), ())
    assert not found.takes_away
    assert found.to_json()["attributes"]["added"] == [{"name": "System.badge"}]


def test_types_and_attributes_that_go_are_named_for_each_type_that_had_them() -> None:
    found = difference(merge(standard(), OFFICE), standard())
    assert found.types_removed == ("Office", "FieldOffice")
    assert found.attributes_removed == ()  # they go with their type
    assert found.takes_away

    fewer = changed('[[type.attribute]]\nname = "floors"\nkind = "integer"\nlabel = {en = "Floors"}\nminimum = 0\n', "")
    found = difference(merge(standard(), OFFICE), fewer)
    removed = [(each.type, each.name, each.losses) for each in found.attributes_removed]
    assert removed == [("Office", "floors", ("it goes",)), ("FieldOffice", "floors", ("it goes",))]
    assert found.takes_away


@pytest.mark.parametrize(
    ("before", "after", "fields", "losses"),
    [
        ('kind = "integer"', 'kind = "decimal"', ("kind",), ("was integer, is decimal",)),
        ('kind = "integer"', 'kind = "integer"\nmany = true', ("many",), ("was one value, is a list",)),
        ('kind = "integer"', 'kind = "integer"\nrequired = true', ("required",), ("it is required",)),
        ('{en = "Floors"}', '{en = "Storeys"}', ("label",), ()),
        ('kind = "integer"', 'kind = "integer"\nunit = "floors"', ("unit",), ()),
        ("minimum = 0", "minimum = 1", ("minimum",), ("at least 1",)),
        ("minimum = 0", "minimum = -1", ("minimum",), ()),
        ("minimum = 0", "maximum = 9", ("minimum", "maximum"), ("at most 9",)),
        ('{name = "big", label = {en = "Big"}}, ', "", ("values",), ("no longer big",)),
        ("values = [", 'values = [{name = "huge", label = {en = "Huge"}}, ', ("values",), ()),
        ('"Facility"', '"Equipment"', ("target",), ("led to Facility, leads to Equipment",)),
        ('"Facility"', '"DataCentre"', ("target",), ("led to Facility, leads to DataCentre",)),
    ],
)  # fmt: skip
def test_a_changed_attribute_says_what_differs_and_what_may_no_longer_hold(
    before: str, after: str, fields: tuple[str, ...], losses: tuple[str, ...]
) -> None:
    found = difference(merge(standard(), OFFICE), changed(before, after))
    assert [each.type for each in found.attributes_changed] == ["Office", "FieldOffice"]
    assert {(each.fields, each.losses) for each in found.attributes_changed} == {(fields, losses)}
    assert found.takes_away is bool(losses)


def test_a_reference_that_may_lead_to_more_takes_nothing_away() -> None:
    narrow = changed('"Facility"', '"DataCentre"')
    assert not difference(narrow, merge(standard(), OFFICE)).takes_away


def test_a_type_that_refines_another_is_another_kind_of_thing() -> None:
    found = difference(merge(standard(), OFFICE), changed('refines = "BusinessActor"', 'refines = "Location"'))
    changes = {each.name: each for each in found.types_changed}
    assert set(changes["Office"].fields) == {"refines", "layer", "aspect"}
    assert changes["Office"].takes_away
    assert set(changes["FieldOffice"].fields) == {"layer", "aspect"}
    assert found.takes_away


def test_a_new_label_of_a_type_takes_nothing_away() -> None:
    found = difference(merge(standard(), OFFICE), changed('{en = "Office"}', '{en = "Bureau"}'))
    assert [(each.name, each.fields) for each in found.types_changed] == [("Office", ("label",))]
    assert not found.takes_away
    assert found.to_json()["types"] == {
        "added": [],
        "removed": [],
        "changed": [{"name": "Office", "fields": ["label"]}],
    }
