"""The dependency graph of a state as frozen integer arrays. It knows no names, and no questions.

What depends on what: a relationship makes one of its ends, both or none depend on the other, as the metamodel says. A
relationship that is itself an end of another is a node like an element, and depends on both its own ends. So whoever
is attached to a flow is reached from the systems between which it flows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ea_repo.store.arrays import Columns, ConceptColumns, RelationshipColumns
from ea_repo.store.sorted_ids import Integers, Mask, among, occurring, places

Rows = NDArray[np.int32]
_BY_TYPE = "relationships by type"
#: Fewer than one in so many are sorted; of more, marking all that there are is quicker.
_FEW = 16


@dataclass(frozen=True, slots=True, eq=False)
class Adjacency:
    """Compressed sparse rows: the neighbours of row r are `neighbours[starts[r]:starts[r + 1]]`.

    `relationships` says, for each neighbour, which relationship (its position in the graph) leads there.
    """

    starts: Rows
    neighbours: Rows
    relationships: Rows

    @property
    def rows(self) -> Rows:
        """The row of every neighbour: edge n leads from `rows[n]` to `neighbours[n]`."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))

    @classmethod
    def of(cls, size: int, at: Rows, neighbours: Rows, by: Rows) -> "Adjacency":
        """Of edges in any order, as many rows as `size`. O(edges)."""
        starts = np.zeros(size + 1, np.int32)
        np.cumsum(np.bincount(at, minlength=size), out=starts[1:])
        order = _order(at)
        return cls(starts, neighbours.take(order), by.take(order))

    @property
    def turned(self) -> "Adjacency":
        """The same edges the other way. O(edges)."""
        return Adjacency.of(len(self.starts) - 1, self.neighbours, self.rows, self.relationships)

    def only(self, kept: Mask) -> "Adjacency":
        """Without the other edges. O(edges)."""
        before = np.zeros(len(kept) + 1, np.int32)
        np.cumsum(kept, out=before[1:])
        return Adjacency(before.take(self.starts), self.neighbours.compress(kept), self.relationships.compress(kept))

    def places(self, rows: Rows) -> tuple[Rows, Rows]:
        """The places of the edges of all these rows one after the other, and how many each row has."""
        begins = self.starts.take(rows)
        counts = self.starts.take(rows + 1) - begins
        ends = np.cumsum(counts, dtype=np.int32)
        # Each row's run of places begins where it begins in `neighbours`, less what came before it in the result.
        places = np.repeat(begins - (ends - counts), counts)
        places += np.arange(len(places), dtype=np.int32)
        return places, counts

    def expand(self, rows: Rows) -> Rows:
        """The neighbours of all these rows one after the other, repetitions included."""
        places, _ = self.places(rows)
        return self.neighbours.take(places)


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Nodes are rows 0, 1, ... by ascending id of the concept; edges lead from what depends to what it depends on.

    `types` of nodes and `relationship_types` are positions in `type_names`; `owners` are ids of concepts, 0 for none.
    `sources` and `targets` are the rows of each relationship's ends, whether it makes one depend on the other or not.
    `dependents` holds, for each row, the rows that depend on it; `dependencies` those it depends on.
    """

    type_names: tuple[str, ...]
    ids: Integers
    types: NDArray[np.int16]
    models: Integers
    owners: Integers
    relationship_ids: Integers
    relationship_types: NDArray[np.int16]
    sources: Rows
    targets: Rows
    dependents: Adjacency
    dependencies: Adjacency
    #: What was worked out of these arrays, or read beside them (`ea_repo.analysis.kept_with_graph`).
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def build(cls, columns: Columns) -> "Graph":
        """The graph of the columns. A relationship without one of its ends is left out, and so is what ends at it."""
        relationships = _complete(columns.elements.ids, columns.relationships)
        nodes = nodes_of(columns, relationships)
        sources, targets = (places(nodes.ids, ends)[0] for ends in (relationships.sources, relationships.targets))
        below, above, by = edges_of(nodes.ids, relationships, sources, targets)
        size = len(nodes.ids)
        return cls(
            type_names=columns.type_names,
            ids=nodes.ids,
            types=nodes.types.astype(np.int16, copy=False),
            models=nodes.models,
            owners=nodes.owners,
            relationship_ids=relationships.ids,
            relationship_types=relationships.types.astype(np.int16, copy=False),
            sources=sources,
            targets=targets,
            dependents=Adjacency.of(size, above, below, by),
            dependencies=Adjacency.of(size, below, above, by),
        )

    def __post_init__(self) -> None:
        for _, array in self.arrays():
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def nbytes(self) -> int:
        """How much memory the arrays take."""
        return sum(array.nbytes for _, array in self.arrays())

    def arrays(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """Every array with its name; those of an adjacency as `dependents.starts`."""
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Adjacency):
                yield from ((f"{each.name}.{part.name}", getattr(value, part.name)) for part in fields(value))
            elif isinstance(value, np.ndarray):
                yield each.name, value

    @classmethod
    def of_arrays(cls, type_names: tuple[str, ...], arrays: Mapping[str, NDArray[Any]]) -> "Graph":
        """The graph of arrays by the names that `arrays` gives them. `KeyError` where one is missing."""
        found: dict[str, Any] = {"type_names": type_names}
        for each in fields(cls):
            if each.type in ("Adjacency", Adjacency):
                parts = (arrays[f"{each.name}.{part.name}"] for part in fields(Adjacency))
                found[each.name] = Adjacency(*parts)
            elif each.init and each.name != "type_names":
                found[each.name] = arrays[each.name]
        return cls(**found)

    def row(self, id_: int) -> int | None:
        """The row of a concept; None where it is not a node."""
        return _position(self.ids, id_)

    def relationship(self, id_: int) -> int | None:
        """The position of a relationship; None where there is none that holds."""
        return _position(self.relationship_ids, id_)

    def of_types(self, names: Iterable[str]) -> Mask:
        """Which rows have one of these types, refinements not added."""
        wanted = set(names)
        chosen = np.array([name in wanted for name in self.type_names], bool)
        return chosen.take(self.types) if len(chosen) else np.zeros(len(self), bool)

    def relationships_of(self, names: Iterable[str]) -> Integers:
        """The positions of the relationships of these types, refinements not added, ascending. O(those), after the first."""
        order, starts = self._by_type
        wanted = set(names)
        parts = [
            order[starts[at] : starts[at + 1]]
            for at, name in enumerate(self.type_names)
            if name in wanted and starts[at] < starts[at + 1]
        ]
        if len(parts) > 1:
            return _ascending(np.concatenate(parts), len(order))
        return parts[0] if parts else order[:0]

    @property
    def _by_type(self) -> tuple[Rows, NDArray[np.int64]]:
        """The positions of all relationships by type and position, and where each type begins."""
        if _BY_TYPE not in self.kept:
            order = np.argsort(self.relationship_types, kind="stable").astype(np.int32)
            order.flags.writeable = False
            counts = np.bincount(self.relationship_types, minlength=len(self.type_names))
            self.kept[_BY_TYPE] = order, np.concatenate(([0], np.cumsum(counts)))
        found: tuple[Rows, NDArray[np.int64]] = self.kept[_BY_TYPE]
        return found


def _ascending(places: Rows, size: int) -> Integers:
    """These places, each there once, in order."""
    if len(places) * _FEW < size:
        return np.sort(places)
    is_there = np.zeros(size, bool)
    is_there[places] = True
    return np.flatnonzero(is_there)


def _complete(elements: Integers, relationships: RelationshipColumns) -> RelationshipColumns:
    """Without the relationships that have an end that is neither an element nor a relationship that stays."""
    while True:
        stays = np.ones(len(relationships.ids), bool)
        for ends in (relationships.sources, relationships.targets):
            stays &= among(ends, elements) | among(ends, relationships.ids)
        if stays.all():
            return relationships
        relationships = relationships.only(stays)


def nodes_of(columns: Columns, relationships: RelationshipColumns) -> ConceptColumns:
    """Elements, and those of these relationships that are an end of one of them."""
    ends = columns.ends
    is_end = occurring(ends.ids, relationships.sources) | occurring(ends.ids, relationships.targets)
    stays = is_end & among(ends.ids, relationships.ids)
    return columns.elements.joined(ends.only(stays)) if stays.any() else columns.elements


def edges_of(
    nodes: Integers, relationships: RelationshipColumns, sources: Rows, targets: Rows
) -> tuple[Rows, Rows, Rows]:
    """(what depends, what it depends on, by which of the relationships) for every edge; ends are given as rows."""
    at = np.arange(len(sources), dtype=np.int32)
    by_source, by_target = (relationships.dependent & 1) > 0, (relationships.dependent & 2) > 0
    own, is_end = places(nodes, relationships.ids)
    own = own[is_end]
    parts = (
        (sources[by_source], targets[by_source], at[by_source]),
        (targets[by_target], sources[by_target], at[by_target]),
        (own, sources[is_end], at[is_end]),
        (own, targets[is_end], at[is_end]),
    )
    below, above, by = (np.concatenate(each) for each in zip(*parts, strict=True))
    return below, above, by


def _order(keys: Rows) -> NDArray[np.int64]:
    """A stable ascending order. NumPy sorts 16 bits by radix, which twice takes a fifth of sorting 32 bits."""
    by_low = np.argsort(keys.astype(np.uint16), kind="stable")
    by_high = np.argsort((keys >> 16).astype(np.uint16).take(by_low), kind="stable")
    return by_low.take(by_high)


def _position(ids: Integers, id_: int) -> int | None:
    at = int(np.searchsorted(ids, ids.dtype.type(id_))) if abs(id_) <= np.iinfo(ids.dtype).max else len(ids)
    return at if at < len(ids) and ids[at] == id_ else None
