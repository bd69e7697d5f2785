"""What an import tells of itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ea_repo.exchange.plan import Conflicts, Missed
from ea_repo.metamodel import Finding
from ea_repo.store.difference import Change, Difference
from ea_repo.store.load import Loaded
from ea_repo.store.newer import NewerWork

#: (done, total, what is being done: reading, comparing or writing)
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with `dry_run` would do. `changeset` is its number, None where nothing was
    written. `loaded` is set where a large file was loaded as it was read; the difference is then empty, as all is new.
    """

    model: str
    format: str
    changeset: int | None
    counts: Mapping[str, Mapping[str, int]]
    findings: Sequence[Finding]
    difference: Difference
    dry_run: bool = False
    loaded: Loaded | None = None
    planned: int = 0  # the last changeset, with which the file was compared
    base: int | None = None  # the changeset that the file is as old as, None where nothing tells
    missing: Sequence[Missed] = ()
    conflicts: Sequence[NewerWork] = ()
    holds: Conflicts = "file"  # what becomes of conflicts

    @property
    def changes(self) -> list[Change]:
        """What differs, record by record."""
        return [change for change in self.difference.changes if change.action != "unchanged"]

    @property
    def changed(self) -> bool:
        """Whether the file said anything that the model did not."""
        return self.loaded is not None or not self.difference.is_empty

    def to_json(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "format": self.format,
            "changeset": self.changeset,
            "dry_run": self.dry_run,
            "changed": self.changed,
            **{sort: dict(counts) for sort, counts in self.counts.items()},
            "findings": [finding.to_json() for finding in self.findings],
        }

    def details_json(self) -> dict[str, Any]:
        """The same, with each change before and after, what is missing from the file, and conflicts with newer work."""
        return {
            **self.to_json(),
            "planned": self.planned,
            "base": self.base,
            "changes": [change.to_json() for change in self.changes],
            "missing": [each.to_json() for each in self.missing],
            "conflicts": [each.to_json() for each in self.conflicts],
            "holds": self.holds,
        }
