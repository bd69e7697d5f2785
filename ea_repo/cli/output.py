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
from typing import TYPE_CHECKING, Any

import typer

from ea_repo.cli.telling import one_line, print_json
from ea_repo.errors import InvalidInput, NotAllowed

if TYPE_CHECKING:
    from rich.console import Console

_WIDEST = 100_000
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

    def rows(self, rows: Iterable[Row], columns: Sequence[str], *, empty: str = "nothing found", **around: Any) -> None:
        """A list. JSON has all keys of each row under `items`, beside what is `around`; the others the columns."""
        found = list(rows)
        if self.as_json:
            print_json(jsonable({"items": found, **around}))
        elif self.as_csv and columns:
            print_csv(found, columns)
        elif found:
            print_table(found, columns)
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
        output.write_bytes(content)
    except PermissionError as error:
        raise NotAllowed(f"{output} may not be written; name another file") from error
    except OSError as error:
        raise InvalidInput(f"{output} cannot be written: {error.strerror}; name another file") from error
    note(f"wrote {output}")


def print_csv(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Values as they are; lists and objects as JSON."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_cell(row.get(column)) for column in columns] for row in rows)
    sys.stdout.write(buffer.getvalue())


def print_table(rows: Iterable[Row], columns: Sequence[str]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(text_of(row.get(column))) for column in columns))
    console().print(table)


def print_pairs(pairs: Mapping[str, Any]) -> None:
    """Names and what they say, one a line."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 3, 0, 0))
    for name, value in pairs.items():
        table.add_row(Text(text_of(name)), Text(text_of(value), overflow="fold"))
    console().print(table)


def console() -> "Console":
    """Standard output: coloured and folded on a terminal, plain and unfolded elsewhere."""
    from rich.console import Console

    options: dict[str, Any] = {} if sys.stdout.isatty() else {"width": _WIDEST, "color_system": None}
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False, **options)


def _csv_cell(value: Any) -> Any:
    plain = jsonable(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return str(plain).lower()
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, dict | list) else plain
