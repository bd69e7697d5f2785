"""Tells how a walk came to a row: the shortest chain of relationships from where it began."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Adjacency, Graph
from ea_repo.analysis.walk import Walk
from ea_repo.store.labels import Label, labels, uids
from ea_repo.store.records import Concept
from ea_repo.store.state import State


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

    def to(self, row: int) -> list[Hop]:
        """The way from where the walk began to a row."""
        way = []
        while self._distances[row] > self._first:
            if row not in self._known:
                self._known[row] = self._last(row)
            way.append(self._known[row])
            row = way[-1].before
        return way[::-1]

    def _last(self, row: int) -> Hop:
        places = slice(int(self._back.starts[row]), int(self._back.starts[row + 1]))
        neighbours, by = self._back.neighbours[places], self._back.relationships[places]
        nearer = np.flatnonzero(self._distances.take(neighbours) == self._distances[row] - 1)
        at = nearer[np.argmin(by.take(nearer))]
        return Hop(int(neighbours[at]), row, int(by[at]))


class Told(NamedTuple):
    """A row by name, and the chain that leads to it."""

    label: Label
    chain: tuple[Step, ...]


def tell(state: State, hops: Hops, rows: Sequence[int], entry: Concept | None = None) -> list[Told]:
    """The chains to these rows, with a few queries for all. `entry` is a relationship at whose ends they begin."""
    ways = [hops.to(row) for row in rows]
    met = {hop for way in ways for hop in way}
    known = labels_of(state, {*rows, *(hop.before for hop in met), *(hop.row for hop in met)})
    steps = steps_of(state, met)
    found = []
    for row, way in zip(rows, ways, strict=True):
        begun = known[way[0].before if way else row].uid
        entered = () if entry is None else (Step(entry.uid, entry.type, entry.uid, begun),)
        found.append(Told(known[row], (*entered, *(steps[hop] for hop in way))))
    return found


def weightiest(along: Adjacency, row: int, weights: NDArray[Any]) -> list[Hop]:
    """The hop to the weightiest neighbour, by the earliest written relationship; none where there is no other."""
    at = slice(int(along.starts[row]), int(along.starts[row + 1]))
    others, by = along.neighbours[at], along.relationships[at]
    best = np.lexsort((by, -weights.take(others), others == row))[:1]
    return [Hop(row, int(others[each]), int(by[each])) for each in best.tolist() if others[each] != row]


def steps_of(state: State, hops: Iterable[Hop]) -> dict[Hop, Step]:
    """Each hop by name, with a few queries for all."""
    graph: Graph = state.graph
    met = set(hops)
    known = labels_of(state, {*(hop.before for hop in met), *(hop.row for hop in met)})
    names = uids(state, (int(graph.relationship_ids[hop.by]) for hop in met))
    return {
        hop: Step(
            names[int(graph.relationship_ids[hop.by])],
            graph.type_names[graph.relationship_types[hop.by]],
            known[hop.before].uid,
            known[hop.row].uid,
        )
        for hop in met
    }


def labels_of(state: State, rows: Iterable[int]) -> dict[int, Label]:
    """What each row is called."""
    graph: Graph = state.graph
    ids = {row: int(graph.ids[row]) for row in rows}
    found = labels(state, list(ids.values()))
    return {row: found[id_] for row, id_ in ids.items()}
