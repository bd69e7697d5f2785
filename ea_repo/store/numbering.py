"""Gives very many uids numbers in a few bytes each, where a dict would take two hundred: for loads of millions.

A uid is known by two hashes of 64 bits, made with a secret of the process: that two of a hundred million share both is
less likely than a fault of the memory they are in. All work is done on arrays, many uids at a time.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_LEAST = 1 << 16
_ABSENT = -1
Integers = NDArray[np.int64]


class Numbers:
    """uid -> 0, 1, 2, ... in the order in which they are first given. 24 to 40 bytes a uid."""

    def __init__(self) -> None:
        self.count = 0
        self._keys = np.zeros((2, _LEAST), np.int64)
        self._slots = np.full(2 * _LEAST, _ABSENT, np.int32)

    def give(self, uids: Sequence[str]) -> Integers:
        """The number of each of these different uids; those not known yet get the next ones, in this order."""
        keys = _keys_of(uids)
        found = self._find(keys)
        new = np.flatnonzero(found == _ABSENT)
        if len(new):
            found[new] = np.arange(self.count, self.count + len(new))
            self._add(keys[:, new])
        return found

    def find(self, uids: Sequence[str]) -> Integers:
        """The number of each of these uids, -1 where it has none."""
        return self._find(_keys_of(uids))

    def _find(self, keys: Integers) -> Integers:
        found = np.full(keys.shape[1], _ABSENT, np.int64)
        mask = len(self._slots) - 1
        open_ = np.arange(keys.shape[1])
        at = keys[0] & mask
        while len(open_):
            held = self._slots[at]
            is_taken = held != _ABSENT
            open_, at, held = open_[is_taken], at[is_taken], held[is_taken]
            is_same = (self._keys[0, held] == keys[0, open_]) & (self._keys[1, held] == keys[1, open_])
            found[open_[is_same]] = held[is_same]
            open_, at = open_[~is_same], (at[~is_same] + 1) & mask
        return found

    def _add(self, keys: Integers) -> None:
        first, self.count = self.count, self.count + keys.shape[1]
        room = self._keys.shape[1]
        if self.count > room:
            grown = np.zeros((2, max(self.count, room + room // 2)), np.int64)
            grown[:, :first] = self._keys[:, :first]
            self._keys = grown
        self._keys[:, first : self.count] = keys
        wide = len(self._slots)
        while wide < 2 * self.count:
            wide *= 2
        if wide > len(self._slots):
            self._slots = np.full(wide, _ABSENT, np.int32)
            first = 0
        self._place(np.arange(first, self.count))

    def _place(self, numbers: Integers) -> None:
        """Puts these numbers into free slots, each in the first from where its hash points."""
        mask = len(self._slots) - 1
        at = self._keys[0, numbers] & mask
        while len(numbers):
            is_free = self._slots[at] == _ABSENT
            self._slots[at[is_free]] = numbers[is_free]  # of several for one slot, one stays
            is_left = self._slots[at] != numbers
            numbers, at = numbers[is_left], (at[is_left] + 1) & mask


def _keys_of(uids: Sequence[str]) -> Integers:
    keys = np.empty((2, len(uids)), np.int64)
    keys[0] = np.fromiter(map(hash, uids), np.int64, len(uids))
    keys[1] = np.fromiter((hash("\0" + uid) for uid in uids), np.int64, len(uids))
    return keys
