"""What planners keep over HTTP: reference models, investment reviews, disposition and seals."""

import io
import json
import zipfile
from datetime import UTC, datetime

import bagit as reference_library
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from ea_repo.planning.records import disposition, disposition_due
from ea_repo.repository import Repository
from ea_repo.settings import Settings
from tests.api.conftest import BASE, GOVERNMENT
from tests.factories import a_model, a_system, an_element

PLANNING = "/api/v1/planning"
OLD = "code,name\nRAB,Business\nRAB.01,Defence\nRAB.01.01,Borders\nRAB.02,Economy\n"
NEW = "code,name\nRAB,Business\nRAB.01,Defence\nRAB.02,Economy\nRAB.02.05,Borders\n"


def load(client: TestClient, table: str, **asked: object) -> dict[str, object]:
    given = {"model": "reference", "code": "RAB", "version": "2025", "locked_to": 1, **asked}
    answer = client.post(f"{PLANNING}/reference-models", content=table.encode(), params=given)
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, object] = answer.json()
    return found


def test_a_reference_model_is_looked_at_loaded_and_brought_to_another_version(small: TestClient) -> None:
    seen = load(small, OLD, dry_run=True)
    assert (seen["changeset"], seen["created"]) == (None, 4)
    assert load(small, OLD)["created"] == 4
    assert load(small, OLD)["changeset"] is None  # nothing differs
    made = small.post("/api/v1/relationships", json={
        "uid": "gov:r-is", "type": "ClassifiedAs", "source": "gov:tax", "target": "reference:RAB.01.01"})  # fmt: skip
    assert made.status_code == 201, made.text
    done = load(small, NEW, version="2026", moved=["RAB.01.01=RAB.02.05"])
    assert (done["created"], done["deleted"], done["carried"]) == (1, 1, 1)
    assert small.get("/api/v1/relationships/gov:r-is").json()["target"] == "reference:RAB.02.05"
    listed = small.get(f"{PLANNING}/reference-models").json()["items"]
    assert [(each["code"], each["categories"], each["versions"]) for each in listed] == [("RAB", 4, ["2026"])]


@pytest.mark.parametrize(
    ("table", "asked", "status", "told"),
    [
        (NEW.replace("Defence", "War"), {}, 422, "fixed nationally"),
        ("name\nx\n", {}, 400, 'no column "code"'),
        (OLD, {"moved": ["RAB.07=RAB.01"]}, 422, "no such category"),
        (OLD, {"moved": ["RAB.01=RAB.02", "RAB.01=RAB.01"]}, 422, "two new ones"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_whole(
    small: TestClient, table: str, asked: dict[str, object], status: int, told: str
) -> None:
    load(small, OLD)
    given = {"model": "reference", "code": "RAB", "version": "2025", **asked}
    answer = small.post(f"{PLANNING}/reference-models", content=table.encode(), params=given)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert told in answer.json()["detail"]
    assert small.get("/api/v1/elements/reference:RAB.01").json()["name"] == "Defence"


def test_a_review_is_recorded_listed_and_decided_anew_from_the_version_read(small: TestClient) -> None:
    body = {"system": "gov:tax", "decision": "merge", "reasons": "Both levy", "candidates": ["gov:border"],
            "amount_saved": 12.5, "currency": "IDR", "reviewed_on": "2026-10-01"}  # fmt: skip
    made = small.post(f"{PLANNING}/investment-reviews", json=body)
    assert made.status_code == 201, made.text
    uid = made.json()["uid"]
    rows = small.get(f"{PLANNING}/investment-reviews").json()["items"]
    assert [(row["review"], row["amount_saved"]) for row in rows] == [(uid, 12.5), (None, 12.5)]
    address = f"{PLANNING}/investment-reviews/{uid}"
    anew = {"decision": "stop", "reasons": "The law changed"}
    assert small.put(address, json=anew).status_code == 428
    done = small.put(address, json=anew, headers={"If-Match": made.headers["etag"]})
    assert (done.status_code, done.json()["version"]) == (200, 2)
    assert done.json()["attributes"].get("amount_saved") is None
    assert "candidates" not in done.json()["attributes"]
    assert small.put(address, json=anew | {"decision": "proceed"}, headers={"If-Match": made.headers["etag"]}).status_code == 412  # fmt: skip
    assert (
        small.put(f"{PLANNING}/investment-reviews/gov:tax", json=anew, headers={"If-Match": '"1"'}).status_code == 404
    )


@pytest.mark.parametrize(
    ("given", "status", "pointer"),
    [
        ({"decision": "reuse"}, 422, "/candidates"),
        ({"reasons": " "}, 422, "/reasons"),
        ({"amount_saved": 3}, 422, "/amount_saved"),
        ({"system": "gov:none"}, 404, None),
        ({"candidates": ["gov:none"]}, 404, None),
    ],
)
def test_a_review_that_says_too_little_is_refused_with_its_place(
    small: TestClient, given: dict[str, object], status: int, pointer: str | None
) -> None:
    body = {"system": "gov:tax", "decision": "stop", "reasons": "Twice", **given}
    answer = small.post(f"{PLANNING}/investment-reviews", json=body)
    assert answer.status_code == status, answer.text
    if pointer is not None:
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


def test_operating_reviews_are_recorded_listed_and_decided_anew_from_the_version_read(small: TestClient) -> None:
    address = f"{PLANNING}/operating-reviews"
    body = {
        "systems": ["gov:tax", "gov:border"],
        "decision": "keep",
        "reasons": "No better one",
        "reviewed_on": "2026-10-01",
    }
    made = small.post(address, json=body)
    assert made.status_code == 201, made.text
    uids = [each["uid"] for each in made.json()["items"]]
    assert uids == ["gov:operating-review-tax-2026", "gov:operating-review-border-2026"]
    rows = small.get(address).json()["items"]
    assert {(row["review"], row["decision"], row["by_scores"]) for row in rows} == {
        (uid, "keep", "not_scored") for uid in uids
    }
    anew = {"decision": "retire", "reasons": "The law changed"}
    assert small.put(f"{address}/{uids[0]}", json=anew).status_code == 428
    done = small.put(f"{address}/{uids[0]}", json=anew, headers={"If-Match": '"1"'})
    assert (done.status_code, done.json()["version"], done.json()["attributes"]["decision"]) == (200, 2, "retire")
    assert small.put(f"{address}/gov:tax", json=anew, headers={"If-Match": '"1"'}).status_code == 404
    assert small.put(f"{address}/{uids[0]}", json={"decision": "keep"}, headers={"If-Match": '"1"'}).status_code == 422


@pytest.mark.parametrize(
    ("given", "status", "pointer"),
    [
        ({"reasons": " "}, 422, "/reasons"),
        ({"decision": None}, 422, "/systems/0"),
        ({"systems": ["gov:none"]}, 404, None),
        ({"systems": []}, 422, "/systems"),
        ({"value_cut_off": 101}, 422, "/value_cut_off"),
    ],
)
def test_an_operating_review_that_says_too_little_is_refused_with_its_place(
    small: TestClient, given: dict[str, object], status: int, pointer: str | None
) -> None:
    body = {"systems": ["gov:tax"], "decision": "keep", "reasons": "Good", **given}
    answer = small.post(f"{PLANNING}/operating-reviews", json=body)
    assert answer.status_code == status, answer.text
    if pointer is not None:
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


@pytest.fixture
def people(sqlite_repository: Repository, monkeypatch: pytest.MonkeyPatch) -> dict[str, TestClient]:
    """Three people at one repository with documents that are due."""
    moment = datetime(2026, 11, 1, 12, tzinfo=UTC)
    for module in (disposition, disposition_due):
        monkeypatch.setattr(module, "now", lambda: moment)
    usual = {"active_years": 1, "inactive_years": 1, "trigger": "creation"}
    series = [
        an_element(each, "RecordSeries", attributes={**usual, "disposition": each}) for each in ("destroy", "permanent")
    ]
    sqlite_repository.changeset("t", "begin", [a_model(), a_system("tax"), *series]).apply()
    accounts = sqlite_repository.accounts
    tokens = {name: accounts.create_token(name, ("read", "write"))[1] for name in ("sari", "budi", "min")}
    app = create_app(sqlite_repository, Settings(), on_loopback=False)
    return {
        name: TestClient(app, base_url=BASE, headers={"Authorization": f"Bearer {token}"})
        for name, token in tokens.items()
    }


def a_document(client: TestClient, content: bytes, series: str) -> str:
    asked = {"model": "gov", "file_name": "a.txt"}
    uid: str = client.post("/api/v1/documents", content=content, params=asked).json()["uid"]
    patched = client.patch(
        f"/api/v1/elements/{uid}", headers={"If-Match": '"1"'},
        json={"attributes": {"record_series": f"gov:{series}", "dated_on": "2020-01-01"}},
    )  # fmt: skip
    assert patched.status_code == 200, patched.text
    return uid


def approved(people: dict[str, TestClient], uid: str, action: str) -> str:
    made = people["sari"].post(
        f"{PLANNING}/disposition-lists", json={"model": "gov", "action": action, "documents": [uid]}
    )
    assert made.status_code == 201, made.text
    address = f"{PLANNING}/disposition-lists/{made.json()['uid']}"
    first = {"If-Match": made.headers["etag"]}
    alone = people["sari"].post(f"{address}/steps", json={"step": "reviewed"}, headers=first)
    assert (alone.status_code, "somebody else" in alone.json()["detail"]) == (422, True)
    assert people["budi"].post(f"{address}/steps", json={"step": "reviewed"}).status_code == 428
    seen = people["budi"].post(f"{address}/steps", json={"step": "reviewed", "note": "not needed"}, headers=first)
    assert seen.status_code == 200, seen.text
    assert people["min"].post(f"{address}/steps", json={"step": "approved"}, headers=first).status_code == 412
    assert people["min"].post(f"{address}/completion").status_code == 409
    done = people["min"].post(f"{address}/steps", json={"step": "approved"}, headers={"If-Match": seen.headers["etag"]})
    assert done.json()["attributes"]["step"] == "approved"
    return address


def test_documents_that_are_due_are_destroyed_by_two_people_with_a_certificate(people: dict[str, TestClient]) -> None:
    uid, kept = (a_document(people["sari"], each, "destroy") for each in (b"old", b"other"))
    due = people["budi"].get(f"{PLANNING}/disposition-due").json()["items"]
    assert [(row["uid"], row["standing"]) for row in due] == [(each, "due") for each in sorted([uid, kept])]
    done = people["min"].post(f"{approved(people, uid, 'destroy')}/completion")
    assert done.status_code == 200, done.text
    assert len(done.json()["destroyed"]) == 1
    assert people["budi"].get(f"/api/v1/documents/{uid}/content").status_code == 410
    certificate = people["budi"].get(f"/api/v1/documents/{done.json()['certificate']}/content")
    assert certificate.status_code == 200
    listed = f"{PLANNING}/disposition-lists/{done.json()['uid']}/certificate.pdf"
    paper = people["budi"].get(listed, params={"lang": "ko"})
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert people["budi"].get(listed, params={"lang": "ko"}, headers={"If-None-Match": paper.headers["etag"]}).status_code == 304  # fmt: skip
    assert int(certificate.headers["content-length"]) == len(certificate.content) > 500


def test_what_is_handed_over_comes_as_a_package_that_others_verify(
    people: dict[str, TestClient], tmp_path_factory: pytest.TempPathFactory
) -> None:
    uid = a_document(people["sari"], b"for ever", "permanent")
    done = people["min"].post(f"{approved(people, uid, 'transfer')}/completion")
    assert (done.status_code, done.headers["content-type"]) == (200, "application/zip")
    folder = tmp_path_factory.mktemp("package")
    zipfile.ZipFile(io.BytesIO(done.content)).extractall(folder)
    assert reference_library.Bag(str(folder / "bag")).is_valid()
    listed = people["budi"].get(f"/api/v1/elements/{done.headers['certificate']}")
    assert listed.json()["type"] == "Document"


def test_a_package_is_given_again_as_it_was_handed_over(people: dict[str, TestClient]) -> None:
    uid = a_document(people["sari"], b"for ever", "permanent")
    address = approved(people, uid, "transfer")
    early = people["budi"].get(f"{address}/package.zip")
    assert (early.status_code, "was not handed over" in early.json()["detail"]) == (409, True)
    done = people["min"].post(f"{address}/completion")
    people["sari"].patch(f"/api/v1/elements/{uid}", json={"name": "Later"}, headers={"If-Match": '"2"'})
    again = people["budi"].get(f"{address}/package.zip")
    assert (again.status_code, again.headers["fingerprint"]) == (200, done.headers["fingerprint"])
    first, second = (zipfile.ZipFile(io.BytesIO(each.content)) for each in (done, again))
    assert {name: first.read(name) for name in first.namelist()} == {
        name: second.read(name) for name in second.namelist()
    }
    assert people["budi"].get(f"{PLANNING}/disposition-lists/gov:none/package.zip").status_code == 404


def test_levels_are_proposed_over_http_with_the_list_behind_them(small: TestClient) -> None:
    asked = {"framework": "spbe-2020", "year": 2026}
    found = small.get(f"{PLANNING}/index-proposals", params=asked | {"language": "ko"})
    assert found.status_code == 200, found.text
    rows = {(row["uid"], row["code"]): row for row in found.json()["items"]}
    assert {uid for uid, _ in rows} == {"gov:finance", "gov:customs"}
    command = rows["gov:finance", "11"]["behind"].split()
    assert command == ["ea-repo", "report", "index-evidence", "gov:finance", "spbe-2020", "11", "--year", "2026"]
    behind = small.get(f"{PLANNING}/index-evidence", params=asked | {"agency": "gov:finance", "indicator": "11"})
    # The ministry's system and that of the office below it; one that nobody owns is nobody's.
    counted = {row["uid"] for row in behind.json()["items"] if row["fact"] == "architecture-domains" and row["counts"]}
    assert counted == {"gov:tax", "gov:border"}
    none = small.get(f"{PLANNING}/index-evidence", params=asked | {"agency": "gov:finance", "indicator": "1"})
    assert (none.status_code, "can show nothing" in none.json()["detail"]) == (404, True)
    assert small.get(f"{PLANNING}/index-evidence", params=asked | {"indicator": "16"}).status_code == 422


def test_what_may_not_go_is_refused_with_each_document(people: dict[str, TestClient]) -> None:
    uid = a_document(people["sari"], b"for ever", "permanent")
    body = {"model": "gov", "action": "destroy", "documents": [uid]}
    refused = people["sari"].post(f"{PLANNING}/disposition-lists", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/documents/0")
    for wrong in ({"documents": ["gov:tax"]}, {"model": "none"}):
        assert people["sari"].post(f"{PLANNING}/disposition-lists", json=body | wrong).status_code == 404


def test_a_seal_is_made_and_verified_and_one_flipped_byte_is_named(client: TestClient) -> None:
    made = client.get(f"{PLANNING}/seal.zip")
    assert (made.status_code, len(made.headers["fingerprint"])) == (200, 64)
    address, asked = f"{PLANNING}/seal/verification", {"fingerprint": made.headers["fingerprint"], "history": True}
    whole = client.post(address, content=made.content, params=asked)
    assert whole.status_code == 200, whole.text
    assert (whole.json()["changes"], whole.json()["records"]["concepts"]) == ([], len(GOVERNMENT) - 2)
    altered = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made.content)) as bag, zipfile.ZipFile(altered, "w") as written:
        for name in bag.namelist():
            content = bag.read(name)
            written.writestr(
                name, content.replace(b"Levies", b"levies") if name.endswith("concepts.ndjson") else content
            )
    refused = client.post(address, content=altered.getvalue())
    assert refused.status_code == 400
    assert "concepts.ndjson" in json.dumps(refused.json())
    assert client.post(address, content=made.content, params={"fingerprint": "0" * 64}).status_code == 400
