"""Fields that are reserved for a designated common application: an agency's own system there is a duplicate by rule.

Which fields are reserved, and for which application, is said by the categories themselves (`reserved`,
`common_application`). A category below a reserved one is reserved as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import labels_of
from ea_repo.analysis.coverage import SYSTEMS
from ea_repo.analysis.filters import OfModels, OfOwners, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.catalogue import report
from ea_repo.planning.informatization.category_tree import CATEGORY, CategoryTree, classified
from ea_repo.planning.informatization.function_coverage import of_first
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class ReservedFieldSystem:
    """A system in a field that is reserved; `common_application` is the one for all, None where none is designated yet."""

    uid: str
    name: str
    owner: str | None
    category: str
    code: str | None
    category_name: str
    common_application: str | None


def reserved(state: State) -> dict[int, tuple[int, str | None]]:
    """For the row of each system in a reserved field: the row of that category and the uid of the designated application.

    The designated one itself is not among them. Of several such fields the first by row is told.
    """
    graph: Graph = state.graph
    tree = CategoryTree.of(state)
    said = attribute_values(state, ("reserved", "common_application"), (CATEGORY,)) if len(tree.rows) else {}
    if not any(said.get("reserved", {}).values()):
        return {}
    is_reserved = np.zeros(len(graph), bool)
    for row in tree.rows.tolist():
        is_reserved[row] = bool(said["reserved"].get(int(graph.ids[row])))
    category, system = tree.rolled_up(*classified(state, of_first(state, SYSTEMS)), max(len(graph), 1))
    kept = is_reserved[category]
    labels = labels_of(state, system[kept].tolist())
    found: dict[int, tuple[int, str | None]] = {}
    for at, row in zip(category[kept].tolist(), system[kept].tolist(), strict=True):
        designated = said["common_application"].get(int(graph.ids[at]))
        if designated != labels[row].uid:
            found.setdefault(row, (at, designated))
    return found


@report(example={})
def reserved_field_systems(state: State, *, owner: OfOwners = (), model: OfModels = ()) -> Answer[ReservedFieldSystem]:
    """Systems in a field that is reserved for a designated common application: duplicates by rule, however they are built.

    By code of the field, then as first written.
    """
    tree, found = CategoryTree.of(state), reserved(state)
    mask = chosen(state, (), model, owner)
    rows = [row for row in found if mask is None or mask[row]]
    rows.sort(key=lambda row: (tree.codes.get(found[row][0], ""), row))

    def told(positions: Sequence[int]) -> list[ReservedFieldSystem]:
        asked = [rows[each] for each in positions]
        known = labels_of(state, {*asked, *(found[row][0] for row in asked)})
        answer = []
        for row in asked:
            at, designated = found[row]
            answer.append(
                ReservedFieldSystem(
                    known[row].uid, known[row].name, known[row].owner, known[at].uid, tree.codes.get(at),
                    known[at].name, designated,
                )
            )  # fmt: skip
        return answer

    return Answer(state, len(rows), told)
