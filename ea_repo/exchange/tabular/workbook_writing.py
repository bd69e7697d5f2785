"""Writes the workbook: sheets of types, matrices, the sheet that explains, and the hidden ones that importing needs."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

import xlsxwriter

from ea_repo.exchange.export import Export
from ea_repo.exchange.tabular import workbook_facts
from ea_repo.exchange.tabular.cells import MOST_CHARACTERS, Cell, letters
from ea_repo.exchange.tabular.columns import Column, columns_of, referred
from ea_repo.exchange.tabular.drop_downs import SHEET as LISTS
from ea_repo.exchange.tabular.drop_downs import DropDowns
from ea_repo.exchange.tabular.matrix import Matrix, write_matrix
from ea_repo.exchange.tabular.sheet_names import SheetNames
from ea_repo.exchange.tabular.values import FIRST_DAY, NameOf
from ea_repo.exchange.tabular.workbook_about import About
from ea_repo.metamodel import Finding
from ea_repo.store.changesets import identity
from ea_repo.store.records import Concept

#: Rows of a sheet (the keys and the header not counted) and columns, as Excel has them.
MOST_ROWS, MOST_COLUMNS = 1_048_574, 16_384
#: So many concepts are kept from the first reading, in about 150 MB; more are read twice.
MOST_KEPT = 120_000
#: Rows below the last that may be chosen in, too.
_ROWS_TO_ADD = 1_000
_HEADER_ROW = 1
_DAY_ZERO = FIRST_DAY.toordinal()
_BATCH = 500
_WIDTHS = {"uid": 26, "name": 36, "description": 50, "properties": 40, "source": 40, "target": 40, "owner": 36}
_KIND_WIDTHS = {"date": 12, "integer": 12, "decimal": 14, "boolean": 9, "choice": 22, "reference": 36, "url": 32}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,  # what begins with = is text, as it was
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


_Show = tuple[int, Callable[[Concept, NameOf], Cell]]


@dataclass(slots=True)
class Survey:
    """What is selected, counted in a first reading. `names` are of everything selected, by uid."""

    counts: Counter[str] = field(default_factory=Counter)
    languages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: dict[str, str | None] = field(default_factory=dict)
    kept: list[Concept] | None = field(default_factory=list)  # None where they are too many to keep

    def take(self, concept: Concept) -> None:
        self.counts[concept.type] += 1
        self.names[concept.uid] = concept.name
        if self.kept is not None:
            self.kept.append(concept)
            if len(self.kept) > MOST_KEPT:
                self.kept = None
        if concept.translations:
            self.languages[concept.type].update(concept.translations)


def write_workbook(export: Export, file: BinaryIO, matrices: Sequence[Matrix] = ()) -> Iterator[Finding]:
    """Writes the workbook into a file; yields what it cannot carry."""
    survey = Survey()
    for concepts in (export.elements(), export.relationships()):
        for concept in concepts:
            survey.take(concept)
    workbook = xlsxwriter.Workbook(file, _OPTIONS)
    writing = _Writing(export, workbook, survey)
    with workbook:
        yield from writing.write(matrices)


class _Writing:
    def __init__(self, export: Export, workbook: Any, survey: Survey) -> None:
        self.export = export
        self.workbook = workbook
        self.survey = survey
        self.language = export.language
        self.metamodel = export.state.metamodel
        self.names = SheetNames(export.language)
        self.lists = DropDowns(export.state, export.language)
        self.findings: list[Finding] = []
        self.sheets: dict[str, _TypeSheet] = {}
        self.header = workbook.add_format(
            {"bold": True, "bg_color": "#E7ECF3", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.formats = {
            "text": workbook.add_format({"num_format": "@"}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
            "integer": workbook.add_format({"num_format": "0"}),
            "counted": workbook.add_format({"num_format": "#,##0"}),
            "decimal": workbook.add_format({"num_format": "#,##0.00###"}),
            "hidden": workbook.add_format({"font_color": "#888888"}),
        }

    def write(self, matrices: Sequence[Matrix]) -> Iterator[Finding]:
        about = About(self.export, self.workbook, self.names.about())
        for type_ in (*self.metamodel.elements(), *self.metamodel.relationships()):
            if self.survey.counts[type_.name]:
                self.sheets[type_.name] = self._begin(type_.name)
        kept = self.survey.kept
        read = (self.export.elements(), self.export.relationships()) if kept is None else (iter(kept),)
        for concepts in read:
            self._rows(concepts)
        before = len(self.workbook.worksheets())
        for matrix in matrices:
            self.findings.extend(write_matrix(matrix, self.export, self.workbook, self.names, self.header))
        crossed = [each.get_name() for each in self.workbook.worksheets()[before:]]
        listed = [(each.title, each.columns, self.survey.counts[name]) for name, each in self.sheets.items()]
        about.write(listed, crossed)
        self._hidden()
        yield from self.findings
        yield from self.lists.findings

    def _begin(self, type_name: str) -> "_TypeSheet":
        languages = tuple(sorted(self.survey.languages[type_name]))
        columns = columns_of(self.metamodel, type_name, languages)
        title = self.names.of_type(self.metamodel.type(type_name))
        sheet = _TypeSheet(
            title,
            columns,
            self.workbook.add_worksheet(title),
            [self._format(each) for each in columns],
            [each.shown_in(self.language) for each in columns],
        )
        sheet.begin(type_name, self.language, self.header, self.formats["hidden"])
        last = min(_HEADER_ROW + self.survey.counts[type_name] + _ROWS_TO_ADD, MOST_ROWS)
        sheet.choose_from([self.lists.name(each) for each in columns], last)
        return sheet

    def _format(self, column: Column) -> Any:
        kind = column.kind
        if kind == "integer" and column.attribute.unit:
            return self.formats["counted"]
        # As text only where a number may be meant as one, such as a code 007: a style costs time in every cell.
        is_code = kind == "text" and column.field[0] == "attributes"
        return self.formats.get(kind) if kind != "text" or is_code else None

    def _rows(self, concepts: Iterator[Concept]) -> None:
        batch: list[Concept] = []
        for concept in concepts:
            batch.append(concept)
            if len(batch) == _BATCH:
                self._batch(batch)
                batch = []
        self._batch(batch)

    def _batch(self, batch: list[Concept]) -> None:
        names = self.survey.names
        outside = {uid for concept in batch for uid in referred(concept)} - names.keys()
        if outside:
            found = self.export.state.get_many(outside)
            names.update((uid, found[uid].name if uid in found else None) for uid in outside)
        for concept in batch:
            sheet = self.sheets.get(concept.type)
            if sheet is not None:
                sheet.add(concept, names.get)

    def _hidden(self) -> None:
        for type_name, sheet in self.sheets.items():
            sheet.end()
            if sheet.row - _HEADER_ROW > MOST_ROWS:
                self._lost(f"{sheet.row - _HEADER_ROW - MOST_ROWS:,} of type {type_name} have no room on their sheet")
            if sheet.cut:
                self._lost(
                    f"{sheet.cut} texts of type {type_name} are longer than a cell holds and are cut; they stay whole here"
                )
        lists = self.workbook.add_worksheet(LISTS)
        self.lists.write(self.workbook, lists)
        lists.hide()
        facts = self.workbook.add_worksheet(workbook_facts.SHEET)
        for row, (key, value) in enumerate(self._facts().rows()):
            facts.write_string(row, 0, key)
            facts.write_string(row, 1, value)
        facts.very_hidden()

    def _facts(self) -> workbook_facts.Facts:
        state = self.export.state
        if state.draft is not None:
            self._lost("it shows a draft: imported again, it is compared with what there is then", "of-a-draft")
            return workbook_facts.Facts(self.language, on=state.on, selection=self.export.selection)
        known = identity(state.connection, state.number)
        return workbook_facts.Facts(self.language, state.number, known, state.on, self.export.selection)

    def _lost(self, message: str, code: str = "not-carried") -> None:
        self.findings.append(Finding(code, "warning", message))


@dataclass(slots=True)
class _TypeSheet:
    title: str
    columns: list[Column]
    sheet: Any
    formats: list[Any]
    shows: list[Callable[[Concept, NameOf], Cell]]
    always: list[_Show] = field(default_factory=list)
    of_attribute: dict[str, list[_Show]] = field(default_factory=dict)
    row: int = _HEADER_ROW
    cut: int = 0

    def __post_init__(self) -> None:
        for number, (column, show) in enumerate(zip(self.columns, self.shows, strict=True)):
            if column.field[0] == "attributes":
                self.of_attribute.setdefault(column.field[1], []).append((number, show))
            else:
                self.always.append((number, show))

    def begin(self, type_name: str, language: str, header: Any, hidden: Any) -> None:
        sheet = self.sheet
        for number, (column, form) in enumerate(zip(self.columns, self.formats, strict=True)):
            sheet.set_column(number, number, _width(column, language), form)
        sheet.set_row(0, None, None, {"hidden": True})
        for number, column in enumerate(self.columns):
            sheet.write_string(0, number, f"{type_name}.{column.key}" if column.key == "uid" else column.key, hidden)
        for number, column in enumerate(self.columns):
            sheet.write_string(_HEADER_ROW, number, column.label(language), header)
            if text := column.help(language):
                sheet.write_comment(_HEADER_ROW, number, text, {"x_scale": 2})
        sheet.set_landscape()
        sheet.repeat_rows(_HEADER_ROW)
        names = 1 + next(at for at, column in enumerate(self.columns) if column.key == "name")
        sheet.freeze_panes(_HEADER_ROW + 1, names if names < 4 else 1)

    def choose_from(self, lists: Sequence[str | None], last: int) -> None:
        for number, name in enumerate(lists):
            if name is not None:
                is_reference = self.columns[number].kind == "reference"
                said = {"validate": "list", "source": f"={name}", "error_type": "warning" if is_reference else "stop"}
                self.sheet.data_validation(_HEADER_ROW + 1, number, last, number, said)

    def add(self, concept: Concept, name_of: NameOf) -> None:
        """The next row."""
        self.row += 1
        if self.row > MOST_ROWS + _HEADER_ROW:
            return
        sheet, row = self.sheet, self.row
        asked = self.always
        if concept.attributes:  # most of what a type declares is not said
            asked = asked + [each for name in concept.attributes for each in self.of_attribute.get(name, ())]
        for number, show in asked:
            cell = show(concept, name_of)
            if cell is None:
                continue
            if type(cell) is str:
                sheet.write_string(row, number, cell)
                if cell[-1:] == "…" and len(cell) == MOST_CHARACTERS:
                    self.cut += 1
            else:
                _write_value(sheet, row, number, cell, self.formats[number])

    def end(self) -> None:
        last = min(max(self.row, _HEADER_ROW + 1), MOST_ROWS + _HEADER_ROW)
        self.sheet.autofilter(_HEADER_ROW, 0, last, len(self.columns) - 1)
        self.sheet.ignore_errors({"number_stored_as_text": f"A1:{letters(len(self.columns) - 1)}{last + 1}"})


def _write_value(sheet: Any, row: int, column: int, cell: Cell, form: Any) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_number(row, column, cell.toordinal() - _DAY_ZERO, form)
    elif cell is not None:
        sheet.write_number(row, column, cell, form)


def _width(column: Column, language: str) -> int:
    usual = _WIDTHS.get(column.key) or _KIND_WIDTHS.get(column.kind, 24)
    label = column.label(language)
    longest = max((sum(2 if ord(sign) > 0x1100 else 1 for sign in word) for word in label.split()), default=0)
    return max(usual, min(longest + 3, 40))
