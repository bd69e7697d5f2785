"""Import into a repository on both engines: what is made, what a second import changes, what is kept, what is refused."""

import gc
from pathlib import Path
from typing import Any

import pytest

from ea_repo.errors import InUse, InvalidInput
from ea_repo.exchange.importing import ImportReport, import_file
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.writing import export
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Property
from ea_repo.store.view_content import ViewContent
from tests.exchange.files import (
    archi,
    archi_element,
    archi_relationship,
    archi_view,
    box,
    element,
    elements,
    exchange,
    folder,
    relationship,
    relationships,
)

MODEL = archi(
    folder("business", archi_element("a"), archi_element("b", "BusinessRole", inside="<documentation>Text</documentation>"), attributes='type="business"'),
    folder("relations", archi_relationship("r", "Assignment", "a", "b"), archi_relationship("rr", "Association", "a", "r")),
    folder("views", archi_view(box("n1", "a", 10, 20, inside='<sourceConnection id="c" source="n1" target="n2" archimateRelationship="r"/>'), box("n2", "b", 300, 20))),
)  # fmt: skip


def imported(
    repository: Repository, folder: Path, data: bytes, name: str = "model.xml", **options: Any
) -> ImportReport:
    path = folder / name
    path.write_bytes(data)
    return import_file(repository, path, **{"model": "m", "author": "tester", **options})


def test_a_file_becomes_a_model_with_its_concepts_folders_and_views(repository: Repository, tmp_path: Path) -> None:
    report = imported(repository, tmp_path, MODEL)
    assert report.to_json() == {
        "model": "m",
        "format": "archi",
        "changeset": 1,
        "dry_run": False,
        "changed": True,
        "elements": {"in_file": 2, "created": 2, "changed": 0, "unchanged": 0, "deleted": 0},
        "relationships": {"in_file": 2, "created": 2, "changed": 0, "unchanged": 0, "deleted": 0},
        "views": {"in_file": 1, "created": 1, "changed": 0, "unchanged": 0, "deleted": 0},
        "findings": [],
    }
    with repository.state() as state:
        assert (state.model("m").name, state.model("m").source_identifier) == ("Model", "id-model")
        found = state.get("m:b")
        assert (found.type, found.name, found.description, found.folder) == ("BusinessRole", "b", "Text", "m:business")
        on = state.get("m:rr")
        assert (on.source, on.target) == ("m:a", "m:r")
        view = state.view("m:v")
        content = ViewContent.from_json(view.content or {})
        assert content.concepts() == {"m:a", "m:b", "m:r"}
        assert [each.uid for each in state.views_showing("m:r")] == ["m:v"]


def test_a_second_import_changes_nothing_and_makes_no_changeset(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, MODEL)
    again = imported(repository, tmp_path, MODEL).to_json()
    assert (again["changeset"], again["changed"]) == (None, False)
    assert again["elements"] == {"in_file": 2, "created": 0, "changed": 0, "unchanged": 2, "deleted": 0}
    assert again["views"]["unchanged"] == 1
    with repository.state() as state:
        assert state.number == 1


def test_a_changed_file_updates_only_what_differs(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, MODEL)
    changed = MODEL.replace(b'name="a"', b'name="A new name"').replace(b'x="300"', b'x="310"')
    report = imported(repository, tmp_path, changed)
    assert report.counts["elements"] == {"in_file": 2, "created": 0, "changed": 1, "unchanged": 1, "deleted": 0}
    differences = {change.uid: change.after for change in report.difference.changes if change.action != "unchanged"}
    assert differences["m:a"] == {"name": "A new name"}
    assert set(differences) == {"m:a", "m:v"}


def test_a_dry_run_shows_the_difference_and_writes_nothing(repository: Repository, tmp_path: Path) -> None:
    report = imported(repository, tmp_path, MODEL, dry_run=True)
    assert (report.changeset, report.dry_run, report.changed) == (None, True, True)
    assert report.counts["elements"]["created"] == 2
    assert {change.uid for change in report.difference.changes} >= {"m", "m:a", "m:r", "m:v"}
    with repository.state() as state:
        assert (state.number, state.models()) == (0, [])


def test_findings_have_uid_and_line_and_are_kept_with_the_changeset(repository: Repository, tmp_path: Path) -> None:
    rows = [relationship("bad", "Composition", "a", "b"), relationship("lost", "Flow", "a", "gone")]
    report = imported(
        repository, tmp_path, exchange(elements(element("a"), element("b", "DataObject")), relationships(*rows))
    )
    said = {(found.code, found.severity, found.uid, found.line) for found in report.findings}
    assert said == {("dangling-end", "error", "m:lost", 10), ("illegal-relationship", "warning", "m:bad", 9)}
    kept = repository.changeset_numbered(1).findings
    assert [each["code"] for each in kept] == [found.code for found in report.findings]


def test_strict_refuses_any_finding_the_gravest_first(repository: Repository, tmp_path: Path) -> None:
    rows = [relationship("lost", "Flow", "a", "gone"), relationship("bad", "Assignment", "b", "a")]
    bad = exchange(elements(element("a", name=""), element("b", "DataObject")), relationships(*rows))
    with pytest.raises(InvalidInput, match=r'line 9: the Flow "lost" is left out.*and 2 more findings') as raised:
        imported(repository, tmp_path, bad, strict=True)
    assert [problem.code for problem in raised.value.errors] == [
        "dangling-end", "illegal-relationship", "unnamed-element"
    ]  # fmt: skip
    for dry_run in (False, True):
        with pytest.raises(InvalidInput, match="has no name"):
            imported(repository, tmp_path, exchange(elements(element("a", name=""))), strict=True, dry_run=dry_run)
    with repository.state() as state:
        assert state.models() == []


def test_strict_refuses_a_finding_again_where_nothing_would_change(repository: Repository, tmp_path: Path) -> None:
    unnamed = exchange(elements(element("a", name="")))
    imported(repository, tmp_path, unnamed)
    with pytest.raises(InvalidInput, match="has no name"):
        imported(repository, tmp_path, unnamed, strict=True)


def test_what_no_file_can_say_is_kept(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, MODEL)
    edits = [
        Update("m:a", {"type": "Agency", "valid_from": "2026-01-01", "translations": {"ko": {"name": "기관"}}}),
        Update("m:b", {"owner": "m:a", "description": "Edited here"}),
        Create("m:extra", "Goal", {"name": "Only here"}),
    ]
    repository.changeset("editor", "Edit", edits).apply()
    report = imported(repository, tmp_path, MODEL)
    assert [(change.uid, change.after) for change in report.difference.changes if change.action != "unchanged"] == [
        ("m:b", {"description": "Text"})
    ]
    with repository.state() as state:
        kept = state.get("m:a")
        assert (kept.type, str(kept.valid_from), kept.translations) == (
            "Agency",
            "2026-01-01",
            {"ko": {"name": "기관"}},
        )
        assert (state.get("m:b").owner, state.get("m:extra").name) == ("m:a", "Only here")


def test_what_the_file_no_longer_has_is_removed_only_when_asked(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, MODEL)
    smaller = archi(folder("business", archi_element("a"), attributes='type="business"'))
    assert imported(repository, tmp_path, smaller).changeset is None
    report = imported(repository, tmp_path, smaller, missing="delete")
    assert report.counts["elements"]["deleted"] == 1
    assert (report.counts["relationships"]["deleted"], report.counts["views"]["deleted"]) == (2, 1)
    with repository.state() as state:
        assert [each.uid for each in state.iterate(Query(model="m"))] == ["m:a"]
        assert [each.uid for each in state.folders("m")] == ["m:business"]


def test_removing_what_another_model_uses_is_refused(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, MODEL)
    others = [
        Create("o", record="model", fields={"name": "Other"}),
        Create("o:x", "Goal"),
        Create("o:r", "Association", {"source": "o:x", "target": "m:b"}),
    ]
    repository.changeset("editor", "Join", others).apply()
    with pytest.raises(InUse, match="m:b"):
        imported(repository, tmp_path, archi(folder("business", archi_element("a"))), missing="delete")


def test_one_model_may_come_from_two_formats(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, MODEL)
    other = exchange(elements(element("a"), element("c")), attributes='identifier="other"')
    report = imported(repository, tmp_path, other)
    assert report.counts["elements"] == {"in_file": 2, "created": 1, "changed": 0, "unchanged": 1, "deleted": 0}
    with repository.state() as state:
        assert state.model("m").source_identifier == "other"
        assert state.get("m:a").folder == "m:business"  # a file without folders says nothing about them


def test_a_model_without_identifier_or_name_is_called_by_its_key(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, archi(folder("f", archi_element("a")), attributes=""))
    with repository.state() as state:
        assert (state.model("m").name, state.model("m").source_identifier) == ("m", None)


def test_the_same_identifiers_in_two_models_do_not_meet(repository: Repository, tmp_path: Path) -> None:
    imported(repository, tmp_path, MODEL)
    imported(repository, tmp_path, MODEL, model="n")
    with repository.state() as state:
        assert (state.get("m:r").target, state.get("n:r").target) == ("m:b", "n:b")


def test_progress_is_told_from_reading_to_writing(sqlite_repository: Repository, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    imported(sqlite_repository, tmp_path, MODEL, progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(what for _, _, what in told)) == ["reading", "comparing", "writing"]
    assert all(0 <= done <= total for done, total, _ in told)
    assert (told[-1][0], told[-1][2]) == (told[-1][1], "writing")


def test_an_import_that_somebody_got_ahead_of_is_compared_anew(
    sqlite_repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ea_repo.exchange import importing

    plan, calls = importing.plan, []

    def overtaken(*arguments: Any) -> Any:
        planned = plan(*arguments)
        if not calls:
            calls.append(1)
            sqlite_repository.changeset(
                "other", "First", [Create("m", record="model", fields={"name": "Theirs"})]
            ).apply()
        return planned

    monkeypatch.setattr(importing, "plan", overtaken)
    report = imported(sqlite_repository, tmp_path, MODEL)
    assert report.changeset == 2
    with sqlite_repository.state() as state:
        assert state.model("m").name == "Model"


# The government profile: specializations that are its types, properties that are its attributes.

PROFILED = archi(
    '<profile name="System" id="p1" conceptType="ApplicationComponent"/>',
    '<profile name="Aplikasi" id="p2" conceptType="ApplicationComponent"/>',
    folder(
        "f",
        archi_element("pay", "ApplicationComponent", 'profiles="p1"', '<property key="criticality" value="vital"/><property key="Colour" value="red"/>'),
        archi_element("tax", "ApplicationComponent", 'profiles="p2"', '<property key="criticality" value="enormous"/>'),
        archi_element("plain", "ApplicationComponent", inside='<property key="criticality" value="vital"/>'),
    ),
)  # fmt: skip


def test_a_specialization_the_profile_knows_becomes_its_type_and_properties_its_attributes(
    repository: Repository, tmp_path: Path
) -> None:
    report = imported(repository, tmp_path, PROFILED)
    with repository.state() as state:
        pay, tax, plain = state.get("m:pay"), state.get("m:tax"), state.get("m:plain")
    assert (pay.type, pay.specialization, pay.attributes) == ("System", None, {"criticality": "vital"})
    assert pay.properties == (Property("Colour", "red"),)
    assert (tax.type, tax.specialization, tax.attributes) == ("System", "Aplikasi", {})
    assert tax.properties == (Property("criticality", "enormous"),)
    assert (plain.type, plain.attributes) == ("ApplicationComponent", {})
    assert plain.properties == (Property("criticality", "vital"),)
    assert [(found.code, found.uid) for found in report.findings] == [("unfit-value", "m:tax")]
    assert imported(repository, tmp_path, PROFILED).changeset is None


def test_an_attribute_set_here_survives_and_one_the_file_changes_is_updated(
    repository: Repository, tmp_path: Path
) -> None:
    imported(repository, tmp_path, PROFILED)
    repository.changeset("editor", "Cost", [Update("m:tax", {"attributes": {"criticality": "ordinary"}})]).apply()
    report = imported(repository, tmp_path, PROFILED.replace(b'value="vital"', b'value="important"'))
    with repository.state() as state:
        assert state.get("m:tax").attributes == {"criticality": "ordinary"}
        assert state.get("m:pay").attributes == {"criticality": "important"}
    assert report.counts["elements"]["changed"] == 2


def test_a_direction_taken_away_in_the_file_is_taken_away_here(repository: Repository, tmp_path: Path) -> None:
    ends = (archi_element("a"), archi_element("b"))
    directed = archi(folder("f", *ends, archi_relationship("r", "Association", "a", "b", 'directed="true"')))
    imported(repository, tmp_path, directed)
    report = imported(repository, tmp_path, directed.replace(b' directed="true"', b""))
    assert report.counts["relationships"]["changed"] == 1
    with repository.state() as state:
        assert state.get("m:r").attributes == {}


def test_what_was_read_does_not_stay_in_memory(sqlite_repository: Repository, tmp_path: Path) -> None:
    """Objects that hold each other would wait for Python's collector, which a busy service seldom runs."""
    rows = [archi_element(f"e{number}") for number in range(300)]
    model = archi(folder("business", *rows, attributes='type="business"'))
    written = tmp_path / "model.xml"
    imported(sqlite_repository, tmp_path, model)
    with sqlite_repository.state() as state:
        export(state, "archimate-exchange", written, Selection(model="m"))
    for data in (model, written.read_bytes()):
        imported(sqlite_repository, tmp_path, data, dry_run=True)
        gc.collect()
        gc.disable()
        try:
            imported(sqlite_repository, tmp_path, data, dry_run=True)
            assert gc.collect() < 300
        finally:
            gc.enable()
