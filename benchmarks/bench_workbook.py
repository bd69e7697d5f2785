"""How soon a workbook of 100,000 rows is written, against XlsxWriter writing the same cells bare."""

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from benchmarks.frame import Result, in_turns, milliseconds
from ea_repo.exchange.export import Export
from ea_repo.exchange.tabular.xlsx import read_workbook
from ea_repo.exchange.workbook import Workbook
from ea_repo.repository import Repository, open_repository
from ea_repo.store.operations import Create, Operation

ROWS = 100_000
ROUNDS = 3


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        with open_repository(str(Path(folder) / "a.db"), create=True) as repository:
            _fill(repository)
            path = Path(folder) / "ours.xlsx"
            _ours(repository, path)
            cells = {sheet.name: sheet.rows for sheet in read_workbook(path.read_bytes(), path.name)}
            ours, bare = in_turns(
                lambda: milliseconds(lambda: _ours(repository, path)),
                lambda: milliseconds(lambda: _bare(cells, Path(folder) / "bare.xlsx")),
                rounds=ROUNDS,
            )
        yield Result(f"workbook of {ROWS:,} rows", ours, bare, "XlsxWriter, the same cells", at_most=1.5)


def _ours(repository: Repository, path: Path) -> None:
    with repository.state() as state, path.open("wb") as file:
        Workbook().write(Export(state), file)


def _bare(sheets: dict[str, Any], path: Path) -> None:
    """The same values, without what makes a workbook of them: no database, no names, lists, help or formats but the date's."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    elif isinstance(cell, date):
                        sheet.write_datetime(number, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                    elif cell is not None:
                        sheet.write_number(number, column, cell)


def _fill(repository: Repository) -> None:
    agencies: list[Operation] = [
        Create(f"gov:agency-{each}", "Agency", {"name": f"Agency {each}"}) for each in range(100)
    ]
    systems = (
        Create(
            f"gov:system-{each}",
            "System",
            {
                "name": f"System {each}",
                "description": f"Keeps the register of matter {each % 977} and answers questions about it.",
                "owner": f"gov:agency-{each % 100}",
                "valid_from": "2020-01-31",
                "attributes": {
                    "code": f"S{each:06}", "criticality": ("vital", "important", "ordinary")[each % 3], "users": each % 5_000,
                    "public_facing": each % 2 == 0, "yearly_cost": {"amount": each * 1000.5, "currency": "IDR"},
                    "active_on": "2021-06-01", "hosting": "own_data_centre", "platform": ["web", "mobile"],
                },
            },
        )
        for each in range(ROWS)
    )  # fmt: skip
    model: list[Operation] = [Create("gov", record="model", fields={"name": "Government"})]
    repository.changeset("bench", "Fill", [*model, *agencies, *systems]).apply()
