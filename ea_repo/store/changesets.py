"""The only writer. A changeset is previewed, applied, kept as a draft, rejected or reverted; each is one transaction.

On both engines one changeset is applied at a time (see `engine.write_transaction`), so the numbers count in the order
in which the changes became visible, and a reader as of number N sees exactly the first N.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update

from ea_repo.clock import now
from ea_repo.errors import Conflict, InvalidInput, NotFound, Problem
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.store import operation_json
from ea_repo.store.bulk import indexes_last
from ea_repo.store.cascade import cascade
from ea_repo.store.difference import Difference
from ea_repo.store.engine import busy_is_told, refresh_statistics, write_transaction
from ea_repo.store.integrity import complete
from ea_repo.store.metamodel_in_force import PROFILE_UID, metamodel_in_force
from ea_repo.store.operations import Operation, RecordKind
from ea_repo.store.overlay import Overlay
from ea_repo.store.records import Changeset, ChangesetState
from ea_repo.store.resolve import RECORDS, Resolved, Resolver
from ea_repo.store.tables import changeset, profile, proposed_change
from ea_repo.store.write import Progress, Writer

#: Operations that are worked out only when the lock is held, such as those that undo another changeset.
Operations = Sequence[Operation] | Callable[[Connection, Metamodel], Sequence[Operation]]

#: So many records make the planner's picture of the tables an old one.
_LARGE = 1_000

_GRAVEST_FIRST = ("error", "warning", "note")
_MOST_TOLD = 1_000


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply` did. Where nothing differed there is no changeset, and `number` is that of the state found."""

    number: int
    changeset: Changeset | None
    versions: Mapping[tuple[RecordKind, str], int]
    difference: Difference

    @property
    def changed(self) -> bool:
        return self.changeset is not None


@dataclass(frozen=True, slots=True)
class Pending:
    """A changeset not yet applied. `id` is set where it is stored as a draft."""

    writer: Engine
    reader: Engine
    author: str
    reason: str
    operations: Operations
    source: str = ""
    findings: Sequence[Finding] = ()
    id: int | None = None
    reverts: int | None = None
    strict: bool = False  # refuse any finding

    def preview(self) -> Difference:
        """What applying would do now. Nothing is written and no lock taken; raises what `apply` would raise."""
        with busy_is_told(), self.reader.connect() as connection:
            return self._resolve(connection)[0].difference

    def apply(self, progress: Progress | None = None) -> Applied:
        """Applies it in one transaction, committed before this returns.

        Raises `InvalidInput`, `NotFound`, `Conflict`, `StaleVersion` or `InUse`, and then nothing was written.
        """
        with write_transaction(self.writer) as connection:
            if self.id is not None:
                _require_open(find(connection, self.id))
            resolved, resolver = self._resolve(connection)
            last = last_number(connection)
            if resolved.difference.is_empty and self.id is None and self.reverts is None:
                return Applied(last, None, _versions(resolver), resolved.difference)
            written = self.record(connection, last + 1, resolved.difference)
            writer = Writer(connection, resolved, last + 1, resolver.references)
            # Of the first records of all, indexes are made when they are written, as a load does.
            with indexes_last(connection) if len(resolved.drafts) >= _LARGE else nullcontext():
                writer.write(progress)
            if self.reverts is not None:
                _mark_reverted(connection, self.reverts)
            is_large = len(writer.versions) >= _LARGE
            if is_large:
                refresh_statistics(connection)
        if is_large:
            self.reader.dispose()  # a SQLite connection reads the statistics once, when it begins
        return Applied(last + 1, written, {**_versions(resolver), **writer.versions}, resolved.difference)

    def laid_over(self, connection: Connection) -> tuple[Overlay, int]:
        """Lays it over what this connection reads; also the number of the changeset that was the latest."""
        if self.id is not None:
            _require_open(find(connection, self.id))
        resolved, resolver = self._resolve(connection)
        number = last_number(connection)
        laid = Overlay(connection, resolved, number + 1, resolver)
        laid.lay()
        return laid, number

    def save(self, *, submitted: bool = False) -> Changeset:
        """Keeps it as a draft (or submitted) changeset, unchecked against later changes until it is applied."""
        if callable(self.operations):
            raise InvalidInput("a revert cannot be kept as a draft; apply it")
        with write_transaction(self.writer) as connection:
            self._resolve(connection)
            state: ChangesetState = "submitted" if submitted else "draft"
            id_ = _next_id(connection)
            connection.execute(changeset.insert().values(id=id_, state=state, counts={}, **self._described()))
            rows = [
                {"changeset_id": id_, "position": position, "operation": operation_json.to_json(operation)}
                for position, operation in enumerate(self.operations)
            ]
            if rows:
                connection.execute(proposed_change.insert(), rows)
            return find(connection, id_)

    def reject(self) -> Changeset:
        """Closes a stored draft without applying it. It stays readable."""
        if self.id is None:
            raise InvalidInput("only a stored draft can be rejected")
        with write_transaction(self.writer) as connection:
            _require_open(find(connection, self.id))
            connection.execute(update(changeset).where(changeset.c.id == self.id).values(state="rejected"))
            return find(connection, self.id)

    def _resolve(self, connection: Connection) -> tuple[Resolved, Resolver]:
        try:
            return self._worked_out(connection)
        except InvalidInput as error:
            if self.reverts is None:
                raise
            # What was valid once no longer is, so later changesets stand in the way.
            raise Conflict(
                f"changeset {self.reverts} cannot be reverted after what came later: {error.detail}",
                errors=error.errors,
            ) from error

    def _worked_out(self, connection: Connection) -> tuple[Resolved, Resolver]:
        metamodel = metamodel_in_force(connection)
        operations = self.operations(connection, metamodel) if callable(self.operations) else self.operations
        resolver = Resolver(connection, metamodel)
        resolver.apply(operations)
        resolver.raise_problems()
        for record in ("model", "concept"):
            if resolver.cascades[record]:
                cascade(resolver, record, resolver.cascades[record])
        resolved = complete(resolver, self.findings)
        if self.strict:
            refuse_findings(resolved.difference.findings)
        return resolved, resolver

    def record(self, connection: Connection, number: int, difference: Difference) -> Changeset:
        """Writes the changeset itself as the applied one of that number. The records it is about are not written here."""
        done: dict[str, Any] = {
            "number": number,
            "state": "applied",
            "applied_at": now(),
            "counts": difference.counts,
            "findings": [finding.to_json() for finding in difference.findings],
        }
        if self.id is not None:
            connection.execute(update(changeset).where(changeset.c.id == self.id).values(**done))
            return find(connection, self.id)
        id_ = _next_id(connection)
        connection.execute(changeset.insert().values(id=id_, **{**self._described(), **done}))
        return find(connection, id_)

    def _described(self) -> dict[str, Any]:
        return {
            "author": _line("author", self.author),
            "reason": _line("reason", self.reason),
            "source": self.source,
            "created_at": now(),
            "reverts": self.reverts,
            "findings": [finding.to_json() for finding in self.findings],
        }


def refuse_findings(findings: Sequence[Finding]) -> None:
    """Raises `InvalidInput` with the findings, the gravest first, where there are any."""
    if not findings:
        return
    told = sorted(findings, key=lambda finding: _GRAVEST_FIRST.index(finding.severity))
    first = told[0]
    where = ", ".join(each for each in (first.file, f"line {first.line}" if first.line else None) if each)
    more = f" (and {len(told) - 1} more findings)" if len(told) > 1 else ""
    raise InvalidInput(
        f"findings are refused: {f'{where}: ' if where else ''}{first.message}{more}",
        errors=[_problem(finding) for finding in told[:_MOST_TOLD]],
        count=len(told),
    )


def _problem(finding: Finding) -> Problem:
    place = ":".join(str(each) for each in (finding.file, finding.line) if each is not None)
    return Problem(place or finding.uid or "", finding.message, finding.code)


def last_number(connection: Connection) -> int:
    """The number of the latest applied changeset, 0 before the first."""
    return connection.execute(select(func.max(changeset.c.number))).scalar() or 0


def last_number_before(connection: Connection, moment: datetime) -> int:
    """The number of the last changeset that was applied before a moment, 0 where none was."""
    wanted = select(func.max(changeset.c.number)).where(changeset.c.applied_at < moment)
    return connection.execute(wanted).scalar() or 0


# Every state begins with this: as text it costs a third of what a statement object does.
_LAST_AND_PROFILE = (
    f"SELECT (SELECT max(number) FROM {changeset.name}), (SELECT text FROM {profile.name} WHERE uid = '{PROFILE_UID}')"  # noqa: S608 - names are ours
)


def last_number_and_profile(connection: Connection) -> tuple[int, str | None]:
    """The number of the latest applied changeset, and the customer's profile then."""
    number, text = connection.exec_driver_sql(_LAST_AND_PROFILE).one()
    return number or 0, text


def identity(connection: Connection, number: int) -> str:
    """A fingerprint of the changeset of this number and of the first: no two databases, nor two pasts, have the same.

    Empty where there is no such changeset.
    """
    asked = select(changeset.c.number, changeset.c.applied_at, changeset.c.author, changeset.c.reason)
    rows = connection.execute(asked.where(changeset.c.number.in_({1, number})).order_by(changeset.c.number)).all()
    if not rows or rows[-1].number != number:
        return ""
    return sha256(repr([tuple(map(str, row)) for row in rows]).encode()).hexdigest()


def find(connection: Connection, id_: int) -> Changeset:
    """A changeset by id."""
    row = connection.execute(select(changeset).where(changeset.c.id == id_)).first()
    if row is None:
        raise NotFound(f"there is no changeset {id_}")
    return Changeset(**row._mapping)


def find_number(connection: Connection, number: int) -> Changeset:
    """An applied changeset by its number."""
    row = connection.execute(select(changeset).where(changeset.c.number == number)).first()
    if row is None:
        raise NotFound(f"there is no applied changeset {number}; the latest is {last_number(connection)}")
    return Changeset(**row._mapping)


def listed(
    connection: Connection, *, before: int | None, limit: int, states: Iterable[ChangesetState] | None
) -> list[Changeset]:
    """Changesets, newest id first, with ids below `before`."""
    query = select(changeset).order_by(changeset.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(changeset.c.id < before)
    if states is not None:
        query = query.where(changeset.c.state.in_(list(states)))
    return [Changeset(**row._mapping) for row in connection.execute(query)]


def stored_operations(connection: Connection, id_: int) -> list[Operation]:
    """The operations of a draft, in order."""
    query = select(proposed_change.c.operation).where(proposed_change.c.changeset_id == id_)
    rows = connection.execute(query.order_by(proposed_change.c.position))
    return operation_json.from_json([operation for (operation,) in rows])


def as_draft(pending: Pending, stored: Changeset) -> Pending:
    """The pending changeset that a stored draft is."""
    findings = [Finding.from_json(dict(each)) for each in stored.findings]
    return replace(pending, author=stored.author, reason=stored.reason, source=stored.source,
                   findings=findings, id=stored.id)  # fmt: skip


def _versions(resolver: Resolver) -> dict[tuple[RecordKind, str], int]:
    return {
        (record, draft.uid): draft.before.version
        for record in RECORDS
        for draft in resolver.drafts[record].values()
        if draft.before and draft.after is not None
    }


def _line(name: str, value: str) -> str:
    if not value.strip():
        raise InvalidInput(f"a changeset needs its {name}")
    if "\0" in value or any("\ud800" <= each <= "\udfff" for each in value):
        raise InvalidInput(f"the {name} holds a character that no database keeps")
    return value


def _next_id(connection: Connection) -> int:
    return (connection.execute(select(func.max(changeset.c.id))).scalar() or 0) + 1


def _require_open(found: Changeset) -> None:
    if found.state not in ("draft", "submitted"):
        raise Conflict(
            f"changeset {found.id} is {found.state}; only a draft or submitted one can be applied, rejected or laid over"
        )


def _mark_reverted(connection: Connection, number: int) -> None:
    undone = find_number(connection, number)
    connection.execute(update(changeset).where(changeset.c.number == number).values(state="reverted"))
    if undone.reverts is not None:  # the undoing is undone: what it had undone holds again
        connection.execute(update(changeset).where(changeset.c.number == undone.reverts).values(state="applied"))
