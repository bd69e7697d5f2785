"""Single points of failure: what alone takes down the most services."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Step, labels_of, steps_of
from ea_repo.analysis.condensation import condensed
from ea_repo.analysis.failure import Failure, enduring, failure, way_to
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph, Rows
from ea_repo.analysis.reach_sizes import estimated_sizes, times_reached
from ea_repo.analysis.redundancy import groups_of
from ea_repo.catalogue import question
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State

#: Of more services, how many depend on something is estimated.
MOST_COUNTED = 4_096


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

    The number of services that depend on a concept in any way is the most that it can take down; by that bound the
    candidates are tried, each with its own outage, until no other can be worse than those found. So the answer is
    exact; with more than 4,096 services the bounds are estimates, one in a thousand of which is too low. The conditions
    choose what is tried; services themselves are not. O(edges) for the bounds of each 64 services, and the part reached
    for each that is tried.
    """
    graph: Graph = state.graph
    is_service = graph.of_types(each for name in serving for each in state.metamodel.descendants(name))
    mask = chosen(state, type, model, owner)
    tried = ~is_service if mask is None else mask & ~is_service
    found = _worst(graph, state, is_service, np.flatnonzero(tried).astype(np.int32), top)

    def told(positions: Sequence[int]) -> list[SinglePoint]:
        known = labels_of(state, (found[each][0] for each in positions))
        ways = {each: way_to(graph, found[each][2], _first_of(found[each][2], is_service)) for each in positions}
        steps = steps_of(state, (hop for way in ways.values() for hop in way))
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


def _worst(graph: Graph, state: State, is_service: Mask, tried: Rows, top: int) -> list[tuple[int, int, Failure]]:
    """(row, services stopped, the outage) of the worst, the worst first and then as they were first written."""
    bounds = most_stopped(graph, is_service).take(tried)
    order = np.lexsort((tried, -bounds))
    groups, endures = groups_of(state), enduring(state)
    found: list[tuple[int, int, Failure]] = []
    least = 1
    for row, bound in zip(tried[order].tolist(), bounds[order].tolist(), strict=True):
        if bound < least:
            break
        outage = failure(graph, groups, np.array([row], np.int32), endures)
        stopped = int(np.count_nonzero((outage.stopped > 0) & is_service))
        if stopped < max(least, 1):
            continue
        found.append((row, stopped, outage))
        found.sort(key=lambda each: (-each[1], each[0]))
        if len(found) > top:
            found.pop()
        if len(found) == top:
            least = found[-1][1]
    return found


def most_stopped(graph: Graph, is_service: Mask) -> NDArray[np.int64]:
    """How many services depend on each row in any way: more cannot stop with it.

    Exact for at most `MOST_COUNTED` services; of more, an estimate by sketches and three times its standard error on
    top, which one in a thousand may exceed.
    """
    if np.count_nonzero(is_service) <= MOST_COUNTED:
        return times_reached(condensed(graph.dependencies), np.flatnonzero(is_service))
    estimates, error = estimated_sizes(condensed(graph.dependents), counted=is_service)
    return np.ceil(estimates * (1 + 3 * error)).astype(np.int64)


def _first_of(outage: Failure, is_service: Mask) -> int:
    """The service that stops first."""
    rows = np.flatnonzero((outage.stopped > 0) & is_service)
    return int(rows[np.argmin(outage.stopped[rows])])
