"""What makes a first load fast on each engine: indexes built over the finished rows, and PostgreSQL's COPY.

All of it is part of the transaction that writes: where that fails, the indexes are there as before.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Index, event, select
from sqlalchemy.engine import URL

from ea_repo.store.engine import writing_engine
from ea_repo.store.tables import concept, drawn, reference
from ea_repo.store.write import Row, Writer

_CACHE_KILOBYTES = 256_000
_DOCUMENTS = "loaded_document"


def loading_engine(url: URL) -> Engine:
    """An engine for one load. SQLite leaves foreign keys unchecked on it: the load looks up every name itself."""
    engine = writing_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _for_loading)
    return engine


def _for_loading(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
    cursor.close()


@contextmanager
def indexes_last(connection: Connection) -> Iterator[None]:
    """Takes the indexes of an empty table away and builds them when the block ends.

    In SQLite only, where readers go on undisturbed: PostgreSQL would have them wait for as long as the writing takes.
    """
    taken: list[Index] = []
    if connection.dialect.name == "sqlite" and connection.execute(select(concept.c.id).limit(1)).first() is None:
        taken = sorted([*concept.indexes, *reference.indexes, *drawn.indexes], key=lambda index: str(index.name))
    for index in taken:
        index.drop(connection)
    yield
    for index in taken:
        index.create(connection)


class CopyingWriter(Writer):
    """A writer of new rows only, by COPY. `finish` makes the text index."""

    _has_documents = False

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self._copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN", rows)

    def index(self, documents: Iterable[tuple[int, str, str]]) -> None:
        if not self._has_documents:
            self.connection.exec_driver_sql(
                f"CREATE TEMP TABLE {_DOCUMENTS} (id bigint, names text, body text) ON COMMIT DROP"
            )
            self._has_documents = True
        self._copy(f"COPY {_DOCUMENTS} FROM STDIN", documents)

    def finish(self) -> None:
        """Brings the documents into the text index."""
        if self._has_documents:
            self.connection.exec_driver_sql(
                "INSERT INTO concept_search (id, vector) SELECT id, setweight(to_tsvector('simple', names), 'A')"  # noqa: S608 - names are ours
                f" || setweight(to_tsvector('simple', body), 'B') FROM {_DOCUMENTS}"
            )

    def _copy(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        driver: Any = self.connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
