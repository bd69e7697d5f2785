"""Up to 64 failures worked out at once, each of one thing alone, by the same redundancy rule as a single outage.

Every row has a word with a bit for each beginning: which of them stop it. Bits are handed on along the dependents round
by round; of a group of alternatives those that are set for more members than it can spare.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Adjacency, Graph, Rows
from ea_repo.analysis.redundancy import Groups
from ea_repo.store.sorted_ids import Mask

#: How many failures fit in one sweep.
AT_ONCE = 64
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Stopping:
    """Along which edges stopping can be handed on: `alone` where one suffices, groups of several with what they spare.

    `member_of` leads from a row to the groups it is in, `members` from a group to its rows. `any_way` has both kinds of
    edges: what is not reached along it cannot stop.
    """

    any_way: Adjacency
    alone: Adjacency
    member_of: Adjacency
    members: Adjacency
    dependents: Rows
    spare: Rows

    @classmethod
    def of(cls, graph: Graph, groups: Groups, endures: Mask) -> "Stopping":
        """O(edges)."""
        side = graph.dependents
        handed = (groups.needed > 0).take(groups.of_edge) & ~endures.take(side.neighbours)
        spare = groups.sizes - groups.needed
        shared = handed & (spare > 0).take(groups.of_edge)
        rows = side.rows[shared]
        known, inverse = np.unique(groups.of_edge[shared], return_inverse=True)
        of_member: Rows = inverse.astype(np.int32)
        return cls(
            any_way=side.only(handed),
            alone=side.only(handed & ~shared),
            member_of=Adjacency.of(len(graph), rows, of_member, of_member),
            members=Adjacency.of(len(known), of_member, rows, rows),
            dependents=groups.dependents.take(known),
            spare=spare.take(known),
        )

    def stopped_by(self, begin: Rows) -> Words:
        """For each row the bits of those of the `begin`, at most 64, that stop it alone; its own is set as well.

        O(edges of the parts reached), some of them again where a longer way brings more.
        """
        stopped = np.zeros(len(self.alone.starts) - 1, np.uint64)
        np.bitwise_or.at(stopped, begin, np.uint64(1) << np.arange(len(begin), dtype=np.uint64))
        fresh = np.unique(begin)
        while len(fresh):
            places, counts = self.alone.places(fresh)
            changed = _handed(stopped, self.alone.neighbours.take(places), np.repeat(stopped.take(fresh), counts))
            groups = np.unique(self.member_of.expand(fresh))
            if len(groups):
                more = _handed(stopped, self.dependents.take(groups), self._too_many(stopped, groups))
                changed = np.union1d(changed, more)
            fresh = changed
        return stopped

    def _too_many(self, stopped: Words, groups: Rows) -> Words:
        """For each of these groups the bits that are set for more of its members than it can spare."""
        begins, sizes = self.members.starts.take(groups), self.members.starts.take(groups + 1)
        sizes = sizes - begins
        spare = self.spare.take(groups)
        # counted[k] has the bits set for more than k of the members seen so far
        counted = np.zeros((int(spare.max()) + 1, len(groups)), np.uint64)
        for turn in range(int(sizes.max())):
            has = np.flatnonzero(sizes > turn)
            word = stopped.take(self.members.neighbours.take(begins.take(has) + turn))
            for level in range(len(counted) - 1, 0, -1):
                counted[level, has] |= counted[level - 1, has] & word
            counted[0, has] |= word
        return counted[spare, np.arange(len(groups))]


def _handed(stopped: Words, targets: Rows, words: Words) -> Rows:
    """Sets the bits at their targets; which rows have more now, ascending."""
    met = np.zeros(len(stopped), bool)
    met[targets] = True
    rows = np.flatnonzero(met).astype(np.int32)
    before = stopped.take(rows)
    np.bitwise_or.at(stopped, targets, words)
    return rows.compress(stopped.take(rows) != before)


def counts_of_bits(words: Words, of: int) -> NDArray[np.int64]:
    """In how many of the words each of the first `of` bits is set."""
    some = np.ascontiguousarray(words[words != 0])
    bits = np.unpackbits(some.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    counted: NDArray[np.int64] = bits[:, :of].sum(axis=0, dtype=np.int64)
    return counted


def least_by_bits(words: Words, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each word the least value of a bit that is set, of no bit the greatest of all integers."""
    least = np.full(len(words), np.iinfo(np.int64).max)
    some = np.flatnonzero(words)
    of_some, told = words.take(some), least.take(some)
    for bit in np.argsort(-values).tolist():
        told[(of_some >> np.uint64(bit)) & np.uint64(1) != 0] = values[bit]
    least[some] = told
    return least
