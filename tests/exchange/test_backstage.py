"""Backstage's catalogue in and out, and Structurizr's workspace out."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ea_repo.errors import MalformedRequest, RepositoryError
from ea_repo.exchange import read
from ea_repo.exchange.importing import import_file
from ea_repo.exchange.writing import export
from ea_repo.repository import Repository
from ea_repo.store.query import Query
from tests.factories import a_flow, a_model, a_relationship, a_system, an_agency, an_element

SHARED = Path(__file__).resolve().parents[3] / "shared" / "inventories"
CATALOGUE = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: tax-team, title: Tax team}
spec: {type: team, children: [portal-team]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: portal-team}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: taxes, description: All taxes, tags: [money]}
spec: {owner: tax-team, domain: finance}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: finance}
spec: {owner: group:default/tax-team}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: portal, annotations: {a/b: c}}
spec:
  {type: website, lifecycle: production, owner: portal-team, system: taxes, providesApis: [filing], consumesApis: [ids/people],
   dependsOn: ["resource:ledger", "component:gone"]}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: filing}
spec: {type: openapi, lifecycle: production, owner: portal-team, definition: "openapi: 3.1.0"}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: people, namespace: ids}
spec: {type: grpc, lifecycle: experimental, owner: nobody, definition: x}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: ledger}
spec: {type: database, owner: tax-team, system: taxes}
---
apiVersion: backstage.io/v1alpha1
kind: Template
metadata: {name: new-service}
spec: {}
"""


def _imported(repository: Repository, text: str) -> Any:
    return import_file(repository, io.BytesIO(text.encode()), model="m", author="tester", name="catalog-info.yaml")


def _written(repository: Repository, format: str) -> tuple[bytes, list[str]]:
    file = io.BytesIO()
    with repository.state() as state:
        written = export(state, format, file)
    return file.getvalue(), [finding.message for finding in written.findings]


def test_entities_become_concepts_with_owners_and_relationships(sqlite_repository: Repository) -> None:
    report = _imported(sqlite_repository, CATALOGUE)
    assert sorted((each.code, each.line) for each in report.findings) == [
        ("unknown-kind", 44), ("unmatched-reference", 22), ("unmatched-reference", 34),
    ]  # fmt: skip
    with sqlite_repository.state() as state:
        portal = state.get("m:component-portal")
        assert (portal.type, portal.name, portal.specialization, portal.owner) == (
            "ApplicationComponent",
            "portal",
            "website",
            "m:group-portal-team",
        )
        assert state.get("m:group-tax-team").name == "Tax team"
        found = {(each.type, each.source, each.target) for each in state.find_all(Query(kind="relationship"))}
        assert found == {
            ("Composition", "m:group-tax-team", "m:group-portal-team"),
            ("Aggregation", "m:domain-finance", "m:system-taxes"),
            ("Aggregation", "m:system-taxes", "m:component-portal"),
            ("Association", "m:system-taxes", "m:resource-ledger"),
            ("Composition", "m:component-portal", "m:api-filing"),
            ("Serving", "m:api-ids.people", "m:component-portal"),
            ("Serving", "m:resource-ledger", "m:component-portal"),
        }


def test_what_came_in_comes_out_and_in_again_the_same(sqlite_repository: Repository) -> None:
    _imported(sqlite_repository, CATALOGUE)
    data, lost = _written(sqlite_repository, "backstage")
    assert lost == []
    entities = {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(data)}
    portal = entities["Component", "portal"]
    assert portal["spec"] == {
        "type": "website", "lifecycle": "production", "owner": "group:portal-team", "system": "system:taxes",
        "providesApis": ["api:filing"], "consumesApis": ["api:people"], "dependsOn": ["resource:ledger"],
    }  # fmt: skip
    assert portal["metadata"]["annotations"] == {"a/b": "c"}
    assert entities["System", "taxes"]["metadata"]["tags"] == ["money"]
    assert entities["Group", "portal-team"]["spec"]["parent"] == "group:tax-team"
    assert entities["API", "people"]["spec"]["owner"] == "nobody"


def test_what_has_no_place_in_the_catalogue_is_told(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset(
        "a", "b",
        [a_model(), an_agency("mof", "재무부"), a_system("tax", "Tax (new)", owner="mof"), a_system("ledger", "Tax (new)"),
         an_element("goal", "Goal"), a_flow("f", "tax", "ledger"), a_relationship("r", "Association", "goal", "tax")],
    ).apply()  # fmt: skip
    data, lost = _written(sqlite_repository, "backstage")
    assert lost == [
        "the catalogue has no place for elements of type Goal: 1 left out",
        "the catalogue has no place for relationships of type Association: 1 left out",
        "the catalogue has no place for relationships of type Flow: 1 left out",
    ]  # fmt: skip
    found = list(yaml.safe_load_all(data))
    assert [each["metadata"]["name"] for each in found] == ["Tax-new", "mof", "Tax-new-2"]
    assert found[2]["spec"]["owner"] == "group:mof"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("apiVersion: backstage.io/v1\na: &x [1, 2]\nb: *x\n", "line 3: it uses an alias"),
        ("apiVersion: backstage.io/v1\na: " + "[" * 100, "nested more than 64 deep"),
        ("apiVersion: backstage.io/v1\na: " + "[" * 300_000, "nesting depth"),
        ("apiVersion: backstage.io/v1\na: [1\n", "not YAML"),
        ("apiVersion: backstage.io/v1\na: 2028-13-41\n", "a value that cannot be read"),
        ("apiVersion: backstage.io/v1\na: !!python/object/apply:os.system [ls]\n", "not YAML"),
    ],
)  # fmt: skip
def test_yaml_that_attacks_or_is_none_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(MalformedRequest, match=said):
        read(io.BytesIO(text.encode()), name="catalog-info.yaml")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real inventories are not here")
def test_the_examples_of_backstage_are_read() -> None:
    bundle = read(SHARED / "backstage" / "catalog-info.examples.yaml")
    assert bundle.holds["elements"] == 6
    assert {each.code for each in bundle.findings} == {"unmatched-reference"}


def _shape(value: Any) -> dict[str, type]:
    return {key: type(each) for key, each in value.items()}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published workspace is not here")
def test_a_workspace_has_the_shape_of_a_published_one(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset(
        "a", "b",
        [a_model(), a_system("bank", "Bank"), a_system("mail", "Mail", description="Sends"), an_element("web", "ApplicationComponent", "Web"),
         an_element("login", "ApplicationComponent", "Login"), an_element("deep", "ApplicationComponent", "Deep"), an_element("customer", "BusinessRole", "Customer"),
         a_relationship("c1", "Composition", "bank", "web"), a_relationship("c2", "Composition", "web", "login"), a_relationship("c3", "Composition", "login", "deep"),
         a_relationship("s1", "Serving", "mail", "bank", name="mails"), a_relationship("s2", "Serving", "bank", "customer"), a_flow("f", "login", "mail", name="codes"),
         an_element("goal", "Goal")],
    ).apply()  # fmt: skip
    data, lost = _written(sqlite_repository, "structurizr")
    assert lost == ["C4 has no place for elements of type Goal: 1 left out"]
    ours, theirs = json.loads(data), json.loads((SHARED / "structurizr" / "big-bank-plc.json").read_bytes())
    assert ours.keys() <= theirs.keys()
    assert ours["views"].keys() <= theirs["views"].keys()
    assert _shape(ours["views"]["systemLandscapeViews"][0]) == _shape(theirs["views"]["systemLandscapeViews"][0])
    bank = next(each for each in ours["model"]["softwareSystems"] if each["name"] == "Bank")
    example = next(each for each in theirs["model"]["softwareSystems"] if each.get("containers"))
    assert _shape(bank).items() <= (_shape(example) | {"description": str}).items()
    relation = bank["relationships"][0]
    assert _shape(relation).items() <= (_shape(example["relationships"][0]) | {"description": str}).items()
    (container,) = bank["containers"]
    assert [each["name"] for each in container["components"]] == ["Login", "Deep"]
    names = {
        each["id"]: each["name"]
        for each in (*ours["model"]["people"], *ours["model"]["softwareSystems"], container, *container["components"])
    }
    joined = {(names[each["sourceId"]], each["description"], names[each["destinationId"]])
              for item in (*ours["model"]["people"], *ours["model"]["softwareSystems"], *container["components"]) for each in item["relationships"]}  # fmt: skip
    assert joined == {("Bank", "mails", "Mail"), ("Customer", "Serving", "Bank"), ("Mail", "codes", "Login")}
    known = {each["id"] for each in (*ours["model"]["people"], *ours["model"]["softwareSystems"])}
    assert {each["id"] for each in ours["views"]["systemLandscapeViews"][0]["elements"]} == known


def test_an_error_of_a_reader_is_always_ours() -> None:
    with pytest.raises(RepositoryError):
        read(io.BytesIO(b"apiVersion: backstage.io/v1\n\x00"), name="x")
