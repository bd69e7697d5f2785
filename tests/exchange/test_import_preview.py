"""What an import shows before it is applied: changes, what is missing from the file, and conflicts with newer work."""

from pathlib import Path
from typing import Any

import pytest

from ea_repo.errors import NotFound
from ea_repo.exchange.importing import ImportReport, import_file
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Delete, Update
from tests.exchange.files import archi, archi_element, archi_relationship, folder


def model_file(**names: str) -> bytes:
    """Three elements, of the names given or else their identifiers, and a relationship."""
    rows = [
        archi_element(each).replace(f'name="{each}"', f'name="{names.get(each, each)}"') for each in ("a", "b", "c")
    ]
    return archi(
        folder("business", *rows, attributes='type="business"'),
        folder("relations", archi_relationship("r", "Association", "a", "b")),
    )


def imported(repository: Repository, place: Path, data: bytes, **options: Any) -> ImportReport:
    path = place / "model.archimate"
    path.write_bytes(data)
    return import_file(repository, path, **{"model": "m", "author": "importer", **options})


def edited(repository: Repository, *operations: Any) -> int:
    return repository.changeset("editor", "edit", operations).apply().number


def told(report: ImportReport) -> list[tuple[str, str | None, Any, Any, Any]]:
    return [(each.uid, each.field, each.base, each.theirs, each.mine) for each in report.conflicts]


def test_the_preview_tells_each_change_before_and_after_and_what_is_missing(
    repository: Repository, tmp_path: Path
) -> None:
    imported(repository, tmp_path, model_file())
    edited(repository, Create("m:only-here", "BusinessActor", {"name": "Only here"}))
    found = imported(repository, tmp_path, model_file(a="A2"), dry_run=True).details_json()
    assert [(each["uid"], each["action"], each["before"], each["after"]) for each in found["changes"]] == [
        ("m:a", "changed", {"name": "a"}, {"name": "A2"})
    ]
    assert found["missing"] == [
        {"record": "concept", "uid": "m:only-here", "type": "BusinessActor", "name": "Only here"}
    ]
    assert (found["base"], found["planned"], found["conflicts"], found["changeset"]) == (1, 2, [], None)


def test_a_field_changed_here_and_in_the_file_is_a_conflict_that_the_file_wins(
    repository: Repository, tmp_path: Path
) -> None:
    imported(repository, tmp_path, model_file())
    edited(repository, Update("m:a", {"name": "Here"}), Update("m:b", {"description": "Said here"}))
    report = imported(repository, tmp_path, model_file(a="In the file"), dry_run=True)
    # b's description is no conflict of the file's making, but the older file would take it away.
    assert told(report) == [
        ("m:a", "name", "a", "Here", "In the file"),
        ("m:b", "description", None, "Said here", None),
    ]
    assert {each.changeset for each in report.conflicts} == {2}
    imported(repository, tmp_path, model_file(a="In the file"))
    with repository.state() as state:
        assert (state.get("m:a").name, state.get("m:b").description) == ("In the file", None)


def test_newer_work_is_kept_where_that_is_asked_and_all_else_comes_from_the_file(
    repository: Repository, tmp_path: Path
) -> None:
    imported(repository, tmp_path, model_file())
    edited(repository, Update("m:a", {"name": "Here"}))
    report = imported(repository, tmp_path, model_file(a="In the file", c="C2"), conflicts="keep")
    assert [each.uid for each in report.conflicts] == ["m:a"]
    assert report.counts["elements"] == {"in_file": 3, "created": 0, "changed": 1, "unchanged": 2, "deleted": 0}
    with repository.state() as state:
        assert (state.get("m:a").name, state.get("m:c").name) == ("Here", "C2")


def test_what_was_made_here_since_is_a_conflict_where_the_file_would_delete_it(
    repository: Repository, tmp_path: Path
) -> None:
    imported(repository, tmp_path, model_file())
    edited(repository, Create("m:new", "BusinessActor", {"name": "New"}))
    smaller = archi(folder("business", archi_element("a"), attributes='type="business"'))
    report = imported(repository, tmp_path, smaller, missing="delete", dry_run=True)
    assert told(report) == [("m:new", None, None, "created", "deleted")]
    assert {each.uid for each in report.missing} == {"m:b", "m:c", "m:r", "m:new", "m:relations"}
    imported(repository, tmp_path, smaller, missing="delete", conflicts="keep")
    with repository.state() as state:
        assert {each.uid for each in state.find_all()} == {"m:a", "m:new"}


def test_how_old_a_file_is_follows_from_the_last_import_of_its_model(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, model_file())
    edited(repository, Update("m:a", {"name": "Here"}))
    imported(repository, tmp_path, model_file(a="Here", b="B2"))  # exported after the edit
    imported(repository, tmp_path, model_file(), model="other")
    report = imported(repository, tmp_path, model_file(a="A3", b="B2"), dry_run=True)
    assert (report.base, told(report)) == (3, [])
    earlier = imported(repository, tmp_path, model_file(a="A3", b="B2"), dry_run=True, base=1)
    assert told(earlier) == [("m:a", "name", "a", "Here", "A3")]


def test_an_import_that_was_reverted_does_not_count(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, model_file())
    number = imported(repository, tmp_path, model_file(a="A2")).changeset
    assert number is not None
    repository.revert(number, "editor").apply()
    assert imported(repository, tmp_path, model_file(a="A3"), dry_run=True).base == 1


def test_a_model_that_never_came_from_a_file_has_no_conflicts_unless_its_age_is_told(
    repository: Repository, tmp_path: Path
) -> None:
    edited(repository, Create("m", record="model", fields={"name": "M"}), Create("m:a", "BusinessActor", {"name": "a"}))
    edited(repository, Update("m:a", {"name": "Here"}))
    report = imported(repository, tmp_path, model_file(), dry_run=True)
    assert (report.base, told(report)) == (None, [])
    report = imported(repository, tmp_path, model_file(a="A2"), dry_run=True, base=1)
    assert ("m:a", "name", "a", "Here", "A2") in told(report)
    with pytest.raises(NotFound, match="no changeset 7"):
        imported(repository, tmp_path, model_file(), base=7)


def test_what_was_deleted_here_and_is_in_the_file_comes_back(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, model_file())
    edited(repository, Delete("m:c"))
    report = imported(repository, tmp_path, model_file())
    assert [(each.uid, each.action) for each in report.changes] == [("m:c", "created")]
    assert told(report) == [("m:c", None, None, "deleted", "created")]
