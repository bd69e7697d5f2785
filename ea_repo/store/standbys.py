"""Where states are read: the database itself, or PostgreSQL hot standbys of it, which then bear the load.

A standby answers only what the database itself would have: each read asks that for its last changeset, one indexed row,
and goes to a standby that has it already. One that lags, does not answer or is of another database is passed over.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from ea_repo.store import changesets
from ea_repo.store.engine import reading_engine

log = logging.getLogger(__name__)

#: So long a standby that did not answer is left alone.
REST_SECONDS = 30
_CONNECT_SECONDS = 3


@dataclass(slots=True, eq=False)
class _Standby:
    engine: Engine
    #: Whether it was seen to hold the same changesets as the database itself.
    is_same: bool = False
    rests_until: float = 0


class Readers:
    """The engines for reading. Safe to share between threads."""

    def __init__(self, own: Engine, standbys: Sequence[URL] = ()) -> None:
        self.own = own
        self._standbys = [
            _Standby(reading_engine(url.update_query_dict({"connect_timeout": str(_CONNECT_SECONDS)})))
            for url in standbys
        ]
        self._turn = count()

    def connect(self) -> Connection:
        """A connection that sees every changeset written until now."""
        if not self._standbys:
            return self.own.connect()
        own = self.own.connect()
        try:
            number, _ = changesets.last_number_and_profile(own)
            found = self._standby(own, number)
        except BaseException:
            own.close()
            raise
        if found is None:
            return own
        own.close()
        return found

    def dispose(self) -> None:
        self.own.dispose()
        for each in self._standbys:
            each.engine.dispose()

    def _standby(self, own: Connection, number: int) -> Connection | None:
        """A connection to a standby that has this changeset, taking turns."""
        first = next(self._turn)
        for step in range(len(self._standbys)):
            each = self._standbys[(first + step) % len(self._standbys)]
            if each.rests_until > time.monotonic():
                continue
            try:
                if (connection := self._connected(each, own, number)) is not None:
                    return connection
            except OperationalError as problem:
                self._rest(each, str(problem.orig).strip().partition("\n")[0])
        return None

    def _connected(self, standby: _Standby, own: Connection, number: int) -> Connection | None:
        connection = standby.engine.connect()
        try:
            if self._has(standby, connection, own, number):
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        return None

    def _has(self, standby: _Standby, connection: Connection, own: Connection, number: int) -> bool:
        """Whether it has the changeset of this number, and by that one is the same database."""
        seen, _ = changesets.last_number_and_profile(connection)
        if seen < number or not number:
            return seen == number
        if not standby.is_same:
            standby.is_same = changesets.identity(connection, number) == changesets.identity(own, number)
            if not standby.is_same:
                self._rest(standby, "it is of another database")
        return standby.is_same

    def _rest(self, standby: _Standby, why: str) -> None:
        standby.rests_until = time.monotonic() + REST_SECONDS
        address = standby.engine.url.render_as_string(hide_password=True)
        log.warning("the standby %s is not read from for %d seconds: %s", address, REST_SECONDS, why)
