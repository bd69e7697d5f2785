"""Cells and what may stand in one: their values, several values or lines in one, and where a cell is."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ea_repo.store.records import Property

#: What a cell holds, None for nothing.
Cell = str | int | float | bool | date | None

#: The most characters that Excel keeps in one cell.
MOST_CHARACTERS = 32_767
_NEEDS_QUOTES = re.compile(r'[;"\r\n]|^\s|\s$|^$')
_ITEM = re.compile(r'[^\S\n]*(?:("(?:[^"]|"")*")[^\S\n]*(?=[;\n]|\Z)|([^;\n]+))(?:[;\n]|\Z)?')
_PLAIN_KEY = re.compile(r"[^\s={\"][^=\r\n]*(?<!\s)|[^\s={\"]")
_PLAIN_VALUE = re.compile(r"(\S([^\r\n]*\S)?)?")
_LINE_ENDS = re.compile(r"\r\n?")
#: What XML has no way to say.
_NOT_IN_XML = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is: on a sheet of a workbook, or in a file of lines. `columns` are the letters or names by key."""

    sheet: str | None
    row: int
    columns: dict[str, str]
    what: str = "line"

    def pointer(self, key: str | None = None) -> str:
        """For programs: Systems!F12, or line 12/criticality."""
        column = self.columns.get(key or "", "")
        if self.sheet is not None:
            return f"{self.sheet}!{column}{self.row}" if column else f"{self.sheet}!{self.row}:{self.row}"
        return f"{self.what} {self.row}/{column}" if column else f"{self.what} {self.row}"

    def words(self, key: str | None = None) -> str:
        """For people: Sheet Systems, cell F12."""
        column = self.columns.get(key or "", "")
        if self.sheet is not None:
            return f"Sheet {self.sheet}, " + (f"cell {column}{self.row}" if column else f"row {self.row}")
        return f"{self.what.capitalize()} {self.row}" + (f", column {column}" if column else "")


def letters(column: int) -> str:
    """The letters of a column counted from 0: A, B, ... Z, AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def plain(value: Any) -> Cell:
    """What was read from a file as a cell: midnight is a date, an empty text nothing."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, datetime):
        return value.date() if (value.hour, value.minute, value.second) == (0, 0, 0) else value
    if value is None or isinstance(value, bool | int | float | date):
        return value
    return str(value)  # times and durations


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells say the same; programs change line ends as they like."""
    if one == other and isinstance(one, bool) is isinstance(other, bool):
        return True
    if isinstance(one, str) and isinstance(other, str):
        return _LINE_ENDS.sub("\n", one) == _LINE_ENDS.sub("\n", other)
    return False


def fitting(text: str) -> str:
    """The text as a cell can hold it: cut where it is longer than Excel keeps."""
    if not text.isascii():
        text = _NOT_IN_XML.sub("\ufffd", text)
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def text_of(cell: Cell) -> str:
    """A cell as text: codes that Excel made numbers stay as they look."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def joined(texts: list[str]) -> str:
    """Several texts in one cell: a; b; "c; d"."""
    return "; ".join(_quoted(each) for each in texts)


def split(text: str) -> list[str]:
    """The texts that a cell holds. The reverse of `joined`; empty ones that are not quoted are left out."""
    found: list[str] = []
    for quoted, bare in _ITEM.findall(_LINE_ENDS.sub("\n", text)):
        if quoted:
            found.append(quoted[1:-1].replace('""', '"'))
        elif bare.strip():
            found.append(bare.strip())
    return found


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def property_lines(properties: Sequence[Property]) -> str:
    """Properties as lines: name = value; what is unusual in JSON."""
    return "\n".join(_property_line(each) for each in properties)


def _property_line(each: Property) -> str:
    is_plain = _PLAIN_KEY.fullmatch(each.key) and _PLAIN_VALUE.fullmatch(each.value)
    if is_plain and each.kind is None and each.lang is None:
        return f"{each.key} = {each.value}".rstrip()
    said = {"key": each.key, "value": each.value, "kind": each.kind, "lang": each.lang}
    return json.dumps({name: text for name, text in said.items() if text is not None}, ensure_ascii=False)


def properties_in(text: str) -> list[Property]:
    """The reverse of `property_lines`. `ValueError` ends a sentence about a line that is neither."""
    return [_property(line) for line in _LINE_ENDS.sub("\n", text).split("\n") if line.strip()]


def _property(line: str) -> Property:
    if line.lstrip().startswith("{"):
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            said = None
        allowed = {"key", "value", "kind", "lang"}
        is_property = isinstance(said, dict) and {"key", "value"} <= said.keys() <= allowed
        if is_property and all(isinstance(each, str) for each in said.values()):
            return Property(**said)
        raise ValueError('has a line that is no property; write name = value, or {"key": "...", "value": "..."}')
    key, sign, value = line.partition("=")
    if not sign or not key.strip():
        raise ValueError(f'has the line "{line.strip()[:60]}"; write name = value')
    return Property(key.strip(), value.strip())
