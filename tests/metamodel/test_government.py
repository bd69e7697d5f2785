"""The government profile: complete in three languages, and clear of the names that every concept has anyway."""

import re

import pytest

from ea_repo.metamodel import Attribute, Text, Type, standard

LANGUAGES = {"en", "id", "ko"}
PROFILE = [each for each in standard().types.values() if each.profile == "government"]
#: What every concept has of its own: an attribute of that name would hide it from filters and columns.
CONCEPT_FIELDS = {
    "id", "uid", "kind", "type", "model", "name", "description", "specialization", "owner", "folder", "source", "target",
    "attributes", "properties", "translations", "valid_from", "valid_until", "version", "written",
}  # fmt: skip


#: Those that the standard itself gives to relationships and junctions.
OF_THE_STANDARD = {"access_type", "strength", "directed", "junction_type"}


def attributes() -> list[Attribute]:
    found = {id(each): each for name in standard().types for each in standard().attributes(name).values()}
    return [each for each in found.values() if each.name not in OF_THE_STANDARD]


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("Agency", "BusinessActor"), ("PublicService", "BusinessService"), ("AdministrativeService", "BusinessService"),
        ("DataSet", "DataObject"), ("System", "ApplicationComponent"), ("SystemInterface", "ApplicationInterface"),
        ("SharingAgreement", "Contract"), ("SupplyContract", "Contract"), ("Licence", "Contract"),
        ("ReferenceCategory", "Grouping"), ("DataExchange", "Flow"), ("ClassifiedAs", "Association"),
        ("Server", "Device"), ("StorageDevice", "Device"), ("NetworkDevice", "Device"),
        ("SoftwareProduct", "SystemSoftware"), ("DatabaseInstance", "SystemSoftware"),
        ("Network", "CommunicationNetwork"), ("DataCentre", "Facility"), ("DocumentType", "Representation"),
        ("RecordSeries", "BusinessObject"), ("Regulation", "Requirement"), ("Initiative", "WorkPackage"),
    ],
)  # fmt: skip
def test_each_type_refines_the_type_of_the_standard_that_it_should(name: str, base: str) -> None:
    assert standard().base(name) == base


@pytest.mark.parametrize("each", PROFILE, ids=lambda each: each.name)
def test_each_type_is_named_and_explained_in_three_languages(each: Type) -> None:
    for text in (each.label, each.plural, each.help):
        assert set(text) == LANGUAGES
        assert re.search("[가-힣]", text["ko"])


def test_each_attribute_and_choice_is_named_in_three_languages() -> None:
    def spoken(text: Text) -> bool:
        return set(text) == LANGUAGES and all(each.strip() for each in text.values())

    found = attributes()
    assert [each.name for each in found if not spoken(each.label)] == []
    assert [each.name for each in found if each.help and not spoken(each.help)] == []
    assert [(each.name, choice.name) for each in found for choice in each.values if not spoken(choice.label)] == []


def test_no_attribute_has_the_name_of_a_field_that_every_concept_has() -> None:
    assert {each.name for each in attributes()} & CONCEPT_FIELDS == set()


def test_an_attribute_of_one_name_has_one_kind_wherever_it_stands() -> None:
    kinds: dict[str, set[tuple[str, bool]]] = {}
    for each in attributes():
        kinds.setdefault(each.name, set()).add((each.kind.name, each.many))
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


def test_information_resources_reach_from_servers_to_licences_and_share_their_attributes() -> None:
    metamodel = standard()
    resources = {name for name in metamodel.types if metamodel.has_trait(name, "information-resource")}
    assert resources == {
        "Server", "StorageDevice", "NetworkDevice", "SoftwareProduct", "DatabaseInstance", "Network", "DataCentre",
        "Licence",
    }  # fmt: skip
    shared = {
        "acquired_on", "acquisition_cost", "useful_life_years", "end_of_support", "yearly_cost", "vendor", "model_name",
        "quantity", "cpu_percent", "memory_percent", "storage_percent", "network_percent", "active_on",
        "end_of_life_on",
    }  # fmt: skip
    for name in resources:
        assert shared <= set(metamodel.attributes(name)), name


def test_what_the_joint_projects_need_is_declared() -> None:
    metamodel = standard()
    for name, needed in {
        "Access": {"access_type", "origin", "authoritative"},
        "Association": {"effect"},
        "DataExchange": {"data_set", "agreement", "legal_basis", "purpose", "frequency", "protocol", "format"},
        "RecordSeries": {"active_years", "inactive_years", "trigger", "disposition", "legal_hold"},
        "Initiative": {"starts_on", "ends_on", "budget", "budget_code", "programme", "progress_percent"},
        "DataSet": {"steward", "classification", "personal_data", "update_frequency"},
        "System": {"criticality", "application_kind", "users", "yearly_cost", "development_cost", "go_live"},
    }.items():
        assert needed <= set(metamodel.attributes(name)), name


def test_a_classification_is_no_dependency() -> None:
    assert standard().dependent("ClassifiedAs", {"directed": True}) == "none"
    assert standard().dependent("DataExchange", {}) == "target"
