"""What may be among the single points of failure that take down the most services, as bounds on how many get tighter."""

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.condensation import condensed
from ea_repo.analysis.failure_sweep import AT_ONCE, Words, least_by_bits
from ea_repo.analysis.graph import Adjacency, Rows
from ea_repo.analysis.reach_sizes import Sweeps, estimated_sizes
from ea_repo.store.sorted_ids import Mask

#: An estimate by sketches of 32 is too low by more than this factor once in 1,000,000,000 (a quantile of the gamma
#: distribution that the 32nd smallest of random ranks has).
_AT_MOST = 2.53


class Candidates:
    """The rows that may still be among the worst, the likely ones first.

    Two things are known of each besides its estimate: that it takes down no more than what was tried and stops it, and
    which services it does not lead to, which is asked of the services that are least often stopped as long as it pays.
    """

    def __init__(self, any_way: Adjacency, is_service: Mask, rows: Rows) -> None:
        """`any_way` has the edges along which stopping can be handed on. O(edges)."""
        estimates, error = estimated_sizes(condensed(any_way), counted=is_service)
        bounds = np.ceil(estimates * (_AT_MOST if error else 1)).astype(np.int64).take(rows)
        order = np.lexsort((rows, -bounds))
        self._rows, self._bounds = rows.take(order), bounds.take(order)
        self._missed = np.zeros(len(rows), np.int64)
        self._unasked = np.flatnonzero(is_service)
        self._services = len(self._unasked)
        self._times_stopped = np.zeros(self._services, np.int32)
        self._pays = True
        self._sweeps: Sweeps | None = None
        self._against = any_way

    def pop(self, most: int) -> Rows:
        """The next ones to try; none are left where this is empty."""
        now = self._rows[:most]
        self._rows, self._bounds, self._missed = self._rows[most:], self._bounds[most:], self._missed[most:]
        return now

    def tried(self, stopped_by: Words, stopped: NDArray[np.int64], last: tuple[int, int]) -> None:
        """Notes by which of those tried each row is stopped, how many services each stops, and the last of the worst.

        `last` is (row, services stopped): what cannot come before it is a candidate no more.
        """
        self._bounds = np.minimum(self._bounds, least_by_bits(stopped_by.take(self._rows), stopped))
        self._times_stopped += np.bitwise_count(stopped_by.take(self._unasked))
        self._rule_out(*last)
        if self._pays and len(self._rows) > AT_ONCE:
            self._ask_services(last[1])
            self._rule_out(*last)

    def _rule_out(self, row: int, services: int) -> None:
        kept = (self._bounds > services) | ((self._bounds == services) & (self._rows < row))
        self._rows, self._bounds = self._rows.compress(kept), self._bounds.compress(kept)
        self._missed = self._missed.compress(kept)

    def _ask_services(self, least: int) -> None:
        """Which candidates do not lead to 64 more services, those that were least often stopped."""
        if self._sweeps is None:
            self._sweeps = Sweeps(condensed(self._against.turned))
        order = np.argsort(self._times_stopped, kind="stable")
        asked = self._unasked.take(order[:AT_ONCE])
        rest = order[AT_ONCE:]
        self._unasked, self._times_stopped = self._unasked.take(rest), self._times_stopped.take(rest)
        missed = len(asked) - np.bitwise_count(self._sweeps.reached_by(asked).take(self._rows))
        self._missed += missed
        self._bounds = np.minimum(self._bounds, self._services - self._missed)
        # A candidate is ruled out by so many misses; trying would rule out 64 at least.
        spared = self._services - least + 1
        self._pays = len(self._unasked) > 0 and int(missed.sum(dtype=np.int64)) >= AT_ONCE * spared
