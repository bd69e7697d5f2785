"""The trees of reference models as arrays: which category is a part of which, and what is classified under each."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Graph, Rows
from ea_repo.analysis.kept_with_graph import kept_with_graph
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.labels import id_of
from ea_repo.store.sorted_ids import Mask, distinct
from ea_repo.store.state import State

CATEGORY, CLASSIFIED = "ReferenceCategory", "ClassifiedAs"
Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class CategoryTree:
    """Categories are rows of the graph. `parents` holds, for every row of the graph, that of its whole, or -1."""

    rows: Rows
    parents: NDArray[np.int64]
    codes: dict[int, str]
    models: dict[int, str]

    @classmethod
    def of(cls, state: State) -> "CategoryTree":
        """All reference models of the state together, read once for a changeset and date. O(relationships). Of several wholes the earliest
        written counts."""
        return _read(state)

    @classmethod
    def none(cls, state: State) -> "CategoryTree":
        """No reference model at all."""
        return cls(np.zeros(0, np.int32), np.full(len(state.graph), -1, np.int64), {}, {})

    def depth(self, row: int) -> int:
        """How many categories are above it."""
        return len(self.line(row)) - 1

    def line(self, row: int) -> list[int]:
        """The category and all above it. A circle ends where it closes."""
        found = [row]
        while (above := int(self.parents[found[-1]])) >= 0 and above not in found:
            found.append(above)
        return found

    def below(self, state: State, uid: str) -> Mask:
        """Which rows are this category or below it; `NotFound` where there is none of that uid."""
        graph: Graph = state.graph
        top = graph.row(id_of(state, uid))
        inside = np.zeros(len(graph), bool)
        if top is not None:
            inside[top] = True
            before = 0
            while (count := int(inside.sum())) > before:
                before = count
                above = self.parents.take(self.rows)
                inside[self.rows[(above >= 0) & inside.take(above)]] = True
        return inside

    @cached_property
    def ancestors(self) -> list[NDArray[np.int64]]:
        """For every row of the graph what is one above it, two above it, and so on; -1 where nothing is. A circle ends where it
        closes. O(categories x depth)."""
        levels: list[NDArray[np.int64]] = []
        known = self.rows.astype(np.int64)
        above, seen = self.parents.take(known), [known]
        while (above >= 0).any():
            level = np.full(len(self.parents), -1, np.int64)
            level[known] = above
            levels.append(level)
            seen.append(above)
            above = np.where(above >= 0, self.parents[above], -1)
            above = np.where(np.any([above == each for each in seen], axis=0), -1, above)
        return levels

    def rolled_up(self, categories: Any, items: Any, size: int) -> Pairs:
        """Each (category, item) with every category above it, each pair once. Items are below `size`. O(pairs x depth)."""
        categories, items = np.asarray(categories, np.int64), np.asarray(items, np.int64)
        keys = [categories * size + items]
        for level in self.ancestors:
            above = level.take(categories)
            there = above >= 0
            keys.append(above[there] * size + items[there])
        category, item = np.divmod(distinct(np.concatenate(keys)), max(size, 1))
        return category, item


@kept_with_graph
def _read(state: State) -> CategoryTree:
    graph: Graph = state.graph
    is_category = graph.of_types(state.metamodel.descendants(CATEGORY))
    if not is_category.any():
        return CategoryTree.none(state)
    joins = graph.relationships_of(
        each for name in state.metamodel.whole_part for each in state.metamodel.descendants(name)
    )
    joins = joins[is_category.take(graph.sources[joins]) & is_category.take(graph.targets[joins])][::-1]
    parents = np.full(len(graph), -1, np.int64)
    parents[graph.targets[joins]] = graph.sources[joins]
    rows = np.flatnonzero(is_category).astype(np.int32)
    said = attribute_values(state, ("code", "reference_model"), (CATEGORY,)) if len(rows) else {}
    row_of = {int(graph.ids[row]): row for row in rows.tolist()}
    codes, models = (
        {row_of[id_]: str(value) for id_, value in said.get(name, {}).items() if id_ in row_of}
        for name in ("code", "reference_model")
    )
    return CategoryTree(rows, parents, codes, models)


def classified(state: State, what: Mask) -> Pairs:
    """(category, thing) of these rows, as rows of the graph, each once."""
    graph: Graph = state.graph
    is_category = graph.of_types(state.metamodel.descendants(CATEGORY))
    if not is_category.any():
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    joins = graph.relationships_of(state.metamodel.descendants(CLASSIFIED))
    joins = joins[what.take(graph.sources[joins]) & is_category.take(graph.targets[joins])]
    size = max(len(graph), 1)
    keys = distinct(graph.targets[joins].astype(np.int64) * size + graph.sources[joins])
    category, thing = np.divmod(keys, size)
    return category, thing
