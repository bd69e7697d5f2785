"""What stops and what degrades when some things stop: a fixpoint over the groups of alternatives, round by round."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.chains import Hop
from ea_repo.analysis.graph import Graph, Rows
from ea_repo.analysis.redundancy import Groups
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """`stopped` and `degraded` hold the round in which each row was reached, 0 for the beginning, -1 where it was not.

    `by` is the edge of `graph.dependents` through which it was reached: the last of its group, the earliest written.
    """

    stopped: Rows
    degraded: Rows
    by: NDArray[np.int64]


def failure(graph: Graph, groups: Groups, begin: Rows, endures: Mask) -> Failure:
    """What follows when the rows `begin` stop. What `endures` is at most degraded, whatever it depends on.

    A group of which fewer work than are needed stops what depends on it; one of which some work, but not all, degrades
    it; and so does a group that holds something degraded, unless that endures. O(edges of the part reached) and a few microseconds a round.
    """
    side = graph.dependents
    stopped = np.full(len(graph), -1, np.int32)
    degraded = np.full(len(graph), -1, np.int32)
    by = np.full(len(graph), -1, np.int64)
    working = groups.sizes.copy()
    stopped[begin] = 0
    fresh, weak, turn = np.unique(begin), np.zeros(0, np.int32), 0
    while len(fresh) or len(weak):
        turn += 1
        edges = side.places(fresh)[0]
        met = groups.of_edge[edges]
        np.subtract.at(working, met, 1)
        ends = side.neighbours[edges]
        out = (working[met] < groups.needed[met]) & ~endures[ends]
        stops = _first(edges[out & (stopped[ends] < 0)], side.neighbours, side.relationships)
        stopped[side.neighbours[stops]] = turn
        by[side.neighbours[stops]] = stops
        fresh = side.neighbours[stops]
        hit = np.concatenate((edges[~out], side.places(weak)[0]))
        hit = hit[(stopped[side.neighbours[hit]] < 0) & (degraded[side.neighbours[hit]] < 0)]
        weakens = _first(hit, side.neighbours, side.relationships)
        degraded[side.neighbours[weakens]] = turn
        by[side.neighbours[weakens]] = weakens
        weak = side.neighbours[weakens]
        weak = weak[~endures[weak]]
    degraded[stopped >= 0] = -1
    return Failure(stopped, degraded, by)


def enduring(state: State) -> Mask:
    """The rows that are never stopped by what they depend on, as `endurance.toml` has them."""
    names = tomllib.loads(files(__package__).joinpath("endurance.toml").read_text("utf-8"))["types"]
    known = state.metamodel
    wanted = {each for name in names for each in known.descendants(name)}
    graph: Graph = state.graph
    return graph.of_types(wanted)


def way_to(graph: Graph, found: Failure, row: int) -> list[Hop]:
    """How a row was reached, from one of those that stopped first."""
    side, way = graph.dependents, list[Hop]()
    while found.by[row] >= 0:
        edge = int(found.by[row])
        before = int(np.searchsorted(side.starts, edge, side="right")) - 1
        way.append(Hop(before, row, int(side.relationships[edge])))
        row = before
    return way[::-1]


def _first(edges: Rows, ends: Rows, by: Rows) -> Rows:
    """Of the edges to each row the one of the earliest written relationship."""
    order = np.lexsort((by[edges], ends[edges]))
    edges = edges[order]
    return edges[np.flatnonzero(np.diff(ends[edges], prepend=-1))]
