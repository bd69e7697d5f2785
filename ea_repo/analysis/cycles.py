"""Cycles: what depends on itself through others, and the fewest relationships whose removal ends that."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hop, Step, labels_of, steps_of
from ea_repo.analysis.condensation import components
from ea_repo.analysis.feedback import Edge, Feedback, feedback, shortest_circle
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.catalogue import question
from ea_repo.store.labels import uids
from ea_repo.store.sorted_ids import places
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Cycle:
    """Concepts each of which depends on all others.

    Without the relationships `removal` none of them does; `exact` says whether no smaller set would do. `owners` own
    these, or their ends where a relationship itself has no owner. `chain` is a shortest circle among the members.
    """

    members: tuple[str, ...]
    size: int
    removal: tuple[str, ...]
    exact: bool
    owners: tuple[str, ...]
    chain: tuple[Step, ...]


@question(example={"type": ["System"]})
def cycles(
    state: State,
    *,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Cycle]:
    """What depends on itself through others, with the fewest relationships whose removal ends it, and their owners.

    One row a strongly connected component, the largest first, then as they were first written; also what depends on
    itself directly. The conditions choose components with at least one such member. A circle leads
    both ways and as far as it does: there is neither direction nor depth. O(nodes + edges) to find them; the
    removal is worked out for those rows that are read (`feedback.py` says when it is exact).
    """
    graph: Graph = state.graph
    component, count = components(graph.dependencies)
    is_circle = np.bincount(component, minlength=count) > 1
    side = graph.dependencies
    is_circle[component.take(side.neighbours[side.rows == side.neighbours])] = True
    if (mask := chosen(state, type, model, owner)) is not None:
        is_circle &= np.bincount(component[mask], minlength=count) > 0
    rows = np.flatnonzero(is_circle.take(component))
    order = np.argsort(component.take(rows), kind="stable")
    parts = np.split(rows[order], np.flatnonzero(np.diff(component.take(rows[order]))) + 1) if len(rows) else []
    parts.sort(key=lambda part: (-len(part), int(part[0])))
    return Answer(state, len(parts), lambda positions: [_told(state, parts[each]) for each in positions])


def _told(state: State, part: NDArray[np.intp]) -> Cycle:
    graph: Graph = state.graph
    edges = _edges_among(graph, part)
    found = feedback(edges, _nodes_of(graph, part))
    circle = [Hop(*edge) for edge in shortest_circle(edges)]
    steps = steps_of(state, circle)
    labels = labels_of(state, part.tolist())
    names = uids(state, (int(graph.relationship_ids[each]) for each in found.relationships))
    removal = tuple(names[int(graph.relationship_ids[each])] for each in found.relationships)
    return Cycle(
        tuple(labels[int(row)].uid for row in part), len(part), removal, found.exact,
        _owners(state, found, removal), tuple(steps[hop] for hop in circle),
    )  # fmt: skip


def _edges_among(graph: Graph, part: NDArray[np.intp]) -> list[Edge]:
    side = graph.dependencies
    found: list[Edge] = []
    member = set(part.tolist())
    for row in part.tolist():
        at = slice(int(side.starts[row]), int(side.starts[row + 1]))
        for other, by in zip(side.neighbours[at].tolist(), side.relationships[at].tolist(), strict=True):
            if other in member:
                found.append((row, other, by))
    return found


def _nodes_of(graph: Graph, part: NDArray[np.intp]) -> dict[int, int]:
    """For the relationships among these nodes, which node each is."""
    positions, there = places(graph.relationship_ids, graph.ids.take(part))
    return dict(zip(positions[there].tolist(), part[there].tolist(), strict=True))


def _owners(state: State, found: Feedback, removal: Sequence[str]) -> tuple[str, ...]:
    concepts = state.get_many(removal)
    ends = state.get_many({str(end) for each in concepts.values() for end in (each.source, each.target)})
    owners: set[str] = set()
    for concept in concepts.values():
        own = [concept.owner] if concept.owner else [ends[str(end)].owner for end in (concept.source, concept.target)]
        owners.update(owner for owner in own if owner)
    return tuple(sorted(owners))
