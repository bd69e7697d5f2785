"""What the dependency graph is made of, as columns of integers: all concepts of a state, or a few.

Relationships come with their dependent end already worked out, so that no attribute leaves the database. Names and
uids stay there as well: an id belongs to one uid for ever, and `labels.py` looks up the few that an answer shows.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, func, not_, select, union

from ea_repo.store.conditions import holds, ids_in
from ea_repo.store.dependent_code import BITS, code_of
from ea_repo.store.integer_rows import read_all, read_few
from ea_repo.store.records import ConceptKind
from ea_repo.store.sorted_ids import Integers, Mask, among, narrow
from ea_repo.store.state import State
from ea_repo.store.tables import concept, concept_history


@dataclass(frozen=True, slots=True, eq=False)
class _ById:
    """Arrays of one length, one for each field. Ids ascend."""

    ids: Integers

    def only(self, mask: Mask) -> Self:
        return type(self)(*(array.compress(mask) for array in self._arrays()))

    def joined(self, others: Self) -> Self:
        """Together with other rows."""
        order = np.argsort(np.concatenate((self.ids, others.ids)), kind="stable")
        together = map(np.concatenate, zip(self._arrays(), others._arrays(), strict=True))
        return type(self)(*(array.take(order) for array in together))

    def _arrays(self) -> list[NDArray[Any]]:
        return [getattr(self, each.name) for each in fields(self)]


@dataclass(frozen=True, slots=True, eq=False)
class ConceptColumns(_ById):
    """Concepts by ascending id. `types` are positions among the names, `owners` ids, 0 where there is none."""

    types: Integers
    models: Integers
    owners: Integers


@dataclass(frozen=True, slots=True, eq=False)
class RelationshipColumns(_ById):
    """Relationships by ascending id. `sources` and `targets` are ids, `dependent` is of `DEPENDENT_BITS`."""

    types: Integers
    sources: Integers
    targets: Integers
    dependent: NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Concepts of a state in integers: elements, relationships, and once more relationships as possible ends."""

    type_names: tuple[str, ...]
    elements: ConceptColumns
    relationships: RelationshipColumns
    ends: ConceptColumns

    def __len__(self) -> int:
        return len(self.elements.ids) + len(self.relationships.ids)


def read_columns(state: State) -> Columns:
    """All concepts of a state, whether they hold on its date or not; `ends` are the relationships that are an end.

    O(concepts): about a second for a million.
    """
    concepts = _Concepts(state)
    elements = _nodes(read_all(state.connection, concepts.nodes.where(concepts.of_kind("element"))))
    relationships = _edges(read_all(state.connection, concepts.edges.where(concepts.of_kind("relationship"))))
    ends = read_few(state.connection, concepts.nodes.where(concepts.among(_related(elements.ids, relationships))))
    return Columns(concepts.type_names, elements, relationships, _nodes(ends))


def read_few_columns(state: State, ids: Integers, known: tuple[str, ...]) -> Columns:
    """Those of these concepts that exist, all relationships among `ends`. Types that are `known` keep their positions."""
    concepts = _Concepts(state, known, ids)
    anew = concepts.among(ids)
    nodes = _nodes(read_few(state.connection, concepts.nodes.where(anew)))
    edges = _edges(read_few(state.connection, concepts.edges.where(concepts.of_kind("relationship"), anew)))
    is_relationship = among(nodes.ids, edges.ids)
    return Columns(concepts.type_names, nodes.only(~is_relationship), edges, nodes.only(is_relationship))


def changed_after(state: State, number: int, *, at_most: int) -> Integers | None:
    """The ids of all concepts that changesets after this number wrote or took away, ascending; None for too many.

    In a state of the past, later changesets count as well.
    """
    ids = union(
        select(concept.c.id).where(concept.c.written > number),
        select(concept_history.c.id).where(concept_history.c.replaced > number),
    ).limit(at_most + 1)
    found = np.array(state.connection.execute(ids).scalars().all(), np.int64)
    return None if len(found) > at_most else np.sort(found)


def not_holding(state: State) -> Integers:
    """The ids of all concepts that by their own dates do not hold on the state's date, ascending."""
    table = state.table("concept")
    outside = select(table.c.id).where(not_(holds(table, state.on)))
    return np.sort(np.array(state.connection.execute(outside).scalars().all(), np.int64))


class _Concepts:
    """The queries of a state's concepts, as elements or ends and as relationships."""

    def __init__(self, state: State, known: tuple[str, ...] = (), few: Integers | None = None) -> None:
        """`known` types keep their positions; others are looked for among the `few`, or everywhere."""
        self.table = state.table("concept")
        self._dialect = state.connection.dialect.name
        used = select(self.table.c.type).group_by(self.table.c.type).order_by(func.count().desc(), self.table.c.type)
        within = () if few is None else (self.among(few),)
        found = state.connection.execute(used.where(*within)).scalars()
        self.type_names = (*known, *(name for name in found if name not in known))
        code = code_of(self.table, state.metamodel, self.type_names, self._dialect)
        columns = self.table.c
        owner = func.coalesce(columns.owner_id, 0)
        self.nodes: Select[Any] = select(code, columns.id, columns.model_id, owner)
        self.edges: Select[Any] = select(code, columns.id, columns.source_id, columns.target_id)

    def of_kind(self, kind: ConceptKind) -> ColumnElement[bool]:
        return self.table.c.kind == kind  # type: ignore[no-any-return]

    def among(self, ids: Integers) -> ColumnElement[bool]:
        return ids_in(self.table.c.id, ids.tolist(), self._dialect)


def _related(elements: Integers, relationships: RelationshipColumns) -> Integers:
    """The ids of the relationships that are an end of another: few, so that only what is no element is sorted."""
    both = (relationships.sources, relationships.targets)
    ends = np.unique(np.concatenate([ends.compress(~among(ends, elements)) for ends in both]))
    return ends.compress(among(ends, relationships.ids))


def _nodes(found: Integers) -> ConceptColumns:
    return ConceptColumns(narrow(found[1]), _types(found), narrow(found[2]), narrow(found[3]))


def _edges(found: Integers) -> RelationshipColumns:
    dependent = (found[0] & ((1 << BITS) - 1)).astype(np.int8)
    return RelationshipColumns(narrow(found[1]), _types(found), narrow(found[2]), narrow(found[3]), dependent)


def _types(found: Integers) -> Integers:
    types: Integers = (found[0] >> BITS).astype(np.int16)
    return types
