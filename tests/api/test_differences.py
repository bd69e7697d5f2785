"""Differences over HTTP."""

from starlette.testclient import TestClient

from ea_repo.repository import Repository
from ea_repo.store.operations import Update
from tests.factories import a_system, uid


def test_two_moments_differ_page_by_page_as_a_page_and_as_a_drawing(client: TestClient, repository: Repository) -> None:
    repository.changeset("t", "t", [Update(uid("tax"), {"name": "Taxes"}), a_system("more", "More <b>")]).apply()
    asked = {"before": "changeset:1", "limit": 1}
    first = client.get("/api/v1/differences", params=asked).json()
    assert (first["before"], first["after"], first["next"]) == ("changeset 1", "now", 1)
    assert first["counts"]["element"] == {"created": 1, "changed": 1, "deleted": 0, "unchanged": 0}
    second = client.get("/api/v1/differences", params={**asked, "cursor": 1}).json()
    assert [(each["uid"], each["action"]) for each in (*first["items"], *second["items"])] == [
        (uid("more"), "created"), (uid("tax"), "changed"),
    ]  # fmt: skip
    assert (second["items"][0]["before"], second["items"][0]["after"]) == ({"name": "Tax"}, {"name": "Taxes"})
    page = client.get("/api/v1/differences.html", params={"before": "changeset:1", "lang": "ko"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "More &lt;b&gt;" in page.text
    drawing = client.get("/api/v1/differences.svg", params={"before": "changeset:1"})
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert "Taxes" in drawing.text


def test_no_file_of_the_server_is_read(client: TestClient) -> None:
    for word in ("file:/etc/hostname", "/etc/hostname", "../x"):
        assert client.get("/api/v1/differences", params={"before": word}).status_code == 422
    assert client.get("/api/v1/differences", params={"before": "model:none", "after": "now"}).status_code == 404
    assert client.get("/api/v1/differences", params={"before": "date:2027-02-30"}).status_code == 404
