"""What is read or worked out once for a graph, and serves every state of the same moment, however often one is opened."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from ea_repo.analysis.graph import Graph
from ea_repo.store.state import State

Found = TypeVar("Found")


def kept_with_graph(read: Callable[[State], Found], /) -> Callable[[State], Found]:
    """`read(state)`, done once for a changeset and date, and kept as long as their graph is.

    Only for what follows from the moment that is read, holds nothing of the state itself, and is small beside the graph.
    Whoever asks again gets the very same object, so nobody may change it. A draft keeps its own until it is closed.
    """

    @wraps(read)
    def once(state: State, /) -> Found:
        graph: Graph = state.graph
        kept: dict[Any, Any] = graph.kept if state.draft is None else state.kept
        key = (read, state.metamodel.fingerprint, state.number, state.on)
        if key not in kept:
            kept[key] = read(state)
        found: Found = kept[key]
        return found

    return once
