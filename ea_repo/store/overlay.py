"""A draft laid over the present: a connection on which every read finds the repository as if the draft were applied.

Temporary tables hold the rows that the draft would write, temporary views with the names of the real tables show the
rest beside them: both engines look there first. So everything that reads works unchanged, nothing is written to the
database, no lock is taken, and with the connection all of it is gone. O(records of the draft).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Engine, Table

from ea_repo.store import search
from ea_repo.store.operations import RecordKind
from ea_repo.store.resolve import RECORDS, Resolved, Resolver
from ea_repo.store.tables import CURRENT, drawn, reference
from ea_repo.store.write import Row, Writer

#: Tables derived from records, by the column that says from which.
_DERIVED: dict[str, tuple[Table, RecordKind, str]] = {
    "reference": (reference, "concept", "concept_id"),
    "drawn": (drawn, "view", "view_id"),
}


class Overlay(Writer):
    """Collects the rows of a draft instead of writing them."""

    def __init__(self, connection: Connection, resolved: Resolved, number: int, resolver: Resolver) -> None:
        super().__init__(connection, resolved, number, resolver.references)
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.columns: dict[str, Sequence[str]] = {}
        self.replaced: dict[RecordKind, list[int]] = defaultdict(list)
        self.documents: dict[int, tuple[str, str]] = {}

    def lay(self) -> None:
        """Puts the rows before those of the database, on this connection only."""
        self.write()
        schema = "main." if self.connection.dialect.name == "sqlite" else f"{self._schema()}."
        for record in RECORDS:
            self._cover(record, CURRENT[record].columns.keys(), "id", record, schema)
        for name, (table, of, key) in _DERIVED.items():
            self._cover(name, table.columns.keys(), key, of, schema)

    @property
    def changed(self) -> frozenset[int]:
        """The ids of the concepts that the draft writes or takes away."""
        return frozenset((*self.replaced["concept"], *(row[0] for row in self.rows["concept"])))

    def matching(self, words: str) -> list[int]:
        """Which of the concepts that the draft writes have every word."""
        return sorted(id_ for id_, document in self.documents.items() if search.matches(words, document))

    # What a writer does, done to the side

    def supersede(self, record: RecordKind, ids: Sequence[int]) -> None:
        self.replaced[record].extend(ids)

    def delete(self, record: RecordKind, ids: Sequence[int]) -> None:
        """Nothing more: what is replaced by no row is gone."""

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self.columns[table] = columns
        self.rows[table].extend(rows)

    def update(self, record: RecordKind, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self.insert(record, columns, rows)

    def index(self, documents: Iterable[tuple[int, str, str]]) -> None:
        self.documents.update((id_, (names, body)) for id_, names, body in documents)

    def _cover(self, name: str, columns: Sequence[str], key: str, record: RecordKind, schema: str) -> None:
        rows, gone = self.rows[name], self.replaced[record]
        if not rows and not gone:
            return
        told = ", ".join(columns)
        run = self.connection.exec_driver_sql
        run(f"CREATE TEMPORARY TABLE draft_{name} AS SELECT {told} FROM {schema}{name} WHERE 1 = 0")  # noqa: S608 - names are ours
        run(f"CREATE TEMPORARY TABLE draft_{name}_gone (id bigint PRIMARY KEY)")
        super().insert(f"draft_{name}", self.columns.get(name, columns), rows)
        super().insert(f"draft_{name}_gone", ("id",), [(id_,) for id_ in gone])
        run(
            f"CREATE TEMPORARY VIEW {name} AS SELECT {told} FROM {schema}{name}"  # noqa: S608
            f" WHERE {key} NOT IN (SELECT id FROM draft_{name}_gone) UNION ALL SELECT {told} FROM draft_{name}"
        )

    def _schema(self) -> str:
        (name,) = self.connection.exec_driver_sql("SELECT quote_ident(current_schema())").one()
        return str(name)


def draft_connection(engine: Engine) -> Connection:
    """A connection of its own for a draft: one moment of the database, its temporary tables gone when it is closed."""
    connection = engine.connect()
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    connection.detach()
    return connection


def forbid_writing(connection: Connection) -> None:
    """From here on the database itself refuses writes."""
    statement = "PRAGMA query_only = ON" if connection.dialect.name == "sqlite" else "SET TRANSACTION READ ONLY"
    connection.exec_driver_sql(statement)
