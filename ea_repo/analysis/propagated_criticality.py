"""Propagated criticality: a thing is at least as critical as what depends on it, whatever the register says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hops, Step, tell
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph, Rows
from ea_repo.analysis.walk import walk
from ea_repo.catalogue import question
from ea_repo.metamodel import Attribute
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.sorted_ids import places
from ea_repo.store.state import State

_CRITICALITY = "criticality"


@dataclass(frozen=True, slots=True)
class Undervalued:
    """A concept that the register calls less critical than something that depends on it, or says nothing about.

    `recorded` is what the register says, `propagated` what it should say at least; `chain` leads from what it depends
    on it that is so critical.
    """

    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    recorded: str | None
    propagated: str
    chain: tuple[Step, ...]


@question(example={"type": ["System"]})
def propagated_criticality(
    state: State,
    *,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Undervalued]:
    """Where the register says less than what depends on something demands: the criticality that it should have.

    Only of concepts whose type has a criticality. The order of its values is that of the metamodel, the most critical
    first. The most critical come first, then as they were first written. O(edges) for each value.
    """
    graph: Graph = state.graph
    attribute, types = _declared(state)
    if attribute is None:
        return Answer.of(state, [])
    values = [each.name for each in attribute.values]
    recorded = _recorded(state, values, types)
    walks = [walk(graph.dependencies, np.flatnonzero(recorded == rank).astype(np.int32)) for rank in range(len(values))]
    propagated = np.full(len(graph), len(values), np.int32)
    for rank in reversed(range(len(values))):
        propagated[walks[rank].rows] = rank
    can_say = graph.of_types({each for name in types for each in state.metamodel.descendants(name)})
    mask = chosen(state, type, model, owner)
    wrong = (propagated < recorded) & can_say if mask is None else (propagated < recorded) & can_say & mask
    rows = np.flatnonzero(wrong)
    rows = rows.take(np.lexsort((rows, propagated.take(rows))))
    hops = [Hops(graph.dependents, each) for each in walks]

    def told(positions: Sequence[int]) -> list[Undervalued]:
        found: dict[int, Undervalued] = {}
        for rank, hop in enumerate(hops):
            wanted = [int(rows[each]) for each in positions if propagated[rows[each]] == rank]
            for row, (label, chain) in zip(wanted, tell(state, hop, wanted), strict=True):
                said = values[recorded[row]] if recorded[row] < len(values) else None
                found[row] = Undervalued(
                    label.uid, label.name, label.type, label.model, label.owner, said, values[rank], chain
                )
        return [found[int(rows[each])] for each in positions]

    return Answer(state, len(rows), told)


def _declared(state: State) -> tuple[Attribute | None, list[str]]:
    """The attribute, and the types of elements that have it."""
    known = state.metamodel
    types = [each.name for each in known.elements() if _CRITICALITY in known.attributes(each.name)]
    return (known.attributes(types[0])[_CRITICALITY] if types else None), types


def _recorded(state: State, values: Sequence[str], types: Sequence[str]) -> Rows:
    """What the register says of each row, as the place of the value, 0 the most critical; their number for nothing."""
    graph: Graph = state.graph
    rank = {name: place for place, name in enumerate(values)}
    said = attribute_values(state, (_CRITICALITY,), types)[_CRITICALITY]
    ids = np.array(sorted(id_ for id_, value in said.items() if value in rank), np.int64)
    at, there = places(graph.ids, ids)
    found = np.full(len(graph), len(values), np.int32)
    found[at[there]] = [rank[said[id_]] for id_ in ids[there].tolist()]
    return found
