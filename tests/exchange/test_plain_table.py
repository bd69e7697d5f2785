"""The plain table: its cells by Python's own reader, and that edits come back as a changeset of just them."""

import csv
import io
from pathlib import Path

import pytest

from ea_repo.errors import Conflict, InvalidInput
from ea_repo.exchange.importing import ImportReport, import_file
from ea_repo.exchange.writing import export
from ea_repo.repository import Repository
from ea_repo.store.operations import Update
from tests.exchange.workbooks import changes, register


@pytest.fixture
def filled(sqlite_repository: Repository) -> Repository:
    sqlite_repository.changeset("setup", "Register", register()).apply()
    return sqlite_repository


def _table(repository: Repository, **options: str) -> bytes:
    file = io.BytesIO()
    with repository.state() as state:
        export(state, "csv", file, options=options)
    return file.getvalue()


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def _imported(
    repository: Repository, folder: Path, rows: list[dict[str, str]], delimiter: str = ",", encoding: str = "utf-8"
) -> ImportReport:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    (folder / "edited.csv").write_bytes(text.getvalue().encode(encoding))
    return import_file(repository, folder / "edited.csv", model="gov", author="tester")


def test_a_table_of_one_type_has_its_columns_and_stable_values(filled: Repository) -> None:
    data = _table(filled, type="System", bom="yes")
    assert data.startswith(b"\xef\xbb\xbfuid,type,version,name,description,owner,")
    assert data.count(b"\r\n") > 12
    rows = {row["uid"]: row for row in _rows(data)}
    assert len(rows) == 12
    row = rows["gov:system-2"]
    assert (row["type"], row["version"], row["owner"], row["public_facing"]) == ("System", "1", "gov:agency-2", "true")
    assert (row["yearly_cost"], row["yearly_cost.currency"], row["active_on"], row["criticality"]) == (
        "2401",
        "IDR",
        "2024-02-29",
        "vital",
    )
    assert row["legal_basis"] == "gov:law-0; gov:law-2"
    assert rows["gov:system-0"]["description"] == "=SUM(A1:A9)"


def test_a_table_of_everything_imported_as_it_is_changes_nothing(filled: Repository, tmp_path: Path) -> None:
    for delimiter, encoding in ((",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-8")):
        rows = _rows(_table(filled))
        report = _imported(filled, tmp_path, rows, delimiter, encoding)
        assert (report.changeset, report.findings) == (None, [])


def test_edits_of_a_table_become_just_them_and_newer_work_stays(filled: Repository, tmp_path: Path) -> None:
    rows = _rows(_table(filled, type="System"))
    by_uid = {row["uid"]: row for row in rows}
    by_uid["gov:system-2"] |= {"users": "5", "criticality": "", "yearly_cost": "7.5", "name": "한글"}
    filled.changeset("other", "Newer", [Update("gov:system-2", {"description": "Newer"})]).apply()
    rows.append({"uid": "", "type": "System", "name": "New one", "operator": "Agency 1"})
    report = _imported(filled, tmp_path, rows)
    assert changes(filled, report.changeset or 0) == {
        "gov:system-2": {
            "name": "한글",
            "attributes": {"users": 5, "criticality": None, "yearly_cost": {"amount": 7.5, "currency": "IDR"}},
        },
        "gov:new-one": {"type": "System", "name": "New one", "attributes": {"operator": "gov:agency-1"}},
    }
    by_uid["gov:system-3"]["name"] = "Mine"
    filled.changeset("other", "Newer", [Update("gov:system-3", {"name": "Theirs"})]).apply()
    with pytest.raises(Conflict, match='column name: "gov:system-3"'):
        _imported(filled, tmp_path, rows)


def test_every_wrong_cell_is_told_with_its_line(filled: Repository, tmp_path: Path) -> None:
    rows = [
        {"uid": "a", "type": "System", "name": "A", "users": "many", "valid_from": "1.2.2020"},
        {"uid": "b", "type": "Sistem", "name": "B", "users": "", "valid_from": ""},
        {"uid": "c", "type": "Agency", "name": "C", "users": "5", "valid_from": ""},
    ]
    with pytest.raises(InvalidInput) as caught:
        _imported(filled, tmp_path, rows)
    assert [problem.detail for problem in caught.value.errors] == [
        'Line 3, column type: there is no type "Sistem".',
        "Line 4, column users: Agency has no users; empty the cell.",
        'Line 2, column valid_from: "1.2.2020" is not a date; use 2028-01-31.',
        'Line 2, column users: "many" is not a whole number; use digits only, such as 1200.',
    ]
