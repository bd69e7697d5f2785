"""A register with every kind of attribute and odd texts, workbooks of it, and edits as people make them with openpyxl."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from ea_repo.exchange.export import Export
from ea_repo.exchange.importing import ImportReport, import_file
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.workbook import Workbook
from ea_repo.repository import Repository
from ea_repo.store.operations import Operation
from ea_repo.store.records import Property
from tests.factories import a_flow, a_model, a_relationship, a_system, an_agency, an_element, uid

ODD_TEXTS = (
    "=SUM(A1:A9)", "+62 21 500", "-1", "@home", "two\nlines", "ends\r\nof DOS", " blanks ", "كتاب النظام", "전자정부 시스템",
    "a;b", '"quoted"', "_x0041_", "\t", "name = value", "x" * 40_000, "😀 \u202e backwards", "007", "TRUE", "2028-01-31",
)  # fmt: skip


def register(systems: int = 12) -> list[Operation]:
    """Agencies, systems with every kind of attribute, regulations, exchanges and servings."""
    found: list[Operation] = [a_model()]
    found += [an_agency(f"agency-{number}", f"Agency {number}") for number in range(4)]
    found += [an_element(f"law-{number}", "Regulation", f"Law {number}") for number in range(3)]
    for number in range(systems):
        found.append(
            a_system(
                f"system-{number}", f"System {number}",
                owner=f"agency-{number % 4}" if number % 3 else None,
                description=ODD_TEXTS[number % len(ODD_TEXTS)] or None,
                valid_from="2020-01-31" if number % 2 else None,
                attributes={
                    "code": f"00{number}", "users": number * 1_000, "criticality": ("vital", "ordinary")[number % 2],
                    "public_facing": number % 2 == 0, "operator": uid("agency-1"), "active_on": "1899-12-01" if number == 1 else "2024-02-29",
                    "yearly_cost": {"amount": 1200.5 * number, "currency": "IDR"}, "platform": ["web", "mobile"][: number % 3],
                    "languages": ["C++; the 20th", "Java", ""][: 1 + number % 3], "legal_basis": [uid("law-0"), uid("law-2")],
                } if number % 5 else {},
                properties=[Property("Colour", "red"), Property("a = b", "two\nlines", lang="id"), Property("Empty", "")][: number % 4],
                translations={"id": {"name": f"Aplikasi {number}"}} if number % 4 == 1 else {},
            )
        )  # fmt: skip
    found += [
        a_flow(f"flow-{number}", f"system-{number}", f"system-{number + 1}", name=f"Flow {number}")
        for number in range(systems - 1)
    ]
    found.append(a_relationship("serves", "Serving", "system-1", "system-2"))
    return found


def written(
    repository: Repository,
    language: str = "en",
    selection: Selection | None = None,
    options: Mapping[str, str] | None = None,
    **moment: Any,
) -> bytes:
    """The workbook of what is selected."""
    file = io.BytesIO()
    with repository.state(**moment) as state:
        Workbook().write(Export(state, selection or Selection(), language, options or {}), file)
    return file.getvalue()


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(workbook: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def imported(
    repository: Repository, folder: Path, data: bytes, name: str = "edited.xlsx", **options: Any
) -> ImportReport:
    path = folder / name
    path.write_bytes(data)
    return import_file(repository, path, **{"model": "gov", "author": "tester", **options})


def columns(sheet: Worksheet) -> dict[str, int]:
    """The number of each column by its hidden key."""
    keys = {str(cell.value): cell.column for cell in sheet[1] if cell.value}
    return {"uid" if key.endswith(".uid") else key: number for key, number in keys.items()}


def row_of(sheet: Worksheet, uid_: str) -> int:
    column = columns(sheet)["uid"]
    return next(row for row in range(3, sheet.max_row + 1) if sheet.cell(row, column).value == uid_)


def change(sheet: Worksheet, uid_: str, values: Mapping[str, Any]) -> None:
    """Writes values into the row of a concept, by key of the column."""
    row, where = row_of(sheet, uid_), columns(sheet)
    for key, value in values.items():
        sheet.cell(row, where[key]).value = value


def changes(repository: Repository, number: int) -> dict[str, dict[str, Any]]:
    """What a changeset did to concepts, by uid: the fields after; of deleted ones None."""
    found = repository.difference(repository.changeset_numbered(number).id)
    return {
        each.uid: (each.after if each.action != "deleted" else None)  # type: ignore[misc]
        for each in found.changes if each.record == "concept" and each.action != "unchanged"
    }  # fmt: skip
