"""The condensed graph: every strongly connected component as one node, so that there are no circles left.

Components are numbered so that every edge leads to a smaller number, and levels so that it leads to a lower level.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Adjacency, Rows

#: From one in so many nodes on, all nodes are looked at.
_WIDE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Condensation:
    """`component` of each row; `sizes` of the components; the distinct edges between components by ascending source.

    `levels[c]` is the length of the longest way on from component c.
    """

    component: Rows
    sizes: Rows
    starts: Rows
    targets: Rows
    levels: Rows

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def sources(self) -> Rows:
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))

    def by_level(self) -> list[NDArray[np.intp]]:
        """The components of each level, the lowest first: what they lead to stands on levels before."""
        order = np.argsort(self.levels, kind="stable")
        ends = np.searchsorted(self.levels.take(order), np.arange(1, int(self.levels.max(initial=0)) + 1))
        return np.split(order, ends) if len(order) else []


def condensed(along: Adjacency) -> Condensation:
    """The condensation of the graph of these edges. O(nodes + edges), and a little for each level."""
    size = len(along.starts) - 1
    component, count = components(along)
    ones, others = component.take(along.rows), component.take(along.neighbours)
    between = ones != others
    pairs = np.unique(ones[between].astype(np.int64) * max(count, 1) + others[between])
    ones, others = (pairs // max(count, 1)).astype(np.int32), (pairs % max(count, 1)).astype(np.int32)
    starts = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(ones, minlength=count), out=starts[1:])
    sizes = np.bincount(component, minlength=count).astype(np.int32) if size else np.zeros(0, np.int32)
    return Condensation(component, sizes, starts, others, _levels(count, ones, others))


def components(along: Adjacency) -> tuple[Rows, int]:
    """The strongly connected component of each row, and how many there are."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - half a second that other questions need not pay
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    size = len(along.starts) - 1
    if not size:
        return np.zeros(0, np.int32), 0
    matrix = csr_array((np.ones(len(along.neighbours), np.int8), along.neighbours, along.starts), shape=(size, size))
    count, found = connected_components(matrix, directed=True, connection="strong")
    return found.astype(np.int32), int(count)


def _levels(count: int, ones: Rows, others: Rows) -> Rows:
    """The longest way on from each node, by taking away what has no way on, again and again (Kahn, 1962)."""
    levels = np.zeros(count, np.int32)
    order = np.argsort(others, kind="stable")
    back_starts = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(others, minlength=count), out=back_starts[1:])
    back = Adjacency(back_starts, ones.take(order), order.astype(np.int32))
    waiting = np.bincount(ones, minlength=count)
    ready = np.flatnonzero(waiting == 0).astype(np.int32)
    level = 0
    while len(ready):
        levels[ready] = level
        met = back.expand(ready)
        if len(met) * _WIDE < count:
            known, times = np.unique(met, return_counts=True)
            waiting[known] -= times
            ready = known[waiting[known] == 0]
        else:  # for many, looking at all nodes is cheaper than sorting
            times = np.bincount(met, minlength=count)
            waiting -= times
            ready = np.flatnonzero((waiting == 0) & (times > 0)).astype(np.int32)
        level += 1
    return levels
