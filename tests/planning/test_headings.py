"""What the columns of reports are called: in three languages, in workbooks, tables and over HTTP."""

from dataclasses import fields
from io import BytesIO
from typing import get_type_hints

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.catalogue import _row_type
from ea_repo.catalogue import entries, entry
from ea_repo.cli.output import print_table
from ea_repo.exchange import row_workbook
from ea_repo.planning.index.index_frameworks import index_frameworks
from ea_repo.repository import Repository
from ea_repo.settings import Settings
from ea_repo.wording import heading
from tests.factories import a_model, an_element

REPORTS = entries("report")


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_column_of_a_report_has_a_word_in_indonesian_and_korean(name: str) -> None:
    row = _row_type(get_type_hints(REPORTS[name].subject)["return"])
    for column in (each.name for each in fields(row)):
        plain = column.replace("_", " ")
        assert heading(column, "en") == plain
        assert heading(column, "ko") != plain, column
        assert heading(column, "id"), column


def test_a_workbook_and_a_table_are_headed_in_the_language_asked_for(
    sqlite_repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite_repository.state() as state:
        rows = list(index_frameworks(state, language="ko"))
        asked = entry("report", "index-frameworks")
        for arguments, language in (({"language": "ko"}, "en"), ({}, "ko")):
            book = openpyxl.load_workbook(BytesIO(row_workbook.write(rows, asked, state, arguments, language)))
            headings = [cell.value for cell in book.worksheets[0][1]]
            assert headings[:3] == ["평가 체계", "이름", "출처"]
    print_table([{"agency": "x", "weight_percent": 1}], ["agency", "weight_percent"], "id")
    assert capsys.readouterr().out.splitlines()[0].split() == ["Instansi", "Bobot", "(%)"]


def test_the_service_heads_workbooks_in_its_language_and_keeps_the_keys_of_json(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset("t", "begin", [a_model(), an_element("files", "RecordSeries")]).apply()
    app = create_app(sqlite_repository, Settings(language="id"))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        address = "/api/v1/planning/record-register"
        answered = client.get(address, headers={"Accept": row_workbook.MEDIA_TYPE})
        first = openpyxl.load_workbook(BytesIO(answered.content)).worksheets[0][1]
        assert {"Nama", "Pemilik", "Tahun aktif", "Penyusutan"} <= {cell.value for cell in first}
        assert {"name", "owner", "active_years"} <= client.get(address).json()["items"][0].keys()
        # A report with a language of its own goes by that.
        asked = client.get("/api/v1/planning/index-frameworks", params={"language": "ko"}, headers={
            "Accept": row_workbook.MEDIA_TYPE,
        })  # fmt: skip
        assert openpyxl.load_workbook(BytesIO(asked.content)).worksheets[0]["A1"].value == "평가 체계"
