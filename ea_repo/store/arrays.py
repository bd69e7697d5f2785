"""What the dependency graph is made of, as columns of integers: read whole, or brought up to date by what changed since.

Relationships come with their dependent end already worked out, so that no attribute leaves the database. Names and
uids stay there as well: an id belongs to one uid for ever, and `labels.py` looks up the few that an answer shows.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, func, select, union

from ea_repo.store.conditions import holds, ids_in
from ea_repo.store.dependent_code import BITS, code_of
from ea_repo.store.integer_rows import read_all, read_few
from ea_repo.store.records import ConceptKind
from ea_repo.store.sorted_ids import Integers, Mask, among
from ea_repo.store.state import State
from ea_repo.store.tables import concept_history


@dataclass(frozen=True, slots=True, eq=False)
class _ById:
    """Arrays of one length, one for each field. Ids ascend."""

    ids: Integers

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self._arrays())

    def only(self, mask: Mask) -> Self:
        return type(self)(*(array.compress(mask) for array in self._arrays()))

    def with_instead(self, gone: Integers, others: Self) -> Self:
        """Without the rows of the ids `gone`, but with other rows."""
        kept = self.only(~among(self.ids, gone))
        order = np.argsort(np.concatenate((kept.ids, others.ids)), kind="stable")
        joined = map(np.concatenate, zip(kept._arrays(), others._arrays(), strict=True))
        return type(self)(*(array.take(order) for array in joined))

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
    """A state in integers: its elements, its relationships, and once more those that are an end of another.

    On a date, what does not hold by its own dates is left out; that its ends must hold too is left to the graph.
    """

    type_names: tuple[str, ...]
    elements: ConceptColumns
    relationships: RelationshipColumns
    ends: ConceptColumns

    def __len__(self) -> int:
        return len(self.elements.ids) + len(self.relationships.ids)

    @property
    def nbytes(self) -> int:
        """How much memory the arrays take."""
        return self.elements.nbytes + self.relationships.nbytes + self.ends.nbytes


def read_columns(state: State) -> Columns:
    """All concepts of a state. O(concepts): about a second for a million."""
    concepts = _Concepts(state)
    elements = _nodes(read_all(state.connection, concepts.nodes.where(concepts.of_kind("element"))))
    relationships = _edges(read_all(state.connection, concepts.edges.where(concepts.of_kind("relationship"))))
    ends = read_few(state.connection, concepts.nodes.where(concepts.among(_related(elements.ids, relationships))))
    return Columns(concepts.type_names, elements, relationships, _nodes(ends))


def changed_since(state: State, number: int) -> Integers:
    """The ids of all concepts that changesets after this number wrote or took away, as far as the state knows them."""
    table = state.table("concept")
    gone = concept_history.c.replaced
    ids = union(
        select(table.c.id).where(table.c.written > number),
        select(concept_history.c.id).where(gone > number, gone <= state.number),
    )
    return np.sort(np.array(state.connection.execute(ids).scalars().all(), np.int64))


def refreshed(state: State, before: Columns, changed: Integers) -> Columns:
    """The columns of a state, made of those of an earlier one on the same date. O(concepts) in memory, O(changed) read."""
    concepts = _Concepts(state, before.type_names, changed)
    anew = concepts.among(changed)
    elements = read_few(state.connection, concepts.nodes.where(concepts.of_kind("element"), anew))
    relationships = read_few(state.connection, concepts.edges.where(concepts.of_kind("relationship"), anew))
    all_elements = before.elements.with_instead(changed, _nodes(elements))
    all_relationships = before.relationships.with_instead(changed, _edges(relationships))
    ends = _related(all_elements.ids, all_relationships)
    known = before.ends.only(among(before.ends.ids, ends) & ~among(before.ends.ids, changed))
    unknown = ends.compress(~among(ends, known.ids))
    read = _nodes(read_few(state.connection, concepts.nodes.where(concepts.among(unknown))))
    return Columns(concepts.type_names, all_elements, all_relationships, known.with_instead(unknown, read))


class _Concepts:
    """The queries of a state's concepts that hold by their own dates, as elements or ends and as relationships."""

    def __init__(self, state: State, known: tuple[str, ...] = (), changed: Integers | None = None) -> None:
        """`known` types keep their positions; others are looked for among the `changed`, or everywhere."""
        self.table = state.table("concept")
        self._dialect = state.connection.dialect.name
        used = select(self.table.c.type).group_by(self.table.c.type).order_by(func.count().desc(), self.table.c.type)
        within = () if changed is None else (self.among(changed),)
        found = state.connection.execute(used.where(*within)).scalars()
        self.type_names = (*known, *(name for name in found if name not in known))
        code = code_of(self.table, state.metamodel, self.type_names, self._dialect)
        holding = () if state.on is None else (holds(self.table, state.on),)
        columns = self.table.c
        owner = func.coalesce(columns.owner_id, 0)
        self.nodes: Select[Any] = select(code, columns.id, columns.model_id, owner).where(*holding)
        self.edges: Select[Any] = select(code, columns.id, columns.source_id, columns.target_id).where(*holding)

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
    return ConceptColumns(found[1], _types(found), found[2], found[3])


def _edges(found: Integers) -> RelationshipColumns:
    dependent = (found[0] & ((1 << BITS) - 1)).astype(np.int8)
    return RelationshipColumns(found[1], _types(found), found[2], found[3], dependent)


def _types(found: Integers) -> Integers:
    """The types, in the place of the codes: millions are not copied."""
    types: Integers = found[0]
    types >>= BITS
    return types
