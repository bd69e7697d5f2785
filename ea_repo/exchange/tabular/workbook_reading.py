"""Understands the sheets of a workbook: which are of types, what their columns are, and what it was exported from."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ea_repo.errors import MalformedRequest, Problem
from ea_repo.exchange.export import Export
from ea_repo.exchange.tabular import workbook_facts
from ea_repo.exchange.tabular.cells import Cell, Place, letters, text_of
from ea_repo.exchange.tabular.columns import Column, columns_of
from ea_repo.exchange.tabular.drop_downs import SHEET as LISTS
from ea_repo.exchange.tabular.matrix import is_matrix
from ea_repo.exchange.tabular.matrix_reading import MatrixSheet
from ea_repo.exchange.tabular.table import Row, Table
from ea_repo.exchange.tabular.workbook_facts import Facts
from ea_repo.exchange.tabular.xlsx import Sheet, coordinates
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.metamodel.types import LANGUAGES
from ea_repo.store.changesets import identity
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_TYPED = re.compile(r"([A-Za-z][A-Za-z0-9]*)\.uid")
_TRANSLATION = re.compile(r"(?:name|description)\.([A-Za-z0-9-]{1,35})")
_HEADER_WITHIN = 10


@dataclass(slots=True)
class _Layout:
    """A sheet of a type: the position of each column by key, and the first row below the header."""

    type: str
    columns: dict[int, Column]
    first: int
    is_keyed: bool
    unknown: list[int]


def table_of(state: State, sheets: Sequence[Sheet], name: str, base: int | None = None) -> Table:
    """All that the workbook says. `MalformedRequest` where no sheet is of a type. `base`: the changeset it was exported at,
    whatever it says itself.
    """
    facts = _facts(sheets)
    table = Table("xlsx", facts.language if facts else "en", [], {})
    rows: list[Row] = []
    found: dict[str, list[Column]] = {}
    types = set()
    for sheet in sheets:
        if sheet.name in (workbook_facts.SHEET, LISTS) or not sheet.rows:
            continue
        if is_matrix(sheet.rows):
            table.matrices.append(MatrixSheet(sheet))
            continue
        layout = _layout(sheet, state.metamodel)
        if layout is None:
            continue
        types.add(layout.type)
        _add(found.setdefault(layout.type, []), layout.columns.values())
        rows.extend(_rows(sheet, layout, table))
    if not types and not table.matrices:
        raise MalformedRequest(
            f"{name} is a workbook, but none of its sheets is a table of a type; describe it by a mapping "
            f"(ea-repo map suggest {name}), or export a workbook to fill in"
        )
    table.rows, table.columns = rows, found
    _compare(state, facts, table, types, base)
    return table


def _facts(sheets: Sequence[Sheet]) -> Facts | None:
    for each in sheets:
        if each.name == workbook_facts.SHEET:
            return workbook_facts.facts_in(each.rows)
    return None


def _add(found: list[Column], columns: Iterable[Column]) -> None:
    found.extend(each for each in columns if each not in found)


def _compare(state: State, facts: Facts | None, table: Table, types: set[str], asked: int | None) -> None:
    """Finds what the workbook was exported from."""
    number = asked if asked is not None or facts is None else facts.changeset
    if number is None:
        message = "it does not say which changeset it was exported from, so it is compared with what there is now"
        table.findings.append(Finding("no-base", "warning", message))
        return
    if facts is None:
        table.base = state.at(on=None, as_of=number)
        return
    if asked is None and (number > state.number or identity(state.connection, number) != facts.identity):
        message = "it was exported from another repository, so it is compared with what there is now"
        table.findings.append(Finding("other-repository", "warning", message))
        table.says_what_was_exported = False
        return
    base = table.base = state.at(on=facts.on, as_of=number)

    def exported() -> Iterator[Concept]:
        export = Export(base, facts.selection, facts.language)
        for concepts in (export.elements(), export.relationships()):
            yield from (each for each in concepts if each.type in types)

    table.exported = exported


def _layout(sheet: Sheet, metamodel: Metamodel) -> _Layout | None:
    """How the sheet is laid out: by its hidden keys, else by its title and labels. None where it is of no type."""
    keys = [text_of(cell).strip() for cell in sheet.rows[0]]
    typed = [match for key in keys if (match := _TYPED.fullmatch(key)) and match[1] in metamodel.types]
    if typed:
        return _by_keys(sheet, metamodel, typed[0][1], keys)
    type_name = _titled(sheet.name, metamodel)
    return None if type_name is None else _by_labels(sheet, metamodel, type_name)


def _by_keys(sheet: Sheet, metamodel: Metamodel, type_name: str, keys: list[str]) -> _Layout:
    known = _known(metamodel, type_name, keys)
    labels = sheet.rows[1] if len(sheet.rows) > 1 else []
    columns: dict[int, Column] = {}
    unknown = []
    for number in range(max(len(keys), len(labels))):
        key = (
            "uid"
            if number < len(keys) and _TYPED.fullmatch(keys[number])
            else keys[number]
            if number < len(keys)
            else ""
        )
        column = known.get(key) or known.get(text_of(labels[number]).strip().casefold() if number < len(labels) else "")
        if column is not None and column not in columns.values():
            columns[number] = column
        else:
            unknown.append(number)
    return _Layout(type_name, columns, 2, True, unknown)


def _by_labels(sheet: Sheet, metamodel: Metamodel, type_name: str) -> _Layout | None:
    known = _known(metamodel, type_name, [])
    for at, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
        texts = [text_of(cell).strip().casefold() for cell in row]
        columns = {number: known[text] for number, text in enumerate(texts) if text in known}
        if any(column.key == "name" for column in columns.values()) and len(set(columns.values())) == len(columns) > 1:
            unknown = [number for number, text in enumerate(texts) if number not in columns and text]
            return _Layout(type_name, columns, at + 1, False, unknown)
    return None


def _known(metamodel: Metamodel, type_name: str, keys: list[str]) -> dict[str, Column]:
    """The columns of a type by key, and by label in every language, small letters."""
    languages = tuple(dict.fromkeys(match[1] for key in keys if (match := _TRANSLATION.fullmatch(key))))
    columns = columns_of(metamodel, type_name, languages or LANGUAGES)
    found: dict[str, Column] = {}
    for language in LANGUAGES:
        for column in columns:
            found.setdefault(column.label(language).casefold(), column)
    return found | {column.key: column for column in columns}


def _titled(title: str, metamodel: Metamodel) -> str | None:
    wanted = title.strip().casefold()
    for type_ in metamodel.types.values():
        labels = {type_.name, *type_.label.values(), *type_.plural.values()}
        if wanted in {label.casefold() for label in labels}:
            return type_.name
    return None


def _rows(sheet: Sheet, layout: _Layout, table: Table) -> Iterator[Row]:
    where = {column.key: letters(number) for number, column in layout.columns.items()}
    if layout.is_keyed and "uid" not in where:
        detail = f"Sheet {sheet.name}: the column of identifiers is gone; export the workbook anew"
        table.problems.append(Problem(sheet.name, detail, "no-identifiers"))
        return
    _remark(sheet, layout, table)
    columns = list(layout.columns.items())
    for number, row in enumerate(sheet.rows[layout.first :], layout.first + 1):
        cells: dict[str, Cell] = {
            column.key: row[position] if position < len(row) else None for position, column in columns
        }
        if any(cell is not None and (type(cell) is not str or cell.strip()) for cell in cells.values()):
            yield Row(layout.type, cells, Place(sheet.name, number, where))


def _remark(sheet: Sheet, layout: _Layout, table: Table) -> None:
    """Columns that mean nothing here, and formulas without a value."""
    for number in layout.unknown:
        if any(number < len(row) and row[number] is not None for row in sheet.rows[layout.first :]):
            label = text_of(sheet.rows[layout.first - 1][number]) if number < len(sheet.rows[layout.first - 1]) else ""
            where = f"Sheet {sheet.name}, column {letters(number)}"
            message = f'{where}: "{label[:80]}" is no column of {layout.type}; it is passed over'
            table.findings.append(Finding("unknown-column", "warning", message))
    for cell in sorted(sheet.uncalculated, key=coordinates):
        detail = (
            f"Sheet {sheet.name}, cell {cell}: its formula was never worked out; open the workbook in Excel or "
            "LibreOffice and save it"
        )
        table.problems.append(Problem(f"{sheet.name}!{cell}", detail, "not-calculated"))
