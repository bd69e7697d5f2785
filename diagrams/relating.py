"""Which relationships join some concepts, and what is reached through nothing but some types, in the arrays of the graph."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

import numpy as np

from ea_repo.analysis.graph import Graph, Rows
from ea_repo.analysis.walk import walk
from ea_repo.store.labels import ids_of, labels, uids
from ea_repo.store.records import Concept
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State

Side = Literal["dependents", "dependencies"]


def relationships_among(state: State, wanted: Iterable[str]) -> list[Concept]:
    """Every relationship that holds and has both ends among these concepts, by uid. O(relationships) of bits."""
    graph: Graph = state.graph
    inside = np.zeros(len(graph), bool)
    inside[_rows(state, wanted)] = True
    joins = np.flatnonzero(inside[graph.sources] & inside[graph.targets])
    names = uids(state, graph.relationship_ids[joins].tolist())
    return [each for _, each in sorted(state.get_many(sorted(names.values())).items())]


def reached_through(
    state: State, wanted: Iterable[str], side: Side, through: Iterable[str], types: Iterable[str]
) -> tuple[list[str], list[str]]:
    """What these lead to on that side, directly or through nothing but concepts of the types `through`.

    Two lists of uids, the nearest first: what was passed through, and what of `types` was met at its end. All types
    include their refinements; those that the metamodel lacks count for nothing. O(edges of the part reached).
    """
    graph: Graph = state.graph
    along = graph.dependents if side == "dependents" else graph.dependencies
    begin = _rows(state, wanted)
    between = walk(along, begin, through=_of_types(state, through)).rows
    met = along.expand(np.concatenate((begin, between)).astype(np.int32))
    _, first = np.unique(met, return_index=True)
    met = met.take(np.sort(first))
    met = met[_of_types(state, types).take(met) & ~np.isin(met, begin)]
    return _uids(state, between), _uids(state, met)


def pairs_through(
    state: State, wanted: Iterable[str], side: Side, through: Iterable[str], types: Iterable[str]
) -> list[tuple[str, str]]:
    """The same from each of these by itself, all at once: each with what of `types` it leads to; uids, in order.

    O(edges of the parts reached, one part each).
    """
    graph: Graph = state.graph
    along = graph.dependents if side == "dependents" else graph.dependencies
    size, passes, meets = len(graph), _of_types(state, through), _of_types(state, types)
    begin = _rows(state, wanted).astype(np.int64)
    ahead = seen = np.sort(begin * size + begin)  # a pair is one number: where it began, where it has come to
    found = [np.zeros(0, np.int64)]
    while len(ahead):
        origins, at = np.divmod(ahead, size)
        places, counts = along.places(at.astype(np.int32))
        fresh = np.setdiff1d(np.repeat(origins, counts) * size + along.neighbours.take(places), seen)
        ends = fresh % size
        found.append(fresh[meets.take(ends)])
        ahead = fresh[passes.take(ends)]
        seen = np.union1d(seen, fresh)
    sources, targets = np.divmod(np.concatenate(found), size)
    names = labels(state, graph.ids[np.unique(np.concatenate((sources, targets)))].tolist())
    pairs = zip(graph.ids[sources].tolist(), graph.ids[targets].tolist(), strict=True)
    return sorted((names[source].uid, names[target].uid) for source, target in pairs)


def _of_types(state: State, types: Iterable[str]) -> Mask:
    graph: Graph = state.graph
    known = state.metamodel
    return graph.of_types(each for name in types if name in known.types for each in known.descendants(name))


def _rows(state: State, wanted: Iterable[str]) -> Rows:
    graph: Graph = state.graph
    found = (graph.row(id_) for id_ in sorted(ids_of(state, wanted).values()))
    return np.array([row for row in found if row is not None], np.int32)


def _uids(state: State, rows: Rows) -> list[str]:
    graph: Graph = state.graph
    ids = graph.ids[rows].tolist()
    known = labels(state, ids)
    return [known[id_].uid for id_ in ids if id_ in known]


def joined_types(state: State) -> Counter[tuple[str, str, str]]:
    """How many relationships there are of each (type of the source, type, type of the target). O(relationships)."""
    graph: Graph = state.graph
    names = graph.type_names
    size = np.int64(max(len(names), 1))
    keys = graph.types[graph.sources] * size * size + graph.relationship_types * size + graph.types[graph.targets]
    found, counts = np.unique(keys.astype(np.int64), return_counts=True)
    return Counter(
        {
            (names[key // size // size], names[key // size % size], names[key % size]): count
            for key, count in zip(found.tolist(), counts.tolist(), strict=True)
        }
    )
