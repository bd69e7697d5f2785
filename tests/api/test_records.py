"""One record of each kind: made, read, changed from a version, deleted, remembered."""

from typing import Any

import pytest
from starlette.testclient import TestClient

#: Collection, a new record, a change, what the change is answered with.
RECORDS = [
    ("models", {"uid": "new", "name": "New"}, {"description": "Said"}),
    ("elements", {"uid": "gov:new", "type": "System", "name": "New"}, {"attributes": {"criticality": "vital"}}),
    (
        "relationships",
        {"uid": "gov:new", "type": "Flow", "source": "gov:tax", "target": "gov:border"},
        {"name": "Said"},
    ),
    ("folders", {"uid": "gov:new", "name": "New", "position": 2}, {"name": "Said"}),
    ("views", {"uid": "gov:new", "name": "New", "content": {"nodes": [], "connections": []}}, {"name": "Said"}),
]


@pytest.mark.parametrize(("collection", "new", "change"), RECORDS, ids=[each[0] for each in RECORDS])
def test_a_record_lives_from_creation_to_deletion(client: TestClient, collection: str, new: Any, change: Any) -> None:
    made = client.post(f"/api/v1/{collection}?reason=For+a+test", json=new)
    assert made.status_code == 201
    assert {name: made.json()[name] for name in new} == new
    address, tag = made.headers["location"], made.headers["etag"]
    assert client.get(address).json() == made.json()
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304

    changed = client.patch(address, json=change, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert {name: changed.json()[name] for name in change} == change
    assert changed.headers["etag"] != tag

    gone = client.delete(address, headers={"If-Match": changed.headers["etag"]})
    assert (gone.status_code, gone.content) == (204, b"")
    missing = client.get(address)
    assert missing.status_code == 404
    assert missing.json()["gone_since"] == 4
    history = client.get(f"{address}/history").json()["items"]
    assert [(each["version"], each["replaced"], each["changeset"]["reason"]) for each in history] == [
        (1, 3, "For a test"),
        (2, 4, f"Change {new['uid']}"),
    ]
    assert client.get(f"{address}?as_of=2").json() == made.json()


def test_an_address_names_an_element_or_a_relationship_not_both(client: TestClient) -> None:
    answer = client.get("/api/v1/elements/gov:r-flow")
    assert answer.status_code == 404
    assert "/api/v1/relationships/gov:r-flow" in answer.json()["detail"]
    assert client.patch("/api/v1/relationships/gov:tax", json={}, headers={"If-Match": '"1"'}).status_code == 404


def test_a_change_of_other_fields_is_merged_and_of_the_same_field_refused(client: TestClient) -> None:
    address, first = "/api/v1/elements/gov:tax", {"If-Match": '"1"'}
    assert client.patch(address, json={"name": "Theirs"}, headers=first).headers["etag"] == '"2"'
    merged = client.patch(address, json={"description": "Mine"}, headers=first)
    assert (merged.status_code, merged.json()["name"], merged.json()["description"]) == (200, "Theirs", "Mine")
    refused = client.patch(address, json={"name": "Mine"}, headers=first)
    assert refused.status_code == 412
    assert refused.json()["conflicts"] == [{"field": "name", "base": "Tax", "theirs": "Theirs", "mine": "Mine"}]
    assert client.get(address).json()["name"] == "Theirs"


def test_attributes_are_patched_key_by_key(client: TestClient) -> None:
    address = "/api/v1/elements/gov:tax"
    client.patch(address, json={"attributes": {"users": 10}}, headers={"If-Match": '"1"'})
    after = client.patch(address, json={"attributes": {"criticality": None}}, headers={"If-Match": '"1"'})
    assert after.json()["attributes"] == {"users": 10}


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 428), ({"If-Match": "*"}, 428), ({"If-Match": "3"}, 428), ({"If-Match": '"9"'}, 412)],
)
def test_a_change_must_name_a_version_that_was(small: TestClient, method: str, headers: Any, status: int) -> None:
    answer = small.request(
        method, "/api/v1/elements/gov:tax", json={"name": "X"} if method == "PATCH" else None, headers=headers
    )
    assert answer.status_code == status
    assert small.get("/api/v1/elements/gov:tax").json()["version"] == 1


def test_what_does_not_exist_is_told_before_what_the_request_lacks(small: TestClient) -> None:
    assert small.patch("/api/v1/elements/gov:none", json={}).status_code == 404
    assert small.delete("/api/v1/elements/gov:none").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        (
            {"uid": "gov:x", "type": "System", "attributes": {"criticality": "vitl", "users": -1}},
            422,
            ["/attributes/criticality", "/attributes/users"],
        ),
        ({"uid": "gov:x", "type": "System", "attributes": {"weight": 1}}, 422, ["/attributes/weight"]),
        ({"uid": "gov:x", "type": "Sistem"}, 404, ["/type"]),
        ({"uid": "none:x", "type": "System"}, 404, None),
        ({"uid": "gov:x", "type": "System", "owner": "gov:none"}, 404, ["/owner"]),
        ({"uid": "gov:tax", "type": "System"}, 409, ["/uid"]),
        ({"uid": "no uid", "type": "System"}, 422, ["/uid"]),
        ({"uid": "gov:x", "type": "System", "name": 5, "nmae": "x"}, 422, ["/name", "/nmae"]),
        ({"uid": "gov:x"}, 422, ["/type"]),
        ({"uid": "gov:x", "type": "System", "valid_from": "2028-02-30"}, 422, ["/valid_from"]),
        (
            {"uid": "gov:x", "type": "System", "valid_from": "2028-01-02", "valid_until": "2028-01-01"},
            422,
            ["/valid_until"],
        ),
        ({"uid": "gov:x", "type": "System", "name": "a\u0000b"}, 422, ["/name"]),
        ([], 422, [""]),
    ],
)
def test_a_wrong_body_is_told_with_every_place_and_changes_nothing(
    client: TestClient, body: Any, status: int, pointers: list[str] | None
) -> None:
    answer = client.post("/api/v1/elements", json=body)
    assert answer.status_code == status
    if pointers is not None:
        assert [place["pointer"] for place in answer.json()["errors"]] == pointers
    assert client.get("/api/v1/health").json()["changeset"] == 1


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b'{"uid": ', "application/json", 400),
        (b"[" * 20_000, "application/json", 400),
        (b'{"a": ' * 20_000, "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"uid=gov:x", "application/x-www-form-urlencoded", 415),
        (b"", "application/json", 422),
        (b"1" * 5_000, "application/json", 400),
        (b'{"uid": "gov:x", "type": "System", "attributes": {"users": NaN}}', "application/json", 422),
        (b'{"uid": "gov:x", "type": "System", "name": "\\ud800"}', "application/json", 422),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(small: TestClient, content: bytes, media: str, status: int) -> None:
    answer = small.post("/api/v1/elements", content=content, headers={"Content-Type": media})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_what_is_used_stays_unless_its_relationships_go_too(client: TestClient) -> None:
    address, tag = "/api/v1/elements/gov:pay", {"If-Match": '"1"'}
    refused = client.delete(address, headers=tag)
    assert (refused.status_code, refused.json()["count"]) == (409, 1)
    assert refused.json()["users"][0]["uid"] == "gov:r-flow"
    assert client.delete(f"{address}?cascade=true", headers=tag).status_code == 204
    assert client.get("/api/v1/relationships/gov:r-flow").status_code == 404


def test_a_view_goes_back_as_it_came(client: TestClient) -> None:
    found = client.get("/api/v1/views/gov:v-all")
    sent = client.patch(
        "/api/v1/views/gov:v-all", json={"content": found.json()["content"]}, headers={"If-Match": '"1"'}
    )
    assert (sent.status_code, sent.json()) == (200, found.json())
    assert client.get(found.json()["drawing"]).headers["content-type"] == "image/svg+xml"


def test_a_views_content_is_checked_for_its_shape(small: TestClient) -> None:
    box = {"id": "b", "kind": "element", "x": 0, "y": 0, "width": 9, "height": 9}
    for wrong, pointer in [({"kind": "circle"}, "kind"), ({"x": 1e9}, "x"), ({"wide": 1}, "wide")]:
        answer = small.post("/api/v1/views", json={"uid": "gov:w", "content": {"nodes": [{**box, **wrong}]}})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == f"/content/nodes/0/{pointer}"
    gone = small.post("/api/v1/views", json={"uid": "gov:w", "content": {"nodes": [{**box, "concept": "gov:none"}]}})
    assert gone.status_code == 404


def test_models_count_their_concepts_by_type(client: TestClient) -> None:
    assert client.get("/api/v1/models").json()["items"][0]["counts"] == {
        "Agency": 2, "Composition": 1, "Flow": 1, "Serving": 1, "System": 3,
    }  # fmt: skip


def test_folders_and_views_are_listed_by_model(client: TestClient) -> None:
    client.post("/api/v1/models", json={"uid": "other"})
    client.post("/api/v1/folders", json={"uid": "other:f"})
    client.post("/api/v1/folders", json={"uid": "gov:f"})
    assert [each["uid"] for each in client.get("/api/v1/folders?model=other").json()["items"]] == ["other:f"]
    assert [each["uid"] for each in client.get("/api/v1/views?model=gov").json()["items"]] == ["gov:v-all"]
    assert "content" not in client.get("/api/v1/views").json()["items"][0]


def test_a_folder_may_not_lie_in_itself(small: TestClient) -> None:
    small.post("/api/v1/folders", json={"uid": "gov:a"})
    answer = small.patch("/api/v1/folders/gov:a", json={"parent": "gov:a"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/parent")


def test_whole_numbers_may_be_written_with_a_point(small: TestClient) -> None:
    assert small.post("/api/v1/folders", json={"uid": "gov:a", "position": 3.0}).json()["position"] == 3
    assert small.post("/api/v1/folders", json={"uid": "gov:b", "position": 3.5}).status_code == 422
    assert small.post("/api/v1/folders", json={"uid": "gov:b", "position": "3"}).status_code == 422
