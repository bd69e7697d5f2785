"""What is shown before an edited workbook, an edited table or a mapped inventory is imported: as for any other file."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from ea_repo.errors import Conflict, NotFound
from ea_repo.exchange.importing import ImportReport, import_file
from ea_repo.exchange.inventory.planner import Inventory
from ea_repo.repository import Repository
from ea_repo.store.operations import Delete, Update
from tests.exchange.workbooks import change, changes, imported, opened, register, row_of, saved, written


@pytest.fixture
def filled(sqlite_repository: Repository) -> Repository:
    sqlite_repository.changeset("setup", "Register", register()).apply()
    return sqlite_repository


def newer(repository: Repository, *operations: Any) -> int:
    return repository.changeset("other", "Newer", operations).apply().number


def told(report: ImportReport) -> list[tuple[str, str | None, Any, Any, Any]]:
    return [(each.uid, each.field, each.base, each.theirs, each.mine) for each in report.conflicts]


# Workbook


def edited(repository: Repository) -> bytes:
    """A workbook in which one name was changed and one row taken out."""
    book = opened(written(repository))
    change(book["Systems"], "gov:system-2", {"name": "Mine", "users": 5})
    book["Flow"].delete_rows(row_of(book["Flow"], "gov:flow-10"))
    return saved(book)


def test_a_workbook_shows_changes_what_is_missing_and_conflicts(filled: Repository, tmp_path: Path) -> None:
    data = edited(filled)
    number = newer(filled, Update("gov:system-2", {"name": "Theirs"}))
    found = imported(filled, tmp_path, data, dry_run=True).details_json()
    assert [(each["uid"], each["after"]["name"]) for each in found["changes"]] == [("gov:system-2", "Mine")]
    assert found["missing"] == [{"record": "concept", "uid": "gov:flow-10", "type": "Flow", "name": "Flow 10"}]
    (conflict,) = found["conflicts"]
    assert (conflict["base"], conflict["theirs"], conflict["mine"]) == ("System 2", "Theirs", "Mine")
    assert (conflict["changeset"], conflict["place"]) == (number, "Sheet Systems, cell B7")
    assert (found["base"], found["planned"], found["holds"]) == (1, 2, "refuse")
    with pytest.raises(Conflict, match=r"Sheet Systems, cell B7.*file or keep"):
        imported(filled, tmp_path, data)


@pytest.mark.parametrize(("conflicts", "name"), [("file", "Mine"), ("keep", "Theirs")])
def test_a_workbook_is_imported_with_conflicts_as_asked(
    filled: Repository, tmp_path: Path, conflicts: str, name: str
) -> None:
    data = edited(filled)
    newer(filled, Update("gov:system-2", {"name": "Theirs"}))
    report = imported(filled, tmp_path, data, conflicts=conflicts)
    assert [each.uid for each in report.conflicts] == ["gov:system-2"]
    with filled.state() as state:
        found = state.get("gov:system-2")
        assert (found.name, found.attributes["users"]) == (name, 5)


@pytest.mark.parametrize(("conflicts", "there"), [("file", False), ("keep", True)])
def test_a_row_taken_out_that_others_changed_is_deleted_only_where_the_file_wins(
    filled: Repository, tmp_path: Path, conflicts: str, there: bool
) -> None:
    data = edited(filled)
    newer(filled, Update("gov:flow-10", {"name": "Theirs"}))
    report = imported(filled, tmp_path, data, missing="delete", conflicts=conflicts)
    assert told(report) == [("gov:flow-10", None, None, "changed", "deleted")]
    assert report.counts["relationships"]["deleted"] == (not there)
    with filled.state() as state:
        assert bool(state.get_many(["gov:flow-10"])) is there


def test_a_row_edited_that_others_deleted_comes_back_with_the_edit_where_the_file_wins(
    filled: Repository, tmp_path: Path
) -> None:
    book = opened(written(filled))
    change(book["Flow"], "gov:flow-3", {"name": "Mine"})
    number = newer(filled, Delete("gov:flow-3"))
    kept = imported(filled, tmp_path, saved(book), conflicts="keep")
    assert (told(kept), kept.changeset) == ([("gov:flow-3", None, None, "deleted", "changed")], None)
    assert kept.conflicts[0].changeset == number
    imported(filled, tmp_path, saved(book), conflicts="file")
    with filled.state() as state:
        found = state.get("gov:flow-3")
        assert (found.name, found.source, found.target) == ("Mine", "gov:system-3", "gov:system-4")


def test_the_age_of_a_workbook_can_be_told(filled: Repository, tmp_path: Path) -> None:
    """Exported before the newer work, but edited by somebody who had seen it: then it is no conflict."""
    data = edited(filled)
    number = newer(filled, Update("gov:system-2", {"name": "Theirs"}))
    report = imported(filled, tmp_path, data, base=number)
    assert (report.conflicts, report.base) == ([], number)
    assert changes(filled, report.changeset or 0) == {"gov:system-2": {"name": "Mine", "attributes": {"users": 5}}}
    with pytest.raises(NotFound, match="no changeset 9"):
        imported(filled, tmp_path, data, base=9)


# Plain table


def table(repository: Repository, tmp_path: Path, *taken_out: str, versions: bool = True, **names: str) -> bytes:
    """The regulations as a table, some renamed, some taken out."""
    from ea_repo.exchange.writing import export

    with repository.state() as state:
        export(state, "csv", tmp_path / "laws.csv", options={"type": "Regulation"})
    rows = list(csv.DictReader(io.StringIO((tmp_path / "laws.csv").read_text("utf-8"))))
    text = io.StringIO()
    writer = csv.DictWriter(text, [name for name in rows[0] if versions or name != "version"], extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        if row["uid"] not in taken_out:
            writer.writerow({**row, "name": names.get(row["uid"].removeprefix("gov:").replace("-", "_"), row["name"])})
    return text.getvalue().encode()


def from_table(repository: Repository, data: bytes, **options: Any) -> ImportReport:
    return import_file(repository, io.BytesIO(data), model="gov", author="t", name="laws.csv", **options)


def test_a_table_shows_and_deletes_what_is_missing_of_its_types_only(filled: Repository, tmp_path: Path) -> None:
    newer(filled, *[Update(f"gov:system-{number}", {"attributes": {"legal_basis": None}}) for number in range(12)])
    data = table(filled, tmp_path, "gov:law-1")
    report = from_table(filled, data)
    assert ([each.uid for each in report.missing], report.changeset) == (["gov:law-1"], None)
    from_table(filled, data, missing="delete")
    with filled.state() as state:
        assert not state.get_many(["gov:law-1"])
        assert len(state.find_all()) == len(register()) - 2  # the model, and the law


def test_a_table_without_versions_has_conflicts_where_its_age_is_told(filled: Repository, tmp_path: Path) -> None:
    data = table(filled, tmp_path, versions=False, law_0="Mine")
    newer(filled, Update("gov:law-0", {"name": "Theirs"}))
    assert told(from_table(filled, data, dry_run=True)) == []
    report = from_table(filled, data, base=1, conflicts="keep")
    assert (told(report), report.changeset) == ([("gov:law-0", "name", "Law 0", "Theirs", "Mine")], None)


# Inventory

MAPPING = """
[[concept]]
type = "System"
identifier = "Code"
name = "Name"
[concept.fields]
users = "Users"
"""


def from_inventory(repository: Repository, rows: str, mapping: str = MAPPING, **options: Any) -> ImportReport:
    return import_file(
        repository, io.BytesIO(f"Code;Name;Users\n{rows}".encode()), model="inv", author="t", name="inventory.csv",
        inventory=Inventory(mapping), **options,
    )  # fmt: skip


def test_an_inventory_shows_changes_what_is_missing_and_conflicts(sqlite_repository: Repository) -> None:
    from_inventory(sqlite_repository, "a;Tax;5\nb;Land;6\nc;Port;7\n")
    number = newer(sqlite_repository, Update("inv:a", {"name": "Theirs"}), Update("inv:b", {"description": "Kept"}))
    rows = "a;Taxes;8\nb;Land;6\n"
    report = from_inventory(sqlite_repository, rows, dry_run=True)
    assert [(each.uid, each.action) for each in report.changes] == [("inv:a", "changed")]
    assert (told(report), report.base) == ([("inv:a", "name", "Tax", "Theirs", "Taxes")], 1)
    assert (report.conflicts[0].place, report.conflicts[0].changeset) == ("Line 2, column Name", number)
    assert [(each.uid, each.type, each.name) for each in report.missing] == [("inv:c", "System", "Port")]
    assert report.holds == "file"
    assert told(from_inventory(sqlite_repository, rows, dry_run=True, base=number)) == []


def test_an_inventory_keeps_newer_work_and_deletes_what_is_missing_as_asked(sqlite_repository: Repository) -> None:
    from_inventory(sqlite_repository, "a;Tax;5\nb;Land;6\nc;Port;7\nd;Toll;8\n")
    newer(sqlite_repository, Update("inv:a", {"name": "Theirs"}), Update("inv:d", {"name": "Theirs, too"}))
    report = from_inventory(sqlite_repository, "a;Taxes;9\nb;Land;6\n", missing="delete", conflicts="keep")
    assert report.counts["elements"] == {"in_file": 2, "created": 0, "changed": 1, "unchanged": 1, "deleted": 1}
    with sqlite_repository.state() as state:
        assert {each.uid: each.name for each in state.find_all()} == {
            "inv:a": "Theirs", "inv:b": "Land", "inv:d": "Theirs, too",
        }  # fmt: skip
        assert state.get("inv:a").attributes["users"] == 9


def test_what_an_inventory_would_write_over_can_be_a_reason_not_to_import(sqlite_repository: Repository) -> None:
    from_inventory(sqlite_repository, "a;Tax;5\n")
    newer(sqlite_repository, Update("inv:a", {"name": "Theirs"}))
    with pytest.raises(Conflict, match="Line 2, column Name"):
        from_inventory(sqlite_repository, "a;Taxes;5\n", conflicts="refuse")


LEVELS = """
[[concept]]
type = "IndicatorLevel"
identifier = "Code"
name = "Name"
when = {column = "Users", empty = false}
[concept.fields]
framework = {constant = "f"}
indicator = {constant = "i"}
round_year = "Users"

[[concept]]
type = "System"
identifier = "Name"
prefix = "s-"
[concept.fields]
owner = {column = "Code"}

[[relationship]]
type = "Association"
source = "System"
target = {column = "Name", of = "IndicatorLevel"}
"""


def test_a_reference_to_what_is_left_out_is_a_finding_with_what_is_near(sqlite_repository: Repository) -> None:
    """The level of the second row lacks its year; the rest goes in."""
    report = from_inventory(sqlite_repository, "a;Plan 1;2025\nb;Plan 2;soon\n", LEVELS)
    found = [(each.code, each.message) for each in report.findings]
    assert ("missing-attribute", "Line 3: the IndicatorLevel needs round_year; it is left out") in found
    assert (
        "unmatched-reference",
        'Line 3, column Name: "Plan 2" is left out itself (line 3); did you mean Plan 1 [inv:a]?',
    ) in found
    with sqlite_repository.state() as state:
        assert {each.uid for each in state.find_all()} == {
            "inv:a", "inv:s-plan-1", "inv:s-plan-2", "inv:association-s-plan-1-a",
        }  # fmt: skip


CHAINED = """
[profile]
name = "parts"

[[type]]
name = "Part"
refines = "BusinessObject"
label = {en = "Part"}
[[type.attribute]]
name = "whole"
kind = "reference"
target = "BusinessObject"
required = true
label = {en = "Part of"}
"""


def test_what_needs_something_that_is_left_out_is_left_out_too_however_long_the_chain(
    sqlite_repository: Repository,
) -> None:
    from ea_repo.store.operations import Create

    newer(sqlite_repository, Create("custom", record="profile", fields={"text": CHAINED}))
    mapping = '[[concept]]\ntype = "Part"\nidentifier = "Code"\nname = "Name"\n[concept.fields]\nwhole = "Users"\n'
    chain = "".join(f"p{number};Part {number};p{number + 1}\n" for number in range(300))
    report = from_inventory(sqlite_repository, f"{chain}r;Round;r\n", mapping)
    assert [each.uid for each in report.changes if each.record == "concept"] == ["inv:r"]
    assert sum(each.code == "missing-attribute" for each in report.findings) == 300
