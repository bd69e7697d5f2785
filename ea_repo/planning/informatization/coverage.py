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
from ea_repo.catalogue import report
from ea_repo.planning.informatization.category_tree import CategoryTree
from ea_repo.planning.informatization.function_coverage import OfFunctions, Supported, categories_of, supported
from ea_repo.store.labels import labels
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State
from ea_repo.told import told

By = Literal["category", "agency", "both"]
Numbers = NDArray[np.int64]
#: A table of a million flags is cheaper than sorting.
_LONGEST_TABLE = 2_000_000
DEFINITION = told("ea_repo.planning", "informatization_rate")


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
    found = supported(state, function, model, owner)
    tree = CategoryTree.none(state) if by == "agency" else CategoryTree.of(state)
    owners = np.zeros(1, np.int64)
    agencies = np.zeros(len(state.graph), np.int64)  # by row of the graph, as positions in `owners`
    if by != "category":
        owners, agencies[found.functions] = _numbered(rolled_up(state, level).take(found.functions).astype(np.int64))
    width = max(len(owners), 1)
    cells, figures = _cells(state, tree, found, agencies, width, classify=by != "agency")
    kept = _kept(tree, cells // width, reference_model, depth)
    cells, figures = cells[kept], figures[kept]
    category_of, agency_of = cells // width, cells % width
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


def _numbered(values: Numbers) -> tuple[Numbers, Numbers]:
    """The different values, ascending, and the place of each: by a table where that is not much longer."""
    if not len(values):
        return values, values
    lowest = int(values.min())
    length = int(values.max()) - lowest + 1
    if length > _LONGEST_TABLE + 4 * len(values):
        known, at = np.unique(values, return_inverse=True)
        return known, at.astype(np.int64)
    is_there = np.zeros(length, bool)
    is_there[values - lowest] = True
    known = np.flatnonzero(is_there)
    place = np.empty(length, np.int64)
    place[known] = np.arange(len(known))
    return known + lowest, place[values - lowest]


def _cells(
    state: State, tree: CategoryTree, found: Supported, agencies: Numbers, width: int, *, classify: bool
) -> tuple[Numbers, Numbers]:
    """Cells, category x width + agency, ascending, and the figures of each: functions, with a system, several, in part only.

    What is in one category is counted there, and the counts are carried up the tree; only what is in several is followed up one
    by one, as it counts once above both.
    """
    size = max(len(state.graph), 1)
    category, function = categories_of(state, found) if classify else (np.zeros(0, np.int64), np.zeros(0, np.int64))
    times = np.bincount(function, minlength=size)
    is_single = times.take(function) == 1
    several = tree.rolled_up(category[~is_single], function[~is_single], size)
    nowhere = found.functions[times.take(found.functions) == 0]
    whole = (
        np.concatenate([several[0], np.full(len(nowhere), -1, np.int64)]),
        np.concatenate([several[1], nowhere.astype(np.int64)]),
    )
    single = _numbered(category[is_single] * width + agencies.take(function[is_single]))
    figures = _counted(found, function[is_single], single[1], len(single[0]))
    parts = [(single[0], figures)]
    for level in tree.ancestors:
        above = level.take(single[0] // width)
        there = above >= 0
        parts.append((above[there] * width + single[0][there] % width, figures[there]))
    cells, at = _numbered(whole[0] * width + agencies.take(whole[1]))
    parts.append((cells, _counted(found, whole[1], at, len(cells))))
    cells, at = _numbered(np.concatenate([each for each, _ in parts]))
    told = np.concatenate([each for _, each in parts])
    sums = [np.bincount(at, told[:, column], minlength=len(cells)) for column in range(told.shape[1])]
    return cells, np.stack(sums, axis=1).astype(np.int64)


def _kept(tree: CategoryTree, categories: Numbers, reference_model: str | None, depth: int | None) -> Mask:
    """Which of these categories are of the reference model and not too deep; what is in none is in no model."""
    if reference_model is None and depth is None:
        return np.ones(len(categories), bool)
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
    systems = found.systems.take(functions)
    in_part_only = (systems > 0) & (found.in_full.take(functions) + found.through.take(functions) == 0)
    counts = [np.bincount(at[mask], minlength=size) for mask in (systems > 0, systems > 1, in_part_only)]
    return np.stack([np.bincount(at, minlength=size), *counts], axis=1)


def _order(tree: CategoryTree, categories: Numbers, functions: Numbers) -> Numbers:
    """By model and code, what is in none last; then those with most functions."""
    known, of = _numbered(categories)
    said = [(row < 0, tree.models.get(row, ""), tree.codes.get(row, ""), row) for row in known.tolist()]
    rank = np.empty(len(known), np.int64)
    rank[sorted(range(len(said)), key=said.__getitem__)] = np.arange(len(known))
    order: Numbers = np.lexsort((np.arange(len(categories)), -functions, rank[of]))
    return order
