"""Keeps the dependency graphs of recent states, so that a question pays for its search and not for the graph."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Lock

import numpy as np

from ea_repo.analysis.graph import Graph
from ea_repo.analysis.holding import without
from ea_repo.analysis.kept_graph import KeptGraph
from ea_repo.analysis.patching import patched
from ea_repo.store.arrays import changed_after, not_holding, read_columns, read_few_columns
from ea_repo.store.reading import Laid
from ea_repo.store.state import State

MOST_GRAPHS = 32
MOST_BYTES = 1 << 30
#: When more than one concept in so many changed, reading all of them anew is as fast.
_MUCH = 16
#: Below so many concepts reading them all is as fast as opening a file.
WORTH_KEEPING = 20_000
#: The file is written anew when so many changesets came after it.
MOST_BEHIND = 100


@dataclass(frozen=True, slots=True)
class Moment:
    """What a graph depends on, and nothing else: states that agree in these have the same graph."""

    metamodel: str
    number: int
    on: date | None = None
    draft: int | None = None

    @classmethod
    def of(cls, state: State) -> "Moment":
        draft = None if state.draft is None else state.draft.id
        return cls(state.metamodel.fingerprint, state.number, state.on, draft)


Take = Callable[[State, Graph | None, int], Graph]


def take(state: State, before: Graph | None = None, number: int = 0) -> Graph:
    """The graph of a state, no matter when what is in it holds: from another one, as of that number, or from all rows.

    Reading all takes about a second for a million concepts; what changed, a hundredth of it.
    """
    if before is not None:
        most = (len(before) + len(before.relationship_ids)) // _MUCH
        changed = changed_after(state, min(number, state.number), at_most=most)
        if changed is not None:
            names = before.type_names
            return patched(before, changed, lambda ids: read_few_columns(state, ids, names))
    return Graph.build(read_columns(state))


class Snapshots:
    """Graphs by moment, of which the latest asked for are kept. Safe to share between threads; each is made once.

    With a path, the graph of the present is kept in a file as well, for the next process and for others at the same
    time. Graphs on a date, of the past or near each other are made of one another.
    """

    def __init__(
        self,
        take: Take = take,
        *,
        path: Path | None = None,
        most_graphs: int = MOST_GRAPHS,
        most_bytes: int = MOST_BYTES,
        worth_keeping: int = WORTH_KEEPING,
    ) -> None:
        self._take = take
        self._file = None if path is None else KeptGraph(path)
        self._worth_keeping = worth_keeping
        self._most_graphs = most_graphs
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Moment, Graph] = OrderedDict()
        self._making: dict[Moment, Lock] = {}
        self._lock = Lock()

    def graph(self, state: State) -> Graph:
        """The graph of a state: kept, or made while others who want the same one wait."""
        moment = Moment.of(state)
        with self._lock:
            if (found := self._found(moment)) is not None:
                return found
            making = self._making.setdefault(moment, Lock())
        with making:
            with self._lock:
                if (found := self._found(moment)) is not None:
                    return found
            graph = self._made(state, moment)
            with self._lock:
                self._keep(moment, graph)
                self._making.pop(moment, None)
        return graph

    def _made(self, state: State, moment: Moment) -> Graph:
        if moment.on is not None:
            return without(self.graph(state.at(on=None)), not_holding(state))
        if state.draft is not None:
            return self._with_draft(state, state.draft)
        number, nearest = self._nearest(moment, state.latest)
        if nearest is None and self._file is not None:
            number, nearest = self._file.opened(state)
            if nearest is not None:
                with self._lock:
                    self._keep(replace(moment, number=number), nearest)
                if number == moment.number:
                    return nearest
        graph = self._take(state, nearest, number)
        if self._file is not None and state.as_of is None and self._is_worth_writing(graph, moment.number):
            self._file.write(graph, state)
        return graph

    def _with_draft(self, state: State, laid: Laid) -> Graph:
        base = laid.base.at(on=None)
        if base.metamodel.fingerprint != state.metamodel.fingerprint:  # by it, anything may depend on anything else
            return Graph.build(read_columns(state))
        graph = self.graph(base)
        changed = np.array(sorted(laid.overlay.changed), np.int64)
        return patched(graph, changed, lambda ids: read_few_columns(state, ids, graph.type_names))

    def _is_worth_writing(self, graph: Graph, number: int) -> bool:
        written = None if self._file is None else self._file.number
        is_large = len(graph) + len(graph.relationship_ids) >= self._worth_keeping
        return is_large and (written is None or number >= written + MOST_BEHIND)

    def _nearest(self, moment: Moment, latest: int) -> tuple[int, Graph | None]:
        """The graph of the nearest other changeset, whenever what is in it holds, and its number.

        Not of one after the latest that the state sees: what such a changeset did is hidden from its transaction.
        """
        with self._lock:
            others = [
                (kept.number, graph)
                for kept, graph in self._kept.items()
                if kept == Moment(moment.metamodel, kept.number) and kept.number <= latest
            ]
        return min(others, key=lambda each: abs(each[0] - moment.number), default=(0, None))

    def _found(self, moment: Moment) -> Graph | None:
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
