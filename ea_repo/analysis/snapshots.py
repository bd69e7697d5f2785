"""Keeps the dependency graphs of recent states, so that a question pays for its search and not for the graph."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from threading import Lock

from ea_repo.analysis.graph import Graph
from ea_repo.store.arrays import Columns, changed_since, read_columns, refreshed
from ea_repo.store.state import State

MOST_GRAPHS = 32
MOST_BYTES = 1 << 30
#: When more than one concept in so many changed, reading all of them anew is as fast.
_MUCH = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """What a graph depends on, and nothing else: states that agree in these have the same graph."""

    metamodel: str
    number: int
    on: date | None

    def follows(self, other: "Moment") -> bool:
        """Whether it is the same but for changesets in between."""
        return (self.metamodel, self.on) == (other.metamodel, other.on) and self.number > other.number


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A graph and what it was made of, from which a later one can be made."""

    columns: Columns
    graph: Graph

    @property
    def nbytes(self) -> int:
        return self.columns.nbytes + self.graph.nbytes


Take = Callable[[State, Snapshot | None, int], Snapshot]


def take(state: State, before: Snapshot | None = None, number: int = 0) -> Snapshot:
    """The snapshot of a state, made of one `before` (as of that number) and what changed since, or of all its rows.

    Reading all takes about a second for a million concepts; what changed, a tenth of it.
    """
    if before is not None:
        changed = changed_since(state, number)
        if len(changed) * _MUCH < len(before.columns):
            columns = refreshed(state, before.columns, changed)
            return Snapshot(columns, Graph.build(columns))
    columns = read_columns(state)
    return Snapshot(columns, Graph.build(columns))


class Snapshots:
    """Graphs by moment, of which the latest asked for are kept. Safe to share between threads; each is made once."""

    def __init__(self, take: Take = take, *, most_graphs: int = MOST_GRAPHS, most_bytes: int = MOST_BYTES) -> None:
        self._take = take
        self._most_graphs = most_graphs
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Moment, Snapshot] = OrderedDict()
        self._making: dict[Moment, Lock] = {}
        self._lock = Lock()

    def graph(self, state: State) -> Graph:
        """The graph of a state, made unless it is kept."""
        moment = Moment(state.metamodel.fingerprint, state.number, state.on)
        with self._lock:
            if (found := self._found(moment)) is not None:
                return found.graph
            making = self._making.setdefault(moment, Lock())
        with making:
            with self._lock:
                if (found := self._found(moment)) is not None:
                    return found.graph
                number, before = self._before(moment)
            snapshot = self._take(state, before, number)
            with self._lock:
                self._keep(moment, snapshot)
                self._making.pop(moment, None)
        return snapshot.graph

    def _found(self, moment: Moment) -> Snapshot | None:
        if moment in self._kept:
            self._kept.move_to_end(moment)
        return self._kept.get(moment)

    def _before(self, moment: Moment) -> tuple[int, Snapshot | None]:
        """The nearest earlier snapshot on the same date, and its number."""
        earlier = [(kept.number, snapshot) for kept, snapshot in self._kept.items() if moment.follows(kept)]
        return max(earlier, key=lambda each: each[0], default=(0, None))

    def _keep(self, moment: Moment, snapshot: Snapshot) -> None:
        self._kept[moment] = snapshot
        while len(self._kept) > 1 and not self._fits():
            self._kept.popitem(last=False)

    def _fits(self) -> bool:
        held = sum(snapshot.nbytes for snapshot in self._kept.values())
        return len(self._kept) <= self._most_graphs and held <= self._most_bytes
