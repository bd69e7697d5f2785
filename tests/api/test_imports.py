"""Imports over HTTP: sent, looked at, applied or dropped."""

from httpx2 import Response
from starlette.testclient import TestClient

from ea_repo.repository import Repository
from ea_repo.store.operations import Update
from tests.exchange.test_import_preview import model_file
from tests.exchange.workbooks import change, opened, saved, written

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


INVENTORY = b"No;Nama Aplikasi;Tingkat\r\nA-1;e-Pajak;Tinggi\r\nA-2;SIMPEG;entah\r\n"
MAPPING = b"""
[[concept]]
type = "System"
identifier = "No"
name = "Nama Aplikasi"
[concept.fields]
criticality = {column = "Tingkat", values = {"Tinggi" = "vital"}}
"""


def with_mapping(client: TestClient, mapping: bytes = MAPPING, **params: object) -> Response:
    files = {"file": ("daftar.csv", INVENTORY), "mapping": ("apps.toml", mapping)}
    return client.post(IMPORTS, params={"model": "inv", **params}, files=files)  # type: ignore[arg-type]


def test_an_inventory_is_sent_with_its_mapping_looked_at_and_applied(
    client: TestClient, repository: Repository
) -> None:
    answer = with_mapping(client)
    assert answer.status_code == 201, answer.text
    preview = answer.json()
    assert (preview["name"], preview["mapping"], preview["format"]) == ("daftar.csv", "apps.toml", "inventory")
    assert preview["elements"]["created"] == 2
    assert [each["uid"] for each in preview["items"]] == ["inv", "inv:a-1", "inv:a-2"]
    address = answer.headers["location"]
    (finding,) = client.get(address, params={"section": "findings"}).json()["items"]
    assert finding["message"].startswith('Line 3, column Tingkat: "entah" is not a criticality')
    applied = client.post(f"{address}/apply").json()
    assert (applied["changeset"], applied["replanned"]) == (2, False)
    assert client.get("/api/v1/elements/inv:a-1").json()["attributes"] == {"criticality": "vital"}
    assert repository.changeset_numbered(2).source == "daftar.csv"
    assert with_mapping(client, dry_run=True).json()["changed"] is False


def test_what_is_wrong_in_a_form_or_mapping_is_said_and_nothing_waits(client: TestClient) -> None:
    wrong = with_mapping(client, MAPPING.replace(b'"No"', b'"Nomor"'))
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "apps.toml:4 identifier")
    for files in ({"mapping": ("m.toml", MAPPING)}, {"file": ("a", b"x"), "other": ("b", b"x")}):
        refused = client.post(IMPORTS, params={"model": "inv"}, files=files)
        assert (refused.status_code, "curl -F file=@" in refused.json()["detail"]) == (422, True)
    broken = client.post(
        IMPORTS, params={"model": "inv"}, content=b"--x\r\n", headers={"Content-Type": "multipart/form-data"}
    )
    assert broken.status_code == 400
    assert client.get(IMPORTS).json() == {"items": []}


def test_a_mapping_is_suggested_and_fits_as_it_is(client: TestClient) -> None:
    answer = client.post(f"{IMPORTS}/mapping", params={"type": "System", "name": "daftar.csv"}, content=INVENTORY)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/toml; charset=utf-8")
    assert answer.text.startswith("# A first mapping of daftar.csv: 2 rows")
    applied = with_mapping(client, answer.content, apply=True)
    assert (applied.status_code, applied.json()["elements"]["created"]) == (200, 2)
    assert client.post(f"{IMPORTS}/mapping", content=b" ").status_code == 400


def test_an_edited_workbook_with_conflicts_waits_until_somebody_says_what_holds(
    client: TestClient, repository: Repository
) -> None:
    book = opened(written(repository))
    change(book["Systems"], "gov:tax", {"name": "Mine"})
    repository.changeset("e", "e", [Update("gov:tax", {"name": "Theirs"})]).apply()
    preview = sent(client, saved(book), model="gov")
    assert (preview["sections"]["conflicts"], preview["holds"]) == (1, "refuse")  # type: ignore[index]
    address = f"{IMPORTS}/{preview['id']}"
    refused = client.post(f"{address}/apply")
    assert (refused.status_code, refused.json()["conflicts"][0]["mine"]) == (409, "Mine")
    assert client.post(f"{address}/apply", params={"conflicts": "file"}).status_code == 200
    assert client.get("/api/v1/elements/gov:tax").json()["name"] == "Mine"
