"""Which system supports which function, and how far: in full, in part, or through a service that it offers.

Support leads along serving, realization and assignment, and never through another system: a system that only feeds
another one with data does not support what that one supports.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Graph, Rows
from ea_repo.analysis.joins import mask_of, rows_of
from ea_repo.analysis.kept_with_graph import kept_with_graph
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.sorted_ids import Integers, Mask, among, distinct
from ea_repo.store.state import State

Extent = Literal["full", "partial", "through"]
EXTENTS: tuple[Extent, ...] = ("full", "partial", "through")
_FULL, _PARTIAL, _THROUGH = range(3)
_UNREAD = -1
#: What stands for systems and functions: the government's own types, else what is next best.
SYSTEMS = ("System", "ApplicationComponent")
FUNCTIONS = ("BusinessFunction", "BusinessProcess", "Capability")
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


class SupportPairs(NamedTuple):
    """Pairs of rows of the graph, by system and then function; `extents` are positions in `EXTENTS`."""

    systems: Rows
    functions: Rows
    extents: NDArray[np.int8]


def support(state: State, systems: Iterable[str], functions: Iterable[str]) -> list[Support]:
    """Each pair of a system and a function that it supports by the fewest steps; all are uids. As `support_pairs`."""
    system_of, function_of = rows_of(state, systems), rows_of(state, functions)
    pairs = support_pairs(state, mask_of(state, system_of), mask_of(state, function_of))
    found = zip(pairs.systems.tolist(), pairs.functions.tolist(), pairs.extents.tolist(), strict=True)
    told = [Support(system_of[system], function_of[function], EXTENTS[extent]) for system, function, extent in found]
    return sorted(told, key=lambda each: (each.system, each.function))


def support_pairs(state: State, systems: Mask, functions: Mask) -> SupportPairs:
    """The same for rows of the graph. O(relationships + pairs), and a query for what is supported directly, the first time."""
    graph: Graph = state.graph
    size = len(graph)
    sources, targets, by = _supporting(state, graph)
    is_done = np.zeros(size, bool)
    edges = np.flatnonzero(systems.take(sources))
    begun = sources.take(edges).astype(np.int64)
    found: list[NDArray[np.int64]] = []
    for distance in range(1, _FARTHEST + 1):
        ends = targets.take(edges)
        hit = functions.take(ends) & (ends != begun)
        extents = _said(state, graph, by.take(edges[hit])) if distance == 1 else _THROUGH
        # One number sorts pairs, and of one pair what is supported in full before what is in part.
        found.append((begun[hit] * size + ends[hit]) * len(EXTENTS) + extents)
        is_done[begun[hit]] = True
        goes_on = ~is_done.take(begun) & ~systems.take(ends)
        if distance == _FARTHEST or not goes_on.any():
            break
        begun, at = np.divmod(distinct(begun[goes_on] * size + ends[goes_on]), size)
        begun, edges = _joined(begun, at, sources, size)
    coded = np.sort(np.concatenate(found))
    pairs = coded // len(EXTENTS)
    firsts = np.flatnonzero(np.diff(pairs, prepend=-1))
    one, other = np.divmod(pairs[firsts], max(size, 1))
    return SupportPairs(one.astype(np.int32), other.astype(np.int32), (coded[firsts] % len(EXTENTS)).astype(np.int8))


def doubled(pairs: Iterable[Support]) -> dict[str, int]:
    """For each function that several systems support in full, how many: what may be spent twice."""
    full: dict[str, int] = {}
    for pair in pairs:
        if pair.extent == "full":
            full[pair.function] = full.get(pair.function, 0) + 1
    return {function: count for function, count in full.items() if count > 1}


def _supporting(state: State, graph: Graph) -> tuple[Rows, Rows, Integers]:
    """Sources, targets and positions of the relationships that support."""
    by = graph.relationships_of(each for name in _SUPPORTING for each in state.metamodel.descendants(name))
    return graph.sources.take(by), graph.targets.take(by), by


def _joined(begun: Any, at: Any, sources: Rows, size: int) -> tuple[Any, Any]:
    """For each pair of a system and where it stands, each edge from there: the system, and which edge."""
    is_there = np.zeros(size, bool)
    is_there[at] = True
    edges = np.flatnonzero(is_there.take(sources)) if size else np.zeros(0, np.intp)
    edges = edges[np.argsort(sources.take(edges), kind="stable")]
    known = sources.take(edges)
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(known, minlength=size), out=starts[1:])
    first = starts.take(at)
    counts = starts.take(at + 1) - first
    ends = np.cumsum(counts)
    places_ = np.repeat(first - (ends - counts), counts) + np.arange(counts.sum())
    return np.repeat(begun, counts), edges.take(places_)


@kept_with_graph
def _known_extents(state: State) -> NDArray[np.int8]:
    """What each relationship tells of its extent, by its position in the graph; where nobody asked, `_UNREAD`."""
    graph: Graph = state.graph
    return np.full(len(graph.relationship_ids), _UNREAD, np.int8)


def _said(state: State, graph: Graph, by: Any) -> NDArray[np.int8]:
    """The extent that each of these relationships tells. What was read once for a changeset is not read again."""
    known = _known_extents(state)
    unread = np.unique(by.compress(known.take(by) == _UNREAD))
    if len(unread):
        ids = graph.relationship_ids.take(unread)
        said = attribute_values(state, ("extent",), _SUPPORTING, ids=ids.tolist())["extent"]
        partial = np.sort(np.array([id_ for id_, value in said.items() if value == "partial"], ids.dtype))
        known[unread] = np.where(among(ids, partial), _PARTIAL, _FULL)
    told: NDArray[np.int8] = known.take(by)
    return told
