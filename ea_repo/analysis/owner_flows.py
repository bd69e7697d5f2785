"""Flows between owners: how much of what one agency has leads to what another has."""

from dataclasses import dataclass

import numpy as np

from ea_repo.analysis.agency_tree import parents, rolled_up
from ea_repo.analysis.graph import Graph
from ea_repo.store.labels import labels
from ea_repo.store.state import State

_FLOW = "Flow"
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class OwnerFlow:
    """From one owner to another, both uids, None for nobody: how many, and the names of the earliest written."""

    source: str | None
    target: str | None
    count: int
    names: tuple[str, ...]


def flows_between_owners(state: State, level: int | None = None) -> list[OwnerFlow]:
    """The largest first. Agencies further down the tree than `level` count as the one above them. O(relationships).

    Flows whose ends one owner has are counted as well, from it to itself.
    """
    graph: Graph = state.graph
    flows = graph.relationships_of(state.metamodel.descendants(_FLOW))
    if not len(flows):
        return []
    known, of_row = np.unique(rolled_up(state, level), return_inverse=True)
    cells = of_row.take(graph.sources.take(flows)).astype(np.int64) * len(known)
    cells += of_row.take(graph.targets.take(flows))
    found, inverse, counts = np.unique(cells, return_inverse=True, return_counts=True)
    by_cell = np.split(flows.take(np.argsort(inverse, kind="stable")), np.cumsum(counts)[:-1])
    named = [graph.relationship_ids.take(each[:_MOST_NAMED]).tolist() for each in by_cell]
    said = labels(state, sorted({id_ for each in named for id_ in each} | {id_ for id_ in known.tolist() if id_}))
    uids = [said[id_].uid if id_ in said else None for id_ in known.tolist()]
    rows = []
    for cell, count, ids in zip(found.tolist(), counts.tolist(), named, strict=True):
        one, other = divmod(cell, len(known))
        names = tuple(said[id_].name for id_ in ids if id_ in said and said[id_].name)
        rows.append(OwnerFlow(uids[one], uids[other], count, names))
    return sorted(rows, key=lambda row: (-row.count, row.source or "", row.target or ""))


def lines_of_owners(state: State) -> dict[str, tuple[str, ...]]:
    """For each agency the uids from the top of the tree down to itself; a circle ends where it closes."""
    above = parents(state)
    ids = {*above, *above.values()}
    said = labels(state, sorted(ids))
    found = {}
    for id_ in sorted(ids):
        line = [id_]
        while line[-1] in above and above[line[-1]] not in line:
            line.append(above[line[-1]])
        if id_ in said:
            found[said[id_].uid] = tuple(said[each].uid for each in reversed(line) if each in said)
    return found
