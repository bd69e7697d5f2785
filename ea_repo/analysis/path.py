"""Path: how two concepts depend on each other."""

from dataclasses import dataclass
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.between import Dependency
from ea_repo.analysis.chains import Hops, Step, tell
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.reach import Depth, beginning, check_depth
from ea_repo.analysis.walk import walk
from ea_repo.catalogue import question
from ea_repo.store.labels import id_of
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Path:
    """The shortest chain of dependencies between two concepts, told from source to target whichever needs the other.

    `through` are the uids of what lies between them.
    """

    source: str
    target: str
    dependency: Dependency
    distance: int
    through: tuple[str, ...]
    chain: tuple[Step, ...]


@question(example={"source": "centre:A-SIGNIN", "target": "shared:SRV-GOVID"})
def path(
    state: State,
    source: Annotated[str, "The concept where the chain begins."],
    target: Annotated[str, "The concept where it ends."],
    *,
    depth: Depth = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Path]:
    """How two concepts depend on each other: the shortest chain of dependencies between them.

    One row where the source depends on the target, or the target on the source; both where they lie on a cycle; none
    where neither does, or both are the same concept. What lies between the two fits the conditions.
    O(edges of the part searched).
    """
    check_depth(depth)
    mask = chosen(state, type, model, owner)
    forth = _chain(state, source, target, depth, mask)
    back = tuple(step.turned() for step in reversed(_chain(state, target, source, depth, mask)))
    found: tuple[tuple[Dependency, tuple[Step, ...]], ...] = (
        ("source depends on target", forth),
        ("target depends on source", back),
    )
    rows = [
        Path(source, target, meaning, len(chain), tuple(step.to_uid for step in chain[:-1]), chain)
        for meaning, chain in found
        if chain
    ]
    return Answer.of(state, rows)


def _chain(state: State, uid: str, needed: str, depth: int | None, mask: Mask | None) -> tuple[Step, ...]:
    """The shortest chain by which a concept depends on another, through rows of the mask; empty if it does not."""
    graph: Graph = state.graph
    begin = beginning(state, uid, "dependencies")
    last = graph.row(id_of(state, needed))
    if last is None:
        return ()
    rows = begin.rows
    if mask is not None:
        mask = mask.copy()
        mask[last] = True
        rows = rows if begin.entry is None else rows.compress(mask.take(rows))
    walked = walk(graph.dependencies, rows, first=begin.first, depth=depth, until=last, through=mask)
    if last not in walked.levels[-1]:
        return ()
    return tell(state, Hops(graph.dependents, walked), [last], begin.entry)[0].chain
