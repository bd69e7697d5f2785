"""Coverage of functions by systems, by agency and along the coded trees of the reference models, with roll-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.agency_tree import Level, rolled_up
from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import labels_of
from ea_repo.analysis.filters import OfModels, OfOwners
from ea_repo.analysis.graph import Graph
from ea_repo.catalogue import report
from ea_repo.planning.informatization.category_tree import CategoryTree
from ea_repo.planning.informatization.function_coverage import OfFunctions, Supported, categories_of, supported
from ea_repo.store.labels import labels
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State

By = Literal["category", "agency", "both"]
Numbers = NDArray[np.int64]
#: A table of a million flags is cheaper than sorting.
_LONGEST_TABLE = 2_000_000
DEFINITION = "functions with a system (in full, in part or through a service) / functions, in percent"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `functions` functions under a category, or of an agency, so many have a system, several, or none.

    `with_several` are among `with_system`, and so are `in_part_only`, which no system supports in full nor through a
    service. A function of several categories counts in each, and once in those above them. No category: functions that
    are classified nowhere; no agency: functions that nobody owns. `depth` counts the categories above.
    """

    category: str | None
    code: str | None
    category_name: str | None
    depth: int | None
    agency: str | None
    agency_name: str | None
    functions: int
    with_system: int
    without_system: int
    with_several: int
    in_part_only: int
    informatization_rate: float
    definition: str


@report(example={"by": "category", "depth": 1})
def coverage(
    state: State,
    *,
    by: Annotated[By, "A row for each category, for each agency, or for each agency in each category."] = "category",
    reference_model: Annotated[str | None, "Only categories of this reference model, such as RAB."] = None,
    depth: Annotated[
        int | None, "Only categories with at most so many above them; what is below counts in them.", range(0, 10)
    ] = None,
    level: Level = None,
    owner: OfOwners = (),
    model: OfModels = (),
    function: OfFunctions = (),
) -> Answer[Coverage]:
    """How many functions have a system, several or none, by category and agency, with the informatization rate.

    The list behind any row is `function-coverage`, `functions-without-system` or `functions-with-several-systems` with
    the row's category or agency. Categories in the order of their codes, then agencies with most functions first.
    O(relationships + functions x depth of the tree).
    """
    graph: Graph = state.graph
    found = supported(state, function, model, owner)
    tree = CategoryTree.of(state)
    size = max(len(graph), 1)
    if by == "agency":
        categories, functions = np.full(len(found.functions), -1, np.int64), found.functions.astype(np.int64)
    else:
        categories, functions = _rolled_up(state, tree, found, size)
        kept = _kept(tree, categories, reference_model, depth)
        categories, functions = categories[kept], functions[kept]
    owners, agencies = _owners(state, level, functions) if by != "category" else (np.zeros(1, np.int64), None)
    width = max(len(owners), 1)
    known, of_category = _numbered(categories)
    cells, at = _numbered(of_category * width + (agencies if agencies is not None else 0))
    figures = _counted(found, functions, at, len(cells))
    category_of, agency_of = known[cells // width], cells % width
    order = _order(tree, category_of, figures[:, 0])

    def told(positions: Sequence[int]) -> list[Coverage]:
        some = [int(order[each]) for each in positions]
        named = labels_of(state, {int(category_of[each]) for each in some} - {-1})
        owned = labels(state, [int(owners[agency_of[each]]) for each in some] if by != "category" else [])
        rows = []
        for each in some:
            row = int(category_of[each])
            category = named.get(row)
            agency = owned.get(int(owners[agency_of[each]])) if by != "category" else None
            functions_, with_system, several, part = figures[each].tolist()
            rows.append(
                Coverage(
                    category.uid if category else None, tree.codes.get(row), category.name if category else None,
                    tree.depth(row) if category else None, agency.uid if agency else None,
                    agency.name if agency else None, functions_, with_system, functions_ - with_system, several, part,
                    round(100 * with_system / functions_, 2), DEFINITION,
                )
            )  # fmt: skip
        return rows

    return Answer(state, len(order), told)


def _owners(state: State, level: int | None, functions: Numbers) -> tuple[Numbers, Numbers]:
    """The ids of the agencies that have functions, and for each function which of them."""
    return _numbered(rolled_up(state, level).take(functions).astype(np.int64))


def _numbered(values: Numbers) -> tuple[Numbers, Numbers]:
    """The different values, ascending from -1 on, and the place of each: by a table where that is not much longer."""
    highest = int(values.max(initial=-1)) + 2
    if highest > _LONGEST_TABLE + 4 * len(values):
        known, at = np.unique(values, return_inverse=True)
        return known, at.astype(np.int64)
    is_there = np.zeros(highest, bool)
    is_there[values + 1] = True
    place = np.cumsum(is_there) - 1
    return np.flatnonzero(is_there) - 1, place[values + 1]


def _rolled_up(state: State, tree: CategoryTree, found: Supported, size: int) -> tuple[Numbers, Numbers]:
    """Each function under each category that it is in or below; those in none under -1."""
    direct = categories_of(state, found)
    categories, functions = tree.rolled_up(*direct, size)
    somewhere = np.zeros(size, bool)
    somewhere[direct[1]] = True
    nowhere = found.functions[~somewhere.take(found.functions)]
    return np.concatenate([categories, np.full(len(nowhere), -1)]), np.concatenate([functions, nowhere])


def _kept(tree: CategoryTree, categories: Numbers, reference_model: str | None, depth: int | None) -> Mask:
    """Which of these categories are of the reference model and not too deep; what is in none is in no model."""
    kept = {
        row: (reference_model is None or tree.models.get(row) == reference_model)
        and (depth is None or tree.depth(row) <= depth)
        for row in _numbered(categories)[0].tolist()
        if row >= 0
    } | {-1: reference_model is None}
    known, of = _numbered(categories)
    return np.array([kept[row] for row in known.tolist()], bool)[of]


def _counted(found: Supported, functions: Numbers, at: Numbers, size: int) -> Numbers:
    """For each cell: functions, those with a system, with several, in part only."""
    systems, in_part_only = found.systems.take(functions), found.in_part_only.take(functions)
    masks = (np.ones(len(functions), bool), systems > 0, systems > 1, in_part_only)
    return np.stack([np.bincount(at[mask], minlength=size) for mask in masks], axis=1).astype(np.int64)


def _order(tree: CategoryTree, categories: Numbers, functions: Numbers) -> Numbers:
    known = _numbered(categories)[0].tolist()
    named = sorted(known, key=lambda row: (row < 0, tree.models.get(row, ""), tree.codes.get(row, ""), row))
    place = {row: position for position, row in enumerate(named)}
    places = np.array([place[row] for row in categories.tolist()], np.int64)
    order: Numbers = np.lexsort((np.arange(len(categories)), -functions, places))
    return order
