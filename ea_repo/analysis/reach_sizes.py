"""How much each of many rows reaches: estimated for all at once, or counted exactly for some, 64 in one sweep."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.condensation import Condensation
from ea_repo.analysis.graph import Rows
from ea_repo.store.sorted_ids import Mask

#: How many of the smallest ranks a sketch keeps.
SKETCH = 32
_SEED = 20_261_123
_WORD = 64
_NONE = np.uint32(np.iinfo(np.uint32).max)
#: With more edges than this, a component's are merged at once, else one edge of each component at a time.
_MANY = 64


def estimated_sizes(
    graph: Condensation, sketch: int = SKETCH, counted: Mask | None = None
) -> tuple[NDArray[np.float64], float]:
    """How many other rows each row reaches, estimated, and the relative standard error, 0 where nothing was estimated.

    Where only some rows are `counted`, a row counts itself, too, if it is one.

    Every row has a rank in a random order, and what a row reaches is known by its `sketch` smallest ranks (Cohen,
    Size-Estimation Framework, 1997): k - 1 over the k-th smallest, of 1, is an estimate of their number with a relative
    standard error of 1 / sqrt(k - 2). Where fewer than k are reached, the number is exact. O((nodes + edges) * sketch).
    """
    if not len(graph):
        return np.zeros(0), 0.0
    rows = np.arange(len(graph.component)) if counted is None else np.flatnonzero(counted)
    smallest = _smallest_ranks(graph, sketch, rows)
    full = smallest[:, -1] < _NONE
    last = np.where(full, smallest[:, -1], 1) / max(len(rows), 1)
    reached = np.where(full, (sketch - 1) / last, (smallest < _NONE).sum(axis=1))
    if counted is None:
        reached = np.maximum(reached, graph.sizes) - 1
    return reached.take(graph.component), float(1 / np.sqrt(sketch - 2)) if full.any() else 0.0


def _smallest_ranks(graph: Condensation, sketch: int, rows: NDArray[np.intp]) -> NDArray[np.uint32]:
    """The sketch of every component: the smallest ranks of those of its own rows and of all it leads to, ascending."""
    ranks = np.random.default_rng(_SEED).permutation(len(rows)).astype(np.uint32) + np.uint32(1)
    found = np.full((len(graph), sketch), _NONE, np.uint32)
    of_component = graph.component.take(rows)
    order = np.lexsort((ranks, of_component))
    of_component = of_component.take(order)
    begins = np.searchsorted(of_component, of_component)
    places = np.arange(len(order)) - begins
    own = places < sketch
    found[of_component[own], places[own]] = ranks.take(order[own])
    for level in graph.by_level()[1:]:
        _merge(found, graph, level)
    return found


def _merge(found: NDArray[np.uint32], graph: Condensation, level: NDArray[np.intp]) -> None:
    """Adds to the sketches of a level those that their edges lead to."""
    begins = graph.starts.take(level)
    counts = graph.starts.take(level + 1) - begins
    for at in np.flatnonzero(counts > _MANY).tolist():
        targets = graph.targets[begins[at] : begins[at] + counts[at]]
        ranks = np.unique(np.append(found[targets], found[level[at]]))[: found.shape[1]]
        found[level[at], : len(ranks)] = ranks
    few = counts <= _MANY
    level, begins, counts = level[few], begins[few], counts[few]
    for turn in range(int(counts.max(initial=0))):
        more = counts > turn
        level, begins, counts = level[more], begins[more], counts[more]
        both = np.concatenate((found[level], found[graph.targets.take(begins + turn)]), axis=1)
        both.sort(axis=1)
        # The same rank on both sides is the same row: once is enough.
        both[:, 1:][both[:, 1:] == both[:, :-1]] = _NONE
        both.sort(axis=1)
        found[level] = both[:, : found.shape[1]]


def exact_sizes(graph: Condensation, rows: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """How many other rows each of these reaches, 64 of them in one sweep. O(edges) for each 64, not more than a search."""
    found = np.zeros(len(rows), np.int64)
    if not len(rows):
        return found
    levels = graph.by_level()[::-1]
    for first in range(0, len(rows), _WORD):
        some = graph.component.take(rows[first : first + _WORD])
        found[first : first + _WORD] = _swept(graph, levels, some) - 1
    return found


class Sweeps:
    """By which of 64 rows each row of a graph is reached, one sweep after the other."""

    def __init__(self, graph: Condensation) -> None:
        self._graph = graph
        self._levels = graph.by_level()[::-1]

    def reached_by(self, rows: NDArray[np.integer[Any]]) -> NDArray[np.uint64]:
        """For each row of the graph the bits of those of at most 64 rows that reach it, its own included. O(edges)."""
        return _seen(self._graph, self._levels, self._graph.component.take(rows)).take(self._graph.component)


def _swept(graph: Condensation, levels: list[NDArray[np.intp]], begin: Rows) -> NDArray[np.int64]:
    """How many rows each of up to 64 components reaches, itself included."""
    seen = _seen(graph, levels, begin)
    reached = np.flatnonzero(seen)
    bits = np.unpackbits(seen[reached].view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    return graph.sizes[reached].astype(np.int64) @ bits[:, : len(begin)].astype(np.int64)


def _seen(graph: Condensation, levels: list[NDArray[np.intp]], begin: Rows) -> NDArray[np.uint64]:
    """By which of up to 64 components each is reached, itself included: a bit for each, handed on level by level."""
    seen = np.zeros(len(graph), np.uint64)
    np.bitwise_or.at(seen, begin, np.uint64(1) << np.arange(len(begin), dtype=np.uint64))
    degrees = np.diff(graph.starts)
    for level in levels:
        active = level[(seen[level] != 0) & (degrees[level] > 0)]
        if not len(active):
            continue
        counts = degrees[active]
        ends = np.cumsum(counts)
        places = np.repeat(graph.starts[active] - (ends - counts), counts) + np.arange(ends[-1])
        np.bitwise_or.at(seen, graph.targets[places], np.repeat(seen[active], counts))
    return seen
