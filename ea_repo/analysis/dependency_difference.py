"""Difference: what depends on what now that did not before, between two dates, two changesets, or with a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hop, Step, steps_of
from ea_repo.analysis.edge_difference import compared, neighbours
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Adjacency, Graph
from ea_repo.analysis.moments import other_moment
from ea_repo.catalogue import question
from ea_repo.store.labels import Label, labels
from ea_repo.store.state import State

Ids = NDArray[np.int64]
Change = Literal["appears", "disappears", "changes"]


@dataclass(frozen=True, slots=True)
class DependencyChange:
    """What is new about a concept: what it depends on directly, gained and lost, and how many depend on it.

    `cut_off`: something depended on it, or it on something, and now nothing does. `chains` has one for each gain, then
    one for each loss, in their order: the relationship behind it. Where only what depended on it was lost, they tell by
    which relationships that did.
    """

    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    change: Change
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    dependencies_before: int
    dependencies_after: int
    dependents_before: int
    dependents_after: int
    cut_off: bool
    chains: tuple[tuple[Step, ...], ...]


@question(name="difference", example={"from_on": date(2024, 1, 1)})
def dependency_difference(
    state: State,
    *,
    from_on: Annotated[date | None, "Compared with how it holds on this date."] = None,
    from_as_of: Annotated[int | None, "Compared with how it was known after this changeset.", range(2**31 - 1)] = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[DependencyChange]:
    """What appears and disappears, and who gains and loses dependencies, from another moment to this one.

    The other moment is a date, a changeset or both. With neither, it is the state without the draft that is laid over
    it, or else before its last changeset. What is cut off comes first, then what disappears, changes and appears, each as it was first
    written. Only direct dependencies are compared, so there is no depth; parallel ones count once. The chains tell by which
    relationships: of a gain as it is now, of a loss as it was. The conditions choose what is reported, by what a concept
    is now or, where it is gone, was. O(nodes + edges).
    """
    before_state = other_moment(state, from_on, from_as_of)
    before, after = before_state.graph, state.graph
    found = compared(before, after)
    ids = _fitting(before_state, state, found.changed, type, model, owner)
    rows = sorted((_row(before, after, int(id_)) for id_ in ids), key=_order)

    def told(positions: Sequence[int]) -> list[DependencyChange]:
        some = [rows[each] for each in positions]
        named = {id_ for each in some for id_ in (each.id, *each.gained, *each.lost)}
        known: dict[int, Label] = {**labels(before_state, sorted(named)), **labels(state, sorted(named))}
        gains = [_hops(after, after.dependencies, each.id, each.gained) for each in some]
        losses = [_hops(before, *_lost_along(before, each)) for each in some]
        now = steps_of(state, chain.from_iterable(gains))
        then = steps_of(before_state, chain.from_iterable(losses))
        return [
            _told(each, known, (*((now[hop],) for hop in gained), *((then[hop],) for hop in lost)))
            for each, gained, lost in zip(some, gains, losses, strict=True)
        ]

    return Answer(state, len(rows), told)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    change: Change
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    abandoned_by: tuple[int, ...]  # what depended on it, and no longer does
    counts: tuple[int, int, int, int]

    @property
    def is_cut_off(self) -> bool:
        needs_before, needs_after, needed_before, needed_after = self.counts
        was_joined, is_joined = needs_before + needed_before > 0, needs_after + needed_after > 0
        return self.change == "changes" and was_joined and not is_joined


_CHANGES: tuple[Change, ...] = ("disappears", "changes", "appears")


def _order(row: _Row) -> tuple[bool, int, int]:
    return not row.is_cut_off, _CHANGES.index(row.change), row.id


def _fitting(
    before: State, after: State, ids: Ids, type: Sequence[str], model: Sequence[str], owner: Sequence[str]
) -> Ids:
    """Those of the ids that fit the conditions, now or, where they are gone, before."""
    if not (type or model or owner):
        return ids
    fits = np.zeros(len(ids), bool)
    for state in (before, after):  # the later overwrites
        graph: Graph = state.graph
        mask = chosen(state, type, model, owner)
        places = np.searchsorted(graph.ids, ids).clip(max=max(len(graph) - 1, 0))
        there = graph.ids.take(places) == ids if len(graph) else np.zeros(len(ids), bool)
        if mask is not None:
            fits[there] = mask.take(places[there])
    return ids[fits]


def _row(before: Graph, after: Graph, id_: int) -> _Row:
    was, is_now = before.row(id_) is not None, after.row(id_) is not None
    change: Change = "changes" if was and is_now else "appears" if is_now else "disappears"
    needs = [neighbours(graph, graph.dependencies, id_) for graph in (before, after)]
    needed = [neighbours(graph, graph.dependents, id_) for graph in (before, after)]
    gained, lost = np.setdiff1d(needs[1], needs[0]), np.setdiff1d(needs[0], needs[1])
    counts = (len(needs[0]), len(needs[1]), len(needed[0]), len(needed[1]))
    abandoned_by = np.setdiff1d(needed[0], needed[1])
    return _Row(id_, change, tuple(gained.tolist()), tuple(lost.tolist()), tuple(abandoned_by.tolist()), counts)


def _lost_along(before: Graph, row: _Row) -> tuple[Adjacency, int, tuple[int, ...]]:
    """Along what to look for the relationships that are lost: its own or, where it lost none, those of its dependents."""
    if row.lost or row.gained:
        return before.dependencies, row.id, row.lost
    return before.dependents, row.id, row.abandoned_by


def _hops(graph: Graph, along: Adjacency, id_: int, others: Sequence[int]) -> list[Hop]:
    """The hop from a concept to each of these neighbours, by the earliest written relationship."""
    row = graph.row(id_)
    if row is None or not others:
        return []
    at = slice(int(along.starts[row]), int(along.starts[row + 1]))
    reached = graph.ids.take(along.neighbours[at])
    by: dict[int, Hop] = {}
    for other, neighbour, each in sorted(
        zip(reached.tolist(), along.neighbours[at].tolist(), along.relationships[at].tolist(), strict=True)
    ):
        by.setdefault(other, Hop(row, neighbour, each))
    return [by[other] for other in others]


def _told(row: _Row, known: dict[int, Label], why: tuple[tuple[Step, ...], ...]) -> DependencyChange:
    label = known[row.id]
    gained, lost = (tuple(known[id_].uid for id_ in ids) for ids in (row.gained, row.lost))
    return DependencyChange(
        label.uid,
        label.name,
        label.type,
        label.model,
        label.owner,
        row.change,
        gained,
        lost,
        *row.counts,
        row.is_cut_off,
        why,
    )
