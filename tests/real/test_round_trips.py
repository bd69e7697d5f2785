"""Published models through every ArchiMate format: read, written, read again, they are the same; and importing changes nothing.

They lie beside the checkout; where they are absent these tests are skipped.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ea_repo.exchange import Bundle, read
from ea_repo.exchange.identifiers import identifier_of, uid_of
from ea_repo.exchange.importing import import_file
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.writing import export
from ea_repo.repository import Repository, open_repository
from tests.exchange.canonical import canonical, differences
from tests.exchange.governments import changes, written
from tests.exchange.schema import XSD, needs_schema, schema_errors
from tests.exchange.test_every_format import WITHOUT
from tests.real.test_corpus import CORPUS, READABLE, WITH_CSV

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"the published models are not at {CORPUS}")

#: Those that take half a second and more.
LARGE = [name for name in READABLE if CORPUS.joinpath(name).stat().st_size > 250_000] if CORPUS.exists() else []
SMALL = [name for name in READABLE if name not in LARGE]


def as_kept(bundle: Bundle) -> Bundle:
    """With the identifiers that the repository keeps: very long ones are shortened."""

    def kept(identifier: str | None) -> str | None:
        return None if identifier is None else identifier_of(uid_of("m", identifier))

    for concept in bundle.concepts:
        concept.identifier = kept(concept.identifier) or ""
        concept.source, concept.target, concept.folder = map(kept, (concept.source, concept.target, concept.folder))
    for folder in bundle.folders:
        folder.identifier, folder.parent = kept(folder.identifier) or "", kept(folder.parent)
    for view in bundle.views:
        view.identifier, view.folder = kept(view.identifier) or "", kept(view.folder)
        for node, _ in view.content.walk():
            node.concept, node.view = kept(node.concept), kept(node.view)
        for line in view.content.connections:
            line.relationship = kept(line.relationship)
    return bundle


@pytest.fixture
def repository(sqlite_url: str) -> Iterator[Repository]:
    with open_repository(sqlite_url) as opened:
        yield opened


def check(repository: Repository, name: str) -> None:
    import_file(repository, CORPUS / name, model="m", author="t")
    before = as_kept(read(CORPUS / name))
    for format, without in WITHOUT.items():
        data, told = written(repository, format, Selection(model="m"))
        after = read(io.BytesIO(data), name=name)
        assert differences(canonical(before, without=without), canonical(after, without=without)) == [], format
        assert changes(repository, data, "m") == [], format
        grave = {each.code for each in told.findings if each.severity != "note"}
        assert grave <= {"formula-cells"}, format
        if format == "archimate-exchange" and XSD.exists():
            assert schema_errors(data) == []


@pytest.mark.parametrize("name", SMALL)
def test_a_model_is_the_same_after_each_format(repository: Repository, name: str) -> None:
    check(repository, name)


@pytest.mark.soak
@pytest.mark.parametrize("name", LARGE)
def test_a_large_model_is_the_same_after_each_format(repository: Repository, name: str) -> None:
    check(repository, name)


@needs_schema
def test_files_of_archi_itself_are_valid_by_the_schema_as_we_ask_it() -> None:
    """Or the schema would not be asked at all."""
    assert schema_errors((CORPUS / "archisurance/model.xml").read_bytes()) == []
    wrong = (CORPUS / "archisurance/model.xml").read_bytes().replace(b"<elements>", b"<elementz>")
    assert schema_errors(wrong.replace(b"</elements>", b"</elementz>"))


@pytest.mark.parametrize("folder", [each for each in WITH_CSV if "common" not in each and "vera" not in each])
def test_the_csv_written_of_a_model_says_what_archi_wrote_of_it(
    repository: Repository, tmp_path: Path, folder: str
) -> None:
    """Archi's own files of the same model: the rows are compared as sets, line breaks and tabs as Archi flattens them."""
    candidates = [CORPUS / folder / "model.archimate", *(CORPUS / folder).parent.glob("*.archimate")]
    import_file(repository, next(path for path in candidates if path.exists()), model="m", author="t")
    with repository.state() as state:
        export(state, "archi-csv", tmp_path / "ours", Selection(model="m"))
    for file, columns in (
        ("elements.csv", ("Type", "Name", "Documentation")),
        ("relations.csv", ("Type", "Source", "Target")),
    ):
        ours, theirs = (_rows(path / file) for path in (tmp_path / "ours", CORPUS / folder))
        assert len(ours) == len(theirs)
        assert {(each["ID"], *(_flat(each[name]) for name in columns)) for each in ours if each["Type"] != "ArchimateModel"} == {
            (_escaped(each["ID"]), *(_escaped(_flat(each[name])) if name in ("Source", "Target") else _flat(each[name]) for name in columns))
            for each in theirs if each["Type"] != "ArchimateModel"
        }  # fmt: skip


@pytest.mark.parametrize("folder", WITH_CSV)
def test_archis_own_csv_reads_as_its_own_file_does(folder: str) -> None:
    candidates = [CORPUS / folder / "model.archimate", *(CORPUS / folder).parent.glob("*.archimate")]
    native = read(next(path for path in candidates if path.exists()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in (CORPUS / folder).glob("*.csv"):
            archive.write(path, path.name)
    table = read(packed, name=folder)
    for concept in (*native.concepts, *table.concepts):
        concept.name, concept.description = _flat(concept.name), _flat(concept.description or "") or None
        concept.specialization = None  # older versions of Archi had no such column
        concept.properties = []  # and flattened their texts each in its way
    without = WITHOUT["archi-csv"]
    assert (
        differences(canonical(native, without=without)["concepts"], canonical(table, without=without)["concepts"]) == []
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _escaped(identifier: str) -> str:
    """An identifier as kept, and as XML allows it: one of Archi may begin with a digit."""
    identifier = identifier_of(uid_of("m", identifier)).replace("~", "_x007E_")
    return f"_x{ord(identifier[0]):04X}_{identifier[1:]}" if identifier[:1].isdigit() else identifier
