"""Difference: what depends on what now that did not before, between two dates, two changesets, or with a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.edge_difference import compared, neighbours
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.moments import other_moment
from ea_repo.catalogue import question
from ea_repo.store.labels import Label, labels
from ea_repo.store.state import State

Ids = NDArray[np.int64]
Change = Literal["appears", "disappears", "changes"]


@dataclass(frozen=True, slots=True)
class DependencyChange:
    """What is new about a concept: what it depends on directly, gained and lost, and how many depend on it.

    `cut_off`: something depended on it, or it on something, and now nothing does.
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
    written. Only direct dependencies are compared, so there is no depth; parallel ones count once. What is gained and lost is
    the explanation. The conditions choose what is reported, by
    what a concept is now or, where it is gone, was. O(nodes + edges).
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
        return [_told(each, known) for each in some]

    return Answer(state, len(rows), told)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    change: Change
    gained: tuple[int, ...]
    lost: tuple[int, ...]
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
    return _Row(id_, change, tuple(gained.tolist()), tuple(lost.tolist()), counts)


def _told(row: _Row, known: dict[int, Label]) -> DependencyChange:
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
    )
