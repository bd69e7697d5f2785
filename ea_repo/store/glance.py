"""The last changeset of a SQLite file, asked through Python's own driver: loading SQLAlchemy takes ten times as long."""

import os

_LAST = """SELECT number, applied_at, author, reason FROM changeset
WHERE number IN (1, (SELECT max(number) FROM changeset)) ORDER BY number"""
#: A file that was written to this lately may be written to again without another time, in nanoseconds; FAT counts by two seconds.
_UNSETTLED = 3_000_000_000


def identity_of_file(file: str) -> str:
    """What `changesets.identity` says of the present of this file.

    Empty where it is no repository, has no changeset, or cannot be read now.
    """
    if not os.path.isfile(file):
        return ""  # the driver would make one
    import sqlite3
    from contextlib import closing
    from datetime import UTC, datetime
    from hashlib import sha256

    try:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            connection.execute("PRAGMA query_only = ON")
            rows = connection.execute(_LAST).fetchall()
    except sqlite3.Error:
        return ""
    told = [
        (str(number), str(datetime.fromisoformat(applied_at).replace(tzinfo=UTC)), author, reason)
        for number, applied_at, author, reason in rows
    ]
    return sha256(repr(told).encode()).hexdigest() if told else ""


def stamp_of_file(file: str, nanoseconds: int) -> str:
    """What the file system tells of a database at this time: with the same stamp, nothing was written to it in between.

    Empty where that is not sure: while changes stand in a file beside it, or where it was written to just now. Loading the
    driver takes longer than this by a hundred times.
    """
    try:
        stat = os.stat(file)
    except OSError:
        return ""
    if stat.st_mtime_ns > nanoseconds - _UNSETTLED or any(_holds(file + ending) for ending in ("-wal", "-journal")):
        return ""
    return f"{stat.st_dev} {stat.st_ino} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"


def _holds(file: str) -> bool:
    try:
        return os.stat(file).st_size > 0
    except FileNotFoundError:
        return False
