"""Lists of elements and relationships: conditions, order, pages, fields, CSV, moments."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from ea_repo.repository import open_repository
from ea_repo.settings import Settings
from tests.api.conftest import BASE, uids
from tests.factories import a_model, a_system

SYSTEMS = ["gov:border", "gov:pay", "gov:tax"]


def test_a_type_finds_its_refinements(client: TestClient) -> None:
    assert uids(client.get("/api/v1/elements?type=ApplicationComponent")) == SYSTEMS
    assert uids(client.get("/api/v1/elements?type=System&type=Agency")) == ["gov:border", "gov:customs", "gov:finance", "gov:pay", "gov:tax"]  # fmt: skip


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"owner": "gov:finance"}, ["gov:border", "gov:tax"]),
        ({"owner": "gov:customs"}, ["gov:border"]),
        ({"model": "gov", "type": "Agency"}, ["gov:customs", "gov:finance"]),
        ({"q": "levies"}, ["gov:tax"]),
        ({"filter": "criticality eq 'vital'"}, ["gov:tax"]),
        ({"filter": "startswith(name, 'T') or (name eq 'Pay' and type eq 'System')"}, ["gov:pay", "gov:tax"]),
        ({"type": "System", "on": "2026-06-01"}, ["gov:border", "gov:tax"]),
        ({"type": "System", "on": "2027-01-01"}, SYSTEMS),
        ({"type": "System", "sort": "-name"}, ["gov:tax", "gov:pay", "gov:border"]),
        ({"as_of": 0}, []),
    ],
)
def test_conditions_hold_together(client: TestClient, conditions: dict[str, Any], expected: list[str]) -> None:
    answer = client.get("/api/v1/elements", params=conditions)
    assert answer.status_code == 200
    assert uids(answer) == expected


@pytest.mark.parametrize("conditions", [{}, {"type": "ApplicationComponent"}, {"sort": "-name"}, {"sort": "type"}])
def test_following_the_links_gives_every_row_once(client: TestClient, conditions: dict[str, str]) -> None:
    whole = uids(client.get("/api/v1/elements", params=conditions))
    found: list[str] = []
    address: str | None = str(client.build_request("GET", "/api/v1/elements", params={**conditions, "limit": 2}).url)
    while address:
        answer = client.get(address)
        found += uids(answer)
        link = answer.headers.get("link")
        assert (link is None) == (answer.json()["next"] is None)
        address = None if link is None else link.removeprefix("<").removesuffix('>; rel="next"')
    assert found == whole


def test_a_total_is_counted_where_it_is_asked_for(client: TestClient) -> None:
    assert client.get("/api/v1/elements?limit=1&total=true").json()["total"] == 5
    assert client.get("/api/v1/elements?limit=1").json()["total"] is None


def test_relationships_are_listed_apart(client: TestClient) -> None:
    answer = client.get("/api/v1/relationships")
    assert uids(answer) == ["gov:r-flow", "gov:r-part", "gov:r-serves"]
    assert {item["kind"] for item in answer.json()["items"]} == {"relationship"}
    assert uids(client.get("/api/v1/relationships?type=Serving")) == ["gov:r-serves"]


def test_a_list_holds_what_each_element_says_of_itself(client: TestClient) -> None:
    listed = {item["uid"]: item for item in client.get("/api/v1/elements").json()["items"]}
    alone = {uid: client.get(f"/api/v1/elements/{uid}").json() for uid in listed}
    assert listed == alone


def test_a_list_says_the_same_of_properties_translations_and_quotes(small: TestClient) -> None:
    said = {
        "name": 'He said "no"\\ \u2028 행정',
        "properties": [{"key": "a", "value": "1"}, {"key": "a", "value": "2", "lang": "id"}],
        "translations": {"ko": {"name": "세금"}},
        "valid_until": "2030-12-31",
    }
    assert small.post("/api/v1/elements", json={"uid": "gov:x", "type": "Node", **said}).status_code == 201
    listed = small.get("/api/v1/elements?type=Node").json()["items"]
    assert listed == [small.get("/api/v1/elements/gov:x").json()]
    assert {name: listed[0][name] for name in ("name", "translations", "valid_until")} == {
        name: said[name] for name in ("name", "translations", "valid_until")
    }


def test_only_the_fields_asked_for_come(client: TestClient) -> None:
    answer = client.get("/api/v1/elements?type=System&fields=name,criticality")
    assert answer.json()["items"] == [
        {"uid": "gov:border", "name": "Border", "attributes": {"criticality": "important"}},
        {"uid": "gov:pay", "name": "Pay"},
        {"uid": "gov:tax", "name": "Tax", "attributes": {"criticality": "vital"}},
    ]


def test_csv_has_a_column_for_each_field_and_attribute(client: TestClient) -> None:
    answer = client.get("/api/v1/elements?type=System&limit=2", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'rel="next"' in answer.headers["link"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["uid"], row["owner"], row["criticality"], row["valid_from"]) for row in rows] == [
        ("gov:border", "gov:customs", "important", ""),
        ("gov:pay", "", "", "2027-01-01"),
    ]
    chosen = client.get("/api/v1/elements?type=System&fields=criticality", headers={"Accept": "text/csv"})
    assert chosen.text.splitlines() == ["uid,criticality", "gov:border,important", "gov:pay,", "gov:tax,vital"]


@pytest.mark.parametrize("accept", ["*/*", "application/json, text/csv", "application/json;q=0.9", ""])
def test_json_comes_to_those_who_do_not_prefer_csv(small: TestClient, accept: str) -> None:
    assert small.get("/api/v1/elements", headers={"Accept": accept}).headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ("type=Systm", 404, None),
        ("model=nowhere", 404, None),
        ("owner=gov:nobody", 404, None),
        ("fields=nothing", 404, None),
        ("filter=nothing eq 1", 404, "/filter"),
        ("cursor=abc", 404, "/cursor"),
        ("as_of=99", 404, None),
        ("filter=name eq", 422, "/filter"),
        ("filter=name gt 5", 422, "/filter"),
        ("limit=0", 422, "/limit"),
        ("limit=1001", 422, "/limit"),
        ("sort=owner", 422, "/sort"),
        ("on=2027-13-01", 422, "/on"),
        ("on=1735689600", 422, "/on"),
        ("typ=System", 422, "/typ"),
        ("total=perhaps", 422, "/total"),
        ("q=%00", 422, "/q"),
    ],
)
def test_a_wrong_condition_is_told_with_its_place(
    client: TestClient, query: str, status: int, pointer: str | None
) -> None:
    answer = client.get(f"/api/v1/elements?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    if pointer is not None:
        assert [place["pointer"] for place in answer.json()["errors"]] == [pointer]


def test_a_misspelt_name_is_answered_with_the_nearest(small: TestClient) -> None:
    assert small.get("/api/v1/elements?type=Systm").json()["nearest"] == ["System"]
    assert "did you mean type?" in small.get("/api/v1/elements?typ=System").json()["detail"]
    assert small.get("/api/v1/elements/gov:taxx").json()["nearest"] == ["gov:tax"]


def test_a_list_that_has_not_changed_is_not_sent_again(small: TestClient) -> None:
    tag = small.get("/api/v1/elements").headers["etag"]
    again = small.get("/api/v1/elements", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert small.post("/api/v1/models", json={"uid": "other"}).status_code == 201
    assert small.get("/api/v1/elements", headers={"If-None-Match": tag}).status_code == 200


def test_a_remembered_query_still_reads_what_is_new_and_asks_who_asks(small: TestClient) -> None:
    for expected in (SYSTEMS, [*SYSTEMS[:2], "gov:q", SYSTEMS[2]]):
        assert uids(small.get("/api/v1/elements?type=System")) == expected
        small.post("/api/v1/elements", json={"uid": "gov:q", "type": "System"})
    wrong = small.get("/api/v1/elements?type=System", headers={"Authorization": "Bearer ear_wrong"})
    assert wrong.status_code == 401


def test_what_one_service_remembers_is_not_anothers(small: TestClient, tmp_path: Path) -> None:
    with open_repository(str(tmp_path / "other.db"), create=True) as other:
        other.changeset("t", "begin", [a_model(), a_system("else")]).apply()
        elsewhere = TestClient(create_app(other, Settings()), base_url=BASE)
        for client, expected in [(small, SYSTEMS), (elsewhere, ["gov:else"]), (small, SYSTEMS)]:
            assert uids(client.get("/api/v1/elements?type=System&sort=uid")) == expected


def test_an_elements_relationships_are_told_by_direction(client: TestClient) -> None:
    address = "/api/v1/elements/gov:tax/relationships"
    assert uids(client.get(address)) == ["gov:r-flow", "gov:r-serves"]
    assert uids(client.get(f"{address}?direction=in")) == []
    assert uids(client.get(f"{address}?type=Flow")) == ["gov:r-flow"]
    assert client.get("/api/v1/elements/gov:none/relationships").status_code == 404
