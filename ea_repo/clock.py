"""The one clock. Tests stop it; nothing else asks the machine for the time."""

import time

TYPE_CHECKING = False  # that of `typing` takes long to load, and so does `datetime`; a kept picture needs neither
if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

_stopped_at: "datetime | None" = None


def now() -> "datetime":
    """This moment, in UTC."""
    from datetime import UTC, datetime

    return _stopped_at or datetime.now(UTC)


def day() -> str:
    """The day of this moment in UTC, as YYYY-MM-DD."""
    return time.strftime("%Y-%m-%d", time.gmtime()) if _stopped_at is None else str(_stopped_at.date())


def nanoseconds() -> int:
    """This moment as the file system counts, from 1970. It never stands."""
    return time.time_ns()


def stopped(moment: "datetime") -> "AbstractContextManager[None]":
    """Lets the clock of this process stand at a moment, for all that ask it, however they import it."""
    from contextlib import contextmanager

    @contextmanager
    def standing() -> "Iterator[None]":
        global _stopped_at
        before, _stopped_at = _stopped_at, moment
        try:
            yield
        finally:
            _stopped_at = before

    return standing()
