"""Which systems stand on a resource: directly, or through other things of technology; never through other systems."""

from collections.abc import Iterable

import numpy as np

from ea_repo.analysis.graph import Graph
from ea_repo.planning.resources.register import SYSTEM, resource_types
from ea_repo.store.labels import ids_of
from ea_repo.store.labels import uids as uids_of_ids
from ea_repo.store.sorted_ids import places
from ea_repo.store.state import State

_LAYERS = ("technology", "physical")


def systems_on(state: State, wanted: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each of these resources the uids of the systems that depend on it, sorted. O(resources x what each reaches)."""
    graph: Graph = state.graph
    known = state.metamodel
    passing = [each.name for each in known.elements() if each.layer in _LAYERS]
    passes = graph.of_types([*passing, *resource_types(state)])
    is_system = graph.of_types(known.descendants(SYSTEM))
    starts, neighbours = graph.dependents.starts, graph.dependents.neighbours
    ids = ids_of(state, wanted)
    rows, there = places(graph.ids, np.array(list(ids.values()), np.int64))
    reached: dict[str, list[int]] = {}
    for uid, row, is_there in zip(ids, rows.tolist(), there.tolist(), strict=True):
        seen = {row} if is_there else set()
        waiting = list(seen)
        while waiting:
            at = waiting.pop()
            for next_ in neighbours[starts[at] : starts[at + 1]].tolist():
                if next_ not in seen:
                    seen.add(next_)
                    if passes[next_]:
                        waiting.append(next_)
        found = np.fromiter(seen, np.int64, len(seen))
        reached[uid] = graph.ids[found[is_system[found]]].tolist() if len(found) else []
    called = uids_of_ids(state, {each for some in reached.values() for each in some})
    return {uid: tuple(sorted(called[each] for each in some)) for uid, some in reached.items()}
