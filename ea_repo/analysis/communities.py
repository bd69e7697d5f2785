"""Communities: what belongs together by what depends on what, whoever owns it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hop, Step, labels_of, steps_of
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph, Rows
from ea_repo.analysis.modularity import communities_of
from ea_repo.catalogue import question
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Member:
    """A concept and the community it is in, of so many `members`; 1 is the largest.

    `inside` and `outside` count its dependencies with others of the community and with others at all, both ways round.
    `modularity` is that of the whole partition: the share of dependencies inside communities, less what chance would
    give. `chain` is the earliest written dependency that ties it to the community.
    """

    community: int
    members: int
    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    inside: int
    outside: int
    modularity: float
    chain: tuple[Step, ...]


@question(example={"type": ["System"]})
def communities(
    state: State,
    *,
    community: Annotated[int | None, "Only members of this one; 1 is the largest.", range(1, 1_000_001)] = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Member]:
    """What belongs together: communities with many dependencies inside and few between, found by modularity (Louvain).

    The largest community first, in it what is tied most, then as first written. What neither depends on anything nor is
    needed is in none. The conditions choose what is reported, not what is counted; a dependency ties both its ends, so there is
    neither direction nor depth. A partition with a higher modularity
    may exist: to find the best is NP-hard. The same graph gives the same communities. O(edges) for each of some dozen
    rounds.
    """
    graph: Graph = state.graph
    side = graph.dependencies
    of_row, modularity = communities_of(side)
    sources, size = side.rows, len(graph)
    is_tie = sources != side.neighbours
    is_inside = is_tie & (of_row.take(sources) == of_row.take(side.neighbours))
    inside, ties = (
        np.bincount(sources[which], minlength=size) + np.bincount(side.neighbours[which], minlength=size)
        for which in (is_inside, is_tie)
    )
    sizes = np.bincount(of_row, minlength=1)
    place = np.empty(len(sizes), np.int64)
    place[np.lexsort((np.arange(len(sizes)), -sizes))] = np.arange(1, len(sizes) + 1)
    kept = ties > 0
    if (mask := chosen(state, type, model, owner)) is not None:
        kept &= mask
    if community is not None:
        kept &= place.take(of_row) == community
    rows = np.flatnonzero(kept)
    rows = rows.take(np.lexsort((rows, -inside.take(rows), place.take(of_row.take(rows)))))

    def told(positions: Sequence[int]) -> list[Member]:
        wanted = [int(rows[each]) for each in positions]
        known = labels_of(state, wanted)
        hops = {row: _tie(graph, of_row, row) for row in wanted if inside[row]}
        steps = steps_of(state, hops.values())
        found = []
        for row in wanted:
            label, number = known[row], of_row[row]
            found.append(
                Member(
                    int(place[number]), int(sizes[number]),
                    label.uid, label.name, label.type, label.model, label.owner,
                    int(inside[row]), int(ties[row] - inside[row]), round(modularity, 6),
                    (steps[hops[row]],) if row in hops else (),
                )
            )  # fmt: skip
        return found

    return Answer(state, len(rows), told)


def _tie(graph: Graph, of_row: Rows, row: int) -> Hop:
    """The earliest written dependency, either way, with another of its community."""
    found = []
    for side in (graph.dependencies, graph.dependents):
        at = slice(int(side.starts[row]), int(side.starts[row + 1]))
        others, by = side.neighbours[at], side.relationships[at]
        fits = np.flatnonzero((of_row.take(others) == of_row[row]) & (others != row))
        if len(fits):
            first = fits[np.argmin(by.take(fits))]
            found.append(Hop(row, int(others[first]), int(by[first])))
    return min(found, key=lambda hop: hop.by)
