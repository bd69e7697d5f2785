"""A finding: something an architect should look at. What is wrong is said here; it is never a reason to lose data."""

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable (`illegal-relationship`), `message` one sentence, `uid` the concept, `file` and `line` the place read."""

    code: str
    severity: Severity
    message: str
    uid: str | None = None
    file: str | None = None
    line: int | None = None

    def to_json(self) -> dict[str, Any]:
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Finding":
        return cls(**found)
