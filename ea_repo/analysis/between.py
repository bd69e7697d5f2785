"""What the questions about two concepts share: where the chains between them begin and end, and how they are told."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ea_repo.analysis.chains import Hop, Step, steps_of
from ea_repo.analysis.graph import Graph
from ea_repo.store.labels import id_of
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State

Dependency = Literal["source depends on target", "target depends on source"]


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """From the row `first`, which depends, to `last`, which is needed, by way of rows of `through`, `last` among them."""

    first: int
    last: int
    through: Mask | None


def both_ways(state: State, source: str, target: str, mask: Mask | None) -> Iterator[tuple[Dependency, Between]]:
    """The two ways to ask, without those where there can be no chain: both are the same, or one does not hold then.

    Raises `NotFound` for a uid that is none.
    """
    for meaning, one, other in _asked(source, target):
        found = _between(state, one, other, mask)
        if found is not None:
            yield meaning, found


def _asked(source: str, target: str) -> tuple[tuple[Dependency, str, str], ...]:
    return ("source depends on target", source, target), ("target depends on source", target, source)


def _between(state: State, uid: str, needed: str, mask: Mask | None) -> Between | None:
    graph: Graph = state.graph
    first, last = graph.row(id_of(state, uid)), graph.row(id_of(state, needed))
    if first is None or last is None or first == last:
        return None
    if mask is not None:
        mask = mask.copy()
        mask[last] = True
    return Between(first, last, mask)


def told_chains(state: State, ways: Iterable[tuple[Dependency, Sequence[Hop]]]) -> list[tuple[Step, ...]]:
    """Each way as the chain from source to target, with a few queries for all."""
    ways = list(ways)
    steps = steps_of(state, (hop for _, way in ways for hop in way))
    chains = []
    for meaning, way in ways:
        chain = tuple(steps[hop] for hop in way)
        if meaning == "target depends on source":
            chain = tuple(step.turned() for step in reversed(chain))
        chains.append(chain)
    return chains
