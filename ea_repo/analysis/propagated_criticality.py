"""Propagated criticality: a thing is at least as critical as what depends on it, whatever the register says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hops, Step, tell
from ea_repo.analysis.criticality import demanded
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.reach import Depth, check_depth
from ea_repo.catalogue import question
from ea_repo.store.state import State


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
    depth: Depth = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Undervalued]:
    """Where the register says less than what depends on something demands: the criticality that it should have.

    Only of concepts whose type has a criticality. The order of its values is that of the metamodel, the most critical
    first. The most critical come first, then as they were first written. `depth` bounds how far criticality is handed on;
    it is handed on from what depends to what it depends on, never back. O(edges) for each value.
    """
    check_depth(depth)
    graph: Graph = state.graph
    found = demanded(state, depth)
    if found is None:
        return Answer.of(state, [])
    mask = chosen(state, type, model, owner)
    rows = np.flatnonzero(found.undervalued if mask is None else found.undervalued & mask)
    rows = rows.take(np.lexsort((rows, found.propagated.take(rows))))
    hops = [Hops(graph.dependents, each) for each in found.walks]

    def told(positions: Sequence[int]) -> list[Undervalued]:
        answer: dict[int, Undervalued] = {}
        for rank, hop in enumerate(hops):
            wanted = [int(rows[each]) for each in positions if found.propagated[rows[each]] == rank]
            for row, (label, chain) in zip(wanted, tell(state, hop, wanted), strict=True):
                answer[row] = Undervalued(
                    label.uid, label.name, label.type, label.model, label.owner,
                    found.said(row), found.values[rank], chain,
                )  # fmt: skip
        return [answer[int(rows[each])] for each in positions]

    return Answer(state, len(rows), told)
