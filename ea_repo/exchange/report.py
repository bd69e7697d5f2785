"""What an import tells of itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ea_repo.metamodel import Finding
from ea_repo.store.difference import Difference
from ea_repo.store.load import Loaded

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
