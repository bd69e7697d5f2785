"""A customer's own types and attributes, put in force by changesets."""

import pytest

from ea_repo.errors import InUse, InvalidInput
from ea_repo.repository import Repository
from ea_repo.store.operations import Delete, Update
from ea_repo.store.query import Query
from tests.factories import a_model, a_system, an_element

FLEET = """
[profile]
name = "transport"
version = "1"

[[type]]
name = "Vehicle"
refines = "Equipment"
label = {en = "Vehicle", id = "Kendaraan", ko = "차량"}
[[type.attribute]]
name = "wheels"
kind = "integer"
label = {en = "Wheels"}
minimum = 1

[[extend]]
type = "System"
[[extend.attribute]]
name = "owner_phone"
kind = "text"
label = {en = "Phone of the owner"}
"""


@pytest.fixture
def fleet(repository: Repository) -> Repository:
    repository.apply_profile(FLEET, "tester").apply()
    operations = [
        a_model(),
        an_element("bus", "Vehicle", attributes={"wheels": 6}),
        a_system("tax", attributes={"owner_phone": "0815"}),
    ]
    repository.changeset("tester", "begin", operations).apply()
    return repository


def test_custom_types_and_attributes_are_in_force_everywhere(fleet: Repository) -> None:
    with fleet.state() as state:
        assert [concept.uid for concept in state.find_all(Query(types=("Equipment",)))] == ["gov:bus"]
        assert [concept.uid for concept in state.find_all(Query(filter="wheels gt 4"))] == ["gov:bus"]
    with fleet.session() as session:
        vehicle = session.classes.Vehicle
        assert [found.wheels for found in session.query(vehicle).where(vehicle.wheels == 6)] == [6]


def test_a_wrong_value_is_refused(fleet: Repository) -> None:
    with pytest.raises(InvalidInput, match="0 is too small"):
        fleet.changeset("t", "r", [Update("gov:bus", {"attributes": {"wheels": 0}})]).apply()


@pytest.mark.parametrize(
    ("old", "new", "user"),
    [
        ('name = "Vehicle"', 'name = "Ship"', "gov:bus"),
        ("wheels", "axles", "gov:bus"),
        ("minimum = 1", "minimum = 7", "gov:bus"),
        ("owner_phone", "owner_mail", "gov:tax"),
        ("minimum = 1", 'minimum = 1\n[[type.attribute]]\nname = "plate"\nkind = "text"\nrequired = true\n'
         'label = {en = "Plate"}', "gov:bus"),
    ],
)  # fmt: skip
def test_what_is_in_use_cannot_be_taken_away_or_demanded(fleet: Repository, old: str, new: str, user: str) -> None:
    assert old in FLEET
    with pytest.raises(InUse) as caught:
        fleet.apply_profile(FLEET.replace(old, new), "tester").apply()
    assert [each["uid"] for each in caught.value.facts["users"]] == [user]
    assert fleet.profile == FLEET


def test_a_type_goes_when_nothing_uses_it_any_more(fleet: Repository) -> None:
    fleet.changeset("t", "r", [Delete("gov:bus"), Update("gov:tax", {"attributes": {"owner_phone": None}})]).apply()
    fleet.apply_profile("", "tester").apply()
    assert "Vehicle" not in fleet.metamodel.types
    with fleet.state(as_of=2) as state:
        assert state.get("gov:bus").attributes == {"wheels": 6}
        assert "Vehicle" in state.metamodel.types


def test_a_faulty_profile_changes_nothing(fleet: Repository) -> None:
    with pytest.raises(InvalidInput) as caught:
        fleet.apply_profile(FLEET.replace('kind = "integer"', 'kind = "intger"'), "tester").apply()
    assert caught.value.errors[0].pointer == "profile.toml:12 kind"
    assert caught.value.errors[0].expected == "integer"
    assert "Vehicle" in fleet.metamodel.types


def test_a_profile_is_reverted_like_any_changeset(fleet: Repository) -> None:
    with pytest.raises(InUse):
        fleet.revert(1, "tester").apply()
    fleet.revert(2, "tester").apply()
    fleet.revert(1, "tester").apply()
    assert fleet.profile is None
