"""Shared: what several concepts all depend on, or what depends on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hops, Step, tell
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.reach import Depth, Direction, beginning, check_depth, sides
from ea_repo.analysis.walk import walk
from ea_repo.catalogue import question
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Shared:
    """A concept that all of the asked ones reach: how far it is from each, and the chain from each, in their order."""

    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    distances: tuple[int, ...]
    chains: tuple[tuple[Step, ...], ...]


@question(example={"uid": ("finance:TAXREG", "people:POPREG"), "type": ["Server"]})
def shared(
    state: State,
    uid: Annotated[tuple[str, ...], "The concepts compared, usually two."],
    *,
    direction: Annotated[Direction, "What all of them depend on, or what depends on all of them."] = "dependencies",
    depth: Depth = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Shared]:
    """What several concepts all depend on, or what depends on all of them, with the chain from each.

    The nearest to all of them together first, then as it was first written. One of the asked concepts is reported where
    all others reach it. The conditions choose what is reported, not where the search goes. O(edges of the parts reached).
    """
    check_depth(depth)
    if not uid:
        return Answer.of(state, [])
    graph: Graph = state.graph
    forth, back = sides(graph, direction)
    begins = [beginning(state, each, direction) for each in uid]
    walks = [walk(forth, begin.rows, first=begin.first, depth=depth) for begin in begins]
    distances = np.stack([walked.distance_by_row(len(graph)) for walked in walks])
    mask = chosen(state, type, model, owner)
    together = (distances >= 0).all(axis=0)
    rows = np.flatnonzero(together if mask is None else together & mask)
    order = np.lexsort((rows, distances[:, rows].sum(axis=0)))
    rows = rows.take(order)
    hops = [Hops(back, walked) for walked in walks]

    def told(positions: Sequence[int]) -> list[Shared]:
        wanted = [int(rows[each]) for each in positions]
        ways = [tell(state, hop, wanted, begin.entry) for hop, begin in zip(hops, begins, strict=True)]
        found = []
        for row, *each in zip(wanted, *ways, strict=True):
            label = each[0].label
            found.append(
                Shared(
                    label.uid, label.name, label.type, label.model, label.owner,
                    tuple(distances[:, row].tolist()), tuple(one.chain for one in each),
                )
            )  # fmt: skip
        return found

    return Answer(state, len(rows), told)
