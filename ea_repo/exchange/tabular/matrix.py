"""Relationships of one type between two types as a matrix: a cross where one is, more where there are several.

A cross that is added makes a relationship; one that is taken away deletes it, where deleting was asked for.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ea_repo.errors import InvalidInput, Problem
from ea_repo.exchange.export import Export
from ea_repo.exchange.tabular.cells import Cell, fitting
from ea_repo.exchange.tabular.sheet_names import SheetNames
from ea_repo.exchange.tabular.words import word
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.store.records import Concept

MARK = "x"
#: What Excel has room for, less the two that hold names.
_MOST_COLUMNS = 16_000
_HEADER = "matrix:"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows are concepts of `source`, columns of `target`, refinements too; between them relationships of `type` itself."""

    type: str
    source: str
    target: str

    @property
    def key(self) -> str:
        """What the hidden corner of its sheet says."""
        return f"{_HEADER}{self.type}:{self.source}:{self.target}"


def matrix_of(text: str, metamodel: Metamodel) -> Matrix:
    """`Serving:System:BusinessFunction` as a matrix; `InvalidInput` says what is wrong."""
    parts = text.removeprefix(_HEADER).split(":")
    if len(parts) != 3 or not metamodel.is_relationship(parts[0]) or any(map(metamodel.is_relationship, parts[1:])):
        detail = f'"{text[:80]}" is no matrix; write a relationship type and two element types: Serving:System:Function'
        raise InvalidInput(detail, errors=[Problem("/matrix", detail)])
    return Matrix(*parts)


def is_matrix(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a sheet is a matrix."""
    return bool(rows and rows[0]) and isinstance(rows[0][0], str) and rows[0][0].startswith(_HEADER)


def joining(matrix: Matrix, concepts: Iterator[Concept], ends: set[str]) -> dict[tuple[str, str], list[Concept]]:
    """The relationships of the matrix by source and target."""
    found: dict[tuple[str, str], list[Concept]] = defaultdict(list)
    for each in concepts:
        if each.type == matrix.type and each.source in ends and each.target in ends:
            found[each.source or "", each.target or ""].append(each)
    return found


def write_matrix(matrix: Matrix, export: Export, workbook: Any, names: SheetNames, header: Any) -> Iterator[Finding]:
    """Adds the sheet of a matrix; a finding where it has no room."""
    metamodel, language = export.state.metamodel, export.language
    of_source, of_target = metamodel.descendants(matrix.source), metamodel.descendants(matrix.target)
    elements = [each for each in export.elements() if each.type in of_source | of_target]
    elements.sort(key=lambda each: (each.name.casefold(), each.uid))
    rows = [each for each in elements if each.type in of_source]
    columns = [each for each in elements if each.type in of_target]
    if len(columns) > _MOST_COLUMNS:
        yield Finding(
            "no-room", "warning", f"the matrix {matrix.key} has {len(columns):,} columns, more than a sheet holds"
        )
        return
    joined = joining(matrix, export.relationships(), {each.uid for each in elements})
    label = metamodel.type(matrix.type).label.get(language)
    sheet = workbook.add_worksheet(names.free(f"{word('sheet', 'matrix', language)} {label}"))
    turned = workbook.add_format({"bold": True, "rotation": 90, "bg_color": "#E7ECF3", "valign": "bottom"})
    centred = workbook.add_format({"align": "center"})
    sheet.set_column(0, 0, None, None, {"hidden": True})
    sheet.set_column(1, 1, 36)
    sheet.set_column(2, max(2, 1 + len(columns)), 4, centred)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.write_string(0, 0, matrix.key)
    for number, each in enumerate(columns, 2):
        sheet.write_string(0, number, each.uid)
    sheet.set_row(1, 140)
    sheet.write_string(1, 1, f"{metamodel.type(matrix.source).label.get(language)} → {label} → "
                             f"{metamodel.type(matrix.target).label.get(language)}", header)  # fmt: skip
    for number, each in enumerate(columns, 2):
        sheet.write_string(1, number, fitting(each.name), turned)
    for at, row in enumerate(rows, 2):
        sheet.write_string(at, 0, row.uid)
        sheet.write_string(at, 1, fitting(row.name))
        for number, column in enumerate(columns, 2):
            count = len(joined.get((row.uid, column.uid), ()))
            if count:
                sheet.write_string(at, number, MARK * count, centred)
    sheet.freeze_panes(2, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
