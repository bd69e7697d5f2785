"""Documents over HTTP: sent, given back byte for byte, revised from the version that was read, never run in a browser."""

from starlette.testclient import TestClient

LARGE = bytes(range(256)) * 10_000


def test_the_service_keeps_gives_and_revises(client: TestClient) -> None:
    sent = client.post(
        "/api/v1/documents",
        content=LARGE,
        params={"model": "gov", "file_name": "계약 <b>.pdf", "attached_to": ["gov:tax"]},
    )
    assert sent.status_code == 201, sent.text
    uid = sent.json()["uid"]
    got = client.get(f"/api/v1/documents/{uid}/content")
    assert got.content == LARGE
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%EA%B3%84")
    assert (
        client.get(f"/api/v1/documents/{uid}/content", headers={"If-None-Match": got.headers["etag"]}).status_code
        == 304
    )
    address = f"/api/v1/documents/{uid}/content"
    assert client.put(address, content=b"2", params={"file_name": "b.txt"}).status_code == 428
    revised = client.put(
        address, content=b"2", params={"file_name": "b.txt"}, headers={"If-Match": sent.headers["etag"]}
    )
    assert (revised.status_code, revised.json()["version"]) == (200, 2)
    stale = client.put(address, content=b"3", params={"file_name": "c.txt"}, headers={"If-Match": sent.headers["etag"]})
    assert stale.status_code == 412
    assert client.get(address).content == b"2"
    assert client.get("/api/v1/documents/gov:tax/content").status_code == 404


def test_a_document_is_never_shown_as_a_page_of_this_service(client: TestClient) -> None:
    sent = client.post(
        "/api/v1/documents", content=b"<script>alert(1)</script>", params={"model": "gov", "file_name": "a.html"}
    )
    got = client.get(f"/api/v1/documents/{sent.json()['uid']}/content")
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
