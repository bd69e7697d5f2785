"""The built-in metamodel: every concept of ArchiMate 3.2, the government types over it, three languages."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from ea_repo.metamodel import Metamodel, Text, Trait, Type, standard

#: ArchiMate 3.2, chapters 6 to 12: the elements of each layer.
ELEMENTS = {
    "strategy": "Resource Capability ValueStream CourseOfAction",
    "business": "BusinessActor BusinessRole BusinessCollaboration BusinessInterface BusinessProcess BusinessFunction "
    "BusinessInteraction BusinessEvent BusinessService BusinessObject Contract Representation Product",
    "application": "ApplicationComponent ApplicationCollaboration ApplicationInterface ApplicationFunction "
    "ApplicationInteraction ApplicationProcess ApplicationEvent ApplicationService DataObject",
    "technology": "Node Device SystemSoftware TechnologyCollaboration TechnologyInterface Path CommunicationNetwork "
    "TechnologyFunction TechnologyProcess TechnologyInteraction TechnologyEvent TechnologyService Artifact",
    "physical": "Equipment Facility DistributionNetwork Material",
    "motivation": "Stakeholder Driver Assessment Goal Outcome Principle Requirement Constraint Meaning Value",
    "implementation": "WorkPackage Deliverable ImplementationEvent Plateau Gap",
    "composite": "Grouping Location Junction",
}

#: What each government type is.
GOVERNMENT = {
    "Agency": "BusinessActor", "PublicService": "BusinessService", "AdministrativeService": "BusinessService",
    "DataSet": "DataObject", "System": "ApplicationComponent", "SystemInterface": "ApplicationInterface",
    "SharingAgreement": "Contract", "SupplyContract": "Contract", "ReferenceCategory": "Grouping",
    "DataExchange": "Flow", "Server": "Device", "StorageDevice": "Device", "NetworkDevice": "Device",
    "SoftwareProduct": "SystemSoftware", "DatabaseInstance": "SystemSoftware", "Network": "CommunicationNetwork",
    "DataCentre": "Facility", "Licence": "Contract", "DocumentType": "Representation",
    "RecordSeries": "BusinessObject", "Regulation": "Requirement", "Initiative": "WorkPackage",
    "ClassifiedAs": "Association",
}  # fmt: skip


def test_every_archimate_element_is_there_in_its_layer() -> None:
    found: dict[str | None, set[str]] = {}
    for each in standard().elements():
        if each.refines is None:
            found.setdefault(each.layer, set()).add(each.name)
    assert found == {layer: set(names.split()) for layer, names in ELEMENTS.items()}
    assert sum(len(names) for names in found.values()) == 61


def test_the_eleven_relationships_are_there_in_their_categories() -> None:
    found = {each.name: each.category for each in standard().relationships() if each.refines is None}
    assert found == {
        "Composition": "structural", "Aggregation": "structural", "Assignment": "structural",
        "Realization": "structural", "Serving": "dependency", "Access": "dependency", "Influence": "dependency",
        "Association": "dependency", "Triggering": "dynamic", "Flow": "dynamic", "Specialization": "other",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("aspect", "some"),
    [
        ("active-structure", ["BusinessActor", "ApplicationComponent", "Node", "Facility", "ApplicationInterface"]),
        ("behaviour", ["BusinessProcess", "ApplicationService", "TechnologyEvent", "WorkPackage", "Capability"]),
        ("passive-structure", ["BusinessObject", "DataObject", "Artifact", "Material", "Contract"]),
        ("motivation", ["Goal", "Requirement", "Value", "Stakeholder"]),
    ],
)
def test_elements_have_their_aspect(aspect: str, some: list[str]) -> None:
    assert [standard().type(name).aspect for name in some] == [aspect] * len(some)


def test_every_government_type_is_there_and_is_what_it_should_be() -> None:
    assert {name: standard().base(name) for name in GOVERNMENT} == GOVERNMENT


def texts(metamodel: Metamodel) -> Iterator[tuple[str, Text]]:
    yield from metamodel.layers.items()
    yield from metamodel.aspects.items()
    for trait in metamodel.traits.values():
        yield trait.name, trait.label
    for type_ in metamodel.types.values():
        yield type_.name, type_.label
    owners: list[Trait | Type] = [*metamodel.traits.values(), *metamodel.types.values()]
    for owner in owners:
        for attribute in owner.attributes:
            yield f"{owner.name}.{attribute.name}", attribute.label
            for choice in attribute.values:
                yield f"{owner.name}.{attribute.name}.{choice.name}", choice.label


def test_everything_is_labelled_in_three_languages() -> None:
    missing = [
        f"{place} in {language}"
        for place, text in texts(standard())
        for language in ("en", "id", "ko")
        if not dict(text).get(language, "").strip()
    ]
    assert missing == []


def test_korean_labels_are_korean_and_no_two_types_of_one_base_share_a_label() -> None:
    for type_ in standard().types.values():
        assert any("가" <= sign <= "힣" for sign in type_.label["ko"]), type_.name
    for language in ("en", "id", "ko"):
        seen: dict[tuple[str, str], str] = {}
        for type_ in standard().types.values():
            if type_.refines is not None:
                other = seen.setdefault((standard().base(type_.name), type_.label[language]), type_.name)
                assert other == type_.name


def test_every_type_says_what_it_is() -> None:
    assert [each.name for each in standard().types.values() if not each.help.get("en")] == []


def test_it_is_loaded_once() -> None:
    assert standard() is standard()


def test_other_modules_of_the_house_are_not_loaded_with_it() -> None:
    code = "import sys, ea_repo.metamodel; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "tomllib" in loaded
    assert not {"sqlalchemy", "pydantic", "numpy", "networkx", "lxml"} & set(loaded)
