"""Breadth-first search over the graph, level by level in NumPy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Adjacency, Rows
from ea_repo.store.sorted_ids import Mask

#: From one in so many nodes on, the next level is found by looking at all nodes: cheaper than telling doubles apart.
_WIDE = 16


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """What was reached: `levels[n]` are the rows `first + n` steps away, ascending. What is 0 away is the beginning."""

    levels: tuple[Rows, ...]
    first: int = 0

    @property
    def rows(self) -> Rows:
        """All rows reached, the nearest first."""
        return np.concatenate((np.zeros(0, np.int32), *self.levels[1 - self.first :]))

    @property
    def distances(self) -> NDArray[np.int32]:
        """How far away each of `rows` is."""
        sizes = [len(level) for level in self.levels[1 - self.first :]]
        return np.repeat(np.arange(1, len(sizes) + 1, dtype=np.int32), sizes)

    def distance_by_row(self, size: int) -> NDArray[np.int32]:
        """The distance of every row of a graph of this size, -1 where it was not reached."""
        found = np.full(size, -1, np.int32)
        for distance, level in enumerate(self.levels, self.first):
            found[level] = distance
        return found


def walk(
    along: Adjacency,
    begin: Rows,
    *,
    first: int = 0,
    depth: int | None = None,
    until: int | None = None,
    through: Mask | None = None,
) -> Walk:
    """Everything reached from `begin`, itself `first` steps away, by at most `depth` steps or until a row is reached.

    Only rows of `through` are entered, where it is given. O(edges of the part reached), and for each level a few
    microseconds or, where it is wide, O(nodes) bytes.
    """
    size = len(along.starts) - 1
    seen = np.zeros(size, bool) if through is None else ~through
    seen[begin] = True
    levels = [np.unique(begin)]
    mark = np.empty(size, np.int32)
    while len(levels[-1]) and (depth is None or first + len(levels) <= depth) and (until is None or not seen[until]):
        met = along.expand(levels[-1])
        levels.append(_few(met, seen, mark) if len(met) * _WIDE < size else _many(met, seen))
    if len(levels) > 1 and not len(levels[-1]):
        levels.pop()
    return Walk(tuple(levels), first)


def _few(met: Rows, seen: Mask, mark: Rows) -> Rows:
    """Those met for the first time, each once, and marks them as seen. O(those met)."""
    met = met.compress(~seen.take(met))
    places = np.arange(len(met), dtype=np.int32)
    mark[met] = places
    # Of equal rows the last to write its place stands there: that one is kept.
    fresh = met.compress(mark.take(met) == places)
    fresh.sort()
    seen[fresh] = True
    return fresh


def _many(met: Rows, seen: Mask) -> Rows:
    """The same. O(nodes), which is less for many."""
    before = seen.copy()
    seen[met] = True
    return np.flatnonzero(before ^ seen).astype(np.int32)
