"""Every row that is kept, out of one database and into another: history, drafts and all, with ids and versions as they are.

The tables are those of `tables.py`, so a new kind of record is in here from its first day; left out is what is marked
`NOT_ARCHIVED`. A row is an object of JSON: numbers, texts, days and moments in ISO form, JSON as it is, bytes in
base64. Reading is one moment of the database; restoring is one transaction into an empty one. Neither needs memory that
grows with the rows.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    select,
)

from ea_repo.errors import InvalidInput
from ea_repo.store import schema
from ea_repo.store.changesets import last_number
from ea_repo.store.engine import busy_is_told
from ea_repo.store.tables import Json, UtcDateTime, metadata

Kind = Literal["integer", "number", "boolean", "text", "day", "moment", "json", "bytes"]
#: (rows done, of how many, in which table)
Progress = Callable[[int, int, str], None]

_KINDS: Sequence[tuple[type, Kind]] = (
    (Boolean, "boolean"),
    (BigInteger, "integer"),
    (Integer, "integer"),
    (Float, "number"),
    (Text, "text"),
    (UtcDateTime, "moment"),
    (DateTime, "moment"),
    (Date, "day"),
    (type(Json), "json"),
    (LargeBinary, "bytes"),
)
_PART = 5_000
#: Of rows that hold views with pictures, or pieces of documents.
_HEAVY_PART = 20
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class DumpedColumn:
    """`links` names the table and column that it points to."""

    name: str
    kind: Kind
    links: str | None = None

    def to_json(self) -> dict[str, str]:
        found = {"name": self.name, "kind": self.kind}
        return found if self.links is None else {**found, "links": self.links}


@dataclass(frozen=True, slots=True)
class DumpedTable:
    """One table: its columns, the key that its rows are ordered by, and how many there are."""

    name: str
    columns: tuple[DumpedColumn, ...]
    key: tuple[str, ...]
    rows: int

    def to_json(self) -> dict[str, Any]:
        columns = [column.to_json() for column in self.columns]
        return {"name": self.name, "key": list(self.key), "columns": columns, "rows": self.rows}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "DumpedTable":
        """Raises `KeyError`, `TypeError` or `ValueError` where that is no table."""
        columns = tuple(DumpedColumn(each["name"], each["kind"], each.get("links")) for each in said["columns"])
        known = {kind for _, kind in _KINDS}
        names = [column.name for column in columns]
        if any(column.kind not in known for column in columns) or not all(isinstance(name, str) for name in names):
            raise ValueError("a column is of no known kind")
        if not isinstance(said["name"], str) or not isinstance(said["rows"], int) or not names:
            raise ValueError("a table without name, columns or number of rows")
        return cls(said["name"], columns, tuple(said["key"]), said["rows"])


@dataclass(frozen=True, slots=True)
class Dump:
    """One moment of a database. `changeset` is the number of its last one, `revision` that of its schema."""

    revision: str
    changeset: int
    tables: tuple[DumpedTable, ...]
    _connection: Connection

    def lines(self, table: str) -> Iterator[str]:
        """The rows of a table as JSON, in the order of its key; the same whichever database they come from."""
        source = metadata.tables[table]
        names = [column.name for column in source.columns]
        rewritten = [column.name for column in source.columns if _kind(column) in ("moment", "bytes", "day")]
        is_heavy = any(_kind(column) == "bytes" or column.name == "content" for column in source.columns)
        part = _HEAVY_PART if is_heavy else _PART
        asked = select(source).order_by(*source.primary_key.columns).execution_options(yield_per=part)
        for rows in self._connection.execute(asked).partitions():
            for row in rows:
                values = dict(zip(names, row, strict=True))
                for name in rewritten:
                    values[name] = _written(values[name])
                yield _ENCODER.encode(values)


@contextmanager
def reading(engine: Engine) -> Iterator[Dump]:
    """Everything as it is at this moment. `engine` is one that reads."""
    with busy_is_told(), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        tables = tuple(_described(connection, table) for table in archived())
        yield Dump(schema.head(), last_number(connection), tables, connection)


def archived() -> list[Table]:
    """The tables that are kept, each after those it names."""
    return [table for table in metadata.sorted_tables if table.info.get("archived", True)]


def _described(connection: Connection, table: Table) -> DumpedTable:
    columns = tuple(DumpedColumn(column.name, _kind(column), _links(column)) for column in table.columns)
    count = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return DumpedTable(table.name, columns, tuple(column.name for column in table.primary_key), count)


def _links(column: Any) -> str | None:
    return next((key.target_fullname for key in column.foreign_keys), None)


def _kind(column: Any) -> Kind:
    return next(kind for type_, kind in _KINDS if isinstance(column.type, type_))


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


# What a line says


class Rows:
    """Turns the lines of one table back into rows. Raises `InvalidInput` with the table and line."""

    def __init__(self, table: DumpedTable) -> None:
        self.table = table
        self._names = [column.name for column in table.columns]
        self._checks = [_CHECKS[column.kind] for column in table.columns]

    def of(self, lines: Iterable[str | bytes]) -> Iterator[tuple[Any, ...]]:
        """A row for each line, its values checked by kind: days and moments as such, JSON as text."""
        count = 0
        for count, line in enumerate(lines, 1):
            try:
                said = json.loads(line, parse_constant=_no_constant)
                if not isinstance(said, dict) or len(said) != len(self._names):
                    raise ValueError(f"a row has the columns {', '.join(self._names)}")
                yield tuple(
                    None if said[name] is None else check(said[name])
                    for name, check in zip(self._names, self._checks, strict=True)
                )
            except (ValueError, TypeError, RecursionError) as error:
                raise InvalidInput(f"{self.table.name}: line {count}: {error}", table=self.table.name) from None
            except KeyError as error:
                raise InvalidInput(
                    f"{self.table.name}: line {count}: there is no {error.args[0]}", table=self.table.name
                ) from None
        if count != self.table.rows:
            raise InvalidInput(
                f"{self.table.name}: {count} rows; there should be {self.table.rows}", table=self.table.name
            )


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise ValueError(f"{value!r:.60} is not a whole number")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r:.60} is not a number")
    return float(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r:.60} is neither true nor false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{value!r:.60} is not text that a database keeps")
    value.encode()  # half a surrogate pair is a ValueError
    return value


def _json(value: Any) -> str:
    text = _ENCODER.encode(value)
    if "\\u0000" in text:
        raise ValueError("holds a character that no database keeps (NUL)")
    text.encode()
    return text


_CHECKS: Mapping[Kind, Callable[[Any], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "text": _text,
    "day": lambda value: date.fromisoformat(_text(value)),
    "moment": lambda value: datetime.fromisoformat(_text(value)).astimezone(UTC),
    "json": _json,
    "bytes": lambda value: base64.b64decode(_text(value), validate=True),
}
