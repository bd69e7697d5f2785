"""Finds ids among ids, millions at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Of 32 bits where they fit, which halves the memory of a graph, else of 64.
Integers = NDArray[np.signedinteger[Any]]
Places = NDArray[np.int32]
Mask = NDArray[np.bool_]

#: A table of all ids is made if it is at most so many times as long as what is looked up and where.
_SPARSEST = 8
#: Fewer than one in so many are searched for one by one.
_FEW = 32
_LARGEST = int(np.iinfo(np.int32).max)


def narrow(numbers: Integers) -> Integers:
    """The same numbers, in 32 bits if they fit."""
    fits = not len(numbers) or (numbers.max() <= _LARGEST and numbers.min() >= -_LARGEST)
    return numbers.astype(np.int32 if fits else np.int64, copy=False)


def places(known: Integers, ids: Integers) -> tuple[Places, Mask]:
    """The place of each id among the known ones, which ascend, and whether it is there at all.

    Ids are given one after the other, so a table of all of them is small, and ten times as fast as searching.
    """
    if not len(known):
        return np.zeros(len(ids), np.int32), np.zeros(len(ids), bool)
    span = int(known[-1]) + 1
    if span > _SPARSEST * (len(known) + len(ids)) or len(ids) * _FEW < len(known):
        ids = narrow(ids)  # of two kinds of integers, NumPy would first copy all that are known
        found = np.searchsorted(known, ids).astype(np.int32)
        return found, known.take(found, mode="clip") == ids
    table = np.full(span, -1, np.int32)
    table[known] = np.arange(len(known), dtype=np.int32)
    found = table.take(ids, mode="clip")
    return found, (found >= 0) & (ids < span)


def distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each once, ascending. Sorting is many times as fast as the hashing of `np.unique`, where numbers are pairs."""
    numbers = np.sort(numbers)
    return numbers[np.flatnonzero(np.diff(numbers, prepend=-1))]


def among(ids: Integers, known: Integers) -> Mask:
    """Which ids are among the known ones, which ascend."""
    return places(known, ids)[1]


def occurring(known: Integers, ids: Integers) -> Mask:
    """Which of the known ids, which ascend, occur among the ids."""
    found, there = places(known, ids)
    mask = np.zeros(len(known), bool)
    mask[found[there]] = True
    return mask
