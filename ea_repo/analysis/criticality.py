"""How critical things are: what the register says, and what those who depend on a thing demand of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ea_repo.analysis.graph import Graph, Rows
from ea_repo.analysis.walk import Walk, walk
from ea_repo.metamodel import Attribute, Choice
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.sorted_ids import Mask, places
from ea_repo.store.state import State

_CRITICALITY = "criticality"


@dataclass(frozen=True, slots=True, eq=False)
class Demanded:
    """Criticality by row as the place of its value in `choices`, 0 the most critical; their number stands for nothing.

    `walks` has, for each value, the walk from those who are recorded with it to all they depend on.
    """

    choices: tuple[Choice, ...]
    recorded: Rows
    propagated: Rows
    can_say: Mask
    walks: tuple[Walk, ...]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.choices)

    @property
    def undervalued(self) -> Mask:
        """Where the register says less than is demanded, or nothing, though it could."""
        return (self.propagated < self.recorded) & self.can_say

    def said(self, row: int) -> str | None:
        """What the register says of a row."""
        return self.values[self.recorded[row]] if self.recorded[row] < len(self.values) else None


def demanded(state: State, depth: int | None = None) -> Demanded | None:
    """What is demanded of everything by what depends on it by at most so many steps; None where nothing is critical.

    O(edges) for each value.
    """
    graph: Graph = state.graph
    attribute, types = _declared(state)
    if attribute is None:
        return None
    values = tuple(each.name for each in attribute.values)
    recorded = _recorded(state, values, types)
    walks = tuple(
        walk(graph.dependencies, np.flatnonzero(recorded == rank).astype(np.int32), depth=depth)
        for rank in range(len(values))
    )
    propagated = np.full(len(graph), len(values), np.int32)
    for rank in reversed(range(len(values))):
        propagated[walks[rank].rows] = rank
    can_say = graph.of_types({each for name in types for each in state.metamodel.descendants(name)})
    return Demanded(attribute.values, recorded, propagated, can_say, walks)


def _declared(state: State) -> tuple[Attribute | None, list[str]]:
    """The attribute, and the types of elements that have it."""
    known = state.metamodel
    types = [each.name for each in known.elements() if _CRITICALITY in known.attributes(each.name)]
    return (known.attributes(types[0])[_CRITICALITY] if types else None), types


def _recorded(state: State, values: Sequence[str], types: Sequence[str]) -> Rows:
    """What the register says of each row, as the place of the value, 0 the most critical; their number for nothing."""
    graph: Graph = state.graph
    rank = {name: place for place, name in enumerate(values)}
    said = attribute_values(state, (_CRITICALITY,), types)[_CRITICALITY]
    ids = np.array(sorted(id_ for id_, value in said.items() if value in rank), np.int64)
    at, there = places(graph.ids, ids)
    found = np.full(len(graph), len(values), np.int32)
    found[at[there]] = [rank[said[id_]] for id_ in ids[there].tolist()]
    return found
