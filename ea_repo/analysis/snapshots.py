"""Keeps the dependency graphs of recent states, so that a question pays for its search and not for the graph."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from threading import Lock

from ea_repo.analysis.graph import Graph
from ea_repo.store.arrays import read_columns
from ea_repo.store.state import State

Load = Callable[[State], Graph]

MOST_GRAPHS = 32
MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Moment:
    """What a graph depends on, and nothing else: states that agree in these have the same graph."""

    metamodel: str
    number: int
    on: date | None


def load(state: State) -> Graph:
    """The graph of a state, from its rows. About a second for a million concepts."""
    return Graph.build(read_columns(state))


class Snapshots:
    """Graphs by moment, the latest asked for are kept. Safe to share between threads; a graph is built once.

    A changed repository has a new number and is read anew. Applying to the nearest kept graph what changed since then
    would go where `load` is called.
    """

    def __init__(self, load: Load = load, *, most_graphs: int = MOST_GRAPHS, most_bytes: int = MOST_BYTES) -> None:
        self._load = load
        self._most_graphs = most_graphs
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Moment, Graph] = OrderedDict()
        self._building: dict[Moment, Lock] = {}
        self._lock = Lock()

    def graph(self, state: State) -> Graph:
        """The graph of a state, built unless it is kept."""
        moment = Moment(state.metamodel.fingerprint, state.number, state.on)
        with self._lock:
            if (found := self._taken(moment)) is not None:
                return found
            building = self._building.setdefault(moment, Lock())
        with building:
            with self._lock:
                if (found := self._taken(moment)) is not None:
                    return found
            graph = self._load(state)
            with self._lock:
                self._keep(moment, graph)
                self._building.pop(moment, None)
        return graph

    def _taken(self, moment: Moment) -> Graph | None:
        if moment in self._kept:
            self._kept.move_to_end(moment)
        return self._kept.get(moment)

    def _keep(self, moment: Moment, graph: Graph) -> None:
        self._kept[moment] = graph
        while len(self._kept) > 1 and not self._fits():
            self._kept.popitem(last=False)

    def _fits(self) -> bool:
        held = sum(graph.nbytes for graph in self._kept.values())
        return len(self._kept) <= self._most_graphs and held <= self._most_bytes
