"""Which dependencies stand in for each other: the redundancy rule that every question about failure shares.

What a thing depends on falls into groups of alternatives. A group works while at least so many of its members work, and
a thing works while all its groups do. A group is
- all that an or-junction depends on, of which one must work (ArchiMate 3.2, 5.5.1);
- what serves a thing through relationships that name the same `redundancy_group`: of these, as many as the largest
  `redundancy_needed` among them says must work, or one;
- every other dependency, alone; but of what a thing is made up of (composition, aggregation) none must work: without a
  part the whole works with less.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Graph, Rows
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.sorted_ids import places
from ea_repo.store.state import State

_JUNCTION, _OR = "Junction", "or"


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The group of each edge of `graph.dependents`, and of each group whose it is, how many members and how many needed."""

    of_edge: Rows
    dependents: Rows
    sizes: Rows
    needed: Rows

    def __len__(self) -> int:
        return len(self.sizes)


def groups_of(state: State) -> Groups:
    """The groups of a state's graph. O(edges), and a little for each relationship that names a group."""
    graph: Graph = state.graph
    side = graph.dependents
    # Alone, an edge is a group of its own: what it depends on is another than that of every other edge.
    alternative, wanted = _alternatives(state, side.neighbours, side.relationships)
    is_alone = alternative < len(alternative)
    alone, shared = np.flatnonzero(is_alone), np.flatnonzero(~is_alone)
    named, first, of_shared = np.unique(alternative.take(shared), return_index=True, return_inverse=True)
    of_edge = np.empty(len(alternative), np.int32)
    of_edge[alone] = np.arange(len(alone))
    of_edge[shared] = of_shared + len(alone)
    sizes = np.ones(len(alone) + len(named), np.int32)
    sizes[len(alone) :] = np.bincount(of_shared, minlength=len(named))
    needed = np.ones(len(sizes), np.int32)
    np.maximum.at(needed, of_edge.take(shared), wanted.take(shared))
    needed[: len(alone)][_is_part(state).take(side.relationships.take(alone))] = 0
    dependents = side.neighbours.take(np.concatenate((alone, shared.take(first))))
    # The same thing may be needed twice in a group, so more may be asked of it than it has.
    return Groups(of_edge, dependents, sizes, np.minimum(needed, sizes))


def _alternatives(state: State, dependents: Rows, by: Rows) -> tuple[NDArray[np.int64], Rows]:
    """For each edge a number that those of one group share, and how many its relationship says are needed."""
    graph: Graph = state.graph
    edges = len(dependents)
    alternative = np.arange(edges, dtype=np.int64)
    needed = np.ones(edges, np.int32)
    is_or = np.zeros(len(graph), bool)
    is_or[_or_junctions(state)] = True
    of_junction = np.flatnonzero(is_or.take(dependents)) if edges else np.zeros(0, np.intp)
    alternative[of_junction] = edges + dependents[of_junction]
    said = attribute_values(state, ("redundancy_group", "redundancy_needed"), _relationship_types(state))
    grouped = said["redundancy_group"]
    if grouped:
        number = {name: position for position, name in enumerate(sorted({str(each) for each in grouped.values()}))}
        ids = np.array(sorted(grouped), np.int64)
        at, there = places(graph.relationship_ids, ids)
        group_of = np.full(len(graph.relationship_ids), -1, np.int64)
        wanted = np.ones(len(graph.relationship_ids), np.int32)
        group_of[at[there]] = [number[str(grouped[id_])] for id_ in ids[there].tolist()]
        wanted[at[there]] = [int(said["redundancy_needed"].get(id_, 1)) for id_ in ids[there].tolist()]
        # A relationship that is itself a node stands on both its ends, whatever group it is in.
        own = np.flatnonzero(group_of.take(by) >= 0)
        own = own[graph.ids.take(dependents[own]) != graph.relationship_ids.take(by[own])]
        own = own[~is_or.take(dependents[own])]  # there, one of all is enough, whatever the relationship says
        alternative[own] = edges + len(graph) + dependents[own].astype(np.int64) * len(number) + group_of[by[own]]
        needed[own] = wanted[by[own]]
    return alternative, needed


def _is_part(state: State) -> NDArray[np.bool_]:
    """Which relationships join a whole and its part."""
    graph: Graph = state.graph
    parts = {each for name in state.metamodel.whole_part for each in state.metamodel.descendants(name)}
    of_type = np.array([name in parts for name in graph.type_names], bool)
    return of_type.take(graph.relationship_types) if len(of_type) else np.zeros(0, bool)


def _relationship_types(state: State) -> list[str]:
    return [
        each.name
        for each in state.metamodel.relationships()
        if "redundancy_group" in state.metamodel.attributes(each.name)
    ]


def _or_junctions(state: State) -> NDArray[np.intp]:
    said = attribute_values(state, ("junction_type",), (_JUNCTION,))["junction_type"]
    ids = np.array(sorted(id_ for id_, value in said.items() if value == _OR), np.int64)
    at, there = places(state.graph.ids, ids)
    return at[there].astype(np.intp)
