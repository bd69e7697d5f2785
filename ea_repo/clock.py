"""The one clock. Tests replace `now`; nothing else asks the machine for the time."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
