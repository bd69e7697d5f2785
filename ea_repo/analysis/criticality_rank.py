"""Criticality rank: what the whole depends on most, by PageRank or by betweenness."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.betweenness import betweenness
from ea_repo.analysis.chains import Step, labels_of, steps_of, weightiest
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Adjacency, Graph
from ea_repo.analysis.reach import Direction, sides
from ea_repo.catalogue import question
from ea_repo.store.state import State

_DAMPING = 0.85
_TOLERANCE = 1e-10
_MOST_TURNS = 1_000


@dataclass(frozen=True, slots=True)
class Ranked:
    """A concept with its place and score. `error` is the most by which the score is off, with a chance of 95 in 100.

    `chain` is the step to the neighbour that gives it most weight.
    """

    rank: int
    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    score: float
    error: float
    chain: tuple[Step, ...]


@question(example={"type": ["System"]})
def criticality_rank(
    state: State,
    *,
    method: Annotated[
        Literal["pagerank", "betweenness"], "How weight is given: by what leads there, or by what leads through."
    ] = "pagerank",
    direction: Annotated[Direction, "Weighed by what depends on each, or by what each depends on."] = "dependents",
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Ranked]:
    """What the whole depends on most, the most critical first, then as it was first written.

    By PageRank (Brin and Page, 1998; damping 0.85), every concept hands its weight on to what it depends on (or, the
    other way, to what depends on it), to a change below 1e-10 in all. By betweenness (Brandes, 2001), what share of the shortest ways of dependency between any
    two leads through it: exact up to 2,000 concepts, above from 500 of them as beginnings, with the error of that
    sampling (Brandes and Pich, 2007). It is the same in either direction. The conditions choose what is reported, not what is
    weighed. The whole is weighed, so there is no depth. O(edges) a turn or beginning.
    """
    graph: Graph = state.graph
    back, along = sides(graph, direction)
    error = 0.0
    if method == "pagerank":
        scores = pagerank(along)
        handed = scores / np.maximum(np.diff(along.starts), 1)
    else:
        scores, error = betweenness(along)
        handed = scores
    mask = chosen(state, type, model, owner)
    rows = np.arange(len(graph)) if mask is None else np.flatnonzero(mask)
    rows = rows.take(np.lexsort((rows, -scores.take(rows))))

    def told(positions: Sequence[int]) -> list[Ranked]:
        known = labels_of(state, (int(rows[each]) for each in positions))
        ways = {each: weightiest(back, int(rows[each]), handed) for each in positions}
        steps = steps_of(state, (hop for way in ways.values() for hop in way))
        found = []
        for each in positions:
            label, score = known[int(rows[each])], float(scores[rows[each]])
            found.append(
                Ranked(
                    each + 1, label.uid, label.name, label.type, label.model, label.owner, score, round(error, 6),
                    tuple(steps[hop] for hop in ways[each]),
                )
            )  # fmt: skip
        return found

    return Answer(state, len(rows), told)


def pagerank(along: Adjacency) -> NDArray[np.float64]:
    """The PageRank of every row; what leads nowhere hands its weight to all alike. The sum is 1. O(edges) a turn."""
    size = len(along.starts) - 1
    if not size:
        return np.zeros(0)
    degrees = np.diff(along.starts)
    sources, ends_here = along.rows, degrees == 0
    share = 1 / np.maximum(degrees, 1)
    rank = np.full(size, 1 / size)
    for _ in range(_MOST_TURNS):
        handed = np.bincount(along.neighbours, weights=(rank * share).take(sources), minlength=size)
        following = _DAMPING * (handed + rank[ends_here].sum() / size) + (1 - _DAMPING) / size
        change = float(np.abs(following - rank).sum())
        rank = following
        if change < _TOLERANCE:
            break
    return rank
