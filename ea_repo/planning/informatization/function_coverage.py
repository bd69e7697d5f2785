"""Which functions systems support, function by function: the lists behind every figure of `coverage`.

A function is supported by a system that serves, realizes or performs it, in full, in part, or through a service
(`ea_repo.analysis.coverage`). Where a repository has no business functions, processes count, else capabilities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import labels_of
from ea_repo.analysis.coverage import EXTENTS, FUNCTIONS, SYSTEMS, SupportPairs, support_pairs
from ea_repo.analysis.filters import OfModels, OfOwners, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.catalogue import report
from ea_repo.planning.informatization.category_tree import CategoryTree, Pairs, classified
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.labels import Label
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State

OfCategory = Annotated[str | None, "Only functions classified under this category or one below it."]
OfFunctions = Annotated[
    tuple[str, ...], "What counts as a function; left out, business functions, else processes, else capabilities."
]
_FACTS = ("informatized", "cases_per_year")


@dataclass(frozen=True, slots=True)
class FunctionCoverage:
    """One function and the systems that support it, those in full first; `systems` and `extents` go together.

    `stated` is what the register itself says of how far the function is informatized. `agencies` counts the different
    owners of the systems. `categories` are uids.
    """

    uid: str
    name: str
    type: str
    owner: str | None
    categories: tuple[str, ...]
    cases_per_year: float | None
    stated: str | None
    systems: tuple[str, ...]
    extents: tuple[str, ...]
    in_full: int
    agencies: int


@dataclass(frozen=True, slots=True, eq=False)
class Supported:
    """The functions asked about, as rows of the graph, and how many systems support each row, in full or at all."""

    functions: NDArray[np.intp]
    pairs: SupportPairs
    systems: NDArray[np.intp]
    in_full: NDArray[np.intp]
    through: NDArray[np.intp]


def supported(
    state: State, function: Sequence[str] = (), model: Sequence[str] = (), owner: Sequence[str] = ()
) -> Supported:
    """What supports the functions that fit. O(relationships)."""
    graph: Graph = state.graph
    functions = of_first(state, tuple(function) or FUNCTIONS, together=bool(function))
    mask = chosen(state, (), model, owner)
    if mask is not None:
        functions &= mask
    pairs = support_pairs(state, of_first(state, SYSTEMS), functions)
    systems, in_full, through = (
        np.bincount(rows, minlength=len(graph))
        for rows in (
            pairs.functions,
            pairs.functions[pairs.extents == EXTENTS.index("full")],
            pairs.functions[pairs.extents == EXTENTS.index("through")],
        )
    )
    return Supported(np.flatnonzero(functions), pairs, systems, in_full, through)


@report(example={"category": "reference:BRM.02"})
def function_coverage(
    state: State,
    *,
    category: OfCategory = None,
    owner: OfOwners = (),
    model: OfModels = (),
    function: OfFunctions = (),
) -> Answer[FunctionCoverage]:
    """Every function with the systems that support it: the list behind the figures of coverage.

    Those of most cases a year first, then by uid. O(relationships).
    """
    return _listed(state, supported(state, function, model, owner), category, None)


@report(example={})
def functions_without_system(
    state: State,
    *,
    category: OfCategory = None,
    owner: OfOwners = (),
    model: OfModels = (),
    function: OfFunctions = (),
) -> Answer[FunctionCoverage]:
    """Functions that no system supports, those of most cases a year first: where to informatize next."""
    found = supported(state, function, model, owner)
    return _listed(state, found, category, found.systems == 0)


@report(example={})
def functions_with_several_systems(
    state: State,
    *,
    category: OfCategory = None,
    owner: OfOwners = (),
    model: OfModels = (),
    function: OfFunctions = (),
) -> Answer[FunctionCoverage]:
    """Functions that two systems or more support, in any extent: where the same may have been built twice."""
    found = supported(state, function, model, owner)
    return _listed(state, found, category, found.systems > 1)


def of_first(state: State, names: Sequence[str], *, together: bool = False) -> Mask:
    """The rows of all these types, or of the first of them that there is any of."""
    graph: Graph = state.graph
    none = np.zeros(len(graph), bool)
    if together:
        return none | graph.of_types(each for name in names for each in state.metamodel.descendants(name))
    masks = (graph.of_types(state.metamodel.descendants(name)) for name in names if name in state.metamodel.types)
    return next((mask for mask in masks if mask.any()), none)


def _listed(state: State, found: Supported, category: str | None, only: Mask | None) -> Answer[FunctionCoverage]:
    graph: Graph = state.graph
    rows = found.functions if only is None else found.functions[only[found.functions]]
    is_function = np.zeros(len(graph), bool)
    is_function[rows] = True
    under = classified(state, is_function)
    if category is not None:
        inside = CategoryTree.of(state).below(state, category)
        rows = np.unique(under[1][inside.take(under[0])])
    types = {graph.type_names[at] for at in np.unique(graph.types.take(rows)).tolist()}
    said = attribute_values(state, _FACTS, types) if types else {name: {} for name in _FACTS}
    cases = [float(said["cases_per_year"].get(id_, -1)) for id_ in graph.ids.take(rows).tolist()]
    rows = rows[np.lexsort((rows, -np.array(cases)))] if len(rows) else rows
    order = np.lexsort((found.pairs.systems, found.pairs.extents, found.pairs.functions))
    pairs = SupportPairs(found.pairs.systems[order], found.pairs.functions[order], found.pairs.extents[order])
    categories_, functions_ = (part[np.argsort(under[1], kind="stable")] for part in under)

    def told(positions: Sequence[int]) -> list[FunctionCoverage]:
        asked = [int(rows[each]) for each in positions]
        spans = _spans(pairs.functions, asked)
        above = [categories_[span].tolist() for span in _spans(functions_, asked)]
        named = {
            *asked,
            *(each for span in spans for each in pairs.systems[span].tolist()),
            *(each for some in above for each in some),
        }
        known = labels_of(state, named)
        return [
            _row(known, said, int(graph.ids[row]), row, over, pairs, span)
            for row, over, span in zip(asked, above, spans, strict=True)
        ]

    return Answer(state, len(rows), told)


def _spans(sorted_rows: Any, asked: Sequence[int]) -> list[slice]:
    """Where each row stands among rows that ascend."""
    begins, ends = (np.searchsorted(sorted_rows, asked, side).tolist() for side in ("left", "right"))
    return [slice(begin, end) for begin, end in zip(begins, ends, strict=True)]


def _row(
    known: Mapping[int, Label],
    said: Mapping[str, Mapping[int, Any]],
    id_: int,
    row: int,
    above: Sequence[int],
    pairs: SupportPairs,
    span: slice,
) -> FunctionCoverage:
    label = known[row]
    systems = [known[each] for each in pairs.systems[span].tolist()]
    extents = tuple(EXTENTS[each] for each in pairs.extents[span].tolist())
    cases = said["cases_per_year"].get(id_)
    return FunctionCoverage(
        label.uid, label.name, label.type, label.owner, tuple(known[each].uid for each in above), cases,
        said["informatized"].get(id_), tuple(each.uid for each in systems), extents, extents.count("full"),
        len({each.owner for each in systems} - {None}),
    )  # fmt: skip


def categories_of(state: State, found: Supported) -> Pairs:
    """(category, function) of the functions asked about, as rows of the graph."""
    mask = np.zeros(len(state.graph), bool)
    mask[found.functions] = True
    return classified(state, mask)
