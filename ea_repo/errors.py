"""The error tree. Each class knows its stable code, HTTP status and exit code; the API and the command each turn it into text in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One place that is wrong: where (JSON pointer, `sheet!cell`, `line:column`), what, and what would be right."""

    pointer: str
    detail: str
    code: str = "invalid"
    expected: str | None = None

    def to_json(self) -> dict[str, str]:
        found = {"pointer": self.pointer, "code": self.code, "detail": self.detail}
        return found if self.expected is None else {**found, "expected": self.expected}


class RepositoryError(Exception):
    """Anything that goes wrong for a reason the asker can be told.

    `detail` is one sentence that says what is wrong and what would be right; `errors` are its places; `facts` are
    JSON-able values a program may want (nearest names, conflicting fields).
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 70
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str, *, errors: Sequence[Problem] = (), **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.facts: Mapping[str, Any] = facts

    def to_json(self) -> dict[str, Any]:
        """The body of an RFC 9457 problem document, without `instance`."""
        body: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.facts,
        }
        if self.errors:
            body["errors"] = [problem.to_json() for problem in self.errors]
        return body


class InvalidInput(RepositoryError):
    """Well-formed, but means something that is not allowed."""

    code, status, exit_code, title = "invalid-input", 422, 4, "The input is not valid"


class MalformedRequest(RepositoryError):
    """Cannot be read at all: truncated, not the format it claims, hostile."""

    code, status, exit_code, title = "malformed", 400, 4, "The input cannot be read"


class NotSignedIn(RepositoryError):
    code, status, exit_code, title = "not-signed-in", 401, 6, "Sign-in is needed"


class NotAllowed(RepositoryError):
    code, status, exit_code, title = "not-allowed", 403, 6, "Not allowed"


class NotFound(RepositoryError):
    """Carries `nearest`: names that exist and look alike."""

    code, status, exit_code, title = "not-found", 404, 3, "Not found"


class Gone(RepositoryError):
    """Was here and was destroyed on purpose, for good. Carries `destroyed_at`."""

    code, status, exit_code, title = "gone", 410, 3, "Destroyed"


class Conflict(RepositoryError):
    """Somebody else changed the same thing. Carries `conflicts`: uid, field, base, theirs, mine."""

    code, status, exit_code, title = "conflict", 409, 5, "Conflicting change"


class InUse(RepositoryError):
    """Cannot be removed. Carries `users`: the first ten things that use it, and `count`."""

    code, status, exit_code, title = "in-use", 409, 5, "Still in use"


class StaleVersion(RepositoryError):
    """Edited from an old version, and the same field was changed since. Carries `current` and `conflicts`."""

    code, status, exit_code, title = "stale-version", 412, 5, "Changed by somebody else in the meantime"


class PreconditionRequired(RepositoryError):
    code, status, exit_code, title = "precondition-required", 428, 5, "If-Match is needed"


class TooLarge(RepositoryError):
    code, status, exit_code, title = "too-large", 413, 4, "Too large"


class UnknownFormat(RepositoryError):
    code, status, exit_code, title = "unknown-format", 415, 4, "Unknown format"


class SchemaOutOfDate(RepositoryError):
    code, status, exit_code, title = "schema-out-of-date", 503, 7, "The database schema does not fit this version"


class Busy(RepositoryError):
    code, status, exit_code, title = "busy", 503, 75, "The repository is busy"


class TimedOut(RepositoryError):
    code, status, exit_code, title = "timed-out", 503, 75, "It took too long"


class Damaged(RepositoryError):
    """The database holds other bytes than were kept."""

    code, status, exit_code, title = "damaged", 500, 70, "What is stored is damaged"


class MissingPart(RepositoryError):
    """Something optional is not installed. The detail names the command that installs it."""

    code, status, exit_code, title = "missing-part", 501, 69, "A part is not installed"
