"""Reads the sheets of an .xlsx workbook, having made sure first that they cannot eat the memory.

The reader (calamine) makes a full rectangle of every sheet and copies each shared text into each cell that shows it, so
a few kilobytes could ask for terabytes: what the sheets claim is counted beforehand, as the file is unpacked.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import python_calamine

from ea_repo.errors import MalformedRequest, TooLarge
from ea_repo.exchange import safe_xml
from ea_repo.exchange.tabular.cells import Cell, letters, plain

MEGABYTE = 1024 * 1024
MAX_UNPACKED_BYTES = 384 * MEGABYTE
MAX_ENTRY_BYTES = 256 * MEGABYTE
MAX_ENTRIES = 2_000
#: Cells of the rectangle that a sheet spans; calamine takes 24 bytes for each, and Python 8 more.
MAX_CELLS = 8_000_000
#: A sheet with little in it may not span so much: blank cells allowed at all, and for each that is filled.
_MOST_SPARSE, _MOST_BLANK = 1_000_000, 40
#: Characters that all cells show together.
MAX_TEXT = 192 * MEGABYTE

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_STRINGS = re.compile(r"xl/sharedstrings\.xml", re.IGNORECASE)
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']\s*\$?([A-Za-z]{1,7})\$?(\d{1,10})")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"']\s*(\d{1,10})")
_SHARED_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\bt\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v\b[^>]*>\s*(\d{1,10})")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b")
#: A formula whose value was never worked out: a program wrote it, and nobody opened the file since.
_EMPTY_FORMULA = re.compile(
    rb"<c\b[^>]*?\br=[\"']([A-Z]{1,3}\d{1,7})[\"'][^>]*>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_DIRECTORY = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_MOST_MERGED = 100_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as rows of cells, the first row and column being those of A1. `merged` are ranges ((row, column), (row, column))."""

    name: str
    rows: Sequence[Sequence[Cell]]
    is_hidden: bool = False
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    uncalculated: frozenset[str] = frozenset()  # cells with a formula and no value

    def cell_name(self, row: int, column: int) -> str:
        """A1 for (0, 0)."""
        return f"{letters(column)}{row + 1}"


def is_workbook(data: bytes) -> bool:
    """Whether it is an .xlsx or .xlsm file, by its content."""
    if data[:4] != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.lower() for name in archive.namelist()[:MAX_ENTRIES]}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        return False
    return "[content_types].xml" in names and any(name.startswith("xl/workbook.") for name in names)


def read_workbook(data: bytes, name: str) -> list[Sheet]:
    """The sheets in their order. `MalformedRequest` and `TooLarge` say in a sentence what is wrong."""
    uncalculated = _inspected(data, name)
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as workbook:
            return [_sheet(workbook, each, uncalculated) for each in workbook.sheets_metadata]
    except python_calamine.PasswordError:
        raise MalformedRequest(f"{name} is locked by a password; save it without") from None
    # Rust's panics come as BaseException of a class that nobody can import.
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise MalformedRequest(f"{name}: the workbook is damaged ({str(error)[:200]})") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise MalformedRequest(f"{name}: the workbook is damaged") from None


def _sheet(workbook: Any, metadata: Any, uncalculated: Mapping[str, frozenset[str]]) -> Sheet:
    position = workbook.sheet_names.index(metadata.name)
    if metadata.typ != python_calamine.SheetTypeEnum.WorkSheet:
        return Sheet(metadata.name, [], is_hidden=True)
    sheet = workbook.get_sheet_by_index(position)
    rows = [[plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    hidden = metadata.visible != python_calamine.SheetVisibleEnum.Visible
    empty = frozenset(each for each in uncalculated.get(metadata.name, ()) if _is_blank(rows, each))
    return Sheet(metadata.name, rows, hidden, sheet.merged_cell_ranges or (), empty)


def _is_blank(rows: Sequence[Sequence[Cell]], cell: str) -> bool:
    row, column = coordinates(cell)
    return row < len(rows) and column < len(rows[row]) and rows[row][column] is None


def coordinates(cell: str) -> tuple[int, int]:
    """(0, 0) for A1."""
    head = cell.rstrip("0123456789")
    column = 0
    for letter in head.upper():
        column = column * 26 + ord(letter) - 64
    return int(cell[len(head) :]) - 1, column - 1


def _inspected(data: bytes, name: str) -> dict[str, frozenset[str]]:
    """Refuses what would be too large; returns the cells whose formula has no value, by the name of their sheet."""
    uncalculated: dict[str, frozenset[str]] = {}
    longest, shown = 0, 0
    lengths: list[int] = []
    with_texts: list[bytes] = []
    directory: dict[str, bytes] = {}
    for path, content in _entries(data, name):
        if _STRINGS.fullmatch(path):
            lengths = [len(each) for each in re.split(rb"</(?:\w+:)?si\s*>", content)]
            longest = max(lengths, default=0)
        elif _SHEET.fullmatch(path):
            _refuse_large(content, name)
            if b"<f" in content:
                uncalculated[path] = frozenset(each.decode() for each in _EMPTY_FORMULA.findall(content))
            indexes = _SHARED_CELL.findall(content)
            if indexes:
                with_texts.append(b" ".join(indexes))
        elif path in _DIRECTORY:
            directory[path] = content
    for listed in with_texts:
        count = listed.count(b" ") + 1
        if count * longest > MAX_TEXT:  # only then are they looked at one by one
            shown += sum(lengths[int(each)] for each in listed.split() if int(each) < len(lengths))
        else:
            shown += count
        if shown > MAX_TEXT:
            raise TooLarge(f"{name} shows more than {MAX_TEXT // MEGABYTE} MB of text, which is not read")
    if not any(uncalculated.values()):
        return {}
    return {title: uncalculated.get(path, frozenset()) for title, path in _titles(directory, name)}


def _titles(directory: Mapping[str, bytes], name: str) -> Iterator[tuple[str, str]]:
    """The name of each sheet and the part that it is in."""
    if directory.keys() < set(_DIRECTORY):
        return
    book, relations = (safe_xml.parse(directory[path], name) for path in _DIRECTORY)
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    for element in book.iter():
        if safe_xml.local_name(element.tag) == "sheet":
            relation = next((value for key, value in element.items() if safe_xml.local_name(key) == "id"), None)
            target = targets.get(relation, "")
            yield element.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _refuse_large(content: bytes, name: str) -> None:
    rows = columns = 0
    for at in _ROW.findall(content):
        rows = max(rows, int(at))
    last_letters = set()
    cells = _CELL.findall(content)
    for column, row in cells:
        last_letters.add(column)
        rows = max(rows, int(row))
    for column in last_letters:
        columns = max(columns, coordinates(f"{column.decode()}1")[1] + 1)
    # Cells and rows that do not say where they are follow one another.
    unplaced = max(content.count(b"<c>"), content.count(b"<c ") - len(cells), 0)
    rows, columns = max(rows, content.count(b"<row")), columns + unplaced
    most = min(MAX_CELLS, _MOST_SPARSE + _MOST_BLANK * (len(cells) + unplaced))
    if rows * max(columns, 1) > most and columns:
        raise TooLarge(
            f"{name}: a sheet spans {rows:,} rows and {columns:,} columns; {most:,} cells are the most that is read of what it holds: "
            "delete what is empty behind and below the table, or import it in parts"
        )
    if len(_MERGED.findall(content)) > _MOST_MERGED:
        raise TooLarge(f"{name}: a sheet has more than {_MOST_MERGED:,} merged cells, which is not read")


def _entries(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """The parts that calamine reads whole, never trusting the sizes that the archive declares."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise TooLarge(f"{name} holds more than {MAX_ENTRIES:,} parts, which no workbook needs")
            seen: set[str] = set()
            for entry in entries:
                path = entry.filename.replace("\\", "/").lstrip("/")
                if path.lower() in seen:
                    raise MalformedRequest(f"{name}: {path[:100]} is in the workbook twice")
                seen.add(path.lower())
                if entry.flag_bits & 1:
                    raise MalformedRequest(f"{name} is encrypted; save it without a password")
                if entry.is_dir() or not path.lower().startswith(("xl/", "[content", "_rels", "docprops")):
                    continue
                with archive.open(entry) as stream:
                    content = stream.read(MAX_ENTRY_BYTES + 1)
                total += len(content)
                if len(content) > MAX_ENTRY_BYTES or total > MAX_UNPACKED_BYTES:
                    raise TooLarge(
                        f"{name} unpacks to more than {MAX_UNPACKED_BYTES // MEGABYTE} MB, which is not read"
                    )
                yield path, content
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError, OSError, ValueError) as error:
        raise MalformedRequest(f"{name}: the workbook is damaged or cut off ({str(error)[:200]})") from None
