"""The workbook: what is in it, and that what was edited comes back as a changeset of just the edits."""

import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from ea_repo.errors import Conflict, InvalidInput
from ea_repo.exchange.selection import Selection
from ea_repo.repository import Repository
from ea_repo.store.operations import Delete, Update
from ea_repo.store.query import Query
from tests.exchange.workbooks import (
    ODD_TEXTS,
    change,
    changes,
    columns,
    imported,
    opened,
    register,
    row_of,
    saved,
    written,
)
from tests.factories import a_system


@pytest.fixture
def filled(sqlite_repository: Repository) -> Repository:
    sqlite_repository.changeset("setup", "Register", register()).apply()
    return sqlite_repository


@pytest.mark.parametrize("language", ["en", "id", "ko"])
def test_a_workbook_imported_as_it_is_changes_nothing(filled: Repository, tmp_path: Path, language: str) -> None:
    report = imported(filled, tmp_path, written(filled, language), missing="delete")
    assert (report.changeset, report.findings) == (None, [])
    assert report.counts["elements"] == {"in_file": 19, "created": 0, "changed": 0, "unchanged": 19, "deleted": 0}


@pytest.mark.parametrize("language", ["en", "id", "ko"])
def test_a_workbook_that_another_program_saved_unchanged_changes_nothing(
    filled: Repository, tmp_path: Path, language: str
) -> None:
    data = saved(opened(written(filled, language)))
    assert imported(filled, tmp_path, data, missing="delete").changeset is None


def test_each_sheet_has_the_columns_of_its_type_with_help_lists_and_a_frozen_header(filled: Repository) -> None:
    book = opened(written(filled, "id"))
    assert book.sheetnames[0] == "Tentang"
    sheet = book["Aplikasi"]
    assert sheet.row_dimensions[1].hidden
    assert sheet.freeze_panes == "C3"
    assert sheet.auto_filter.ref.startswith("A2:")
    where = columns(sheet)
    assert list(where)[:8] == [
        "uid",
        "name",
        "description",
        "owner",
        "valid_from",
        "valid_until",
        "planned_on",
        "phase_in_on",
    ]
    label = sheet.cell(2, where["criticality"])
    assert label.value == "Tingkat kekritisan"
    assert sheet.cell(2, where["application_kind"]).comment.text.startswith("Umum: digunakan bersama")
    assert sheet.cell(2, where["users"]).value == "Jumlah pengguna (orang)"
    row = row_of(sheet, "gov:system-1")
    assert sheet.cell(row, where["active_on"]).value == "1899-12-01"  # before Excel's days begin
    row = row_of(sheet, "gov:system-2")
    assert sheet.cell(row, where["active_on"]).value == datetime(2024, 2, 29)
    assert sheet.cell(row, where["active_on"]).number_format == "yyyy-mm-dd"
    assert sheet.cell(row, where["yearly_cost"]).value == 2401
    assert sheet.cell(row, where["yearly_cost.currency"]).value == "IDR"
    assert sheet.cell(row, where["operator"]).value == "Agency 1 [gov:agency-1]"
    chosen = {str(each.sqref).split(":")[0]: each for each in sheet.data_validations.dataValidation}
    letter = openpyxl.utils.get_column_letter(where["criticality"])
    listed = book.defined_names[chosen[f"{letter}3"].formula1].attr_text
    name, _, cells = listed.rpartition("!")
    assert [cell.value for (cell,) in book[name.strip("'")][cells.replace("$", "")]] == ["vital", "Penting", "Biasa"]
    assert {each.sheet_state for each in book.worksheets if each.title.startswith("ea-repo")} == {
        "hidden",
        "veryHidden",
    }


def test_texts_that_look_like_formulas_are_texts(filled: Repository) -> None:
    sheet = opened(written(filled))["Systems"]
    cell = sheet.cell(row_of(sheet, "gov:system-0"), columns(sheet)["description"])
    assert (cell.value, cell.data_type) == (ODD_TEXTS[0], "s")
    assert not any(each.data_type == "f" for row in sheet.iter_rows() for each in row)


def test_edits_come_back_as_a_changeset_of_just_them(filled: Repository, tmp_path: Path) -> None:
    book = opened(written(filled, "ko"))
    systems = book["정보시스템"]
    change(
        systems, "gov:system-2",
        {"name": "새 이름", "description": None, "users": 7, "criticality": "중요", "public_facing": "아니요",
         "active_on": date(2025, 1, 1), "yearly_cost": 99.95, "owner": "Agency 3", "platform": "웹; batch",
         "legal_basis": "Law 1 [gov:law-1]; gov:law-0", "properties": "Colour = blue", "valid_until": "2030-12-31"},
    )  # fmt: skip
    change(
        systems,
        "gov:system-1",
        {"name.id": "Terjemahan", "operator": None, "yearly_cost": None, "yearly_cost.currency": None},
    )
    new = systems.max_row + 1
    for key, value in {"name": "아주 새로운 것", "criticality": "핵심", "code": 123, "operator": "Agency 2"}.items():
        systems.cell(new, columns(systems)[key]).value = value
    systems.delete_rows(row_of(systems, "gov:system-11"))
    flows = book["흐름"]
    flows.delete_rows(row_of(flows, "gov:flow-10"))

    report = imported(filled, tmp_path, saved(book), missing="delete")

    assert changes(filled, report.changeset or 0) == {
        "gov:system-2": {
            "name": "새 이름", "description": None, "owner": "gov:agency-3", "valid_until": "2030-12-31",
            "properties": [{"key": "Colour", "value": "blue"}],
            "attributes": {
                "users": 7, "criticality": "important", "public_facing": False, "active_on": "2025-01-01",
                "yearly_cost": {"amount": 99.95, "currency": "IDR"}, "platform": ["web", "batch"],
                "legal_basis": ["gov:law-1", "gov:law-0"],
            },
        },
        "gov:system-1": {
            "translations": {"id": {"name": "Terjemahan"}}, "attributes": {"operator": None, "yearly_cost": None},
        },
        "gov:아주-새로운-것": {
            "type": "System", "name": "아주 새로운 것",
            "attributes": {"criticality": "vital", "code": "123", "operator": "gov:agency-2"},
        },
        "gov:system-11": None,
        "gov:flow-10": None,
    }  # fmt: skip
    again = imported(filled, tmp_path, saved(book), missing="delete")
    assert again.changeset is None


def test_rows_that_are_gone_stay_where_deleting_was_not_asked_for(filled: Repository, tmp_path: Path) -> None:
    book = opened(written(filled))
    flows = book["Flows"] if "Flows" in book.sheetnames else book["Flow"]
    flows.delete_rows(row_of(flows, "gov:flow-3"))
    assert imported(filled, tmp_path, saved(book)).changeset is None


def test_newer_work_of_others_stays_and_conflicts_by_field(filled: Repository, tmp_path: Path) -> None:
    book = opened(written(filled))
    change(book["Systems"], "gov:system-2", {"users": 5, "code": "mine"})
    change(book["Systems"], "gov:system-3", {"code": "same"})
    filled.changeset(
        "other", "Newer",
        [Update("gov:system-2", {"name": "Newer", "attributes": {"hosting": "office"}}), Update("gov:system-3", {"attributes": {"code": "same"}})],
    ).apply()  # fmt: skip
    report = imported(filled, tmp_path, saved(book))
    assert changes(filled, report.changeset or 0) == {"gov:system-2": {"attributes": {"users": 5, "code": "mine"}}}

    change(book["Systems"], "gov:system-4", {"name": "Mine"})
    change(book["Systems"], "gov:system-6", {"name": "Mine, too"})
    filled.changeset(
        "other", "Newer", [Update("gov:system-4", {"name": "Theirs"}), Update("gov:system-6", {"name": "Theirs"})]
    ).apply()
    with pytest.raises(Conflict) as caught:
        imported(filled, tmp_path, saved(book))
    of_both = {"record": "concept", "name": "Theirs", "field": "name", "theirs": "Theirs", "changeset": 4}
    assert caught.value.facts["conflicts"] == [
        {**of_both, "uid": "gov:system-4", "base": "System 4", "mine": "Mine",
         "place": f"Sheet Systems, cell B{row_of(book['Systems'], 'gov:system-4')}"},
        {**of_both, "uid": "gov:system-6", "base": "System 6", "mine": "Mine, too",
         "place": f"Sheet Systems, cell B{row_of(book['Systems'], 'gov:system-6')}"},
    ]  # fmt: skip


def test_a_row_deleted_here_that_others_changed_is_a_conflict(filled: Repository, tmp_path: Path) -> None:
    book = opened(written(filled))
    book["Systems"].delete_rows(row_of(book["Systems"], "gov:system-11"))
    book["Flow"].delete_rows(row_of(book["Flow"], "gov:flow-10"))
    filled.changeset("other", "Newer", [Update("gov:system-11", {"name": "Theirs"})]).apply()
    with pytest.raises(Conflict, match="gov:system-11"):
        imported(filled, tmp_path, saved(book), missing="delete")


def test_a_row_edited_here_that_others_deleted_is_a_conflict(filled: Repository, tmp_path: Path) -> None:
    book = opened(written(filled))
    change(book["Flow"], "gov:flow-3", {"name": "Mine"})
    filled.changeset("other", "Delete", [Delete("gov:flow-3")]).apply()
    with pytest.raises(Conflict, match="gov:flow-3"):
        imported(filled, tmp_path, saved(book))


def test_every_wrong_cell_is_told_with_its_sheet_and_place(filled: Repository, tmp_path: Path) -> None:
    book = opened(written(filled))
    sheet = book["Systems"]
    change(
        sheet,
        "gov:system-2",
        {"criticality": "vitl", "users": "many", "active_on": "31/12/2025", "public_facing": "perhaps"},
    )
    change(
        sheet,
        "gov:system-3",
        {"operator": "Agensi 3", "yearly_cost.currency": None, "owner": "gov:system-1", "users": -4},
    )
    change(book["Flow"], "gov:flow-3", {"source": None, "target": "nowhere"})
    two, three, flow = row_of(sheet, "gov:system-2"), row_of(sheet, "gov:system-3"), row_of(book["Flow"], "gov:flow-3")
    where = {key: openpyxl.utils.get_column_letter(number) for key, number in columns(sheet).items()}
    with pytest.raises(InvalidInput) as caught:
        imported(filled, tmp_path, saved(book))
    assert [problem.detail for problem in caught.value.errors] == [
        f'Sheet Systems, cell {where["active_on"]}{two}: "31/12/2025" is not a date; use 2028-01-31.',
        f'Sheet Systems, cell {where["criticality"]}{two}: "vitl" is not a criticality; use vital, important or ordinary.',
        f'Sheet Systems, cell {where["public_facing"]}{two}: "perhaps" is neither yes nor no.',
        f'Sheet Systems, cell {where["users"]}{two}: "many" is not a whole number; use digits only, such as 1200.',
        f'Sheet Systems, cell {where["owner"]}{three}: "gov:system-1" is a System; a BusinessActor is wanted here.',
        f'Sheet Systems, cell {where["yearly_cost.currency"]}{three}: "" has no currency; fill in yearly_cost.currency, such as IDR.',
        f'Sheet Systems, cell {where["users"]}{three}: "-4" is too small; 0 is the least.',
        f'Sheet Systems, cell {where["operator"]}{three}: "Agensi 3" names no BusinessActor that is there; '
        "did you mean Agency 3 [gov:agency-3], Agency 0 [gov:agency-0], Agency 1 [gov:agency-1]?",
        f"Sheet Flow, cell B{flow}: From is required.",
        f'Sheet Flow, cell C{flow}: "nowhere" names nothing that is there.',
    ]
    assert caught.value.errors[1].pointer == f"Systems!{where['criticality']}{two}"
    with filled.state() as state:
        assert state.number == 1


def test_sheets_may_be_renamed_columns_moved_and_headers_removed(filled: Repository, tmp_path: Path) -> None:
    book = opened(written(filled))
    sheet = book["Systems"]
    change(sheet, "gov:system-2", {"users": 4})
    sheet.title = "My own"
    sheet.delete_cols(columns(sheet)["description"])
    sheet.move_range("A1:A40", cols=60)
    sheet.delete_cols(1)
    report = imported(filled, tmp_path, saved(book), missing="delete")
    assert changes(filled, report.changeset or 0) == {"gov:system-2": {"attributes": {"users": 4}}}


def test_a_sheet_made_by_hand_is_read_by_its_title_and_labels(filled: Repository, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Aplikasi"
    sheet.append(["Daftar aplikasi"])
    sheet.append(["Nama", "Tingkat kekritisan", "Pemilik", "Warna"])
    sheet.append(["Pajak", "Penting", "agency-1", "merah"])
    report = imported(filled, tmp_path, saved(book))
    assert changes(filled, report.changeset or 0) == {
        "gov:pajak": {
            "type": "System",
            "name": "Pajak",
            "owner": "gov:agency-1",
            "attributes": {"criticality": "important"},
        }
    }
    assert [finding.code for finding in report.findings] == ["unknown-column", "no-base"]


def test_a_formula_is_read_by_its_value_and_one_never_worked_out_is_told(filled: Repository, tmp_path: Path) -> None:
    book = opened(written(filled))
    change(book["Systems"], "gov:system-2", {"users": "=1+1"})
    with pytest.raises(InvalidInput, match="its formula was never worked out"):
        imported(filled, tmp_path, saved(book))


def test_an_identifier_that_stands_twice_is_told(filled: Repository, tmp_path: Path) -> None:
    book = opened(written(filled))
    change(book["Systems"], "gov:system-2", {"uid": "gov:system-3"})
    with pytest.raises(InvalidInput, match='"gov:system-3" is there already: sheet Systems, cell A'):
        imported(filled, tmp_path, saved(book))


def test_only_what_was_selected_and_held_on_the_date_can_be_deleted(filled: Repository, tmp_path: Path) -> None:
    data = written(filled, selection=Selection(uids=("gov:law-0", "gov:law-1")), on=date(2026, 1, 1))
    book = opened(data)
    book["Regulations"].delete_rows(row_of(book["Regulations"], "gov:law-1"))
    report = imported(filled, tmp_path, saved(book), missing="delete")
    assert changes(filled, report.changeset or 0) == {"gov:law-1": None}


def test_a_workbook_of_another_repository_is_compared_with_what_is_there(
    filled: Repository, tmp_path: Path, sqlite_template: Path
) -> None:
    from ea_repo.repository import open_repository

    path = tmp_path / "other.db"
    path.write_bytes(sqlite_template.read_bytes())
    with open_repository(str(path)) as other:
        other.changeset("setup", "Other", register()).apply()
        book = opened(written(other))
    change(book["Systems"], "gov:system-2", {"users": 4})
    report = imported(filled, tmp_path, saved(book), missing="delete")
    assert [finding.code for finding in report.findings] == ["other-repository", "nothing-deleted"]
    assert changes(filled, report.changeset or 0) == {"gov:system-2": {"attributes": {"users": 4}}}


def test_a_new_row_whose_name_is_taken_gets_another_identifier(filled: Repository, tmp_path: Path) -> None:
    filled.changeset("setup", "More", [a_system("tax", "Tax")]).apply()
    book = opened(written(filled))
    sheet = book["Systems"]
    sheet.cell(sheet.max_row + 1, columns(sheet)["name"]).value = "Tax"
    data = saved(book)
    report = imported(filled, tmp_path, data)
    assert changes(filled, report.changeset or 0) == {"gov:tax-2": {"type": "System", "name": "Tax"}}
    assert [finding.code for finding in report.findings] == ["name-taken"]
    assert imported(filled, tmp_path, data).changeset is None


def test_a_matrix_shows_relationships_and_its_marks_make_and_delete_them(filled: Repository, tmp_path: Path) -> None:
    book = opened(written(filled, options={"matrix": "Serving:System:System, Flow:System:System"}))
    sheet = book["Matrix Serving"]
    rows = {sheet.cell(row, 1).value: row for row in range(3, sheet.max_row + 1)}
    across = {sheet.cell(1, column).value: column for column in range(3, sheet.max_column + 1)}
    marks = [(row, column) for row in rows for column in across if sheet.cell(rows[row], across[column]).value]
    assert marks == [("gov:system-1", "gov:system-2")]
    assert sheet.cell(2, across["gov:system-4"]).value == "System 4"
    sheet.cell(rows["gov:system-1"], across["gov:system-2"]).value = None
    sheet.cell(rows["gov:system-3"], across["gov:system-4"]).value = "yes"
    kept = imported(filled, tmp_path, saved(book))
    made = {"type": "Serving", "source": "gov:system-3", "target": "gov:system-4"}
    assert changes(filled, kept.changeset or 0) == {"gov:serving-system-3-system-4": made}
    assert [finding.code for finding in kept.findings] == ["mark-removed"]
    sheets = book["Serving"]
    sheets.delete_rows(row_of(sheets, "gov:serves"))
    deleted = imported(filled, tmp_path, saved(book), missing="delete")
    assert changes(filled, deleted.changeset or 0) == {"gov:serves": None}


def test_the_first_sheet_leads_to_every_other_and_prints_on_pages_one_wide(filled: Repository) -> None:
    book = opened(written(filled, options={"matrix": "Serving:System:System"}))
    about, *others = (sheet for sheet in book if sheet.sheet_state == "visible")
    links = {cell.value: cell.hyperlink.location for (cell, *_) in about.iter_rows() if cell.hyperlink}
    assert links == {sheet.title: f"'{sheet.title}'!A1" for sheet in others}
    assert any(str(cell.value).startswith("8. In a matrix, write x") for cell in about["A"])
    assert {sheet.page_setup.orientation for sheet in (about, *others)} == {"landscape"}
    assert (about.sheet_properties.pageSetUpPr.fitToPage, about.page_setup.fitToHeight) == (True, 0)
    assert book["Systems"].print_title_rows == "$2:$2"


# Random edits: the changeset equals them

_LABELS = {"en": {"important": "Important"}, "id": {"important": "Penting"}, "ko": {"important": "중요"}}


class Editor:
    """Makes random edits in a workbook and remembers, by its own reading of the rules, what they mean."""

    def __init__(self, book: openpyxl.Workbook, language: str, chance: random.Random, state: Any) -> None:
        self.book, self.language, self.chance = book, language, chance
        self.held = {each.uid: each for each in state.iterate(Query())}
        self.metamodel = state.metamodel
        self.expected: dict[str, dict[str, Any] | None] = {}
        self.said: dict[tuple[str, str], Any] = {}
        self.sheets: dict[str, Worksheet] = {}
        for sheet in book.worksheets:
            first = next((str(c.value) for c in sheet[1] if c.value and str(c.value).endswith(".uid")), None)
            if first is not None:
                self.sheets[first.partition(".")[0]] = sheet
        self.columns = {name: columns(sheet) for name, sheet in self.sheets.items()}
        self.last = {name: sheet.max_row for name, sheet in self.sheets.items()}
        self.rows = {
            str(cell.value): cell.row
            for name, sheet in self.sheets.items()
            for (cell,) in sheet.iter_rows(min_row=3, max_col=1)
        }
        self.fresh = 0

    def edit(self) -> None:
        pick = self.chance.random()
        if pick < 0.12:
            self.create()
        else:
            self.change()

    def create(self) -> None:
        type_name = self.chance.choice(["System", "Agency", "Regulation"])
        sheet = self.sheets[type_name]
        self.fresh += 1
        name = self.chance.choice(["New {}", "Baru: {}", "새것 {}"]).format(self.fresh)
        self.last[type_name] += 1
        sheet.cell(self.last[type_name], self.columns[type_name]["name"]).value = name
        slug = name.lower().replace(": ", "-").replace(" ", "-")
        self.expected[f"gov:{slug}"] = {"type": type_name, "name": name}

    def change(self) -> None:
        type_name = self.chance.choice(list(self.sheets))
        uid = self.chance.choice([uid for uid, each in self.held.items() if each.type == type_name])
        sheet = self.sheets[type_name]
        key, cell, value = self.value(type_name)
        where = self.columns[type_name]
        if key not in where:
            return
        written_to = sheet.cell(self.rows[uid], where[key])
        written_to.value = cell
        if isinstance(cell, str):
            written_to.data_type = "s"  # to openpyxl what begins with = is a formula
        self.said[uid, key] = value

    def value(self, type_name: str) -> tuple[str, Any, Any]:
        """Key of a column, what is written into the cell, and what it means."""
        chance, number = self.chance, self.chance.randrange(1_000)
        anything = [
            ("name", f"Name {number}", f"Name {number}"),
            ("description", text := chance.choice(["", "=1+1", "글자", f"Text {number}", "a\nb"]) or None, text),
            ("valid_from", date(2021, 1, 1 + number % 28), f"2021-01-{1 + number % 28:02}"),
            ("valid_until", f"2031-01-{1 + number % 28:02}", f"2031-01-{1 + number % 28:02}"),
            ("owner", *chance.choice([("Agency 1", "gov:agency-1"), ("gov:agency-2", "gov:agency-2"),
                                      ("Whatever [gov:agency-3]", "gov:agency-3"), ("agency-0", "gov:agency-0"), (None, None)])),
            ("properties", *chance.choice([(None, []), ("A = 1\nB = two = 2", [{"key": "A", "value": "1"}, {"key": "B", "value": "two = 2"}])])),
        ]  # fmt: skip
        system = [
            ("attributes.users", *chance.choice([(number, number), (str(number), number), (float(number), number), (None, None)])),
            ("attributes.criticality", *chance.choice([("vital", "vital"), (_LABELS[self.language]["important"], "important"), ("ORDINARY", "ordinary"), (None, None)])),
            ("attributes.public_facing", *chance.choice([(True, True), ("false", False), ("예", True), ("tidak", False)])),
            ("attributes.active_on", *chance.choice([(date(2025, 3, 1 + number % 28), f"2025-03-{1 + number % 28:02}"), (None, None)])),
            ("attributes.code", *chance.choice([(number, str(number)), (f"C-{number}", f"C-{number}"), ("00", "00"), (None, None)])),
            ("attributes.platform", *chance.choice([("web", ["web"]), ("batch; web", ["batch", "web"]), (None, None)])),
            ("attributes.languages", *chance.choice([("Go; Rust", ["Go", "Rust"]), ('"a; b"; c', ["a; b", "c"]), (None, None)])),
            ("attributes.operator", *chance.choice([("Agency 2 [gov:agency-2]", "gov:agency-2"), ("agency 3", "gov:agency-3"), (None, None)])),
            ("attributes.legal_basis", *chance.choice([("Law 1", ["gov:law-1"]), ("gov:law-0; Law 2", ["gov:law-0", "gov:law-2"]), (None, None)])),
        ]  # fmt: skip
        key, cell, value = chance.choice(anything + (system * 2 if type_name == "System" else []))
        return key.removeprefix("attributes."), cell, value

    def outcome(self) -> dict[str, dict[str, Any] | None]:
        """What the changeset has to be: of the last value of each cell, where it differs from what was there."""
        fields = {"name", "description", "valid_from", "valid_until", "owner", "properties"}
        found: dict[str, dict[str, Any] | None] = dict(self.expected)
        for (uid, key), value in self.said.items():
            held = self.held[uid]
            if key in fields:
                was = getattr(held, key)
                was = was.isoformat() if isinstance(was, date) else was
                if key == "properties":
                    was = [
                        {"key": each.key, "value": each.value} | ({"lang": each.lang} if each.lang else {})
                        for each in was
                    ]
                if was != value:
                    found.setdefault(uid, {})[key] = value  # type: ignore[index]
            elif held.attributes.get(key) != value and not (held.attributes.get(key) == [] and value is None):
                found.setdefault(uid, {}).setdefault("attributes", {})[key] = value  # type: ignore[union-attr]
        return found


def _round_trip(repository: Repository, folder: Path, seed: int, edits: int) -> None:
    chance = random.Random(seed)
    language = chance.choice(["en", "id", "ko"])
    book = opened(written(repository, language))
    with repository.state() as state:
        editor = Editor(book, language, chance, state)
    for _ in range(edits):
        editor.edit()
    report = imported(repository, folder, saved(book))
    outcome = editor.outcome()
    assert (changes(repository, report.changeset) if report.changeset else {}) == outcome
    assert imported(repository, folder, saved(book)).changeset is None


def test_five_hundred_random_edits_become_exactly_the_changeset(filled: Repository, tmp_path: Path) -> None:
    filled.changeset("setup", "More", [a_system(f"more-{number}", f"More {number}") for number in range(150)]).apply()
    _round_trip(filled, tmp_path, 1, 500)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_any_edits_become_exactly_the_changeset(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, edits: int
) -> None:
    from ea_repo.repository import open_repository

    folder = tmp_path_factory.mktemp("edits")
    (folder / "a.db").write_bytes(sqlite_template.read_bytes())
    with open_repository(str(folder / "a.db")) as repository:
        repository.changeset("setup", "Register", register()).apply()
        _round_trip(repository, folder, seed, edits)
