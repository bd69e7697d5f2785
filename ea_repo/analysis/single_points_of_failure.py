"""Single points of failure: what alone takes down the most services."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hop, Step, labels_of, steps_of
from ea_repo.analysis.failure import Failure, enduring, failure, way_to
from ea_repo.analysis.failure_sweep import AT_ONCE, Stopping, counts_of_bits
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph, Rows
from ea_repo.analysis.redundancy import groups_of
from ea_repo.analysis.worst_candidates import Candidates
from ea_repo.catalogue import question
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """What stops `services` services when it alone stops, of `of` that there are. `chain` leads to the first of them."""

    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    services: int
    of: int
    chain: tuple[Step, ...]


@question(example={"top": 10})
def single_points_of_failure(
    state: State,
    *,
    serving: Annotated[
        tuple[str, ...], "The types whose stopping counts, with their refinements; left out, services to the business."
    ] = ("BusinessService",),
    top: Annotated[int, "How many to report.", range(1, 1_001)] = 20,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[SinglePoint]:
    """What alone takes down the most services, by the same redundancy rule as an outage, the worst first.

    Candidates are tried 64 at once, the likely ones first, until none of the others can be worse than those found. What
    a concept stops takes nothing down that the concept itself does not, and a concept takes down no more services than
    it leads to along what hands stopping on: so most need not be tried. The answer is exact, but for a chance of one in
    a thousand that one in a million was ruled out wrongly by an estimate. The conditions choose what is tried; services
    themselves are not. What stops is followed from what fails to what depends on it, to the end: there is neither
    direction nor depth. O(edges) for the estimates and for each 64 that are tried.
    """
    graph: Graph = state.graph
    is_service = graph.of_types(each for name in serving for each in state.metamodel.descendants(name))
    mask = chosen(state, type, model, owner)
    tried = ~is_service if mask is None else mask & ~is_service
    groups, endures = groups_of(state), enduring(state)
    found = worst(Stopping.of(graph, groups, endures), is_service, np.flatnonzero(tried).astype(np.int32), top)

    def way(row: int) -> list[Hop]:
        outage = failure(graph, groups, np.array([row], np.int32), endures)
        return way_to(graph, outage, _first_of(outage, is_service))

    def told(positions: Sequence[int]) -> list[SinglePoint]:
        known = labels_of(state, (found[each][0] for each in positions))
        ways = {each: way(found[each][0]) for each in positions}
        steps = steps_of(state, (hop for each in ways.values() for hop in each))
        answer = []
        for each in positions:
            label = known[found[each][0]]
            answer.append(
                SinglePoint(
                    label.uid, label.name, label.type, label.model, label.owner, found[each][1], int(is_service.sum()),
                    tuple(steps[hop] for hop in ways[each]),
                )
            )  # fmt: skip
        return answer

    return Answer(state, len(found), told)


def worst(stopping: Stopping, is_service: Mask, tried: Rows, top: int) -> list[tuple[int, int]]:
    """(row, services stopped) of the worst, the worst first and then as they were first written."""
    candidates = Candidates(stopping.any_way, is_service, tried)
    found: list[tuple[int, int]] = []
    while len(now := candidates.pop(AT_ONCE)):
        stopped_by = stopping.stopped_by(now)
        stopped = counts_of_bits(stopped_by[is_service], len(now))
        found += [(row, count) for row, count in zip(now.tolist(), stopped.tolist(), strict=True) if count]
        found = sorted(found, key=lambda each: (-each[1], each[0]))[:top]
        candidates.tried(stopped_by, stopped, found[-1] if len(found) == top else (len(is_service), 1))
    return found


def _first_of(outage: Failure, is_service: Mask) -> int:
    """The service that stops first."""
    rows = np.flatnonzero((outage.stopped > 0) & is_service)
    return int(rows[np.argmin(outage.stopped[rows])])
