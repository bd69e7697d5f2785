"""What a changeset does, or did: each record that differs, before and after."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ea_repo.metamodel.finding import Finding
from ea_repo.store.fields import Image
from ea_repo.store.merge import changed_fields
from ea_repo.store.operations import RecordKind

Action = Literal["created", "changed", "deleted", "unchanged"]
ACTIONS: tuple[Action, ...] = ("created", "changed", "deleted", "unchanged")
COUNTED = ("element", "relationship", "view", "folder", "model", "profile")


class Change(NamedTuple):
    """One record, as it was and as it is (None where it did not or does not exist)."""

    record: RecordKind
    uid: str
    counted: str  # element, relationship, view, folder, model or profile
    action: Action
    was: Image | None
    became: Image | None

    @property
    def type(self) -> str:
        """The concept's type; empty for other records."""
        return str(self._shown["type"]) if self.record == "concept" else ""

    @property
    def name(self) -> str:
        return str(self._shown.get("name", ""))

    @property
    def before(self) -> dict[str, Any]:
        """The fields that differ, as they were; all that was said, of a record that is gone."""
        if self.was is None:
            return {}
        return _said(self.was) if self.became is None else changed_fields(self.became, self.was)

    @property
    def after(self) -> dict[str, Any]:
        """The fields that differ, as they are; all that is said, of a new record."""
        if self.became is None:
            return {}
        return _said(self.became) if self.was is None else changed_fields(self.was, self.became)

    @property
    def _shown(self) -> Image:
        return self.became or self.was or {}

    def to_json(self) -> dict[str, Any]:
        return {
            "record": self.record,
            "uid": self.uid,
            "type": self.type,
            "name": self.name,
            "action": self.action,
            "before": self.before,
            "after": self.after,
        }


def change_of(record: RecordKind, uid: str, was: Image | None, became: Image | None) -> Change:
    """How a record differs between two images, of which one at least exists."""
    action: Action
    if was is None:
        action = "created"
    elif became is None:
        action = "deleted"
    else:
        action = "unchanged" if was == became else "changed"
    return Change(record, uid, _counted(record, became or was), action, was, became)


def _counted(record: RecordKind, image: Image | None) -> str:
    if record != "concept" or image is None:
        return record
    return "element" if image["source"] is None else "relationship"


def _said(image: Image) -> dict[str, Any]:
    return {name: value for name, value in image.items() if value not in (None, "", [], {})}


@dataclass(frozen=True, slots=True)
class Difference:
    changes: Sequence[Change]
    findings: Sequence[Finding] = ()

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many of each sort were created, changed, deleted, unchanged; every sort and action named."""
        tally = Counter((change.counted, change.action) for change in self.changes)
        return {sort: {action: tally[sort, action] for action in ACTIONS} for sort in COUNTED}

    @property
    def is_empty(self) -> bool:
        return all(change.action == "unchanged" for change in self.changes)

    def to_json(self) -> dict[str, Any]:
        return {
            "counts": self.counts,
            "changes": [change.to_json() for change in self.changes if change.action != "unchanged"],
            "findings": [finding.to_json() for finding in self.findings],
        }
