"""Imports over HTTP: sent, looked at, applied or dropped."""

from starlette.testclient import TestClient

from ea_repo.repository import Repository
from ea_repo.store.operations import Update
from tests.exchange.test_import_preview import model_file

IMPORTS = "/api/v1/imports"


def sent(client: TestClient, data: bytes, **params: object) -> dict[str, object]:
    answer = client.post(IMPORTS, params={"model": "m", "name": "m.archimate", **params}, content=data)  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    assert answer.headers["location"] == f"{IMPORTS}/{found['id']}"
    return found


def test_a_file_is_sent_looked_at_and_applied(client: TestClient, repository: Repository) -> None:
    preview = sent(client, model_file())
    assert preview["elements"] == {"in_file": 3, "created": 3, "changed": 0, "unchanged": 0, "deleted": 0}
    assert preview["sections"] == {"changes": 7, "missing": 0, "conflicts": 0, "findings": 0}
    with repository.state() as state:
        assert [model.uid for model in state.models()] == ["gov"]
    address = f"{IMPORTS}/{preview['id']}"
    assert client.get(address).json() == preview
    assert [each["id"] for each in client.get(IMPORTS).json()["items"]] == [preview["id"]]
    applied = client.post(f"{address}/apply")
    assert (applied.status_code, applied.json()["changeset"], applied.json()["replanned"]) == (200, 2, False)
    assert repository.changeset_numbered(2).source == "m.archimate"
    for again in (client.get(address), client.post(f"{address}/apply"), client.delete(address)):
        assert again.status_code == 404
    assert client.get(IMPORTS).json() == {"items": []}


def test_the_preview_is_paged_section_by_section(client: TestClient, repository: Repository) -> None:
    client.post(IMPORTS, params={"model": "m", "apply": True, "name": "m"}, content=model_file())
    repository.changeset("e", "e", [Update("m:a", {"name": "Here"})]).apply()
    address = f"{IMPORTS}/{sent(client, model_file(a='A2', b='B2', c='C2'))['id']}"
    pages, cursor = [], 0
    while cursor is not None:
        page = client.get(address, params={"cursor": cursor, "limit": 2}).json()
        pages.append([each["uid"] for each in page["items"]])
        cursor = page["next"]
    assert pages == [["m:a", "m:b"], ["m:c"]]
    (conflict,) = client.get(address, params={"section": "conflicts"}).json()["items"]
    assert (conflict["field"], conflict["base"], conflict["theirs"], conflict["mine"]) == ("name", "a", "Here", "A2")
    assert client.get(address, params={"section": "missing"}).json()["items"] == []


def test_what_was_written_meanwhile_is_compared_anew_and_the_answer_says_so(
    client: TestClient, repository: Repository
) -> None:
    client.post(IMPORTS, params={"model": "m", "apply": True, "name": "m"}, content=model_file())
    preview = sent(client, model_file(a="A2"), conflicts="keep")
    assert preview["sections"]["conflicts"] == 0  # type: ignore[index]
    repository.changeset("e", "e", [Update("m:a", {"name": "Here"})]).apply()
    later = client.get(f"{IMPORTS}/{preview['id']}").json()
    assert (later["planned"], later["sections"]["conflicts"]) == (3, 1)
    applied = client.post(f"{IMPORTS}/{preview['id']}/apply").json()
    assert (applied["replanned"], applied["changeset"]) == (True, None)
    assert client.get("/api/v1/elements/m:a").json()["name"] == "Here"


def test_a_file_that_waits_can_be_dropped(client: TestClient) -> None:
    preview = sent(client, model_file())
    assert client.delete(f"{IMPORTS}/{preview['id']}").status_code == 204
    assert client.get(f"{IMPORTS}/{preview['id']}").status_code == 404


def test_missing_records_are_deleted_only_where_that_was_asked(client: TestClient) -> None:
    client.post(IMPORTS, params={"model": "m", "apply": True, "name": "m"}, content=model_file())
    smaller = model_file().replace(b"Association", b"Serving").replace(b'"r"', b'"r2"')
    kept = sent(client, smaller)
    assert (kept["sections"]["missing"], kept["relationships"]["deleted"]) == (1, 0)  # type: ignore[index]
    deleting = sent(client, smaller, missing="delete")
    assert deleting["relationships"]["deleted"] == 1  # type: ignore[index]
    assert client.post(f"{IMPORTS}/{deleting['id']}/apply").status_code == 200
    assert client.get("/api/v1/relationships/m:r").status_code == 404


def test_what_cannot_be_read_is_refused_and_does_not_wait(client: TestClient) -> None:
    assert client.post(IMPORTS, params={"model": "m"}, content=b"<nothing/>").status_code == 415
    assert client.get(IMPORTS).json() == {"items": []}


def test_a_large_file_is_kept_in_parts_and_comes_back_whole(client: TestClient) -> None:
    """It is streamed to the database and, as its model is new, loaded from there line by line."""
    lines = [b'{"record": "model", "identifier": "m", "name": "M"}']
    lines += [b'{"record": "element", "identifier": "e%d", "type": "Goal", "name": "%s"}' % (at, b"x" * 900) for at in range(5_000)]  # fmt: skip
    preview = sent(client, b"\n".join(lines))
    assert preview["size"] == len(b"\n".join(lines)) > 4_000_000
    assert preview["elements"]["created"] == 5_000  # type: ignore[index]
    applied = client.post(f"{IMPORTS}/{preview['id']}/apply").json()
    assert (applied["elements"]["created"], applied["replanned"]) == (5_000, False)
