"""An answer as a workbook, read back by another library."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from ea_repo.catalogue import entry
from ea_repo.cli.main import main
from ea_repo.exchange import row_workbook
from ea_repo.repository import Repository
from tests.factories import a_flow, a_model, a_system

NAME = "=HYPERLINK(1)"


@pytest.fixture
def repository(sqlite_repository: Repository) -> Repository:
    operations = [a_model(), a_system("a", NAME), a_system("b", "<B> & 세금"), a_flow("f", "a", "b")]
    sqlite_repository.changeset("tester", "begin", operations).apply()
    return sqlite_repository


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_service_gives_numbers_as_numbers_and_names_as_text_that_never_runs(repository: Repository) -> None:
    with TestClient(create_app(repository), base_url="http://127.0.0.1") as client:
        answered = client.get(
            "/api/v1/analysis/impact", params={"uid": "gov:a"}, headers={"Accept": row_workbook.MEDIA_TYPE}
        )
    assert answered.headers["content-type"] == row_workbook.MEDIA_TYPE
    found = sheets(answered.content)
    heading, row = found["impact"]
    said = dict(zip(heading, row, strict=True))
    assert (said["uid"], said["name"], said["distance"]) == ("gov:b", "<B> & 세금", 1)
    assert said["chain"] == "gov:a -Flow- gov:b"
    about = dict(found["About"])
    assert (about["changeset"], about["uid"]) == (1, "gov:a")


def test_the_command_writes_what_the_name_of_the_file_says(repository: Repository, tmp_path: Path) -> None:
    for name in ("found.xlsx", "found.csv", "found.json"):
        arguments = ["--database", str(repository.url), "dependencies", "gov:b", "-o", str(tmp_path / name)]
        assert main(arguments) == 0
    (_, row) = sheets((tmp_path / "found.xlsx").read_bytes())["dependencies"]
    assert NAME in row
    assert NAME in (tmp_path / "found.csv").read_text("utf-8")
    assert '"total": 1' in (tmp_path / "found.json").read_text("utf-8")
    assert main(["--database", str(repository.url), "dependencies", "gov:b", "-o", str(tmp_path / "found.doc")]) == 4


def test_an_empty_answer_is_an_empty_sheet(repository: Repository) -> None:
    with repository.state() as state:
        found = sheets(row_workbook.write([], entry("question", "cycles"), state, {}))
    assert found["cycles"] == []
