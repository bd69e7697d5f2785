"""What a changeset does, or did: each record that differs, before and after."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ea_repo.metamodel.finding import Finding
from ea_repo.store.operations import RecordKind

Action = Literal["created", "changed", "deleted", "unchanged"]
ACTIONS: tuple[Action, ...] = ("created", "changed", "deleted", "unchanged")
COUNTED = ("element", "relationship", "view", "folder", "model", "profile")


@dataclass(frozen=True, slots=True)
class Change:
    """One record. `before` and `after` hold only the fields that differ (all that were said, where one side is absent)."""

    record: RecordKind
    uid: str
    type: str
    name: str
    action: Action
    counted: str  # element, relationship, view, folder, model or profile
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "record": self.record,
            "uid": self.uid,
            "type": self.type,
            "name": self.name,
            "action": self.action,
            "before": dict(self.before),
            "after": dict(self.after),
        }


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
