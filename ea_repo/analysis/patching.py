"""A graph made of another one and the few concepts that differ: what is untouched is copied whole or shared.

The other one may be earlier or later, so this brings a graph up to date, leads back into the past, and lays a draft over
the present. O(bytes of the arrays that change) to copy, O(what differs) to work out.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Adjacency, Graph, Rows, edges_of
from ea_repo.store.arrays import Columns, ConceptColumns
from ea_repo.store.sorted_ids import Integers, Mask, among, narrow, occurring, places

#: Places are moved in blocks of two to this power.
_BLOCK = 10

Read = Callable[[Integers], Columns]


def patched(graph: Graph, changed: Integers, read: Read) -> Graph:
    """The graph in which the concepts with the ids `changed`, ascending, are what `read` says of them.

    `read` gives those that exist of the ids it is asked for, with the types of the graph at their positions. Every
    relationship has both ends: what is gone took along what ended at it.
    """
    affected, now = changed, read(changed)
    ends = _relationship_ends(graph, changed, now)
    if len(ends):  # whether these are nodes may have changed
        affected = np.union1d(changed, ends)
        now = read(affected)
    return _Patch(graph, affected, now).graph()


def _relationship_ends(graph: Graph, changed: Integers, now: Columns) -> Integers:
    """The ids of the unchanged relationships that are or were an end of a changed one."""
    gone = _found(graph.relationship_ids, changed)
    were = graph.ids.take(np.concatenate((graph.sources.take(gone), graph.targets.take(gone))))
    ends = np.unique(np.concatenate((were, now.relationships.sources, now.relationships.targets)))
    return ends.compress(among(ends, graph.relationship_ids) & ~among(ends, changed))


@dataclass(frozen=True, slots=True, eq=False)
class _Renumbering:
    """How the places of sorted ids move when those at `deleted` go and others come `before` places of the old ones."""

    size: int
    deleted: NDArray[np.intp]
    before: NDArray[np.intp]
    ids: Integers

    @classmethod
    def of(cls, old: Integers, affected: Integers, now: Integers) -> "_Renumbering":
        deleted = _found(old, affected.compress(~among(affected, now)))
        inserted = now.compress(~among(now, old))
        before = np.searchsorted(old, narrow(inserted)).astype(np.intp)
        return cls(len(old), deleted, before, narrow(_spliced(old, deleted, before, inserted)))

    @property
    def is_same(self) -> bool:
        """Whether what stays keeps its place."""
        return not len(self.deleted) and bool(np.all(self.before == self.size))

    def moved(self, pointers: Rows) -> Rows:
        """Old places as new ones. What pointed to a deleted one is of no use."""
        if self.is_same or not len(pointers):
            return pointers
        steps = np.concatenate((self.deleted + 1, self.before))
        sizes = np.concatenate((np.full(len(self.deleted), -1), np.ones(len(self.before), np.int64)))
        order = np.argsort(steps, kind="stable")
        steps, shift = steps.take(order), np.concatenate(([0], np.cumsum(sizes.take(order)))).astype(np.int32)
        # By how much a place moves changes at few of them, so nearly all blocks of places move as one: a table of
        # blocks stays in the processor's cache, a table of places would not.
        blocks = np.arange((self.size >> _BLOCK) + 1) << _BLOCK
        at_begin, at_end = (np.searchsorted(steps, edge, side="right") for edge in (blocks, blocks + (1 << _BLOCK) - 1))
        block = pointers >> _BLOCK
        moved: Rows = shift.take(at_begin).take(block)
        moved += pointers
        apart = np.flatnonzero((at_begin != at_end).take(block))
        if len(apart):
            exact = pointers.take(apart)
            moved[apart] = exact + shift.take(np.searchsorted(steps, exact, side="right"))
        return moved

    def values(self, old: NDArray[Any], now: Integers, said: NDArray[Any]) -> NDArray[Any]:
        """An array of one value an id, with what is `said` of the ids `now`. Shared with the old one if it is the same."""
        if not len(self.deleted) and not len(self.before):
            at = _found(self.ids, now)
            if np.array_equal(old.take(at), said):
                return old
        fitting = np.promote_types(old.dtype, said.dtype) if len(said) else old.dtype
        values = _spliced(old, self.deleted, self.before, np.zeros(len(self.before), old.dtype))
        values = values.astype(fitting, copy=values is old)
        values[_found(self.ids, now)] = said
        return values


class _Patch:
    """The steps of `patched`, which share what they found."""

    def __init__(self, graph: Graph, affected: Integers, now: Columns) -> None:
        self.old = graph
        self.type_names = now.type_names
        self.relationships = now.relationships
        self.gone = _found(graph.relationship_ids, affected)
        self.nodes = self._nodes(now)
        self.node_places = _Renumbering.of(graph.ids, affected, self.nodes.ids)
        self.relationship_places = _Renumbering.of(graph.relationship_ids, affected, now.relationships.ids)
        self.sources, self.targets = (
            places(self.node_places.ids, ends)[0] for ends in (now.relationships.sources, now.relationships.targets)
        )

    def graph(self) -> Graph:
        old, relationships = self.old, self.relationships
        types, models, owners = (
            self.node_places.values(getattr(old, name), self.nodes.ids, getattr(self.nodes, name))
            for name in ("types", "models", "owners")
        )
        anew = self.relationship_places.values
        below, above, by = edges_of(self.node_places.ids, relationships, self.sources, self.targets)
        by = _found(self.relationship_places.ids, relationships.ids).astype(np.int32).take(by)
        with ThreadPoolExecutor(1) as other:  # NumPy copies without holding the interpreter's lock
            dependents = other.submit(self._side, old.dependents, above, below, by)
            dependencies = self._side(old.dependencies, below, above, by)
        return Graph(
            type_names=self.type_names,
            ids=self.node_places.ids,
            types=types,
            models=models,
            owners=owners,
            relationship_ids=self.relationship_places.ids,
            relationship_types=anew(old.relationship_types, relationships.ids, relationships.types),
            sources=anew(self.node_places.moved(old.sources), relationships.ids, self.sources),
            targets=anew(self.node_places.moved(old.targets), relationships.ids, self.targets),
            dependents=dependents.result(),
            dependencies=dependencies,
        )

    def _nodes(self, now: Columns) -> ConceptColumns:
        """Which of the affected are nodes now: elements, and relationships that are an end of any."""
        ends, relationships = now.ends, now.relationships
        is_end = occurring(ends.ids, relationships.sources) | occurring(ends.ids, relationships.targets)
        rows, was_node = places(self.old.ids, ends.ids)
        if was_node.any():
            is_end[was_node] |= self._is_end_of_untouched(rows[was_node])
        return now.elements.joined(ends.only(is_end)) if is_end.any() else now.elements

    def _is_end_of_untouched(self, rows: Rows) -> Mask:
        size = len(self.old)
        touched = np.zeros(len(self.old.sources), bool)
        touched[self.gone] = True
        counted = np.zeros(size, bool)
        for ends in (self.old.sources, self.old.targets):
            wanted = np.zeros(size, bool)
            wanted[rows] = True
            met = wanted.take(ends) & ~touched
            counted[ends.compress(met)] = True
        return counted.take(rows)

    def _side(self, side: Adjacency, at: Rows, neighbours: Rows, by: Rows) -> Adjacency:
        """One side without the edges of the relationships that are gone, and with these. O(edges) to copy."""
        old_ends = side.starts[1:]
        dropped = self._edges_gone(side)
        order = np.argsort(at, kind="stable")
        at, neighbours, by = at.take(order), neighbours.take(order), by.take(order)
        counts = np.diff(side.starts)
        np.subtract.at(counts, np.searchsorted(old_ends, dropped, side="right"), 1)
        places_of = self.node_places
        nothing = np.zeros(len(places_of.before), np.int32)
        counts = _spliced(counts, places_of.deleted, places_of.before, nothing)
        # Where each row's edges ended in the old array: there the new ones go in.
        if places_of.is_same:
            into = np.append(old_ends, len(side.neighbours)).take(np.minimum(at, len(old_ends))).astype(np.intp)
        else:
            ends = _spliced(old_ends, places_of.deleted, places_of.before, nothing)
            into = np.maximum.accumulate(ends).take(at).astype(np.intp)
        if len(at):
            counts = counts.copy()
            np.add.at(counts, at, 1)
        starts = np.zeros(len(counts) + 1, np.int32)
        np.cumsum(counts, out=starts[1:])
        return Adjacency(
            starts,
            _spliced(places_of.moved(side.neighbours), dropped, into, neighbours),
            _spliced(self.relationship_places.moved(side.relationships), dropped, into, by),
        )

    def _edges_gone(self, side: Adjacency) -> NDArray[np.intp]:
        """The places of the edges that relationships made which are gone or made anew: looked for at their ends only."""
        old = self.old
        own, is_node = places(old.ids, old.relationship_ids.take(self.gone))
        rows = np.unique(np.concatenate((old.sources.take(self.gone), old.targets.take(self.gone), own[is_node])))
        if not len(rows):
            return np.zeros(0, np.intp)
        begins = side.starts.take(rows).astype(np.intp)
        counts = side.starts.take(rows + 1) - begins
        ends = np.cumsum(counts)
        at = np.repeat(begins - (ends - counts), counts) + np.arange(ends[-1])
        gone = np.zeros(len(old.relationship_ids), bool)
        gone[self.gone] = True
        return at.compress(gone.take(side.relationships.take(at)))


def _found(known: Integers, ids: Integers) -> NDArray[np.intp]:
    """The places of those ids that are known."""
    at, there = places(known, ids)
    return at.compress(there).astype(np.intp)


def _spliced(
    array: NDArray[Any], deleted: NDArray[np.intp], before: NDArray[np.intp], values: NDArray[Any]
) -> NDArray[Any]:
    """Without the items at `deleted`, and with values put in before places of the old array, all ascending.

    The pieces between are copied whole: for a few changes a tenth of what a mask over all items takes.
    """
    if not len(deleted) and not len(before):
        return array
    cuts = np.unique(np.concatenate(([0], deleted, deleted + 1, before))).astype(np.intp)
    pieces = np.split(array, cuts[1:])
    gone = set(deleted.tolist())
    kept: list[NDArray[Any]] = []
    come: dict[int, NDArray[Any]] = {}
    if len(before):
        firsts = np.flatnonzero(np.diff(before, prepend=-1))
        come = dict(zip(before[firsts].tolist(), np.split(values, firsts[1:]), strict=True))
    for start, piece in zip(cuts.tolist(), pieces, strict=True):
        if start in come:
            kept.append(come[start])
        if start not in gone:
            kept.append(piece)
    return np.concatenate(kept)
