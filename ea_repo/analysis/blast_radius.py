"""Blast radius: how much depends on each concept, directly or through others, for all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Step, labels_of, steps_of, weightiest
from ea_repo.analysis.condensation import condensed
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.reach import Direction, sides
from ea_repo.analysis.reach_sizes import estimated_sizes, exact_sizes
from ea_repo.catalogue import question
from ea_repo.store.state import State

#: Of the estimates so many more than asked are counted exactly, so that an estimate's error keeps none of them out.
_SPARE = 2


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """`size` is how many other concepts are reached, counted exactly; `estimate` what the sketch said, within `error`.

    `error` is the relative standard error of the estimates, 0 where all were counted. `chain` is the step to that one of
    its neighbours which by the estimates reaches most itself.
    """

    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    size: int
    estimate: int
    error: float
    chain: tuple[Step, ...]


@question(example={"type": ["System"], "top": 10})
def blast_radius(
    state: State,
    *,
    direction: Annotated[Direction, "Count what depends on each, or what each depends on."] = "dependents",
    top: Annotated[int, "How many to count exactly and report.", range(1, 10_001)] = 50,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[BlastRadius]:
    """What would hit most: the concepts on which most others depend, directly or through others, the largest first.

    The size of what each concept reaches is estimated by bottom-k sketches over the condensed graph (Cohen, 1997), and
    the largest are counted exactly, 64 in one sweep. The conditions choose what is ranked; all that is reached counts,
    however far: how much is near one concept, `impact` tells by its depth.
    O((nodes + edges) * sketch) for the estimates, O(edges) for each 64 counted.
    """
    graph: Graph = state.graph
    along, _ = sides(graph, direction)
    edges = condensed(along)
    mask = chosen(state, type, model, owner)
    ranked = np.arange(len(graph)) if mask is None else np.flatnonzero(mask)
    estimates, error = estimated_sizes(edges)
    error = round(error, 3)
    order = np.lexsort((ranked, -estimates.take(ranked)))
    likely = ranked.take(order[: top * _SPARE])
    sizes = exact_sizes(edges, likely)
    order = np.lexsort((likely, -sizes))[:top]
    rows, sizes = likely.take(order), sizes.take(order)

    def told(positions: Sequence[int]) -> list[BlastRadius]:
        known = labels_of(state, (int(rows[each]) for each in positions))
        ways = {each: weightiest(along, int(rows[each]), estimates) for each in positions}
        steps = steps_of(state, (hop for way in ways.values() for hop in way))
        found = []
        for each in positions:
            label = known[int(rows[each])]
            size, estimate = int(sizes[each]), round(float(estimates[rows[each]]))
            found.append(
                BlastRadius(
                    label.uid, label.name, label.type, label.model, label.owner, size, estimate, error,
                    tuple(steps[hop] for hop in ways[each]),
                )
            )  # fmt: skip
        return found

    return Answer(state, len(rows), told)
