"""The k shortest paths: the chains by which one concept depends on another, shorter ones first, longer ones after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.between import Between, Dependency, both_ways, told_chains
from ea_repo.analysis.chains import Hop, Step
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.reach import Depth, check_depth
from ea_repo.analysis.walk import walk
from ea_repo.catalogue import question
from ea_repo.store.state import State

Way = tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class PathByLength:
    """A chain that passes nothing twice, told from source to target; `place` 1 is the shortest of its kind.

    `through` are the uids of what lies between the two.
    """

    source: str
    target: str
    dependency: Dependency
    place: int
    distance: int
    through: tuple[str, ...]
    chain: tuple[Step, ...]


@question(example={"source": "centre:A-SIGNIN", "target": "shared:SRV-GOVID"})
def k_shortest_paths(
    state: State,
    source: Annotated[str, "The concept where the chains begin."],
    target: Annotated[str, "The concept where they end."],
    *,
    k: Annotated[int, "How many chains each way, if there are so many.", range(1, 1_001)] = 10,
    depth: Depth = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[PathByLength]:
    """The k shortest chains by which one concept depends on another, either way; what other ways there are besides.

    A chain passes nothing twice; chains that differ in a relationship are two. First those by which the source depends
    on the target, the shorter ones first, of equally long ones those of earlier written relationships. What lies
    between the two fits the conditions. Neither is a relationship that nothing ends at: `path` tells of these.
    Yen's algorithm (1971), where every search is led by the exact distances to the end: O(k * length * edges) at worst,
    usually one search back from the end and a little for each chain.
    """
    check_depth(depth)
    mask = chosen(state, type, model, owner)
    rows: list[tuple[Dependency, int, Way]] = []
    for meaning, between in both_ways(state, source, target, mask):
        ways = islice(_Search(state.graph, between, depth).ways(), k)
        rows.extend((meaning, place, way) for place, way in enumerate(ways, 1))

    def told(positions: Sequence[int]) -> list[PathByLength]:
        some = [rows[each] for each in positions]
        chains = told_chains(state, ((meaning, way) for meaning, _, way in some))
        return [
            PathByLength(
                source, target, meaning, place, len(chain), tuple(step.to_uid for step in chain[:-1]), chain
            )
            for (meaning, place, _), chain in zip(some, chains, strict=True)
        ]  # fmt: skip

    return Answer(state, len(rows), told)


class _Search:
    """Ways from one row to another along dependencies, by length and then by their relationships in writing order."""

    def __init__(self, graph: Graph, between: Between, depth: int | None) -> None:
        self._side = graph.dependencies
        self._first, self._last = between.first, between.last
        through = between.through
        if through is not None:
            through = through.copy()
            through[between.first] = True
        self._depth = len(graph) if depth is None else depth
        back = walk(graph.dependents, np.array([self._last], np.int32), depth=depth, through=through)
        self._left: NDArray[np.int32] = back.distance_by_row(len(graph))

    def ways(self) -> Iterator[Way]:
        """All of them, one after the other: every way leaves an earlier one somewhere."""
        found: list[tuple[int, tuple[int, ...], Way]] = []
        left_by: dict[Way, set[Hop]] = {}  # how the ways that were told go on from each beginning of theirs

        def look(root: Way) -> None:
            way = self._shortest(root, left_by.get(root, set()))
            if way is not None:
                heappush(found, (len(way), tuple(hop.by for hop in way), way))

        look(())
        while found:
            *_, way = heappop(found)
            yield way
            for at, hop in enumerate(way):
                known = left_by.setdefault(way[:at], set())
                if hop not in known:
                    known.add(hop)
                    look(way[:at])

    def _shortest(self, root: Way, but_not: set[Hop]) -> Way | None:
        """The first way that begins like this, goes on otherwise, and passes nothing twice; None if there is none."""
        begin = root[-1].row if root else self._first
        done = {self._first, *(hop.row for hop in root)} - {begin}
        if self._left[begin] < 0 or len(root) + self._left[begin] > self._depth:
            return None
        waiting = [(0, tuple[int, ...](), begin, tuple[Hop, ...]())]
        while waiting:
            _, _, row, way = heappop(waiting)
            if row == self._last:
                return root + way
            if row in done:
                continue
            done.add(row)
            for hop in self._onward(row, len(root) + len(way)):
                if hop.row not in done and (way or hop not in but_not):
                    longer = (*way, hop)
                    length = len(longer) + int(self._left[hop.row])
                    heappush(waiting, (length, tuple(each.by for each in longer), hop.row, longer))
        return None

    def _onward(self, row: int, gone: int) -> list[Hop]:
        """The hops from a row after which the end can still be reached in time."""
        at = slice(int(self._side.starts[row]), int(self._side.starts[row + 1]))
        others, by = self._side.neighbours[at], self._side.relationships[at]
        left = self._left.take(others)
        near = (left >= 0) & (left + (gone + 1) <= self._depth)
        return [Hop(row, *each) for each in zip(others[near].tolist(), by[near].tolist(), strict=True)]
