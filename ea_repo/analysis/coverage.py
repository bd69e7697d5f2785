"""Which system supports which function, and how far: in full, in part, or through a service that it offers.

Support leads along serving, realization and assignment, and never through another system: a system that only feeds
another one with data does not support what that one supports.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ea_repo.analysis.graph import Graph, Rows
from ea_repo.store.labels import ids_of
from ea_repo.store.state import State

Extent = Literal["full", "partial", "through"]
#: The relationships of ArchiMate that lead from who supports to what is supported.
_SUPPORTING = ("Serving", "Realization", "Assignment")
#: A system offers a service, perhaps by a function of its own.
_FARTHEST = 3


@dataclass(frozen=True, slots=True)
class Support:
    """`through`: by way of a service; else in full or in part, as the relationship says (in full where it says nothing)."""

    system: str
    function: str
    extent: Extent


def support(state: State, systems: Iterable[str], functions: Iterable[str]) -> list[Support]:
    """Each pair of a system and a function that it supports by the fewest steps; all are uids.

    O(relationships + pairs) and one query a system that supports a function directly.
    """
    reach = _Reach(state, list(systems), list(functions))
    found = []
    for system, row in reach.systems.items():
        distance, reached = reach.nearest(row)
        if not reached:
            continue
        partial = _partial(state, system) if distance == 1 else frozenset()
        for function in reached:
            extent: Extent = "through" if distance > 1 else "partial" if function in partial else "full"
            found.append(Support(system, function, extent))
    return found


def doubled(pairs: Iterable[Support]) -> dict[str, int]:
    """For each function that several systems support in full, how many: what may be spent twice."""
    full: dict[str, int] = {}
    for pair in pairs:
        if pair.extent == "full":
            full[pair.function] = full.get(pair.function, 0) + 1
    return {function: count for function, count in full.items() if count > 1}


def _partial(state: State, system: str) -> frozenset[str]:
    """What the system serves in part only, by what the relationships say."""
    said = state.relationships(system, direction="out", types=_SUPPORTING)
    full = {each.target for each in said if each.attributes.get("extent") != "partial"}
    return frozenset(each.target for each in said if each.target and each.target not in full)


class _Reach:
    """The supporting relationships as sparse rows, with the systems and functions among them."""

    def __init__(self, state: State, systems: Sequence[str], functions: Sequence[str]) -> None:
        graph: Graph = state.graph
        wanted = {each for name in _SUPPORTING for each in state.metamodel.descendants(name)}
        supports = np.array([name in wanted for name in graph.type_names], bool)
        size = len(graph.type_names)
        kept = np.flatnonzero(supports.take(graph.relationship_types)) if size else np.zeros(0, np.intp)
        order = np.argsort(graph.sources.take(kept), kind="stable")
        self._sources: Rows = graph.sources.take(kept).take(order)
        self._targets: Rows = graph.targets.take(kept).take(order)
        self.systems = _rows(state, graph, systems)
        self._functions = {row: uid for uid, row in _rows(state, graph, functions).items()}
        self._system_rows = set(self.systems.values())

    def nearest(self, row: int) -> tuple[int, list[str]]:
        """How many steps away the nearest functions are, and which they are."""
        at, seen = {row}, {row}
        for distance in range(1, _FARTHEST + 1):
            after = {each for one in at for each in self._after(one)} - seen
            if reached := sorted(self._functions[each] for each in after if each in self._functions):
                return distance, reached
            seen |= after
            at = after - self._system_rows
        return 0, []

    def _after(self, row: int) -> list[int]:
        begin, end = np.searchsorted(self._sources, [row, row + 1])
        found: list[int] = self._targets[begin:end].tolist()
        return found


def _rows(state: State, graph: Graph, uids: Sequence[str]) -> dict[str, int]:
    ids = ids_of(state, uids)
    rows = np.searchsorted(graph.ids, list(ids.values())).tolist()
    return {
        uid: row
        for (uid, id_), row in zip(ids.items(), rows, strict=True)
        if row < len(graph) and graph.ids[row] == id_
    }
