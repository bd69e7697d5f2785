"""What ArchiMate files look like on the way out: valid, the same bytes each time, small differences, nothing lost silently."""

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from ea_repo.exchange import read
from ea_repo.exchange.identifiers_xml import from_xml_id, xml_id
from ea_repo.exchange.importing import import_file
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.writing import export
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Update
from tests.exchange.governments import changes, government, written
from tests.exchange.schema import needs_schema, schema_errors
from tests.factories import a_folder, a_model, a_relationship, a_system, a_view, an_agency, an_element

__all__ = ["government"]

MODEL = Selection(model="gov")
ARCHI = {"archimate": "http://www.archimatetool.com/archimate"}
PICTURE = "data:image/png;base64,iVBORw0KGgo="


@pytest.fixture
def repository(sqlite_repository: Repository) -> Repository:
    """Everything that is awkward to write: shared identifiers, negative places, a line on a line, odd identifiers."""
    sqlite_repository.changeset(
        "t",
        "begin",
        [
            a_model(name="Pemerintah", translations={"id": {"name": "Pemerintah"}, "en": {"name": "Government"}}),
            a_folder("same", "Same"),
            a_folder("empty", "Empty", type="business"),
            an_agency("1st", "Ministry & <Co>"),
            a_system("same", "Sistem", owner="1st", folder="same", attributes={"criticality": "vital"},
                     translations={"id": {"name": "Sistem"}, "en": {"name": "System"}}),
            an_element("gov:a:b", "Junction", "", attributes={"junction_type": "or"}),
            a_relationship("r1", "Serving", "same", "1st"),
            a_relationship("r2", "Association", "r1", "gov:a:b", attributes={"directed": True}),
            a_relationship("r3", "Access", "same", "1st", attributes={"access_type": "read_write"}),
            a_view("same", shows=("same", "1st"), folder="same"),
            _odd_view(),
        ],
    ).apply()  # fmt: skip
    return sqlite_repository


def _odd_view() -> Create:
    nodes = [
        {"id": "box-0", "kind": "element", "x": -40, "y": -7.5, "width": -1, "height": -1, "concept": "gov:same",
         "image": "images/logo.png", "figure": 1, "label_expression": "${name}"},
        {"id": "1", "kind": "group", "x": 300, "y": 20, "width": 0, "height": 140, "text": "\ngroup\n",
         "nodes": [{"id": "2", "kind": "element", "x": 320, "y": 40, "width": 120, "height": 55, "concept": "gov:1st"}]},
        {"id": "3", "kind": "view", "x": 0, "y": 300, "width": 120, "height": 55, "view": "gov:same"},
    ]  # fmt: skip
    connections = [
        {"id": "l1", "source": "box-0", "target": "2", "relationship": "gov:r1", "bend_points": [[-90, 10], [200, 10]],
         "style": {"line": "#ff0000", "extra": {"textPosition": "0", "sourceAttachment": "3,4"}}},
        {"id": "l2", "source": "l1", "target": "3", "bend_points": [[50, 200]], "text": "why"},
    ]  # fmt: skip
    content = {"nodes": nodes, "connections": connections, "extra": {"images": {"images/logo.png": PICTURE}}}
    fields = {"name": "Odd", "kind": "sketch", "viewpoint": "layered", "content": content, "folder": "gov:same"}
    return Create("gov:odd", fields=fields, record="view")


@pytest.mark.parametrize("format", ["archi", "archimate-exchange", "coarchi"])
def test_awkward_things_come_back(repository: Repository, format: str) -> None:
    data, _ = written(repository, format, MODEL)
    found = changes(repository, data, "gov")
    assert found == ([] if format == "archimate-exchange" else [("changed", "gov:odd", "content")])
    if found:  # Archi has whole pixels only, and says so
        _, told = written(repository, format, MODEL)
        assert [each.code for each in told.findings] == ["rounded"]


@needs_schema
def test_an_exchange_file_is_valid_by_the_published_schema(repository: Repository, government: Repository) -> None:
    for source, selection in (
        (repository, MODEL), (repository, Selection()), (government, Selection(model="people")),
        (government, Selection(owner="finance:MOF")), (repository, Selection(uids=())),
    ):  # fmt: skip
        data, _ = written(source, "archimate-exchange", selection)
        assert schema_errors(data) == []


@pytest.mark.parametrize("format", ["archi", "archi-csv", "archimate-exchange", "coarchi"])
def test_the_same_model_is_the_same_bytes(repository: Repository, format: str) -> None:
    assert written(repository, format, MODEL)[0] == written(repository, format, MODEL)[0]


def test_a_change_of_one_name_is_one_changed_line_of_one_file(repository: Repository, tmp_path: Path) -> None:
    def files() -> dict[str, list[str]]:
        with repository.state() as state:
            export(state, "coarchi", tmp_path / "model", MODEL)
        return {
            path.relative_to(tmp_path).as_posix(): path.read_text("utf-8").splitlines()
            for path in (tmp_path / "model").rglob("*.xml")
        }

    before = files()
    repository.changeset("t", "rename", [Update("gov:1st", {"name": "Ministry"})]).apply()
    after = files()
    assert before.keys() == after.keys()
    different = {path for path in after if before[path] != after[path]}
    assert {path.rpartition("/")[2] for path in different} == {"BusinessActor_1st.xml"}
    (path,) = different
    assert sum(one != other for one, other in zip(before[path], after[path], strict=True)) == 1


def test_archi_finds_the_folders_and_types_it_must_have(repository: Repository) -> None:
    data, _ = written(repository, "archi", MODEL)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["model.xml", "images/logo.png"]
        root = etree.fromstring(archive.read("model.xml"))
    assert {each.get("type") for each in root.findall("folder")} == {
        "strategy", "business", "application", "technology", "motivation", "implementation_migration", "other",
        "relations", "diagrams",
    }  # fmt: skip
    assert all(each.getparent().tag == "folder" for each in root.iter("element"))
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    kinds = {each.get("{http://www.w3.org/2001/XMLSchema-instance}type") for each in root.iter("element")}
    assert "archimate:ApplicationComponent" in kinds
    assert not any("System" in str(each) for each in kinds)
    profile = root.find("profile[@name='System']")
    assert profile is not None
    assert root.find(f".//element[@profiles='{profile.get('id')}']") is not None


def test_characters_that_xml_cannot_hold_are_told(sqlite_repository: Repository) -> None:
    operations = [a_model(), an_element("bell", "Meaning", "ring\x07 the \x1b bell")]
    sqlite_repository.changeset("t", "begin", operations).apply()
    for format in ("archi", "archimate-exchange", "coarchi"):
        data, told = written(sqlite_repository, format, MODEL)
        assert [each.code for each in told.findings] == ["lost-characters"]
        assert read(io.BytesIO(data)).concepts[0].name == "ring\ufffd the \ufffd bell"
    data, told = written(sqlite_repository, "archi-csv", MODEL)
    assert changes(sqlite_repository, data, "gov") == []


def test_cells_that_begin_like_formulas_are_exact_and_told(sqlite_repository: Repository) -> None:
    operations = [a_model(), an_element("x", "Meaning", '=HYPERLINK("http://example.org";"a")')]
    sqlite_repository.changeset("t", "begin", operations).apply()
    data, told = written(sqlite_repository, "archi-csv", MODEL)
    assert [each.code for each in told.findings] == ["formula-cells"]
    assert read(io.BytesIO(data)).concepts[0].name == '=HYPERLINK("http://example.org";"a")'


@pytest.mark.parametrize(
    ("identifier", "written_as"),
    [
        ("SAKTI", "SAKTI"),
        ("1a", "_x0031_a"),
        ("a:b", "a_x003A_b"),
        ("_x0031_a", "_x005F_x0031_a"),
        ("-x", "_x002D_x"),
        ("日本", "日本"),
        ("a b", "a_x0020_b"),
        ("😀", "😀"),
        ("\u00b7", "_x00B7_"),
    ],
)
def test_identifiers_are_written_as_xml_allows_and_back(identifier: str, written_as: str) -> None:
    assert (xml_id(identifier), from_xml_id(written_as)) == (written_as, identifier)


@pytest.mark.parametrize("foreign", ["_x0041_", "_x41_", "id_x00e9_", "_xFFFFFF_", "a_x0031_"])
def test_identifiers_that_other_tools_made_are_left_alone(foreign: str) -> None:
    """Only what we would have written so is read back."""
    assert from_xml_id(foreign) == foreign


def test_a_comma_separated_file_is_read_however_archi_wrote_it(sqlite_repository: Repository) -> None:
    elements = (
        '"ID";"Type";"Name";"Documentation"\r\n"m";"ArchimateModel";"Model";""\r\n"a";"Node";"=""007""";"é\nè"\r\n'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("old-elements.csv", elements.encode("cp1252"))
        archive.writestr("old-properties.csv", b"\xef\xbb\xbfID\tKey\tValue\r\na\tOwner\tme\r\nb\tOwner\tyou\r\n")
    report = import_file(sqlite_repository, packed, model="m", author="t")
    assert [each.code for each in report.findings] == ["other-encoding", "dangling-property"]
    with sqlite_repository.state() as state:
        assert (state.get("m:a").name, state.get("m:a").description) == ("007", "é\nè")
        assert [each.value for each in state.get("m:a").properties] == ["me"]
