"""What an export selects, and that it is written whole or not at all. What each format says is in the tests of the formats."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ea_repo.errors import InvalidInput, NotFound, UnknownFormat
from ea_repo.exchange.export import Export
from ea_repo.exchange.importing import import_file
from ea_repo.exchange.selection import Selection, found_by
from ea_repo.exchange.writing import export, format_of, writers
from ea_repo.repository import Repository, open_repository
from ea_repo.store.operations import Update
from tests.exchange.governments import changes, government, written
from tests.factories import a_folder, a_model, a_relationship, a_system, a_view, an_agency, an_element

__all__ = ["government"]

FORMATS = ("archi", "archi-csv", "archimate-exchange", "coarchi")
MODELS = (Selection(model="finance"), Selection(model="shared"), Selection(model="roadmap"))


@pytest.fixture
def repository(sqlite_repository: Repository) -> Repository:
    """Two models that reach each other, folders in folders, a relationship at a relationship, views."""
    sqlite_repository.changeset(
        "t",
        "begin",
        [
            a_model(),
            a_model("other", "Other"),
            a_folder("top", "Top"),
            a_folder("below", "Below", parent="top"),
            a_folder("aside", "Aside"),
            an_agency("finance"),
            an_agency("customs"),
            a_relationship("part", "Composition", "finance", "customs"),
            a_system("tax", owner="finance", folder="top"),
            a_system("border", owner="customs", folder="below", valid_until="2027-01-01"),
            a_system("pay", folder="aside"),
            a_system("other:mail"),
            a_relationship("serves", "Serving", "tax", "border"),
            a_relationship("leads", "Flow", "border", "pay"),
            a_relationship("about", "Association", "tax", "serves"),
            a_relationship("abroad", "Serving", "other:mail", "tax"),
            an_element("note", "Meaning", folder="aside"),
            a_view("all", shows=("tax", "border", "pay", "other:mail"), folder="top"),
            a_view("one", shows=("pay",), folder="aside"),
        ],
    ).apply()
    return sqlite_repository


def selected(repository: Repository, selection: Selection, on: date | None = None) -> dict[str, list[str]]:
    with repository.state(on=on) as state:
        wanted = Export(state, selection)
        bundle = wanted.bundle()
        rows = [each.uid for each in (*wanted.elements(), *wanted.relationships())]
        own = [each for each in bundle.concepts if not each.is_proxy]
        assert [wanted.identifier(each) for each in rows] == [each.identifier for each in own] or on is not None
        return {
            "concepts": [each.identifier for each in own],
            "proxies": [each.identifier for each in bundle.concepts if each.is_proxy],
            "views": [view.identifier for view in bundle.views],
            "cut": [view.identifier for view in bundle.views if view.is_cut],
            "folders": [folder.identifier for folder in bundle.folders],
            "codes": [finding.code for finding in bundle.findings],
        }


def test_a_whole_model_goes_with_what_it_reaches_in_others(repository: Repository) -> None:
    assert selected(repository, Selection(model="gov")) == {
        "concepts": ["border", "customs", "finance", "note", "pay", "tax", "about", "abroad", "leads", "part", "serves"],
        "proxies": ["other:mail"],
        "views": ["all", "one"],
        "cut": [],
        "folders": ["aside", "below", "top"],
        "codes": ["proxies"],
    }  # fmt: skip


def test_a_folder_goes_with_what_is_below_and_what_its_views_show(repository: Repository) -> None:
    found = selected(repository, Selection(folder="gov:below"))
    assert (found["concepts"], found["views"], found["cut"]) == (["border"], ["all"], ["all"])
    found = selected(repository, Selection(folder="gov:top"))
    assert set(found["concepts"]) >= {"tax", "border", "serves", "about", "pay", "leads"}
    assert set(found["folders"]) == {"top", "below", "aside"}


def test_an_agency_goes_with_those_below_it_and_what_they_own(repository: Repository) -> None:
    found = selected(repository, Selection(owner="gov:finance"))
    assert found["concepts"] == ["border", "customs", "finance", "tax", "about", "part", "serves"]
    assert found["codes"] == ["cut-view", "leads-out"]
    assert selected(repository, Selection(owner="gov:customs"))["concepts"] == ["border", "customs"]


def test_what_a_question_finds_goes_with_the_ends_of_relationships(repository: Repository) -> None:
    with repository.state() as state:
        uids = found_by(state, "impact", {"uid": ["gov:tax"], "depth": ["1"]})
    assert set(uids) >= {"gov:tax", "gov:border"}
    assert set(selected(repository, Selection(uids=("gov:about",)))["concepts"]) == {"tax", "border", "about", "serves"}
    assert selected(repository, Selection(uids=("gov:tax", "gov:pay"), owner="gov:finance"))["concepts"] == ["tax"]


def test_everything_names_concepts_by_their_uids(repository: Repository) -> None:
    found = selected(repository, Selection())
    assert set(found["concepts"]) >= {"gov:tax", "other:mail", "gov:abroad"}
    assert (found["proxies"], found["folders"], found["codes"]) == ([], [], ["folders-left-out"])


def test_on_a_date_what_does_not_hold_is_cut_out(repository: Repository) -> None:
    found = selected(repository, Selection(model="gov"), date(2028, 1, 1))
    assert not set(found["concepts"]) & {"border", "serves", "about", "leads"}
    assert found["cut"] == ["all"]


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection(model="gow"), 'no model "gow"'),
        (Selection(folder="gov:tops"), 'no folder "gov:tops"'),
        (Selection(owner="gov:financ"), 'no concept "gov:financ"'),
        (Selection(uids=("gov:tx",)), 'no concept "gov:tx"'),
    ],
)
def test_what_is_not_there_is_said_and_nothing_written(
    repository: Repository, tmp_path: Path, selection: Selection, message: str
) -> None:
    path = tmp_path / "out" / "model.zip"
    path.parent.mkdir()
    path.write_bytes(b"before")
    with repository.state() as state, pytest.raises(NotFound, match=message):
        export(state, "archi-csv", path, selection)
    assert [each.name for each in path.parent.iterdir()] == ["model.zip"]
    assert path.read_bytes() == b"before"


@pytest.mark.parametrize(
    ("question", "arguments", "message"),
    [
        ("impact", {}, "needs uid"),
        ("impact", {"uid": ["gov:tax"], "deep": ["1"]}, 'has no "deep"'),
        ("impact", {"uid": ["gov:tax"], "depth": ["many"]}, "should be a whole number"),
        ("impact", {"uid": ["gov:tax", "gov:pay"]}, "is given 2 times"),
    ],
)
def test_a_question_that_is_asked_wrongly_says_how(
    repository: Repository, question: str, arguments: dict[str, list[str]], message: str
) -> None:
    with repository.state() as state, pytest.raises(InvalidInput, match=message):
        found_by(state, question, arguments)


def test_a_format_is_found_by_name_and_by_the_end_of_the_file() -> None:
    for name, each in writers().items():
        alone = sum(other.suffix == each.suffix for other in writers().values()) == 1
        if alone:
            assert format_of(Path(f"model{each.suffix}")) == name
    with pytest.raises(UnknownFormat, match="says no format"):
        format_of(Path("model.docx"))


def test_a_format_of_several_files_is_written_into_a_folder_too(repository: Repository, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with repository.state() as state:
        export(state, "archi-csv", folder, Selection(model="gov"))
        (folder / "README.md").write_text("mine")
        before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
        export(state, "archi-csv", folder, Selection(model="gov"))
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    with repository.state() as state:
        file = io.BytesIO()
        export(state, "archi-csv", file, Selection(model="gov"))
    with zipfile.ZipFile(file) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            path.name: path.read_bytes() for path in folder.glob("*.csv")
        }


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("selection", MODELS, ids=lambda each: each.model)
def test_a_model_of_the_government_comes_back_unchanged(
    government: Repository, format: str, selection: Selection
) -> None:
    data, _ = written(government, format, selection)
    assert changes(government, data, str(selection.model)) == []


@pytest.mark.parametrize("format", FORMATS)
def test_a_concept_of_another_model_is_changed_where_it_lives(repository: Repository, format: str) -> None:
    everything, _ = written(repository, format, Selection())
    assert changes(repository, everything, "copy") == [("created", "copy", "name, source_identifier")]
    repository.changeset("t", "rename", [Update("other:mail", {"name": "Post"})]).apply()
    assert changes(repository, everything, "gov") == [("changed", "other:mail", "name")]
    one, _ = written(repository, format, Selection(model="gov"))
    repository.changeset("t", "rename", [Update("other:mail", {"name": "Mail"})]).apply()
    assert changes(repository, one, "gov") == []  # a proxy says nothing of what it stands for


@pytest.mark.parametrize("format", ["archi", "archimate-exchange", "coarchi"])
def test_a_cut_view_leaves_the_whole_one_alone(repository: Repository, format: str) -> None:
    data, _ = written(repository, format, Selection(owner="gov:finance"))
    assert changes(repository, data, "gov") == []


@pytest.mark.parametrize("format", FORMATS)
def test_a_model_goes_into_another_repository_with_owner_dates_and_attributes(
    repository: Repository, fresh_repository: Repository, format: str
) -> None:
    data, _ = written(repository, format, Selection(model="gov"))
    import_file(fresh_repository, io.BytesIO(data), model="new", author="t")
    with fresh_repository.state() as state:
        border = state.get("new:border")
        assert (border.type, border.specialization, border.owner) == ("System", None, "new:customs")
        assert border.valid_until == date(2027, 1, 1)
        assert state.get("new:about").target == "new:serves"
        assert state.get("new:other:mail").name == "other:mail"  # a proxy of what is not there becomes a concept


@pytest.fixture
def fresh_repository(sqlite_template: Path, tmp_path: Path) -> Iterator[Repository]:
    path = tmp_path / "fresh.db"
    path.write_bytes(sqlite_template.read_bytes())
    with open_repository(str(path)) as opened:
        yield opened


#: What each format that is no ArchiMate leaves out of the repository above, by hand: "all" has a folder and one of 2 views,
#: "top" is of 3 folders.
LEFT_OUT = {
    "archi-csv": ("Archi's CSV", "views", "folders"),
    "backstage": ("Backstage", "views", "folders", "texts of models"),
    "csv": ("the table", "views", "folders", "texts of models"),
    "graphml": ("GraphML", "views", "folders", "texts of models"),
    "ndjson": ("NDJSON", "views"),
    "numpy-edges": ("an edge list", "views", "folders", "texts of models"),
    "structurizr": ("Structurizr", "views", "folders", "texts of models"),
    "turtle": ("RDF", "views"),
    "xlsx": ("the workbook", "views", "folders", "texts of models"),
}


@pytest.mark.parametrize("format", sorted(set(writers())))
def test_every_format_tells_what_it_leaves_out(repository: Repository, format: str) -> None:
    repository.changeset("t", "t", [Update("gov", {"description": "Of all"}, record="model")]).apply()
    name, *sorts = LEFT_OUT.get(format, ("",))
    counts = {"views": 2, "folders": 3, "texts of models": 1}
    for selection, counted, leading in (
        # An edge of a graph needs both its ends there; other formats name the one in the other model.
        (Selection(model="gov"), counts, 1 if format in ("graphml", "numpy-edges") else 0),
        (Selection(model="gov", owner="gov:customs"), {"views": 1, "folders": 2, "texts of models": 1}, 3),
    ):
        with repository.state() as state:
            told = [each.message for each in export(state, format, io.BytesIO(), selection).findings]
        assert [each for each in told if any(f" {sort}:" in each for sort in counts)] == [
            f"{name} cannot carry {sort}: {counted[sort]} left out" for sort in sorts
        ]
        leads = f"relationships that lead out of what is selected: {leading} left out"
        assert [each for each in told if each.startswith("relationships that lead")] == [leads] * bool(leading)
