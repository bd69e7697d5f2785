"""Tells how a walk came to a row: the shortest chain of relationships from where it began."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Adjacency, Graph, Rows
from ea_repo.analysis.walk import Walk
from ea_repo.store.labels import Label, labels, uids
from ea_repo.store.records import Concept
from ea_repo.store.state import State

#: From so many rows on, their hops are found in one pass over arrays rather than one by one.
_MANY = 16


@dataclass(frozen=True, slots=True)
class Step:
    """One relationship of a chain, told from the asked concept outwards, whichever way the relationship points.

    To or from a relationship that is an end of another, the relationship of the step is that one itself.
    """

    relationship: str
    type: str
    from_uid: str
    to_uid: str

    def turned(self) -> "Step":
        """The same step the other way."""
        return Step(self.relationship, self.type, self.to_uid, self.from_uid)

    def __str__(self) -> str:
        return f"{self.from_uid} -{self.type}- {self.to_uid}"


class Hop(NamedTuple):
    """A step in rows and positions of the graph."""

    before: int
    row: int
    by: int


class Hops:
    """The hops to the rows that a walk reached, looked up when asked and remembered.

    `back` leads against the walk. Of several shortest ways the one by the earliest written relationships is told,
    from the last step back, so that the answer is always the same.
    """

    def __init__(self, back: Adjacency, walked: Walk) -> None:
        self._back = back
        self._distances = walked.distance_by_row(len(back.starts) - 1)
        self._first = walked.first
        self._known: dict[int, Hop] = {}

    def leading(self, rows: Iterable[int]) -> list[Hop]:
        """The last hops to these rows and to every row on the ways there, those nearer to the beginning first."""
        found: dict[int, Hop] = {}
        behind = self._behind(set(rows))
        while behind:
            self._look_up([row for row in behind if row not in self._known])
            hops = [self._known[row] for row in behind]
            found.update(zip(behind, hops, strict=True))
            behind = self._behind({hop.before for hop in hops} - found.keys())
        order = np.argsort(self._distances.take(_array(found)), kind="stable")
        return list(map([*found.values()].__getitem__, order.tolist()))

    def _behind(self, rows: Collection[int]) -> list[int]:
        """Those of the rows at which no walk began."""
        at = _array(rows)
        return at[self._distances.take(at) > self._first].tolist()  # type: ignore[no-any-return]

    def to(self, row: int) -> list[Hop]:
        """The way from where the walk began to a row."""
        way = []
        while self._distances[row] > self._first:
            if row not in self._known:
                self._known[row] = self._last(row)
            way.append(self._known[row])
            row = way[-1].before
        return way[::-1]

    def _look_up(self, rows: Sequence[int]) -> None:
        """Remembers the last hop to each of these rows."""
        if len(rows) < _MANY:
            self._known |= {row: self._last(row) for row in rows}
            return
        at = _array(rows)
        places, counts = self._back.places(at)
        nearer = self._distances.take(self._back.neighbours.take(places)) == np.repeat(
            self._distances.take(at) - 1, counts
        )
        places, owners = places[nearer], np.repeat(np.arange(len(at)), counts)[nearer]
        by = self._back.relationships.take(places)
        first = np.lexsort((by, owners))[np.searchsorted(owners, np.arange(len(at)))]
        neighbours = self._back.neighbours.take(places[first])
        hops = zip(neighbours.tolist(), rows, by[first].tolist(), strict=True)
        self._known |= {row: Hop(before, row, each) for before, row, each in hops}

    def _last(self, row: int) -> Hop:
        places = slice(int(self._back.starts[row]), int(self._back.starts[row + 1]))
        neighbours, by = self._back.neighbours[places], self._back.relationships[places]
        nearer = np.flatnonzero(self._distances.take(neighbours) == self._distances[row] - 1)
        at = nearer[np.argmin(by.take(nearer))]
        return Hop(int(neighbours[at]), row, int(by[at]))


def _array(rows: Collection[int]) -> Rows:
    return np.fromiter(rows, np.int32, len(rows))


class Told(NamedTuple):
    """A row by name, and the chain that leads to it."""

    label: Label
    chain: tuple[Step, ...]


def tell(state: State, hops: Hops, rows: Sequence[int], entry: Concept | None = None) -> list[Told]:
    """The chains to these rows, with a few queries for all. `entry` is a relationship at whose ends they begin."""
    met = hops.leading(rows)
    begun = {*rows, *(hop.before for hop in met)}.difference([hop.row for hop in met])
    known = labels_of(state, [*begun, *(hop.row for hop in met)])
    chains: dict[int, tuple[Step, ...]] = {
        row: () if entry is None else (Step(entry.uid, entry.type, entry.uid, known[row].uid),) for row in begun
    }
    for hop, step in zip(met, _steps(state, met, known), strict=True):
        chains[hop.row] = (*chains[hop.before], step)  # the chain to the row before, and one step more
    return [Told(known[row], chains[row]) for row in rows]


def weightiest(along: Adjacency, row: int, weights: NDArray[Any]) -> list[Hop]:
    """The hop to the weightiest neighbour, by the earliest written relationship; none where there is no other."""
    at = slice(int(along.starts[row]), int(along.starts[row + 1]))
    others, by = along.neighbours[at], along.relationships[at]
    best = np.lexsort((by, -weights.take(others), others == row))[:1]
    return [Hop(row, int(others[each]), int(by[each])) for each in best.tolist() if others[each] != row]


def steps_of(state: State, hops: Iterable[Hop]) -> dict[Hop, Step]:
    """Each hop by name, with a few queries for all."""
    met = list(set(hops))
    known = labels_of(state, {*(hop.before for hop in met), *(hop.row for hop in met)})
    return dict(zip(met, _steps(state, met, known), strict=True))


def _steps(state: State, hops: Sequence[Hop], known: Mapping[int, Label]) -> list[Step]:
    graph: Graph = state.graph
    by = np.fromiter((hop.by for hop in hops), np.int64, len(hops))
    ids = graph.relationship_ids.take(by).tolist()
    types = graph.relationship_types.take(by).tolist()
    names, type_names = uids(state, ids), graph.type_names
    return [
        Step(names[id_], type_names[type_], known[hop.before].uid, known[hop.row].uid)
        for hop, id_, type_ in zip(hops, ids, types, strict=True)
    ]


def labels_of(state: State, rows: Iterable[int]) -> dict[int, Label]:
    """What each row is called."""
    graph: Graph = state.graph
    wanted = list(dict.fromkeys(rows))
    ids = graph.ids.take(wanted).tolist() if wanted else []
    found = labels(state, ids)
    return {row: found[id_] for row, id_ in zip(wanted, ids, strict=True)}
