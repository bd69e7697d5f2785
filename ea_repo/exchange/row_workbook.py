"""The rows of an answer as a workbook for a meeting: one sheet with the rows, one that says what they are."""

import inspect
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from ea_repo import wording
from ea_repo.catalogue import Entry
from ea_repo.errors import TooLarge
from ea_repo.exchange.row_words import RowWords, summary
from ea_repo.store.state import State

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What a sheet holds in Excel and LibreOffice, less the heading.
MOST_ROWS = 2**20 - 1
_MOST_TEXT = 32_767
_NARROWEST, _WIDEST = 8, 60
_MEASURED = 200
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,  # what a concept is called must not run
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


def write(rows: Sequence[Any], entry: Entry, state: State, arguments: Mapping[str, Any], language: str = "en") -> bytes:
    """What an entry of the catalogue answered, dataclass rows, as an .xlsx file. The second sheet says what was asked.

    Headings are in the language that was asked for, else in `language`. Numbers and dates are numbers and dates, everything else is text and never a formula. Raises `TooLarge` beyond what a
    sheet holds.
    """
    if len(rows) > MOST_ROWS:
        raise TooLarge(f"{len(rows)} rows are more than a sheet holds, {MOST_ROWS}; ask for less, or for CSV")
    content = io.BytesIO()
    with Workbook(content, _OPTIONS) as book:
        heading = book.add_format({"bold": True, "bg_color": "#E8EDF4", "bottom": 1})
        language = str(arguments.get("language") or language)
        sheet = book.add_worksheet(_sheet_name(entry.name))
        _write_rows(sheet, rows, heading, language, RowWords(state.metamodel, language))
        sheet = book.add_worksheet("About" if language == "en" else wording.heading("about", language))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100, book.add_format({"text_wrap": True, "valign": "top"}))
        for at, (name, value) in enumerate(_about(entry, state, arguments, language).items()):
            sheet.write_string(at, 0, name, heading)
            _write_cell(sheet, at, 1, value)
    return content.getvalue()


def _about(entry: Entry, state: State, arguments: Mapping[str, Any], language: str) -> dict[str, Any]:
    called = partial(wording.heading, language=language)
    whole = inspect.getdoc(entry.subject) or entry.summary
    said = {
        called("what it is"): whole if language == "en" else summary(entry, language),
        called("changeset"): state.number,
    }
    if state.on is not None:
        said[called("holds on")] = state.on
    if state.draft is not None:
        said[called("with the draft")] = state.draft.id
    asked = {called(name): value for name, value in arguments.items() if value not in (None, "", (), [])}
    return {**said, **asked}


def _write_rows(sheet: Worksheet, rows: Sequence[Any], heading: Any, language: str, words: RowWords) -> None:
    names = [each.name for each in fields(rows[0])] if rows else []
    for column, name in enumerate(names):
        called = wording.heading(name, language)
        sheet.write_string(0, column, called, heading)
        sheet.set_column(column, column, _width(name, called, rows))
    for at, row in enumerate(rows, start=1):
        for column, name in enumerate(names):
            _write_cell(sheet, at, column, words.cell(name, getattr(row, name)))
    if names:
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(rows), len(names) - 1)


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        sheet.write_datetime(row, column, value)
    else:
        sheet.write_string(row, column, cell_text(value)[:_MOST_TEXT])


def cell_text(value: Any) -> str:
    """A value in one cell: several one after the other."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {cell_text(each)}" for name, each in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(map(cell_text, value))
    return str(value)


def _width(name: str, called: str, rows: Sequence[Any]) -> int:
    longest = max((len(cell_text(getattr(row, name))) for row in rows[:_MEASURED]), default=0)
    return max(_NARROWEST, min(_WIDEST, max(longest, len(called)) + 2))


def _sheet_name(title: str) -> str:
    return title.translate(_FORBIDDEN).strip("' ")[:31] or "Rows"
