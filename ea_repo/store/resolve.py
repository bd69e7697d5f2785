"""Works out what operations mean: the records as they will be, or every reason why not. Reads, never writes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ea_repo.errors import Conflict, InvalidInput, NotFound, Problem, RepositoryError, StaleVersion
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.store import images
from ea_repo.store.difference import Difference, change_of
from ea_repo.store.fields import (
    BY_NAME,
    LINKS,
    Image,
    check_uid,
    model_of,
)
from ea_repo.store.images import Identity, Stored
from ea_repo.store.making import Draft, Making
from ea_repo.store.merge import conflicts, patched
from ea_repo.store.metamodel_in_force import PROFILE_UID, with_profile
from ea_repo.store.operations import Create, Delete, Operation, RecordKind, Restore, Update
from ea_repo.store.profile_change import check_stored

#: (field, kind of record) of each link.
LINKED: Mapping[RecordKind, tuple[tuple[str, RecordKind], ...]] = {
    record: tuple((link.name, link.to) for link in links if link.to is not None) for record, links in LINKS.items()
}
_ALL: Mapping[RecordKind, frozenset[str]] = {record: frozenset(fields) for record, fields in BY_NAME.items()}
_IN_MODELS = frozenset({"folder", "concept", "view"})
RECORDS: tuple[RecordKind, ...] = ("profile", "model", "folder", "concept", "view")


@dataclass(slots=True)
class Resolved:
    """What the writer needs: every record that changes, the ids behind every uid it names, and the difference for people."""

    drafts: list[Draft]
    identities: Mapping[RecordKind, Mapping[str, Identity]]
    difference: Difference
    metamodel: Metamodel


class Resolver(Making):
    """Applies operations to images, in the order of `RECORDS`, and checks the outcome as a whole."""

    def __init__(self, connection: Connection, metamodel: Metamodel) -> None:
        super().__init__(metamodel)
        self.connection = connection
        self.stale: list[RepositoryError] = []
        self.findings: list[Finding] = []
        self.drafts: dict[RecordKind, dict[str, Draft]] = {record: {} for record in RECORDS}
        self.cascades: dict[RecordKind, list[str]] = defaultdict(list)
        self.new_identities: dict[str, Identity] = {}

    def apply(self, operations: Sequence[Operation]) -> None:
        """Lays the operations over what is stored. Errors are gathered, not raised."""
        grouped: dict[RecordKind, list[tuple[int, Operation]]] = defaultdict(list)
        for position, operation in enumerate(operations):
            wrong = check_uid(operation.record, operation.uid)
            if wrong:
                self.problem(f"/operations/{position}/uid", f"uid {operation.uid!r}: {wrong}")
            else:
                grouped[operation.record].append((position, operation))
        for record in RECORDS:
            if grouped[record]:
                self._load(record, [operation.uid for _, operation in grouped[record]])
                drafts = self.drafts[record]
                for position, operation in grouped[record]:
                    self._step(drafts[operation.uid], f"/operations/{position}", operation)
            if record == "profile" and grouped[record] and not self.problems:
                self._adopt_profile()

    def _adopt_profile(self) -> None:
        """What follows in this changeset is judged by the new metamodel, once nothing stored speaks against it."""
        after = self.drafts["profile"][PROFILE_UID].after
        metamodel = with_profile(None if after is None else after["text"])
        check_stored(self.connection, self.metamodel, metamodel)
        self.metamodel = metamodel

    def draft(self, record: RecordKind, uid: str) -> Draft:
        """The draft of a record, begun from what is stored where no operation named it yet."""
        known = self.drafts[record]
        if uid not in known:
            self._load(record, [uid])
        return known[uid]

    def identify(self, record: RecordKind, uids: Iterable[str]) -> dict[str, Identity]:
        """Identities of all these uids that will exist: those stored and not deleted here. New ones have id 0."""
        drafts = self.drafts[record]
        found: dict[str, Identity] = {}
        unknown = []
        for uid in uids:
            draft = drafts.get(uid)
            if draft is None:
                unknown.append(uid)
            elif draft.after is not None:
                found[uid] = self._identity(draft, draft.after)
        if unknown:
            found.update(images.identities(self.connection, record, unknown))
        return found

    def raise_problems(self) -> None:
        """Raises the one error that tells all problems, if there are any."""
        if self.problems:
            raise error_of(self.problems)
        if self.stale:
            raise self.stale[0]

    def _identity(self, draft: Draft, image: Image) -> Identity:
        type_name = image["type"] if draft.record == "concept" else ""
        if draft.before is not None:
            return Identity(draft.before.id, self._kind(type_name), type_name)
        known = self.new_identities.get(type_name)
        if known is None:  # all new ones of a type are alike until they are written
            known = self.new_identities[type_name] = Identity(0, self._kind(type_name), type_name)
        return known

    def _kind(self, type_name: str) -> str:
        return self.metamodel.type(type_name).kind if type_name else ""

    def _load(self, record: RecordKind, uids: Iterable[str]) -> None:
        known = self.drafts[record]
        wanted = dict.fromkeys(uid for uid in uids if uid not in known) if known else dict.fromkeys(uids)
        new = self._new_models() if record in _IN_MODELS else ()
        stored = images.current(self.connection, record, [uid for uid in wanted if not uid.startswith(new)])
        for uid in wanted:
            before = stored.get(uid)
            known[uid] = Draft(record, uid, before, None if before is None else before.image, "")

    def _new_models(self) -> tuple[str, ...]:
        """How uids begin in the models that this changeset makes: a first import need not look for what is in them."""
        return tuple(f"{key}:" for key, model in self.drafts["model"].items() if model.before is None)

    def _step(self, draft: Draft, pointer: str, operation: Operation) -> None:
        draft.pointer = pointer
        match operation:
            case Create():
                self._create(draft, operation)
            case Restore():
                self._restore(draft, operation)
            case Update() if draft.after is None:
                self.problem(f"{pointer}/uid", f'there is no {operation.record} "{operation.uid}"', "not-found")
            case Update():
                self._update(draft, operation)
            case Delete() if draft.after is None:
                self.problem(f"{pointer}/uid", f'there is no {operation.record} "{operation.uid}"', "not-found")
            case Delete():
                self._delete(draft, operation)

    def _create(self, draft: Draft, operation: Create) -> None:
        if draft.after is not None:
            self.problem(f"{draft.pointer}/uid", f'"{draft.uid}" exists already', "exists")
            return
        draft.touched = _ALL[operation.record]
        draft.after = self.new(draft, operation)

    def _update(self, draft: Draft, operation: Update) -> None:
        checked = self.checked(draft, operation.fields, {})
        if self._is_stale(draft, operation.base_version, checked):
            return
        if draft.after is not None:
            self._set(draft, patched(draft.after, checked), checked)

    def _delete(self, draft: Draft, operation: Delete) -> None:
        if draft.before and operation.base_version not in (None, draft.before.version):
            if images.version(self.connection, draft.record, draft.uid, operation.base_version or 0) is None:
                self._never_had(draft, draft.before, operation.base_version)
                return
            self.stale.append(_stale(draft.uid, draft.before, [], "deleted from an old version; look at it again"))
            return
        draft.after = None
        if operation.cascade:
            self.cascades[draft.record].append(draft.uid)

    def take_away(self, record: RecordKind, uids: Sequence[str]) -> list[str]:
        """Deletes these records too, as part of a cascade; returns those that were still there."""
        self._load(record, uids)
        taken = []
        for uid in uids:
            draft = self.drafts[record][uid]
            if draft.after is not None:
                draft.after, draft.pointer = None, draft.pointer or "/cascade"
                taken.append(uid)
        return taken

    def _restore(self, draft: Draft, operation: Restore) -> None:
        then = images.as_of(self.connection, draft.record, draft.uid, operation.as_of)
        if then is None:
            self.problem(
                f"{draft.pointer}/as_of",
                f'"{draft.uid}" did not exist as of changeset {operation.as_of}',
                "not-found",
            )
            return
        self._set(draft, then.image, then.image)

    def _set(self, draft: Draft, image: Image, fields: Iterable[str]) -> None:
        draft.touched = draft.touched.union(fields)
        draft.after = self.meant(draft, image) if draft.record == "concept" else image

    def _is_stale(self, draft: Draft, base_version: int | None, patch: Mapping[str, Any]) -> bool:
        """True where the edit was made from an old version and cannot be merged."""
        if base_version is None or draft.before is None or base_version == draft.before.version:
            return False
        base = images.version(self.connection, draft.record, draft.uid, base_version)
        if base is None:
            self._never_had(draft, draft.before, base_version)
            return True
        found = conflicts(base.image, draft.before.image, patch)
        if found:
            names = ", ".join(conflict.field for conflict in found)
            self.stale.append(_stale(draft.uid, draft.before, found, f"somebody else changed {names}"))
        return bool(found)

    def _never_had(self, draft: Draft, stored: Stored, base_version: int | None) -> None:
        detail = f'"{draft.uid}" never had a version {base_version}; it is at {stored.version}'
        self.problem(f"{draft.pointer}/base_version", detail, "unknown-version")

    def changed(self) -> list[Draft]:
        """Drafts that differ from what is stored."""
        return [
            draft
            for record in RECORDS
            for draft in self.drafts[record].values()
            if draft.after != (draft.before.image if draft.before else None)
        ]

    def difference(self) -> Difference:
        changes = [
            change_of(record, draft.uid, draft.before.image if draft.before else None, draft.after)
            for record in RECORDS
            for draft in self.drafts[record].values()
            if draft.pointer and (draft.before or draft.after is not None)
        ]
        return Difference(changes, tuple(self.findings))


def link_uids(record: RecordKind, image: Image) -> list[tuple[str, RecordKind, str]]:
    """(field, kind of record, uid) of each link an image makes."""
    return [(name, to, uid) for name, to in LINKED[record] if (uid := image[name]) is not None]


def owning_model(record: RecordKind, uid: str) -> str | None:
    """The model that must exist for this record to."""
    return model_of(uid) if record in _IN_MODELS else None


def _stale(uid: str, stored: Stored, found: Sequence[Any], why: str) -> RepositoryError:
    return StaleVersion(
        f'"{uid}" is at version {stored.version} now: {why}',
        uid=uid,
        current=stored.version,
        conflicts=[each.to_json() for each in found],
    )


def error_of(problems: Sequence[Problem]) -> RepositoryError:
    """The one error that tells all these problems."""
    codes = {problem.code for problem in problems}
    first = problems[0].detail
    detail = first if len(problems) == 1 else f"{first} (and {len(problems) - 1} more)"
    if codes == {"not-found"}:
        return NotFound(detail, errors=problems)
    if codes == {"exists"}:
        return Conflict(detail, errors=problems)
    return InvalidInput(detail, errors=problems)
