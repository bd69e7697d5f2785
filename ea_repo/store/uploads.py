"""Files sent here to be looked at before they are imported, kept in the database so that any process of the service has them.

They are no part of history, and go when they are imported, dropped, or a week old.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from sqlalchemy import Engine, func, select

from ea_repo.clock import now
from ea_repo.errors import NotFound
from ea_repo.store.engine import busy_is_told, write_transaction
from ea_repo.store.tables import upload, upload_part

KEPT_DAYS = 7
_PART = 1_000_000
_IN_MEMORY = 4_000_000


@dataclass(frozen=True, slots=True)
class Upload:
    """`options` are how it is to be imported; `planned` is the last changeset when it was sent."""

    id: int
    author: str
    name: str
    size: int
    planned: int
    created_at: datetime
    options: Mapping[str, Any]


class Uploads:
    """Keeps, lists, opens and drops files."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self._writer = writer
        self._reader = reader

    def keep(self, file: BinaryIO, *, author: str, name: str, planned: int, options: Mapping[str, Any]) -> Upload:
        """Keeps a file from its beginning; those that are too old go."""
        file.seek(0)
        with write_transaction(self._writer) as connection:
            connection.execute(upload.delete().where(upload.c.created_at < now() - timedelta(days=KEPT_DAYS)))
            id_ = (connection.execute(select(func.max(upload.c.id))).scalar() or 0) + 1
            facts: dict[str, Any] = {
                "author": author,
                "name": name,
                "planned": planned,
                "created_at": now(),
                "options": dict(options),
            }
            connection.execute(upload.insert().values(id=id_, size=0, **facts))
            size = position = 0
            while part := file.read(_PART):
                connection.execute(upload_part.insert().values(upload_id=id_, position=position, content=part))
                size, position = size + len(part), position + 1
            connection.execute(upload.update().where(upload.c.id == id_).values(size=size))
        return Upload(id=id_, size=size, **facts)

    def find(self, id_: int) -> Upload:
        """`NotFound` where it was imported, dropped or too old."""
        with busy_is_told(), self._reader.connect() as connection:
            row = connection.execute(select(upload).where(upload.c.id == id_)).first()
        if row is None:
            raise NotFound(
                f"there is no import {id_} that waits; it was applied, dropped, or older than {KEPT_DAYS} days"
            )
        return Upload(**row._mapping)

    def all(self) -> list[Upload]:
        """Those that wait, newest first."""
        with busy_is_told(), self._reader.connect() as connection:
            return [Upload(**row._mapping) for row in connection.execute(select(upload).order_by(upload.c.id.desc()))]

    @contextmanager
    def open(self, id_: int) -> Iterator[BinaryIO]:
        """The file, to be read."""
        self.find(id_)
        parts = select(upload_part.c.content).where(upload_part.c.upload_id == id_).order_by(upload_part.c.position)
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            with busy_is_told(), self._reader.connect() as connection:
                for part in connection.execute(parts.execution_options(yield_per=4)).scalars():
                    file.write(part)
            file.seek(0)
            yield cast(BinaryIO, file)

    def drop(self, id_: int) -> None:
        """Forgets a file; `NotFound` where there is none."""
        with write_transaction(self._writer) as connection:
            if not connection.execute(upload.delete().where(upload.c.id == id_)).rowcount:
                raise NotFound(f"there is no import {id_} that waits")
