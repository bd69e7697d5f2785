"""Dependency matrix: how much of what one agency, type or model has depends on what another has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.agency_tree import Level, rolled_up
from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hop, Step, steps_of
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph, Rows
from ea_repo.catalogue import question
from ea_repo.store.labels import labels, model_uids
from ea_repo.store.state import State

By = Literal["owner", "type", "model"]


@dataclass(frozen=True, slots=True)
class DependencyCell:
    """How many dependencies lead from what `source` has to what `target` has. `chain` is the earliest written of them.

    Both are uids of agencies, names of types, or keys of models; None for what nobody owns.
    """

    source: str | None
    source_name: str
    target: str | None
    target_name: str
    dependencies: int
    chain: tuple[Step, ...]


class _Groups(NamedTuple):
    """The group of each row, and what each group is called: key and name."""

    of_row: Rows
    keys: list[str | None]
    names: list[str]


@question(example={"by": "owner", "level": 2})
def dependency_matrix(
    state: State,
    *,
    by: Annotated[By, "What the rows and columns of the matrix are."] = "owner",
    level: Level = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[DependencyCell]:
    """How many dependencies there are between agencies, types or models: the cells of the matrix that are not empty.

    The largest first, then by name. The conditions choose what depends; what it depends on may be anything. What an
    agency needs of its own is a cell, too. Every dependency is one step, told from what depends: turned, it is the same
    matrix, and there is no depth. O(nodes + edges).
    """
    graph: Graph = state.graph
    groups = _groups(state, by, level)
    side = graph.dependencies
    mask = chosen(state, type, model, owner)
    sources, size = side.rows, len(groups.keys)
    edges = np.arange(len(sources)) if mask is None else np.flatnonzero(mask.take(sources))
    cells = groups.of_row.take(sources.take(edges)).astype(np.int64) * size
    cells += groups.of_row.take(side.neighbours.take(edges))
    found, first, counts = _counted(cells, side.relationships.take(edges))
    order = np.lexsort((found, -counts))
    examples = edges.take(first.take(order))

    def told(positions: Sequence[int]) -> list[DependencyCell]:
        hops = [
            Hop(int(sources[edge]), int(side.neighbours[edge]), int(side.relationships[edge]))
            for edge in examples[list(positions)].tolist()
        ]
        steps = steps_of(state, hops)
        rows = []
        for position, hop in zip(positions, hops, strict=True):
            one, other = divmod(int(found[order[position]]), size)
            rows.append(
                DependencyCell(
                    groups.keys[one], groups.names[one], groups.keys[other], groups.names[other],
                    int(counts[order[position]]), (steps[hop],),
                )
            )  # fmt: skip
        return rows

    return Answer(state, len(order), told)


def _counted(cells: NDArray[np.int64], by: Rows) -> tuple[NDArray[np.int64], NDArray[np.intp], NDArray[np.intp]]:
    """The cells that occur, where the edge of the earliest relationship of each stands, and how often each occurs."""
    order = np.lexsort((by, cells))
    cells = cells.take(order)
    begins = np.flatnonzero(np.diff(cells, prepend=-1))
    return cells.take(begins), order.take(begins), np.diff(np.append(begins, len(cells)))


def _groups(state: State, by: By, level: int | None) -> _Groups:
    graph: Graph = state.graph
    if by == "type":
        names = list(graph.type_names)
        return _Groups(graph.types.astype(np.int32), [*names], names)
    ids = graph.models if by == "model" else rolled_up(state, level)
    known, of_row = np.unique(ids, return_inverse=True)
    if by == "model":
        models = model_uids(state, known.tolist())
        keys: list[str | None] = [models[id_] for id_ in known.tolist()]
        return _Groups(of_row.astype(np.int32), keys, [str(key) for key in keys])
    found = labels(state, [id_ for id_ in known.tolist() if id_])
    keys = [found[id_].uid if id_ else None for id_ in known.tolist()]
    return _Groups(of_row.astype(np.int32), keys, [found[id_].name if id_ else "" for id_ in known.tolist()])
