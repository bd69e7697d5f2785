"""The operations that undo a changeset, or the reason why it can no longer be undone."""

from sqlalchemy import Connection, select

from ea_repo.errors import Conflict
from ea_repo.store import changesets, images
from ea_repo.store.images import Stored
from ea_repo.store.merge import changed_fields, conflicts
from ea_repo.store.operations import Create, Delete, Operation, RecordKind, Update
from ea_repo.store.resolve import RECORDS
from ea_repo.store.tables import HISTORY


def undoing(connection: Connection, number: int) -> list[Operation]:
    """Operations that bring everything the changeset touched back to what it was before.

    Fields that were changed later elsewhere stay as they are now. `Conflict` names what later changesets did to the
    same fields, or to records it created; what still uses a record it created is told by applying (`InUse`).
    """
    found = changesets.find_number(connection, number)
    if found.state != "applied":
        raise Conflict(f"changeset {number} is {found.state} already")
    operations: list[Operation] = []
    refusals: list[dict[str, object]] = []
    for record in RECORDS:
        before = images.replaced_by(connection, record, number)
        after = images.written_by(connection, record, number)
        now = images.current(connection, record, before.keys() | after.keys())
        for uid in sorted(before.keys() | after.keys()):
            operation, refusal = _undo(connection, record, uid, before.get(uid), after.get(uid), now.get(uid))
            operations.extend(operation)
            refusals.extend({"record": record, "uid": uid, **each} for each in refusal)
    if refusals:
        first = refusals[0]
        more = "" if len(refusals) == 1 else f" (and {len(refusals) - 1} more)"
        raise Conflict(
            f'changeset {number} cannot be reverted: "{first["uid"]}" {first["why"]}{more}', conflicts=refusals
        )
    return operations


def _undo(
    connection: Connection,
    record: RecordKind,
    uid: str,
    before: Stored | None,
    after: Stored | None,
    now: Stored | None,
) -> tuple[list[Operation], list[dict[str, object]]]:
    if after is None:  # it was deleted
        assert before is not None  # noqa: S101 - a touched record has one side at least
        if now is not None:
            return [], [{"why": f"was created again by changeset {now.written}", "changeset": now.written}]
        return [_create(record, uid, before)], []
    if now is None:
        if before is None:  # created here, and gone since: nothing left to undo
            return [], []
        later = _deleted_by(connection, record, uid)
        return [], [{"why": f"was deleted later, by changeset {later}", "changeset": later}]
    if before is None:
        if now.version != after.version:
            return [], [{"why": f"was changed later, by changeset {now.written}", "changeset": now.written}]
        return [Delete(uid, base_version=now.version, record=record)], []
    patch = changed_fields(after.image, before.image)
    found = [each for each in conflicts(after.image, now.image, patch) if each.theirs != each.mine]
    if found:
        names = ", ".join(conflict.field for conflict in found)
        return [], [
            {
                "why": f"has {names} changed later, by changeset {now.written} or before it",
                "changeset": now.written,
                "fields": [conflict.to_json() for conflict in found],
            }
        ]
    return [Update(uid, patch, base_version=now.version, record=record)], []


def _create(record: RecordKind, uid: str, before: Stored) -> Create:
    fields = dict(before.image)
    type_name = fields.pop("type") if record == "concept" else ""
    return Create(uid, type_name, fields, record=record)


def _deleted_by(connection: Connection, record: RecordKind, uid: str) -> int:
    past = HISTORY[record]
    query = select(past.c.replaced).where(past.c.uid == uid).order_by(past.c.version.desc()).limit(1)
    return int(connection.execute(query).scalar_one())
