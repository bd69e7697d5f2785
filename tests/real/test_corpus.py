"""Published models of architects: each file counted as an independent parser counted it, all in one repository together.

They lie beside the checkout; where they are absent these tests are skipped.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ea_repo.errors import MalformedRequest
from ea_repo.exchange import Bundle, read
from ea_repo.exchange.importing import import_file
from ea_repo.repository import Repository, open_repository
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.view_content import Connection, Node

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
VARIANTS = CORPUS / "variants"
TRUNCATED = "variants/malformed/truncated.oef.xml"

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"the published models are not at {CORPUS}")


def _expected() -> dict[str, dict[str, Any]]:
    """What the independent parser counted, by path from the corpus. Comma-separated exports are another format."""
    found = {}
    for folder in (CORPUS, VARIANTS):
        if (folder / "expected.json").exists():
            for name, counts in json.loads((folder / "expected.json").read_text()).items():
                if "CSV" not in name:
                    found[(folder / name).relative_to(CORPUS).as_posix()] = counts
    return found


EXPECTED = _expected()
READABLE = [name for name in EXPECTED if name != TRUNCATED]
#: What a reader adds of its own to the kinds of findings: in all other files only notes and what the standard forbids.
FAULTY = {
    "variants/malformed/every-fault.oef.xml": {
        "odd-identifier": 1, "duplicate-identifier": 1, "renamed-type": 2, "unknown-type": 1, "unnamed-element": 2,
        "undefined-property": 1, "broken-text": 1, "repeated-relationship": 1, "dangling-end": 1, "self-relationship": 1,
        "dangling-item": 1, "unnamed-folder": 1, "two-folders": 1, "repeated-definition": 1, "odd-size": 1,
        "missing-element": 2, "line-elsewhere": 2, "missing-relationship": 1, "dangling-connection": 1,
        "illegal-relationship": 1,
    },
    "variants/jdedwards-oef-v2-duplicate-ids.oef.xml": {"duplicate-identifier": 2, "renamed-type": 6, "item-with-items": 1},
}  # fmt: skip


def key_of(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name)


def types(bundle: Bundle, *, relationships: bool) -> Counter[str]:
    """Types as the file has them: one that is unknown counts under its own name."""
    return Counter(
        each.specialization if each.type == "Grouping" and each.specialization == "Microservice" else each.type
        for each in bundle.concepts
        if (each.source is not None) == relationships
    )


@pytest.mark.parametrize("name", READABLE)
def test_a_file_holds_what_an_independent_parser_counted(name: str) -> None:
    bundle, expected = read(CORPUS / name), EXPECTED[name]
    counted = ("elements", "relationships", "views", "nodes", "connections", "properties", "folders")
    assert {key: bundle.holds[key] for key in counted if key in expected} == {
        key: expected[key] for key in counted if key in expected
    }
    if "rel_to_rel" in expected:
        ids = {each.identifier for each in bundle.concepts if each.source is not None}
        assert sum(each.source in ids or each.target in ids for each in bundle.concepts) == expected["rel_to_rel"]
    if "elements_by_type" in expected:
        assert types(bundle, relationships=False) == expected["elements_by_type"]
        lost = {"Serving": 1} if "every-fault" in name else {}  # its end is missing, and a finding says so
        assert types(bundle, relationships=True) + Counter(lost) == expected["relationships_by_type"]


def test_a_file_that_is_cut_off_is_refused_with_its_line() -> None:
    with pytest.raises(MalformedRequest, match=r"truncated\.oef\.xml, line 440, column \d+: the file is cut off here"):
        read(CORPUS / TRUNCATED)


#: For tests that share the repository of everything: one worker makes it.
together = pytest.mark.xdist_group("corpus")


@pytest.fixture(scope="module")
def corpus_repository(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Repository, dict[str, Any]]]:
    """Every file in one repository, each as a model of its own, with what its import reported."""
    path = tmp_path_factory.mktemp("corpus") / "all.db"
    path.write_bytes(sqlite_template.read_bytes())
    with open_repository(str(path)) as repository:
        reports = {
            name: import_file(repository, CORPUS / name, model=key_of(name), author="tester").to_json()
            for name in READABLE
        }
        yield repository, reports


@together
def test_every_file_imports_with_the_expected_counts(corpus_repository: tuple[Repository, dict[str, Any]]) -> None:
    _, reports = corpus_repository
    for name, report in reports.items():
        left_out = {"relationships": 1} if "every-fault" in name else {}
        for sort in ("elements", "relationships", "views"):
            assert report[sort]["in_file"] == EXPECTED[name][sort], name
            assert report[sort]["created"] == EXPECTED[name][sort] - left_out.get(sort, 0), name


@together
def test_the_repository_holds_them_all(corpus_repository: tuple[Repository, dict[str, Any]]) -> None:
    repository, reports = corpus_repository
    with repository.state() as state:
        assert len(state.models()) == len(READABLE)
        for kind, sort in (("element", "elements"), ("relationship", "relationships")):
            assert state.count(Query(kind=kind)) == sum(report[sort]["created"] for report in reports.values())  # type: ignore[arg-type]
        assert len(state.views()) == sum(report["views"]["created"] for report in reports.values())
        gemma = key_of("gemma-grafico.tar.gz")
        assert state.count(Query(model=gemma, kind="element")) == 3_006
        assert state.count(Query(model=gemma, kind="relationship")) == 6_257
        assert len(state.views(gemma)) == 358


@together
def test_faults_are_findings_and_other_files_have_none(corpus_repository: tuple[Repository, dict[str, Any]]) -> None:
    _, reports = corpus_repository
    for name, report in reports.items():
        codes = Counter(finding["code"] for finding in report["findings"])
        grave = {each["code"] for each in report["findings"] if each["severity"] != "note"} - {"illegal-relationship"}
        if name in FAULTY:
            assert codes == FAULTY[name], name
        else:
            assert not grave, name
        if "not_permitted_by_table" in EXPECTED[name]:
            assert codes["illegal-relationship"] == EXPECTED[name]["not_permitted_by_table"], name
        assert all("line" in finding or "file" in finding for finding in report["findings"]), name


@together
def test_a_second_import_of_each_file_changes_nothing(corpus_repository: tuple[Repository, dict[str, Any]]) -> None:
    repository, reports = corpus_repository
    for name, first in reports.items():
        again = import_file(repository, CORPUS / name, model=key_of(name), author="tester").to_json()
        assert (again["changeset"], again["changed"]) == (None, False), name
        assert [again[sort]["unchanged"] for sort in ("elements", "relationships", "views")] == [
            first[sort]["created"] for sort in ("elements", "relationships", "views")
        ], name


@together
def test_the_folder_layout_and_the_single_file_give_the_same_model(
    corpus_repository: tuple[Repository, dict[str, Any]],
) -> None:
    repository, _ = corpus_repository
    zipped, single = (f"variants/gemma-slice/gemma-slice{ending}" for ending in ("-grafico.zip", ".archimate"))
    report = import_file(repository, CORPUS / zipped, model=key_of(single), author="tester", dry_run=True)
    assert [change.uid for change in report.difference.changes if change.action != "unchanged"] == []


def test_a_new_release_updates_the_model_it_follows(sqlite_repository: Repository) -> None:
    """Counts as published with the two releases: persisting identifiers, changed and new ones."""
    import_file(sqlite_repository, VARIANTS / "vera/vera-3.2.1.oef.xml", model="vera", author="tester")
    second = VARIANTS / "vera/vera-4.0.oef.xml"
    report = import_file(sqlite_repository, second, model="vera", author="tester", missing="delete").to_json()
    created = {sort: report[sort]["created"] for sort in ("elements", "relationships", "views")}
    deleted = {sort: report[sort]["deleted"] for sort in ("elements", "relationships", "views")}
    assert (created, deleted) == (
        {"elements": 57, "relationships": 517, "views": 22},
        {"elements": 27, "relationships": 387, "views": 20},
    )
    assert report["elements"]["changed"] + report["elements"]["unchanged"] == 309


# The same models as Archi wrote them in comma-separated files: an independent check of names, types and ends.

WITH_CSV = sorted(path.parent.relative_to(CORPUS).as_posix() for path in CORPUS.glob("**/elements.csv"))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _file_beside(folder: Path) -> Path:
    candidates = [folder / "model.archimate", *folder.parent.glob("*.archimate")]
    return next(path for path in candidates if path.exists())


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


@pytest.mark.parametrize("folder", WITH_CSV)
def test_names_types_and_ends_agree_with_the_comma_separated_export(folder: str) -> None:
    bundle = read(_file_beside(CORPUS / folder))
    found = {each.identifier: each for each in bundle.concepts}
    rows = {row["ID"]: row for row in _rows(CORPUS / folder / "elements.csv")}
    model = bundle.identifier or ""
    rows.pop(model, None)  # the model itself is a row, too
    elements = {identifier: each for identifier, each in found.items() if each.source is None}
    assert elements.keys() == rows.keys()
    for identifier, row in rows.items():
        assert (elements[identifier].type, _one_line(elements[identifier].name)) == (
            row["Type"],
            _one_line(row["Name"]),
        )
    relations = {row["ID"]: row for row in _rows(CORPUS / folder / "relations.csv")}
    assert found.keys() - elements.keys() == relations.keys()
    for identifier, row in relations.items():
        each = found[identifier]
        assert (f"{each.type}Relationship", each.source, each.target) == (row["Type"], row["Source"], row["Target"])
        assert _one_line(each.name) == _one_line(row["Name"])


@pytest.mark.parametrize("folder", WITH_CSV)
def test_attributes_of_relationships_agree_with_the_comma_separated_export(folder: str) -> None:
    """Archi writes them as rows of properties: Access_Type, Influence_Strength, Directed, Junction_Type."""
    bundle = read(_file_beside(CORPUS / folder))
    names = {
        "Access_Type": "access_type",
        "Influence_Strength": "strength",
        "Directed": "directed",
        "Junction_Type": "junction_type",
    }
    words = {
        "ReadWrite": "read_write",
        "Read/Write": "read_write",
        "Unspecified": "access",
        "true": True,
        "false": None,
    }
    said: dict[tuple[str, str], object] = {}
    for row in _rows(CORPUS / folder / "properties.csv"):
        if row["Key"] in names:
            value = words.get(
                row["Value"], row["Value"].lower() if row["Key"] != "Influence_Strength" else row["Value"]
            )
            said[row["ID"], names[row["Key"]]] = value
    ours = {(each.identifier, name): value for each in bundle.concepts for name, value in each.attributes.items()}
    for place, value in said.items():
        assert ours.get(place) == value, place
    assert {place for place in ours if place[1] == "strength"} <= said.keys()


# The same models as Archi wrote them in the Exchange format: positions and bend points, made absolute by Archi itself.

PAIRS = [
    (
        path.as_posix(),
        path.with_name(path.name.replace("model.archimate", "model.xml").replace(".archimate", ".oef.xml")).as_posix(),
    )
    for path in sorted(each.relative_to(CORPUS) for each in CORPUS.glob("**/*.archimate"))
]
PAIRS = [(one, other) for one, other in PAIRS if one != other and (CORPUS / other).exists()]


def _bare(identifier: str | None) -> str:
    return (identifier or "").removeprefix("id-")


@pytest.mark.parametrize(("relative", "absolute"), PAIRS)
def test_positions_and_bend_points_agree_with_the_exchange_export(relative: str, absolute: str) -> None:
    theirs = {_bare(each.identifier): each.content for each in read(CORPUS / absolute).views}
    compared = 0
    for view in read(CORPUS / relative).views:
        other = theirs.get(_bare(view.identifier))
        if other is None:  # the format has no sketches
            assert view.kind != "archimate"
            continue
        boxes: dict[str, Node] = {_bare(node.id): node for node, _ in other.walk()}
        lines: dict[str, Connection] = {_bare(line.id): line for line in other.connections}
        mine = {_bare(node.id): node for node, _ in view.content.walk()}
        assert mine.keys() == boxes.keys()
        # Archi moves a whole view so that nothing is at a negative place.
        shifts = {(boxes[key].x - node.x, boxes[key].y - node.y) for key, node in mine.items()}
        assert len(shifts) <= 1
        right, down = shifts.pop() if shifts else (0, 0)
        assert {(key, node.width, node.height) for key, node in mine.items()} == {
            (key, node.width, node.height) for key, node in boxes.items()
        }
        for line in view.content.connections:
            if _bare(line.id) in lines:
                moved = [(x + right, y + down) for x, y in line.bend_points]
                assert moved == lines[_bare(line.id)].bend_points
                compared += len(moved)
    assert compared or not any(line.bend_points for content in theirs.values() for line in content.connections)


@together
def test_texts_are_kept_as_they_are(corpus_repository: tuple[Repository, dict[str, Any]]) -> None:
    repository, _ = corpus_repository

    def one(name: str, identifier: str) -> Concept:
        return state.get(f"{key_of(name)}:{identifier}")

    with repository.state() as state:
        fault = "variants/malformed/every-fault.oef.xml"
        assert one(fault, "e2").name == "  Permit service "
        assert one(fault, "e2").translations["nl"] == {"name": "Vergunningdienst"}
        assert one(fault, "e7").name == "Line\nbreak and\ttab and \xa0nbsp and \ufffd and \u200bzero width"
        assert one(fault, "e7").description == "<p>HTML &amp; more</p>\r\nsecond line"
        assert one(fault, "e8").name == '=HYPERLINK("http://example.org","formula")'
        assert [(each.key, each.value) for each in one(fault, "e6").properties] == [
            ("pd-missing", "x"), ("Owner", "first"), ("Owner", "second"), ("Owner", "")
        ]  # fmt: skip
