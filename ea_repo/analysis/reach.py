"""What is reached from a concept along dependencies, one way or the other: what `impact` and `dependencies` share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hops, Step, tell
from ea_repo.analysis.filters import chosen
from ea_repo.analysis.graph import Adjacency, Graph, Rows
from ea_repo.analysis.walk import Walk, walk
from ea_repo.errors import InvalidInput, Problem
from ea_repo.store.labels import id_of, ids_of
from ea_repo.store.records import Concept
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State

Depth = Annotated[int | None, "At most so many steps away; left out, however far.", range(1, 1_000_001)]
Direction = Literal["dependents", "dependencies"]


@dataclass(frozen=True, slots=True)
class Reached:
    """A concept that was reached. `chain` leads to it from the asked concept; `distance` is its length."""

    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    distance: int
    chain: tuple[Step, ...]


class Reach(Answer[Reached]):
    """All concepts reached, the nearest first, then in the order in which they were first written.

    `rows` and `distances` tell the same in rows of `state.graph`.
    """

    def __init__(self, state: State, walked: Walk, back: Adjacency, mask: Mask | None, entry: Concept | None) -> None:
        """`back` leads against the walk, `mask` has what to report; `entry`: a relationship at whose ends it began."""
        reported = slice(None) if mask is None else mask.take(walked.rows)
        self.rows: Rows = walked.rows[reported]
        self.distances: NDArray[np.int32] = walked.distances[reported]
        self._walked = walked
        self._back = back
        self._entry = entry
        self._hops: Hops | None = None
        super().__init__(state, len(self.rows), self._tell)

    def _tell(self, positions: Sequence[int]) -> list[Reached]:
        if self._hops is None:
            self._hops = Hops(self._back, self._walked)
        rows, distances = (each.take(positions).tolist() for each in (self.rows, self.distances))
        return [
            Reached(label.uid, label.name, label.type, label.model, label.owner, distance, chain)
            for distance, (label, chain) in zip(
                distances, tell(self._state, self._hops, rows, self._entry), strict=True
            )
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Begin:
    """Where a walk begins: at the concept asked about, or for a relationship that is no node at its ends."""

    rows: Rows
    entry: Concept | None = None

    @property
    def first(self) -> int:
        return 0 if self.entry is None else 1


def reach(
    state: State,
    uid: str,
    direction: Direction,
    *,
    depth: int | None,
    type: Sequence[str],
    model: Sequence[str],
    owner: Sequence[str],
) -> Reach:
    """What is reached from a concept by at most `depth` steps, of that what fits the conditions.

    The walk itself goes through everything: what lies behind a concept that does not fit is found all the same.
    """
    check_depth(depth)
    forth, back = sides(state.graph, direction)
    mask = chosen(state, type, model, owner)
    begin = beginning(state, uid, direction)
    walked = walk(forth, begin.rows, first=begin.first, depth=depth)
    return Reach(state, walked, back, mask, begin.entry)


def beginning(state: State, uid: str, direction: Direction) -> Begin:
    """Where to begin from a concept: nowhere, if it does not hold on the state's date. `NotFound` if there is none.

    A relationship that is an end of nothing is no node, as nothing depends on it; but it depends on both its ends.
    """
    graph: Graph = state.graph
    id_ = id_of(state, uid)
    row = graph.row(id_)
    if row is not None:
        return Begin(np.array([row], np.int32))
    if direction == "dependents" or graph.relationship(id_) is None:
        return Begin(np.zeros(0, np.int32))
    entry = state.get(uid)
    ends = ids_of(state, (str(entry.source), str(entry.target))).values()
    return Begin(np.searchsorted(graph.ids, sorted(ends)).astype(np.int32), entry)


def sides(graph: Graph, direction: Direction) -> tuple[Adjacency, Adjacency]:
    """The edges to walk along in this direction, and those that lead back."""
    along = (graph.dependents, graph.dependencies)
    return along if direction == "dependents" else along[::-1]


def check_depth(depth: int | None) -> None:
    if depth is not None and depth < 1:
        detail = f"depth is {depth}"
        raise InvalidInput(f"{detail}; use 1 or more", errors=[Problem("/depth", detail, expected="1 or more")])
