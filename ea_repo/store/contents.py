"""The bytes of documents, kept once by what they are: the name of a content is its SHA-256 (FIPS 180-4).

A document is a concept that names its content; its history is that of any concept. Contents never change, so two documents
with the same bytes share them, and a document read as of an earlier changeset still has what it had then. Only
`destroy` takes bytes away: of that, that it was so and when remains.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Literal, cast

from sqlalchemy import Engine, select

from ea_repo.clock import now
from ea_repo.errors import Damaged, Gone, InvalidInput, NotFound, TooLarge
from ea_repo.store.engine import busy_is_told, write_transaction
from ea_repo.store.tables import content, content_piece

MEGABYTE = 1_000_000
_PIECE = MEGABYTE
_IN_MEMORY = 4 * MEGABYTE
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a content. `destroyed_at`: its bytes are gone."""

    sha256: str
    size: int
    kept_at: datetime
    destroyed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Damage:
    """A content whose bytes are not what they were."""

    sha256: str
    what: Literal["altered", "incomplete"]


class Contents:
    """Keeps, gives, verifies and destroys contents."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self._writer = writer
        self._reader = reader

    def keep(self, file: BinaryIO, *, most_bytes: int) -> Kept:
        """Keeps the bytes of a file, read once from where it stands. Again is no error and writes nothing.

        `TooLarge` beyond `most_bytes`, `InvalidInput` where there are none, `Gone` for bytes that were destroyed on
        purpose. Memory does not grow with the file.
        """
        with SpooledTemporaryFile(_IN_MEMORY) as copy:
            size, sha256 = _copied(file, cast(BinaryIO, copy), most_bytes)
            copy.seek(0)
            with write_transaction(self._writer) as connection:
                row = connection.execute(select(content).where(content.c.sha256 == sha256)).first()
                if row is not None:
                    known = Kept(**row._mapping)
                    _refuse_destroyed(known)
                    return known
                kept = Kept(sha256, size, now())
                connection.execute(content.insert().values(sha256=sha256, size=size, kept_at=kept.kept_at))
                for position, piece in enumerate(_pieces(cast(BinaryIO, copy))):
                    connection.execute(content_piece.insert().values(sha256=sha256, position=position, piece=piece))
        return kept

    def find(self, sha256: str) -> Kept:
        """`NotFound` where no such content was ever kept here."""
        if not _SHA256.fullmatch(sha256):
            raise InvalidInput(f'"{sha256[:80]}" is not a SHA-256; it has 64 digits of 0-9 and a-f')
        with busy_is_told(), self._reader.connect() as connection:
            row = connection.execute(select(content).where(content.c.sha256 == sha256)).first()
        if row is None:
            raise NotFound(f"there is no content {sha256}; add the document's file again")
        return Kept(**row._mapping)

    def holds(self, sha256: str) -> bool:
        """Whether a content was ever kept here, destroyed or not."""
        with busy_is_told(), self._reader.connect() as connection:
            return connection.execute(select(content.c.sha256).where(content.c.sha256 == sha256)).first() is not None

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        """The bytes as a file, checked before the first is given.

        `Gone` where they were destroyed, `Damaged` where the database no longer has what was kept.
        """
        kept = self.find(sha256)
        _refuse_destroyed(kept)
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            if (damage := self._damage(kept, cast(BinaryIO, file))) is not None:
                raise Damaged(f"the content {sha256} is {damage.what} in the database; restore it from a back-up")
            file.seek(0)
            yield cast(BinaryIO, file)

    def destroy(self, sha256: str) -> Kept:
        """Takes the bytes away for good; that they were there and when they went stays. Twice changes nothing."""
        kept = self.find(sha256)
        if kept.destroyed_at is not None:
            return kept
        moment = now()
        with write_transaction(self._writer) as connection:
            connection.execute(content.update().where(content.c.sha256 == sha256).values(destroyed_at=moment))
            connection.execute(content_piece.delete().where(content_piece.c.sha256 == sha256))
        return Kept(kept.sha256, kept.size, kept.kept_at, moment)

    def verify(self) -> Iterator[Damage]:
        """Every content whose bytes are no longer those that its name says. Reads them all."""
        with busy_is_told(), self._reader.connect() as connection:
            rows = connection.execute(
                select(content).where(content.c.destroyed_at.is_(None)).order_by(content.c.sha256)
            )
            known = [Kept(**row._mapping) for row in rows]
        yield from filter(None, map(self._damage, known))

    def _damage(self, kept: Kept, copy: BinaryIO | None = None) -> Damage | None:
        """What is wrong with a content; its pieces go to `copy` as they are read."""
        digest, size = hashlib.sha256(), 0
        pieces = select(content_piece.c.piece).where(content_piece.c.sha256 == kept.sha256)
        ordered = pieces.order_by(content_piece.c.position).execution_options(yield_per=4)
        with busy_is_told(), self._reader.connect() as connection:
            for piece in connection.execute(ordered).scalars():
                digest.update(piece)
                size += len(piece)
                if copy is not None:
                    copy.write(piece)
        if size != kept.size:
            return Damage(kept.sha256, "incomplete")
        return None if digest.hexdigest() == kept.sha256 else Damage(kept.sha256, "altered")


def _copied(file: BinaryIO, copy: BinaryIO, most_bytes: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(file):
        size += len(piece)
        if size > most_bytes:
            raise TooLarge(
                f"the document is larger than {most_bytes // MEGABYTE} MB, the most that is kept", most_bytes=most_bytes
            )
        digest.update(piece)
        copy.write(piece)
    if not size:
        raise InvalidInput("the document is empty; send its bytes")
    return size, digest.hexdigest()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _refuse_destroyed(kept: Kept) -> None:
    if kept.destroyed_at is not None:
        day = kept.destroyed_at.date().isoformat()
        raise Gone(f"the content {kept.sha256} was destroyed on {day}", destroyed_at=kept.destroyed_at.isoformat())
