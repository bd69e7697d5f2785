"""Relationships of some types between some rows of the graph, all at once: a pass over the arrays instead of a query each."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Graph
from ea_repo.store.labels import ids_of, uids
from ea_repo.store.sorted_ids import Integers, Mask, places
from ea_repo.store.state import State


class Joins(NamedTuple):
    """The ends as rows of the graph, and which relationship joins them, by its position in the graph."""

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    by: Integers

    @property
    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return self.sources, self.targets


def joined(state: State, types: Iterable[str], *, sources: Mask | None = None, targets: Mask | None = None) -> Joins:
    """The relationships of these types, refinements included, from some rows to others; None: any. O(those of the types)."""
    graph: Graph = state.graph
    known = state.metamodel.types
    wanted = {each for name in types if name in known for each in state.metamodel.descendants(name)}
    found = graph.relationships_of(wanted)
    if sources is not None:
        found = found[sources.take(graph.sources[found])]
    if targets is not None:
        found = found[targets.take(graph.targets[found])]
    return Joins(graph.sources[found].astype(np.int64), graph.targets[found].astype(np.int64), found)


def rows_of(state: State, wanted: Iterable[str]) -> dict[int, str]:
    """The uid of each row that one of these concepts is."""
    graph: Graph = state.graph
    ids = ids_of(state, wanted)
    rows, there = places(graph.ids, np.array(list(ids.values()), np.int64))
    return {row: uid for uid, row, is_there in zip(ids, rows.tolist(), there.tolist(), strict=True) if is_there}


def mask_of(state: State, rows: Iterable[int]) -> Mask:
    """Which rows of the graph are these."""
    mask = np.zeros(len(state.graph), bool)
    mask[list(rows)] = True
    return mask


def uids_of(state: State, *rows: NDArray[np.integer[Any]]) -> Sequence[list[str]]:
    """The uids of rows, for each array a list."""
    graph: Graph = state.graph
    ids = [graph.ids[each].tolist() for each in rows]
    known = uids(state, {id_ for some in ids for id_ in some})
    return [[known[id_] for id_ in some] for some in ids]
