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
from ea_repo.store.labels import labels, uids
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

    Counted by one pass over the arrays of the graph; names and data sets are read for the rows that are looked at.
    O(relationships).
    """
    cells = _cells(state, level, within)
    known = labels(state, sorted({owner for cell in cells for owner in cell.owners if owner}))
    uid_of = {id_: found.uid for id_, found in known.items()}
    cells.sort(key=lambda cell: (-len(cell.exchanges), *(uid_of.get(owner, "") for owner in cell.owners)))

    def told(positions: Sequence[int]) -> list[SharingCell]:
        wanted = [cells[each] for each in positions]
        names = uids(state, {id_ for cell in wanted for id_ in cell.exchanges.tolist()})
        concepts = state.get_many(names.values())
        rows = []
        for cell in wanted:
            found = [concepts[names[id_]] for id_ in cell.exchanges.tolist()]
            data_sets = {each.attributes.get("data_set") for each in found} - {None}
            one, other = (known.get(owner) for owner in cell.owners)
            rows.append(
                SharingCell(
                    one.uid if one else None, one.name if one else "", other.uid if other else None,
                    other.name if other else "", len(found), tuple(sorted(map(str, data_sets))),
                    sum(not each.attributes.get("agreement") for each in found), tuple(sorted(each.uid for each in found)),
                )
            )  # fmt: skip
        return rows

    return Answer(state, len(cells), told)


@dataclass(frozen=True, slots=True)
class _Cell:
    owners: tuple[int, int]
    exchanges: NDArray[np.integer]


def _cells(state: State, level: int | None, within: bool) -> list[_Cell]:
    """The exchanges, by id, between each two owners that have any."""
    graph: Graph = state.graph
    wanted = set(state.metamodel.descendants(EXCHANGE))
    is_exchange = np.array([name in wanted for name in graph.type_names], bool)
    if not is_exchange.any():  # nor may there be anything at all
        return []
    exchanges = np.flatnonzero(is_exchange.take(graph.relationship_types))
    owners, of_row = np.unique(rolled_up(state, level), return_inverse=True)
    sources = of_row.take(graph.sources.take(exchanges)).astype(np.int64)
    targets = of_row.take(graph.targets.take(exchanges))
    if not within:
        between = sources != targets
        exchanges, sources, targets = exchanges[between], sources[between], targets[between]
    if not len(exchanges):
        return []
    found, inverse, counts = np.unique(sources * len(owners) + targets, return_inverse=True, return_counts=True)
    by_cell = np.split(exchanges.take(np.argsort(inverse, kind="stable")), np.cumsum(counts)[:-1])
    return [
        _Cell((int(owners[cell // len(owners)]), int(owners[cell % len(owners)])), graph.relationship_ids.take(each))
        for cell, each in zip(found.tolist(), by_cell, strict=True)
    ]
