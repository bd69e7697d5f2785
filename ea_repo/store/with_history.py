"""What a state knows of how its records came to be: their versions, and the changesets that wrote them."""

from datetime import UTC, date, datetime, time, timedelta

from ea_repo.errors import NotFound
from ea_repo.store import changesets, images
from ea_repo.store.by_key import ByKey
from ea_repo.store.operations import RecordKind
from ea_repo.store.reading import record_of
from ea_repo.store.records import Changeset, Version


class WithHistory(ByKey):
    """Records with their past, up to the changeset that is read."""

    def history(self, uid: str, record: RecordKind = "concept") -> list[Version]:
        """Every version known by this state, oldest first, each with the changeset that wrote it. A draft wrote none."""
        if self.draft is not None:
            return self._history_without_draft(self.draft.base, uid, record)
        stored = [each for each in images.all_versions(self.connection, record, uid) if each.written <= self.number]
        if not stored:
            raise self._not_found(record, uid)
        return [
            Version(
                record_of(record, each.uid, each.image, each.version, each.written),
                changesets.find_number(self.connection, each.written),
                each.replaced if each.replaced is not None and each.replaced <= self.number else None,
            )
            for each in stored
        ]

    def changeset(self, number: int) -> Changeset:
        """An applied changeset by its number."""
        return changesets.find_number(self.connection, number)

    @property
    def history_identity(self) -> str:
        """A fingerprint of the changeset that it reads as of: no two databases, nor two pasts, have the same."""
        return changesets.identity(self.connection, self.number)

    def number_by(self, day: date) -> int:
        """The number of the last changeset that this state knows which was applied by the end of a day (UTC), or 0."""
        end = datetime.combine(day + timedelta(days=1), time(), UTC)
        return min(self.number, changesets.last_number_before(self.connection, end))

    def former_versions(self, record: RecordKind = "concept") -> dict[str, list[Version]]:
        """Every superseded version that this state knows of all records of a kind, by uid, oldest first.

        The version that holds is the record itself. O(versions superseded): nothing after a first import.
        """
        known: dict[int, Changeset] = {}
        found: dict[str, list[Version]] = {}
        for each in images.superseded(self.connection, record, self.number):
            if each.written not in known:
                known[each.written] = changesets.find_number(self.connection, each.written)
            value = record_of(record, each.uid, each.image, each.version, each.written)
            found.setdefault(each.uid, []).append(Version(value, known[each.written], each.replaced))
        return found

    def _history_without_draft(self, base: "WithHistory", uid: str, record: RecordKind) -> list[Version]:
        try:
            return base.history(uid, record)
        except NotFound:
            self._one(record, uid)  # raises where the draft does not create it
            return []
