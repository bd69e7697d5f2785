"""The agency tree over the arrays of the graph: whose part is whose, and what an owner counts as on a level."""

from typing import Annotated

import numpy as np

from ea_repo.analysis.graph import Graph
from ea_repo.store.sorted_ids import Integers
from ea_repo.store.state import State

Level = Annotated[
    int | None,
    "Agencies further down the agency tree count as the one above them on this level; 1 is the top.",
    range(1, 100),
]


def parents(state: State) -> dict[int, int]:
    """For the id of each agency or other actor that is a part of another, the id of the earliest such whole."""
    graph: Graph = state.graph
    is_actor = graph.of_types(each for name in state.metamodel.owners for each in state.metamodel.descendants(name))
    wholes = {each for name in state.metamodel.whole_part for each in state.metamodel.descendants(name)}
    joins = graph.relationships_of(wholes)
    joins = joins[is_actor.take(graph.sources[joins]) & is_actor.take(graph.targets[joins])]
    found: dict[int, int] = {}
    for whole, part in zip(
        graph.ids[graph.sources[joins]].tolist(), graph.ids[graph.targets[joins]].tolist(), strict=True
    ):
        found.setdefault(part, whole)
    return found


def rolled_up(state: State, level: int | None, owners: Integers | None = None) -> Integers:
    """The owner of each row, or each of these, as its ancestor on that level of the tree where it stands below; 0 where there
    is none."""
    graph: Graph = state.graph
    owners = graph.owners if owners is None else owners
    if level is None:
        return owners
    above = parents(state)
    known, of_row = np.unique(owners, return_inverse=True)
    return np.array([_ancestor(id_, above, level) for id_ in known.tolist()], known.dtype).take(of_row)


def _ancestor(id_: int, above: dict[int, int], level: int) -> int:
    """The one on the level among itself and what is above it, itself where it stands higher."""
    line = [id_]
    while line[-1] in above and above[line[-1]] not in line:  # a circle ends where it closes
        line.append(above[line[-1]])
    return line[max(len(line) - level, 0)]
