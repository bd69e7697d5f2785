"""Which agency gives which how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.agency_tree import rolled_up
from ea_repo.analysis.answer import Answer
from ea_repo.analysis.graph import Graph
from ea_repo.catalogue import report
from ea_repo.planning.sharing.parameters import Level
from ea_repo.planning.sharing.register import EXCHANGE
from ea_repo.store.labels import Label, labels, uids
from ea_repo.store.records import Concept
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class SharingCell:
    """From the agency `source` to the agency `target`, uids, None for nobody: how many exchanges, of which data sets, how
    many of them under no agreement, and the exchanges themselves."""

    source: str | None
    source_name: str
    target: str | None
    target_name: str
    exchanges: int
    data_sets: tuple[str, ...]
    without_agreement: int
    shown_by: tuple[str, ...]


@report(example={"level": 2})
def sharing_matrix(
    state: State,
    *,
    level: Level = None,
    within: Annotated[bool, "Also what stays within one agency."] = False,
) -> Answer[SharingCell]:
    """Provider x receiver: how many exchanges lead from one agency to another, the most first, and of which data sets.

    As many as others: in the order in which the agencies were registered. Counted by one pass over the arrays of the graph;
    names and data sets are read for the rows that are looked at. O(relationships).
    """
    cells = _cells(state, level, within)

    def told(positions: Sequence[int]) -> list[SharingCell]:
        wanted = [(*cells.owners[each].tolist(), cells.exchanges(each)) for each in positions]
        known = labels(state, sorted({owner for one, other, _ in wanted for owner in (one, other) if owner}))
        names = uids(state, {id_ for _, _, ids in wanted for id_ in ids})
        concepts = state.get_many(names.values())
        return [
            _cell(known.get(one), known.get(other), [concepts[names[id_]] for id_ in ids]) for one, other, ids in wanted
        ]

    return Answer(state, len(cells.owners), told)


def _cell(one: Label | None, other: Label | None, found: list[Concept]) -> SharingCell:
    data_sets = {each.attributes["data_set"] for each in found if each.attributes.get("data_set")}
    return SharingCell(
        one.uid if one else None, one.name if one else "", other.uid if other else None, other.name if other else "",
        len(found), tuple(sorted(data_sets)), sum(not each.attributes.get("agreement") for each in found),
        tuple(sorted(each.uid for each in found)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Cells:
    """Who gives whom, as ids of owners, and for each pair where the ids of its exchanges stand."""

    owners: NDArray[np.int64]  # a row a pair
    ids: NDArray[np.integer]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]

    def exchanges(self, at: int) -> list[int]:
        found: list[int] = self.ids[self.starts[at] : self.starts[at] + self.counts[at]].tolist()
        return found


def _cells(state: State, level: int | None, within: bool) -> _Cells:
    """The exchanges between each two owners that have any, the pairs with most first."""
    graph: Graph = state.graph
    exchanges = graph.relationships_of(state.metamodel.descendants(EXCHANGE))
    ends = np.concatenate((graph.sources.take(exchanges), graph.targets.take(exchanges)))
    owners = rolled_up(state, level, graph.owners.take(ends)).astype(np.int64)
    providers, receivers = owners[: len(exchanges)], owners[len(exchanges) :]
    if not within:
        between = providers != receivers
        exchanges, providers, receivers = exchanges[between], providers[between], receivers[between]
    order = np.lexsort((receivers, providers))
    providers, receivers = providers.take(order), receivers.take(order)
    is_first = np.ones(len(order), bool)
    is_first[1:] = (providers[1:] != providers[:-1]) | (receivers[1:] != receivers[:-1])
    starts = np.flatnonzero(is_first)
    counts = np.diff(starts, append=len(order))
    by_count = np.argsort(-counts, kind="stable")
    starts, counts = starts.take(by_count), counts.take(by_count)
    pairs = np.column_stack((providers.take(starts), receivers.take(starts)))
    return _Cells(pairs, graph.relationship_ids.take(exchanges.take(order)), starts, counts)
