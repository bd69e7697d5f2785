"""Shortest paths: all shortest chains by which one concept depends on another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.between import Between, Dependency, both_ways, told_chains
from ea_repo.analysis.chains import Hop, Step
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.reach import Depth, check_depth
from ea_repo.analysis.walk import walk
from ea_repo.catalogue import question
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class ShortestPath:
    """One of `paths` shortest chains, told from source to target. `through` are the uids of what lies between them."""

    source: str
    target: str
    dependency: Dependency
    distance: int
    paths: int
    through: tuple[str, ...]
    chain: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Ways:
    """The shortest ways from one row to another: what leads on towards the end from each row, and how many ways there are."""

    onward: dict[int, list[Hop]]
    counts: dict[int, int]
    first: int
    last: int
    distance: int

    def way(self, number: int) -> list[Hop]:
        """The way of this number, in the order in which relationships were first written, without telling the others."""
        row, found = self.first, list[Hop]()
        while row != self.last:
            for hop in self.onward[row]:
                if number < self.counts[hop.row]:
                    found.append(hop)
                    row = hop.row
                    break
                number -= self.counts[hop.row]
        return found


@question(example={"source": "centre:A-SIGNIN", "target": "shared:SRV-GOVID"})
def shortest_paths(
    state: State,
    source: Annotated[str, "The concept where the chains begin."],
    target: Annotated[str, "The concept where they end."],
    *,
    most: Annotated[
        int, "How many chains each way to tell; how many there are is told in any case.", range(1, 10_001)
    ] = 100,
    depth: Depth = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[ShortestPath]:
    """All shortest chains by which one concept depends on another, either way, and how many there are.

    Chains that differ in a relationship are two. First those by which the source depends on the target. What lies
    between the two fits the conditions. Neither is a relationship that nothing ends at: `path` tells of these.
    O(edges of the part searched), and for each chain its length.
    """
    check_depth(depth)
    mask = chosen(state, type, model, owner)
    rows: list[tuple[Dependency, _Ways, int]] = []
    for meaning, between in both_ways(state, source, target, mask):
        ways = _ways(state.graph, between, depth)
        if ways is not None:
            rows.extend((meaning, ways, number) for number in range(min(most, ways.counts[ways.first])))

    def told(positions: Sequence[int]) -> list[ShortestPath]:
        some = [rows[each] for each in positions]
        chains = told_chains(state, ((meaning, ways.way(number)) for meaning, ways, number in some))
        return [
            ShortestPath(
                source, target, meaning, ways.distance, ways.counts[ways.first],
                tuple(step.to_uid for step in chain[:-1]), chain,
            )
            for (meaning, ways, _), chain in zip(some, chains, strict=True)
        ]  # fmt: skip

    return Answer(state, len(rows), told)


def _ways(graph: Graph, between: Between, depth: int | None) -> _Ways | None:
    """The shortest ways; None where there is none."""
    first, last = between.first, between.last
    walked = walk(graph.dependencies, np.array([first], np.int32), depth=depth, until=last, through=between.through)
    if last not in walked.levels[-1]:
        return None
    distances = walked.distance_by_row(len(graph))
    onward: dict[int, list[Hop]] = {}
    counts, level, distance = {last: 1}, [last], len(walked.levels) - 1
    for turn in range(distance - 1, -1, -1):
        before: dict[int, None] = {}
        for row in level:
            at = slice(int(graph.dependents.starts[row]), int(graph.dependents.starts[row + 1]))
            others, by = graph.dependents.neighbours[at], graph.dependents.relationships[at]
            nearer = np.flatnonzero(distances.take(others) == turn)
            for other, each in zip(others[nearer].tolist(), by[nearer].tolist(), strict=True):
                onward.setdefault(other, []).append(Hop(other, row, each))
                before[other] = None
        level = list(before)
        for row in level:
            # A relationship that begins and ends at one thing depends on it twice, but the chain is the same.
            onward[row] = sorted(set(onward[row]), key=lambda hop: (hop.by, hop.row))
            counts[row] = sum(counts[hop.row] for hop in onward[row])
    return _Ways(onward, counts, first, last, distance)
