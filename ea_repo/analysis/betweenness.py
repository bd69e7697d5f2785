"""Betweenness: which share of all shortest ways leads through each row (Brandes, 2001), level by level in NumPy."""

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Adjacency

#: Up to so many rows all are taken as beginnings, of more so many of them.
MOST_EXACT, SAMPLED = 2_000, 500
_SEED = 20_261_123
#: The chance that the error is larger than told.
_DOUBT = 0.05


def betweenness(along: Adjacency) -> tuple[NDArray[np.float64], float]:
    """The betweenness of every row, 1 where every shortest way between two others leads through, and the error.

    Several edges between two rows are one. Sampled, the error holds for all rows at once with a chance of 95 in 100
    (Hoeffding's inequality, as Brandes and Pich, 2007, apply it). O(edges) for each beginning.
    """
    size = len(along.starts) - 1
    if size < 3:
        return np.zeros(size), 0.0
    starts, ends = _simple(along)
    if size <= MOST_EXACT:
        beginnings = np.arange(size)
    else:
        beginnings = np.sort(np.random.default_rng(_SEED).choice(size, SAMPLED, replace=False))
    total = np.zeros(size)
    for begin in beginnings.tolist():
        _add(begin, starts, ends, total)
    error = 0.0 if size <= MOST_EXACT else float(np.sqrt(np.log(2 * size / _DOUBT) / (2 * SAMPLED)))
    return total * (size / len(beginnings)) / ((size - 1) * (size - 2)), error


def _simple(along: Adjacency) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Starts and neighbours without repetitions and without what leads to itself."""
    size = len(along.starts) - 1
    rows = along.rows
    keys = np.unique(
        rows[rows != along.neighbours].astype(np.int64) * size + along.neighbours[rows != along.neighbours]
    )
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(keys // size, minlength=size), out=starts[1:])
    return starts, (keys % size).astype(np.int32)


def _add(begin: int, starts: NDArray[np.int64], ends: NDArray[np.int32], total: NDArray[np.float64]) -> None:
    """Adds what the shortest ways from one row give to each."""
    size = len(starts) - 1
    distance, ways = np.full(size, -1, np.int32), np.zeros(size)
    distance[begin], ways[begin] = 0, 1
    level = np.array([begin])
    levels: list[tuple[NDArray[np.int64], NDArray[np.int32]]] = []
    while len(level):
        counts = starts[level + 1] - starts[level]
        last = np.cumsum(counts)
        places = np.repeat(starts[level] - (last - counts), counts) + np.arange(last[-1])
        sources, met = np.repeat(level, counts), ends[places]
        fresh = np.unique(met[distance[met] < 0])
        distance[fresh] = distance[begin] + len(levels) + 1
        onward = distance[met] == len(levels) + 1
        sources, met = sources[onward], met[onward]
        np.add.at(ways, met, ways[sources])
        levels.append((sources, met))
        level = fresh
    share = np.zeros(size)
    for sources, met in reversed(levels):
        np.add.at(share, sources, ways[sources] / ways[met] * (1 + share[met]))
    share[begin] = 0
    total += share
