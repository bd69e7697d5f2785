"""Exports over HTTP: the file with its name and findings, streamed."""

import io
import zipfile

from starlette.testclient import TestClient

from ea_repo.exchange.writing import writers


def test_the_formats_are_listed_with_what_they_are(client: TestClient) -> None:
    items = client.get("/api/v1/exports").json()["items"]
    assert {each["name"]: (each["media_type"], each["suffix"]) for each in items} == {
        name: (each.media_type, each.suffix) for name, each in writers().items()
    }


def test_a_model_comes_as_a_file_with_a_name_and_an_etag(client: TestClient) -> None:
    answer = client.get("/api/v1/exports/archi-csv", params={"model": "gov"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == "attachment; filename=\"gov.zip\"; filename*=UTF-8''gov.zip"
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["elements.csv", "relations.csv", "properties.csv"]
        assert b'"tax","ApplicationComponent","Tax","Levies taxes.","System"' in archive.read("elements.csv")
    told = client.get("/api/v1/exports/archi-csv", params={"model": "gov", "findings": True}).json()["items"]
    assert answer.headers["export-findings"] == str(len(told))
    assert [each["code"] for each in told] == ["not-carried"]
    known = {"If-None-Match": answer.headers["etag"]}
    assert client.get("/api/v1/exports/archi-csv", params={"model": "gov"}, headers=known).status_code == 304


def test_an_agency_and_a_question_select(small: TestClient) -> None:
    def systems(**params: object) -> set[bytes]:
        content = small.get("/api/v1/exports/archi-csv", params=params).content  # type: ignore[arg-type]
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = archive.read("elements.csv").split(b"\r\n")[2:-1]
        return {row.split(b",")[0].strip(b'"') for row in rows}

    assert systems(owner="gov:customs") == {b"customs", b"border"}
    assert systems(question="impact", argument=["uid=gov:tax", "depth=1"]) >= {b"tax", b"border"}


def test_what_is_wrong_is_said(small: TestClient) -> None:
    for params, status, words in (
        ({"model": "gow"}, 404, "no model"),
        ({"argument": "uid=gov:tax"}, 422, "question"),
        ({"question": "impact"}, 422, "needs uid"),
        ({"question": "impacts"}, 404, "no question"),
    ):
        answer = small.get("/api/v1/exports/archi-csv", params=params)
        assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text
    answer = small.get("/api/v1/exports/docx")
    assert (answer.status_code, "archi-csv" in answer.json()["detail"]) == (415, True)
