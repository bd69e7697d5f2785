"""Reads the tables of the sample government and what `layout.toml` says they mean. Making concepts of them is `concepts.py`."""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Literal

from ea_repo.errors import InvalidInput

_FOLDER = files("ea_repo.sample")


@dataclass(frozen=True, slots=True)
class Link:
    """A column that names other things: each makes a relationship. The keys are explained at the top of `layout.toml`."""

    column: str
    type: str
    verb: str
    source: Literal["row", "cell"]
    option: str | None = None
    usual: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    carries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One thing. `cells` holds what is said of it; empty cells are left out."""

    file: str
    line: int
    uid: str
    cells: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.uid.partition(":")[2]

    @property
    def model(self) -> str:
        return self.uid.partition(":")[0]

    def wrong(self, column: str, detail: str) -> InvalidInput:
        return InvalidInput(f"{self.file}, line {self.line}, {column} of {self.id}: {detail}")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file and what its columns mean. `type` is None where a column of that name says it."""

    name: str
    type: str | None
    folder: str | None
    owner: str
    owner_of: str | None
    also: Mapping[str, tuple[str, ...]]
    links: tuple[Link, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    id: str
    name: Mapping[str, str]
    parent: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything the data files say."""

    models: tuple[Mapping[str, str], ...]
    folders: tuple[Folder, ...]
    tables: tuple[Table, ...]
    currency: str
    money_unit: int
    uids: Mapping[str, str]  # by bare identifier

    def rows(self) -> Iterator[tuple[Table, Row]]:
        for table in self.tables:
            for row in table.rows:
                yield table, row

    def uid(self, row: Row, column: str, identifier: str) -> str:
        """The uid of a thing that a cell names."""
        if identifier not in self.uids:
            raise row.wrong(column, f'there is no "{identifier}"')
        return self.uids[identifier]


def read_tables() -> Tables:
    """All tables; `InvalidInput` names the file and line of what is wrong."""
    layout = read_toml("layout.toml")
    tables = tuple(_table(said) for said in layout["table"])
    uids: dict[str, str] = {}
    for table in tables:
        for row in table.rows:
            if row.id in uids:
                raise row.wrong("id", "is there already")
            uids[row.id] = row.uid
    return Tables(
        models=tuple(cells for _, cells in read_table("models")),
        folders=tuple(Folder(**said) for said in layout["folder"]),
        tables=tables,
        currency=layout["currency"],
        money_unit=layout["money_unit"],
        uids=uids,
    )


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text("utf-8"))


def _table(said: Mapping[str, Any]) -> Table:
    return Table(
        name=said["name"],
        type=said.get("type"),
        folder=said.get("folder"),
        owner=said.get("owner", "owner"),
        owner_of=said.get("owner_of"),
        also={column: tuple(names) for column, names in said.get("also", {}).items()},
        links=tuple(_link(each) for each in said.get("link", ())),
        rows=tuple(_row(f"{said['name']}.csv", line, cells) for line, cells in read_table(said["name"])),
    )


def _link(said: Mapping[str, Any]) -> Link:
    return Link(
        column=said["column"],
        type=said["type"],
        verb=said["verb"],
        source=said["from"],
        option=said.get("option"),
        usual=said.get("usual"),
        attributes=said.get("attributes", {}),
        carries=tuple(said.get("with", ())),
    )


def _row(file: str, line: int, cells: dict[str, str]) -> Row:
    identifier, model = cells.pop("id"), cells.pop("model")
    return Row(file, line, f"{model}:{identifier}", cells)


def read_table(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells that say something) of each row of a table."""
    text = (_FOLDER / "data" / f"{name}.csv").read_text("utf-8")
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
    for cells in reader:
        if "" in cells or None in cells.values():
            raise InvalidInput(f"{name}.csv, line {reader.line_num}: not as many cells as the heading has")
        yield reader.line_num, {column: cell for column, cell in cells.items() if cell}
