"""Newer work: what somebody wrote after a file was made, where the file says otherwise.

A file is as old as the changeset it was exported at, or else as the last import of its model: the latest changeset that
came from a file (it names its `source`) and wrote anything in that model.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from ea_repo.store import images
from ea_repo.store.fields import PATCHED, Image
from ea_repo.store.images import Stored
from ea_repo.store.merge import conflicts
from ea_repo.store.operations import Create, Delete, Operation, RecordKind, Restore, Update
from ea_repo.store.records import Property
from ea_repo.store.state import State
from ea_repo.store.tables import CURRENT, HISTORY, changeset


@dataclass(frozen=True, slots=True)
class NewerWork:
    """One field that was changed since; with no field a record that would be deleted, or would come back.

    `base` is what it was when the file was made, `theirs` what it is now, `mine` what the file says. Of whole records
    they say what was done: created, changed, deleted.
    """

    record: RecordKind
    uid: str
    name: str
    field: str | None
    base: Any
    theirs: Any
    mine: Any
    changeset: int  # that wrote the record last
    place: str = ""  # where the file says it, in words, if that is known

    def to_json(self) -> dict[str, Any]:
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return found if self.place else {name: value for name, value in found.items() if name != "place"}


def last_import(state: State, model: str) -> int | None:
    """The number of the last changeset that came from a file and wrote in the model, None where there is none."""
    connection = state.connection
    ids = images.identities(connection, "model", [model])
    if model not in ids:
        return None
    imports = (
        select(changeset.c.number)
        .where(changeset.c.source != "", changeset.c.state == "applied", changeset.c.number <= state.number)
        .order_by(changeset.c.number.desc())
    )
    for number in connection.execute(imports).scalars().all():
        for tables in (CURRENT, HISTORY):
            for record in ("concept", "view", "folder", "model"):
                table = tables[record]
                own = table.c.uid == model if record == "model" else table.c.model_id == ids[model].id
                if connection.execute(select(table.c.id).where(table.c.written == number, own).limit(1)).first():
                    return int(number)
    return None


def newer_work(state: State, base: int, operations: Iterable[Operation]) -> list[NewerWork]:
    """What the operations of a file made at changeset `base` would write over. O(operations + records changed since)."""
    wanted: dict[RecordKind, dict[str, Create | Update | Delete]] = {}
    for operation in operations:
        if not isinstance(operation, Restore):
            wanted.setdefault(operation.record, {})[operation.uid] = operation
    found: list[NewerWork] = []
    for record, by_uid in wanted.items():
        created = [uid for uid, operation in by_uid.items() if isinstance(operation, Create)]
        for uid, (name, gone) in _deleted_since(state, base, record, created).items():
            found.append(NewerWork(record, uid, name, None, None, "deleted", "created", gone))
        for uid, now in _changed_since(state, base, record, by_uid).items():
            was = images.as_of(state.connection, record, uid, base)
            found.extend(_newer(by_uid[uid], now, None if was is None else was.image))
    return found


def changed_between(state: State, low: int, high: int) -> dict[RecordKind, set[str]]:
    """The uids of what the changesets after `low` up to `high` wrote or took away."""
    found: dict[RecordKind, set[str]] = {}
    for record in ("folder", "concept", "view"):
        now, past = CURRENT[record], HISTORY[record]
        uids = found[record] = set()
        for query in (
            select(now.c.uid).where(now.c.written > low, now.c.written <= high),
            select(past.c.uid).where(past.c.written > low, past.c.written <= high),
            select(past.c.uid).where(past.c.replaced > low, past.c.replaced <= high),
        ):
            uids.update(state.connection.execute(query).scalars())
    return found


def without(operations: Sequence[Operation], newer: Iterable[NewerWork]) -> list[Operation]:
    """The operations less what would write over newer work."""
    kept: dict[tuple[RecordKind, str], set[str | None]] = {}
    gone: set[str] = set()
    for each in newer:
        if each.record == "concept" and each.mine == "created":
            gone.add(each.uid)
        kept.setdefault((each.record, each.uid), set()).add(each.field)
    found: list[Operation] = []
    for operation in operations:
        if isinstance(operation, Create) and {operation.fields.get("source"), operation.fields.get("target")} & gone:
            gone.add(operation.uid)  # it has no end without what stays deleted
            continue
        fields = kept.get((operation.record, operation.uid))
        if fields is None:
            found.append(operation)
        elif isinstance(operation, Update):
            rest = _less(operation.fields, fields)
            if rest:
                found.append(replace(operation, fields=rest))
    return found


def _deleted_since(state: State, base: int, record: RecordKind, uids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Of records that are not there: those that were at `base`, with their names and what deleted them."""
    table = HISTORY[record]
    if record == "profile":
        return {}
    found: dict[str, tuple[str, int]] = {}
    for chunk in images.chunks(uids):
        query = (
            select(table.c.uid, table.c.name, table.c.replaced)
            .where(table.c.uid.in_(chunk), table.c.replaced > base)
            .order_by(table.c.replaced)
        )
        found |= {uid: (name, replaced) for uid, name, replaced in state.connection.execute(query)}
    return found


def _changed_since(state: State, base: int, record: RecordKind, uids: Iterable[str]) -> dict[str, Stored]:
    table = CURRENT[record]
    changed: list[str] = []
    for chunk in images.chunks(uids):
        query = select(table.c.uid).where(table.c.uid.in_(chunk), table.c.written > base)
        changed.extend(state.connection.execute(query).scalars())
    return images.current(state.connection, record, sorted(changed))


def _newer(operation: Create | Update | Delete, now: Stored, was: Image | None) -> Iterable[NewerWork]:
    name = str(now.image.get("name", ""))
    if isinstance(operation, Create):
        return
    if isinstance(operation, Delete) or was is None:
        if was is None or was != now.image:
            mine = "deleted" if isinstance(operation, Delete) else "changed"
            theirs = "created" if was is None else "changed"
            yield NewerWork(operation.record, now.uid, name, None, None, theirs, mine, now.written)
        return
    for each in conflicts(was, now.image, plain_fields(operation.fields)):
        if each.mine != each.theirs:
            yield NewerWork(operation.record, now.uid, name, each.field, each.base, each.theirs, each.mine, now.written)


def plain_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as an image has them."""
    return {name: _value(value) for name, value in fields.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Property):
        found = {"key": value.key, "value": value.value, "kind": value.kind, "lang": value.lang}
        return {name: said for name, said in found.items() if said is not None}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _value(each) for name, each in value.items()}
    return [_value(each) for each in value] if isinstance(value, list | tuple) else value


def _less(fields: Mapping[str, Any], kept: set[str | None]) -> dict[str, Any]:
    if None in kept:
        return {}
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if name in PATCHED:
            rest = {key: each for key, each in value.items() if f"{name}.{key}" not in kept}
            if rest:
                found[name] = rest
        elif name not in kept:
            found[name] = value
    return found
