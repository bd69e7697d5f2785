"""Outage: what stops and what degrades when some things stop, in order, with the people and money concerned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Step, labels_of, steps_of
from ea_repo.analysis.failure import enduring, failure, way_to
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.reach import Depth, check_depth
from ea_repo.analysis.redundancy import groups_of
from ea_repo.catalogue import question
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.labels import id_of
from ea_repo.store.state import State

Effect = Literal["stops", "degrades", "hit"]
_FIGURES = ("users", "users_per_year", "yearly_cost")


@dataclass(frozen=True, slots=True)
class Affected:
    """A concept that an outage reaches, in which round, and how: `chain` leads to it from what stopped first.

    `effect` is `stops`, `degrades` (it works with less than it should), or `hit` for agencies and others that carry on.
    `people` uses it, persons or persons a year; `yearly_cost` is in `currency`. None where the register does not say.
    """

    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    effect: Effect
    round: int
    people: int | None
    yearly_cost: float | None
    currency: str | None
    chain: tuple[Step, ...]


@question(example={"uid": ("shared:DC-CANDRA",), "type": ["PublicService"]})
def outage(
    state: State,
    uid: Annotated[tuple[str, ...], "What stops: a data centre, a system, a supplier; several may stop at once."],
    *,
    depth: Depth = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Affected]:
    """What stops and what degrades when these stop, honouring redundancy, in the order in which it happens.

    Every dependency counts. Where several stand in for each other (an or-junction, or relationships of one redundancy
    group of which so many are needed), what depends on them stops only when too few are left, and degrades before that;
    what depends on something degraded is degraded. Agencies, roles, places, aims and plans are hit, but carry on. What
    stops comes first, by round, then as it was first written. The conditions choose what is reported. What stopped to
    begin with is not. `depth` is how many rounds are told; an outage goes from what stops to what depends on it, never back.
    O(edges of the part reached), after O(edges) for the groups.
    """
    check_depth(depth)
    graph: Graph = state.graph
    begin = [graph.row(id_of(state, each)) for each in uid]
    endures = enduring(state)
    found = failure(graph, groups_of(state), np.array([row for row in begin if row is not None], np.int32), endures)
    mask = chosen(state, type, model, owner)
    reached = (found.stopped > 0) | (found.degraded > 0)
    if depth is not None:
        reached &= np.maximum(found.stopped, found.degraded) <= depth
    rows = np.flatnonzero(reached if mask is None else reached & mask)
    rounds = np.maximum(found.stopped, found.degraded).take(rows)
    order = np.lexsort((rows, rounds, endures.take(rows), found.stopped.take(rows) < 0))
    rows, rounds = rows.take(order), rounds.take(order)
    figures: dict[str, Mapping[int, Any]] = {}

    def told(positions: Sequence[int]) -> list[Affected]:
        if not figures:
            figures.update(attribute_values(state, _FIGURES, _types_with(state, _FIGURES)))
        known = labels_of(state, (int(rows[each]) for each in positions))
        ways = {each: way_to(graph, found, int(rows[each])) for each in positions}
        steps = steps_of(state, (hop for way in ways.values() for hop in way))
        answer = []
        for each in positions:
            row = int(rows[each])
            label, cost = known[row], figures["yearly_cost"].get(int(graph.ids[row])) or {}
            people = figures["users_per_year"].get(label.id, figures["users"].get(label.id))
            effect: Effect = "stops" if found.stopped[row] > 0 else "hit" if endures[row] else "degrades"
            answer.append(
                Affected(
                    label.uid, label.name, label.type, label.model, label.owner, effect, int(rounds[each]), people,
                    cost.get("amount"), cost.get("currency"), tuple(steps[hop] for hop in ways[each]),
                )
            )  # fmt: skip
        return answer

    return Answer(state, len(rows), told)


def _types_with(state: State, names: Sequence[str]) -> list[str]:
    known = state.metamodel
    return [each.name for each in known.elements() if any(name in known.attributes(each.name) for name in names)]
