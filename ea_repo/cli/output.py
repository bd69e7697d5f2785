"""Answers as a table for people, or JSON or CSV for programs. Every command that lists prints through here.

A table on a terminal folds long cells so that nothing is lost in a narrow one; piped, it is as wide as its content
and has no colour.
"""

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typer

from ea_repo import wording
from ea_repo.cli.telling import one_line, print_json
from ea_repo.errors import InvalidInput, NotAllowed
from ea_repo.whole_file import write_whole

_MOST_FOLDED = 500
_GAP = "   "
STDOUT = Path("-")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Output:
    """How the answer is wanted."""

    as_json: bool = False
    as_csv: bool = False

    def __post_init__(self) -> None:
        if self.as_json and self.as_csv:
            raise typer.BadParameter("--json and --csv exclude each other")

    def rows(
        self,
        rows: Iterable[Row],
        columns: Sequence[str],
        *,
        empty: str = "nothing found",
        language: str = "en",
        **around: Any,
    ) -> None:
        """A list. JSON has all keys of each row under `items`, beside what is `around`; the others the columns. The headings of a
        table for people are in the language."""
        found = list(rows)
        if self.as_json:
            print_json(jsonable({"items": found, **around}))
        elif self.as_csv and columns:
            print_csv(found, columns)
        elif found:
            print_table(found, columns, language)
        else:
            note(empty)

    def one(self, value: Any, lines: Iterable[str]) -> None:
        """One thing: JSON, or lines of text made for people."""
        if self.as_json:
            print_json(jsonable(value))
        else:
            say(*lines)


def say(*lines: str) -> None:
    """Lines on standard output."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def note(text: str) -> None:
    """A remark that is not part of the answer."""
    sys.stderr.write(f"{one_line(text)}\n")


def jsonable(value: Any) -> Any:
    """The value in JSON's own types."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: jsonable(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): jsonable(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(jsonable, value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [jsonable(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def json_text(value: Any) -> str:
    """The value as JSON that people can read, too."""
    return json.dumps(jsonable(value), ensure_ascii=False, indent=2) + "\n"


def fields_of(value: Any) -> dict[str, Any]:
    """The fields of a dataclass as they are, for the columns of a table."""
    return {each.name: getattr(value, each.name) for each in fields(value)}


def text_of(value: Any) -> str:
    """A cell for people."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {text_of(each)}" for key, each in value.items())
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        return ", ".join(map(text_of, value))
    return one_line(str(value))


def write_file(output: Path, content: bytes) -> None:
    """Content for a file that the user named; `-` is standard output."""
    if output == STDOUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        write_whole(str(output), content)
    except BrokenPipeError:  # who reads has enough
        raise
    except PermissionError as error:
        raise NotAllowed(f"{output} may not be written; name another file") from error
    except OSError as error:
        raise InvalidInput(f"{output} cannot be written: {error.strerror}; name another file") from error
    note(f"wrote {output}")


def print_csv(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Values as they are; lists and objects as JSON."""
    sys.stdout.write(csv_text(rows, columns))


def csv_text(rows: Iterable[Row], columns: Sequence[str]) -> str:
    """A heading and a line for each row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_cell(row.get(column)) for column in columns] for row in rows)
    return buffer.getvalue()


def print_table(rows: Iterable[Row], columns: Sequence[str], language: str = "en") -> None:
    """Rows under a line of headings."""
    cells = [[text_of(row.get(column)) for column in columns] for row in rows]
    headings = [wording.heading(column, language) for column in columns]
    if sys.stdout.isatty() and len(cells) <= _MOST_FOLDED:
        _print_folded(cells, headings)
    else:
        _print_plain(cells, headings)


def print_pairs(pairs: Mapping[str, Any]) -> None:
    """Names and what they say, one a line."""
    cells = [[text_of(name), text_of(value)] for name, value in pairs.items()]
    if sys.stdout.isatty():
        _print_folded(cells, None)
    else:
        _print_plain(cells, None)


def _print_folded(cells: Sequence[Sequence[str]], headings: Sequence[str] | None) -> None:
    """On a terminal: every column gets its share of the width, and what is longer goes on in the next line."""
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, markup=False, highlight=False, emoji=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, show_header=headings is not None)
    # The first column is what people copy: it is folded last.
    whole = min(max(cell_len(row[0]) for row in cells), console.width // 2)
    for at, heading in enumerate(headings or [""] * len(cells[0])):
        table.add_column(heading, overflow="fold", min_width=None if at else whole)
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)


def _print_plain(cells: Sequence[Sequence[str]], headings: Sequence[str] | None) -> None:
    """In a pipe, or very long: every cell whole. Rich would take a minute for what this does in a second."""
    from rich.cells import cell_len

    lengths = [[cell_len(cell) for cell in row] for row in cells]
    if headings is not None:
        lengths.append([cell_len(heading) for heading in headings])
    widths = [max(column) for column in zip(*lengths, strict=True)]
    if headings is not None:
        say(_line(headings, lengths[-1], widths), "─" * (sum(widths) + len(_GAP) * (len(widths) - 1)))
    say(*(_line(row, measured, widths) for row, measured in zip(cells, lengths, strict=False)))


def _line(cells: Sequence[str], lengths: Sequence[int], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - length) for cell, length, width in zip(cells, lengths, widths, strict=True))
    return _GAP.join(padded).rstrip()


def _csv_cell(value: Any) -> Any:
    plain = jsonable(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return str(plain).lower()
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, dict | list) else plain
