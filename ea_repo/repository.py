"""The one object a user holds. It wires engines, metamodel and graphs, and hands out the two nouns: State and changeset."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection

from ea_repo.errors import Conflict, NotFound
from ea_repo.kept_pictures import KeptPictures
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.settings import cache_folder, read_settings
from ea_repo.store import changesets, engine, images, overlay, schema
from ea_repo.store.changesets import Applied, Pending
from ea_repo.store.difference import Change, Difference, change_of
from ea_repo.store.metamodel_in_force import PROFILE_UID, metamodel_in_force, profile_text, with_profile
from ea_repo.store.operations import Create, Delete, Operation, Update
from ea_repo.store.reading import Laid
from ea_repo.store.records import Changeset, ChangesetState, Page
from ea_repo.store.resolve import RECORDS
from ea_repo.store.standbys import Readers
from ea_repo.store.state import State

if TYPE_CHECKING:
    from ea_repo.analysis.graph import Graph
    from ea_repo.analysis.snapshots import Snapshots
    from ea_repo.store.accounts import Accounts
    from ea_repo.store.classes import Classes, ReadSession
    from ea_repo.store.contents import Contents
    from ea_repo.store.dump import Dump
    from ea_repo.store.judging import Lines
    from ea_repo.store.load import Load
    from ea_repo.store.uploads import Uploads


class Repository:
    """An opened repository. Close it, or use it as a context manager. Safe to share between threads."""

    def __init__(self, url: str, *, read_urls: Sequence[str] = (), graph_folder: Path | None = None) -> None:
        """`read_urls` are PostgreSQL standbys that answer reads (see `store/standbys.py`).

        `graph_folder` is where the dependency graph of a large repository and pictures are kept; None for the usual place.
        """
        parsed = engine.parse_url(url)
        self.url = parsed
        self._writer = engine.writing_engine(parsed)
        self._reader = engine.reading_engine(parsed)
        self._readers = Readers(self._reader, [engine.parse_url(each) for each in read_urls])
        self._graphs = _Graphs(_beside(parsed, graph_folder, "graph"))
        self.pictures = KeptPictures(str(_beside(parsed, graph_folder, "pictures")))

    def __enter__(self) -> "Repository":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._readers.dispose()
        self._writer.dispose()

    # What few ask for is loaded when it is asked for: a command that reads a few records should answer at once.

    @cached_property
    def accounts(self) -> "Accounts":
        """Who may use the service."""
        from ea_repo.store.accounts import Accounts  # noqa: PLC0415 - as above

        return Accounts(self._writer, self._reader)

    @cached_property
    def contents(self) -> "Contents":
        """The bytes of documents."""
        from ea_repo.store.contents import Contents  # noqa: PLC0415 - as above

        return Contents(self._writer, self._reader)

    @cached_property
    def uploads(self) -> "Uploads":
        """Files that wait to be imported."""
        from ea_repo.store.uploads import Uploads  # noqa: PLC0415 - as above

        return Uploads(self._writer, self._reader)

    @property
    def metamodel(self) -> Metamodel:
        """What may be said now."""
        with self._read() as connection:
            return metamodel_in_force(connection)

    @property
    def profile(self) -> str | None:
        """The customer's own profile, as TOML."""
        with self._read() as connection:
            return profile_text(connection)

    def state(self, *, on: date | None = None, as_of: int | None = None, draft: int | None = None) -> State:
        """Everything as known now, or as of a changeset number; as it holds on a date, or no matter when.

        `draft` is the id of a draft or submitted changeset to lay over the present: as if it were applied. Use it as a
        context manager: it holds one read transaction, so all it answers is of one moment.
        """
        if draft is not None:
            if as_of is not None:
                raise Conflict("a draft is laid over the present; leave as_of out")
            return self._with_draft(draft, on)
        connection = self._read()
        try:
            last, profile = changesets.last_number_and_profile(connection)
            if as_of is not None and not 0 <= as_of <= last:
                raise NotFound(f"there is no changeset {as_of}; the latest is {last}", latest=last)
            is_past = as_of is not None and as_of < last
            metamodel = metamodel_in_force(connection, as_of) if is_past else with_profile(profile)
        except BaseException:
            connection.close()
            raise
        number = last if as_of is None else as_of
        return State(connection, metamodel, number=number, latest=last, on=on, graphs=self._graphs)

    def _with_draft(self, id: int, on: date | None) -> State:
        """The present with a draft laid over it, and beside it the same present without."""
        pending = self.draft(id)
        connection = overlay.draft_connection(self._writer)
        try:
            with engine.busy_is_told():
                laid, number = pending.laid_over(connection)
                metamodel = with_profile(changesets.last_number_and_profile(connection)[1])
                overlay.forbid_writing(connection)
            base = self.state(on=on, as_of=number)
        except BaseException:
            connection.close()
            raise
        return State(
            connection, metamodel, number=number, latest=number, on=on, graphs=self._graphs,
            draft=Laid(id, base, laid),
        )  # fmt: skip

    def changeset(
        self,
        author: str,
        reason: str,
        operations: Iterable[Operation],
        *,
        source: str = "",
        findings: Sequence[Finding] = (),
        strict: bool = False,
    ) -> Pending:
        """A changeset to preview, apply or save. Nothing is read or written yet. `strict` will refuse any finding."""
        return Pending(
            self._writer, self._reader, author, reason, tuple(operations), source, tuple(findings), strict=strict
        )

    def load(
        self,
        author: str,
        reason: str,
        lines: "Lines",
        *,
        source: str = "",
        strict: bool = False,
        is_apart: bool = False,
    ) -> "Load":
        """A changeset of new models, of any size, checked and written as it is read. See `store/load.py`.

        `is_apart`: a process of its own reads and judges the lines, which can then be pickled.
        """
        from ea_repo.store.load import Load  # noqa: PLC0415 - brings NumPy, which reading a few records does without

        return Load(self.url, self._reader, author, reason, lines, source, strict, is_apart)

    def is_new_model(self, key: str) -> bool:
        """Whether there is and was no model of this key, so that one can be loaded."""
        from ea_repo.store.load import brings_new  # noqa: PLC0415 - as above

        with self._read() as connection:
            return brings_new(connection, key)

    def revert(self, number: int, author: str, reason: str = "") -> Pending:
        """A changeset that undoes an applied one; `Conflict` or `InUse` say what later work depends on it."""
        from ea_repo.store.revert import undoing  # noqa: PLC0415 - as above

        return Pending(
            self._writer, self._reader, author, reason or f"Revert changeset {number}",
            lambda connection, _: undoing(connection, number), reverts=number,
        )  # fmt: skip

    def draft(self, id: int) -> Pending:
        """A stored draft, to preview, apply or reject."""
        with self._read() as connection:
            stored = changesets.find(connection, id)
            operations = changesets.stored_operations(connection, id)
        return changesets.as_draft(self.changeset(stored.author, stored.reason, operations), stored)

    def apply_profile(self, text: str, author: str, reason: str = "Change the metamodel") -> Pending:
        """A changeset that puts a customer's profile (TOML) in force; an empty text takes it away."""
        has_one = self.profile is not None
        operation: Operation
        if not text.strip():
            operations: list[Operation] = [Delete(PROFILE_UID, record="profile")] if has_one else []
            return self.changeset(author, reason, operations)
        if has_one:
            operation = Update(PROFILE_UID, {"text": text}, record="profile")
        else:
            operation = Create(PROFILE_UID, fields={"text": text}, record="profile")
        return self.changeset(author, reason, [operation])

    def changesets(
        self, *, before: int | None = None, limit: int = 50, states: Iterable[ChangesetState] | None = None
    ) -> Page[Changeset]:
        """Changesets, newest first; `next` is the `before` of the following page."""
        with self._read() as connection:
            found = changesets.listed(connection, before=before, limit=limit + 1, states=states)
        more = len(found) > limit
        return Page(found[:limit], str(found[limit - 1].id) if more else None)

    def find_changeset(self, id: int) -> Changeset:
        with self._read() as connection:
            return changesets.find(connection, id)

    def changeset_numbered(self, number: int) -> Changeset:
        """An applied changeset by its number."""
        with self._read() as connection:
            return changesets.find_number(connection, number)

    def difference(self, id: int) -> Difference:
        """What a changeset did, from history; for a draft, what it would do now."""
        found = self.find_changeset(id)
        if found.number is None:
            return self.draft(id).preview()
        changes = tuple(self.changes(id))
        return Difference(changes, tuple(Finding.from_json(dict(each)) for each in found.findings))

    def changes(self, id: int) -> Iterator[Change]:
        """The changes of `difference`, read while they are asked for: those of a first import are as many as its records."""
        found = self.find_changeset(id)
        if found.number is None:
            yield from self.draft(id).preview().changes
            return
        with self._read() as connection:
            yield from _changes(connection, found.number)

    def dump(self) -> AbstractContextManager["Dump"]:
        """Every row that is kept, at this moment. See `store/dump.py`."""
        from ea_repo.store.dump import reading  # noqa: PLC0415 - as above

        return reading(self._reader)

    @property
    def classes(self) -> "Classes":
        """SQLAlchemy classes of the types in force: `select(repository.classes.System)`."""
        from ea_repo.store.classes import classes_of  # noqa: PLC0415 - the ORM takes a while, and few ask for it

        return classes_of(self.metamodel)

    def session(self) -> "ReadSession":
        """A SQLAlchemy session for reading, of the database itself; it refuses to write."""
        from ea_repo.store.classes import read_only_session  # noqa: PLC0415 - as above

        return read_only_session(self._reader, self.metamodel)

    def _read(self) -> Connection:
        with engine.busy_is_told():
            return self._readers.connect()


def open_repository(url: str | None = None, *, create: bool = False) -> Repository:
    """Opens the repository at a database address or SQLite path (None: as the settings say).

    `create` brings an empty database to the present schema. `SchemaOutOfDate` names the command for an old one.
    """
    settings = read_settings()
    address = url or settings.database_url
    parsed = engine.parse_url(address)
    if create and schema.is_empty(parsed):
        schema.upgrade(parsed)
    schema.ensure_current(parsed)
    read_urls = settings.read_urls if parsed == engine.parse_url(settings.database_url) else ()
    return Repository(address, read_urls=read_urls, graph_folder=settings.graph_folder)


class _Graphs:
    """The dependency graphs of a repository's states. NumPy is loaded with the first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._snapshots: Snapshots | None = None
        self._lock = Lock()

    def graph(self, state: State) -> "Graph":
        with self._lock:
            if self._snapshots is None:
                from ea_repo.analysis.snapshots import Snapshots  # noqa: PLC0415

                self._snapshots = Snapshots(path=self._path)
        return self._snapshots.graph(state)


def _beside(url: URL, folder: Path | None, ending: str) -> Path:
    """Where something made of a database is kept: named after a SQLite file or, without its password, the address."""
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "").absolute()
        return (folder or file.parent) / f"{file.name}.{ending}"
    address = url.set(password=None).render_as_string()
    return (folder or cache_folder()) / f"{url.database}-{sha256(address.encode()).hexdigest()[:12]}.{ending}"


def _changes(connection: Connection, number: int) -> Iterator[Change]:
    for record in RECORDS:
        for uids in images.chunks(images.touched(connection, record, number)):
            before = images.replaced_by(connection, record, number, uids)
            after = images.written_by(connection, record, number, uids)
            for uid in uids:
                was, became = before.get(uid), after.get(uid)
                yield change_of(record, uid, was.image if was else None, became.image if became else None)


__all__ = ["Applied", "Repository", "open_repository"]
