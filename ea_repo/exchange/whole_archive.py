"""The whole repository as one archive: a BagIt bag of NDJSON with all history, drafts, profiles, views and images.

`data/tables.json` says what there is: the schema's revision, the number of the last changeset, and of each table its
columns, what they link to, its key and how many rows it has. `data/<table>.ndjson` holds one JSON object a row, in the
order of the key. Superseded versions are in the `_history` tables with the changesets that wrote and replaced them.
Nothing but JSON and this paragraph is needed to read it. Tokens are not in it: who may write is each installation's own.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import ea_repo
from ea_repo.errors import InvalidInput, MalformedRequest, TooLarge
from ea_repo.exchange import bagit
from ea_repo.exchange.archives import MEGABYTE
from ea_repo.exchange.bagit import Bag
from ea_repo.store import restore as store_restore
from ea_repo.store.dump import DumpedTable, Rows
from ea_repo.store.engine import parse_url

if TYPE_CHECKING:
    from ea_repo.repository import Repository

FORMAT = "ea-repo-archive"
VERSION = 1
TABLES = "tables.json"
#: A line is a record; the largest are views with pictures in them.
_MOST_LINE_BYTES = 256 * MEGABYTE
_LINES_AT_ONCE = 1_000
#: (done, of how many, of what)
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive holds. `fingerprint` stands for all of it: note it elsewhere to know the archive again."""

    path: str
    fingerprint: str
    revision: str
    changeset: int
    rows: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "fingerprint": self.fingerprint,
            "schema": self.revision,
            "changeset": self.changeset,
            "rows": dict(self.rows),
        }


def write(repository: "Repository", target: str | Path, progress: Progress | None = None) -> Contents:
    """Writes everything, at one moment, into a new .zip, .tar, .tar.gz or folder. O(rows), flat in memory."""
    tell = progress or (lambda done, total, what: None)
    path = Path(target)
    with repository.dump() as dump:
        rows = {table.name: table.rows for table in dump.tables}
        info = {
            "Bag-Software-Agent": f"ea-repo {ea_repo.__version__}",
            "External-Description": "A whole enterprise-architecture repository with its history; data/tables.json tells more",
            "EA-Repo-Schema": dump.revision,
            "EA-Repo-Changeset": str(dump.changeset),
        }
        described = {
            "format": FORMAT,
            "version": VERSION,
            "schema": dump.revision,
            "changeset": dump.changeset,
            "left_out": "tokens",
            "tables": [table.to_json() for table in dump.tables],
        }
        done, total = 0, sum(rows.values())
        with bagit.writing(path, info) as bag:
            with bag.add(TABLES) as file:
                file.write(json.dumps(described, ensure_ascii=False, indent=1).encode() + b"\n")
            for table in dump.tables:
                with bag.add(_file_of(table.name)) as file:
                    for lines in _parts(dump.lines(table.name)):
                        file.write(("\n".join(lines) + "\n").encode())
                        done += len(lines)
                        tell(done, total, table.name)
    return Contents(str(path), bag.fingerprint, dump.revision, dump.changeset, rows)


def verify(source: str | Path, *, fingerprint: str | None = None, progress: Progress | None = None) -> Contents:
    """Reads all of an archive and says what it holds.

    Raises `MalformedRequest`, naming the files, where it is damaged, was altered or is none; with the fingerprint noted
    when it was written also where somebody altered it and made new manifests.
    """
    tell = progress or (lambda done, total, what: None)
    with bagit.reading(Path(source)) as bag:
        contents, tables = _checked(bag, fingerprint, tell)
        done, total = 0, sum(contents.rows.values())
        for table in tables:
            with bag.open(_file_of(table.name)) as file:
                for _ in Rows(table).of(_lines(file, table.name)):
                    done += 1
                    if done % _LINES_AT_ONCE == 0:
                        tell(done, total, f"reading {table.name}")
    return contents


def restore(
    source: str | Path, database: str, *, fingerprint: str | None = None, progress: Progress | None = None
) -> Contents:
    """Restores an archive into an empty database, SQLite or PostgreSQL: all of it, or nothing.

    Raises what `verify` raises, before anything is written; `Conflict` where the database is not empty;
    `SchemaOutOfDate` for an archive of a newer program.
    """
    tell = progress or (lambda done, total, what: None)
    url = parse_url(database)
    with bagit.reading(Path(source)) as bag:
        contents, tables = _checked(bag, fingerprint, tell)
        store_restore.restore(
            url, contents.revision, contents.changeset, tables,
            lambda name: _table_lines(bag, name), lambda done, total, what: tell(done, total, f"restoring {what}"),
        )  # fmt: skip
    return contents


def _checked(bag: Bag, fingerprint: str | None, tell: Progress) -> tuple[Contents, list[DumpedTable]]:
    """What the archive says it holds, once every byte is as it was bagged."""
    if fingerprint is not None and fingerprint.lower() != bag.fingerprint:
        raise MalformedRequest(
            f"{bag.name}: {bagit.TAG_MANIFEST} was altered: the archive's fingerprint is {bag.fingerprint}, not {fingerprint}",
            files=[bagit.TAG_MANIFEST],
        )
    bag.verify(lambda done, total: tell(done, total, "verifying"))
    if bagit.PAYLOAD + TABLES not in bag.payload:
        raise MalformedRequest(
            f"{bag.name}: {bagit.PAYLOAD}{TABLES} is missing: this bag is no archive of a repository"
        )
    with bag.open(TABLES) as file:
        data = file.read(16 * MEGABYTE)
    try:
        said = json.loads(data)
        tables = [DumpedTable.from_json(each) for each in said["tables"]]
        told, version, revision, changeset = said["format"], said["version"], said["schema"], said["changeset"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedRequest(f"{bag.name}: {bagit.PAYLOAD}{TABLES} cannot be read ({error!r})") from None
    if told != FORMAT or not isinstance(revision, str) or type(changeset) is not int:
        raise MalformedRequest(f"{bag.name}: {bagit.PAYLOAD}{TABLES} is not that of an archive of a repository")
    if version != VERSION:
        raise InvalidInput(
            f"{bag.name} is written in version {version} of the archive's form; this program reads {VERSION}"
        )
    store_restore.check_revision(revision)
    listed = {bagit.PAYLOAD + TABLES, *(bagit.PAYLOAD + _file_of(table.name) for table in tables)}
    if odd := sorted(listed ^ bag.payload.keys()):
        raise MalformedRequest(f"{bag.name}: {odd[0]} is in the bag or in {TABLES}, but not in both", files=odd)
    rows = {table.name: table.rows for table in tables}
    return Contents(bag.name, bag.fingerprint, revision, changeset, rows), tables


def _file_of(table: str) -> str:
    return f"{table}.ndjson"


def _table_lines(bag: Bag, table: str) -> Iterator[bytes]:
    with bag.open(_file_of(table)) as file:
        yield from _lines(file, table)


def _lines(file: BinaryIO, table: str) -> Iterator[bytes]:
    while line := file.readline(_MOST_LINE_BYTES + 1):
        if len(line) > _MOST_LINE_BYTES:
            raise TooLarge(f"{table}: a line is longer than {_MOST_LINE_BYTES // MEGABYTE} MB")
        yield line


def _parts(lines: Iterator[str]) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for line in lines:
        part.append(line)
        size += len(line)
        if len(part) == _LINES_AT_ONCE or size > MEGABYTE:
            yield part
            part, size = [], 0
    if part:
        yield part
