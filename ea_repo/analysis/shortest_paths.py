"""Shortest paths: all shortest chains by which one concept depends on another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hop, Step, steps_of
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.reach import Depth, beginning, check_depth
from ea_repo.analysis.walk import walk
from ea_repo.catalogue import question
from ea_repo.store.labels import id_of
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State

Dependency = Literal["source depends on target", "target depends on source"]


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
    for meaning, one, other in (
        ("source depends on target", source, target), ("target depends on source", target, source),
    ):  # fmt: skip
        ways = _ways(state, one, other, depth, mask)
        if ways is not None:
            numbers = range(min(most, ways.counts[ways.first]))
            rows.extend((meaning, ways, number) for number in numbers)  # type: ignore[misc]

    def told(positions: Sequence[int]) -> list[ShortestPath]:
        found = {each: rows[each][1].way(rows[each][2]) for each in positions}
        steps = steps_of(state, (hop for way in found.values() for hop in way))
        answer = []
        for each in positions:
            meaning, ways, _ = rows[each]
            chain = tuple(steps[hop] for hop in found[each])
            if meaning == "target depends on source":
                chain = tuple(step.turned() for step in reversed(chain))
            through = tuple(step.to_uid for step in chain[:-1])
            answer.append(ShortestPath(source, target, meaning, ways.distance, ways.counts[ways.first], through, chain))
        return answer

    return Answer(state, len(rows), told)


def _ways(state: State, uid: str, needed: str, depth: int | None, mask: Mask | None) -> _Ways | None:
    """The shortest ways from a concept to one that it depends on, through rows of the mask; None where there is none."""
    graph: Graph = state.graph
    begin = beginning(state, uid, "dependencies")
    first, last = graph.row(id_of(state, uid)), graph.row(id_of(state, needed))
    if first is None or last is None or first == last:
        return None
    if mask is not None:
        mask = mask.copy()
        mask[last] = True
    walked = walk(graph.dependencies, begin.rows, depth=depth, until=last, through=mask)
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
