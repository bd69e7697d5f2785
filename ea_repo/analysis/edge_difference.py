"""What one dependency graph has and another has not: concepts, and who depends directly on whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Adjacency, Graph
from ea_repo.store.sorted_ids import Integers

Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class EdgeDifference:
    """Ids of concepts that are only in one of two graphs, and the pairs (what depends, what it depends on) of ids."""

    appeared: Integers
    disappeared: Integers
    gained: Pairs
    lost: Pairs

    @property
    def changed(self) -> Integers:
        """The ids of everything that appears, disappears, or gains or loses something it depends on or that needs it."""
        parts = (self.appeared, self.disappeared, self.gained.ravel(), self.lost.ravel())
        return np.unique(np.concatenate(parts).astype(np.int64))


def compared(before: Graph, after: Graph) -> EdgeDifference:
    """The difference from one graph to another. Parallel relationships count as one. O(nodes + edges), sorted."""
    ids = np.union1d(before.ids, after.ids)
    was, becomes = (_keys(graph, ids) for graph in (before, after))
    return EdgeDifference(
        np.setdiff1d(after.ids, before.ids, assume_unique=True),
        np.setdiff1d(before.ids, after.ids, assume_unique=True),
        _pairs(np.setdiff1d(becomes, was, assume_unique=True), ids),
        _pairs(np.setdiff1d(was, becomes, assume_unique=True), ids),
    )


def neighbours(graph: Graph, side: Adjacency, id_: int) -> NDArray[np.int64]:
    """The ids of the distinct neighbours of a concept, none where it is not in the graph."""
    row = graph.row(id_)
    if row is None:
        return np.zeros(0, np.int64)
    return np.unique(graph.ids.take(side.neighbours[side.starts[row] : side.starts[row + 1]])).astype(np.int64)


def _keys(graph: Graph, ids: Integers) -> NDArray[np.int64]:
    """Each pair of the graph's edges as one number, ascending and once, by the places of the ids among all."""
    place = np.searchsorted(ids, graph.ids)
    side = graph.dependencies
    return np.unique(place.take(side.rows) * np.int64(max(len(ids), 1)) + place.take(side.neighbours))


def _pairs(keys: NDArray[np.int64], ids: Integers) -> Pairs:
    size = max(len(ids), 1)
    return np.column_stack((ids.take(keys // size), ids.take(keys % size))).astype(np.int64).reshape(-1, 2)
