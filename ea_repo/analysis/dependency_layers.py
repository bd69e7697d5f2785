"""Layers: how many things stand below each, one on the other, by what depends on what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hop, Hops, Step, labels_of, steps_of
from ea_repo.analysis.condensation import Condensation, condensed
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.walk import walk
from ea_repo.catalogue import question
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Layered:
    """A concept on its layer: 0 depends on nothing, n on something of layer n - 1 and nothing above that.

    `circle` is how many concepts there are that all depend on each other, this one included; they share a layer. `chain`
    leads to what it stands on of the layer below, whose own row tells how to go on from there.
    """

    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    layer: int
    circle: int
    chain: tuple[Step, ...]


@question(example={"type": ["System"]})
def dependency_layers(
    state: State,
    *,
    layer: Annotated[int | None, "Only what is on this layer; 0 is the lowest.", range(1_000_001)] = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Layered]:
    """How many things stand below each concept one on the other: the longest chain of dependencies, circles as one.

    What depends on nothing is on layer 0; the top first, then as first written. The conditions choose what is reported,
    not what is counted. Layers are counted from the lowest up, all of them: there is neither direction nor depth. O(nodes + edges).
    """
    graph: Graph = state.graph
    whole = condensed(graph.dependencies)
    layer_of = whole.levels.take(whole.component)
    mask = chosen(state, type, model, owner)
    kept = np.ones(len(graph), bool) if mask is None else mask
    rows = np.flatnonzero(kept if layer is None else kept & (layer_of == layer))
    rows = rows.take(np.lexsort((rows, -layer_of.take(rows))))
    below = _Below(graph, whole)

    def told(positions: Sequence[int]) -> list[Layered]:
        wanted = [int(rows[each]) for each in positions]
        ways = [below.way(row) for row in wanted]
        steps = steps_of(state, (hop for way in ways for hop in way))
        known = labels_of(state, wanted)
        found = []
        for row, way in zip(wanted, ways, strict=True):
            label, component = known[row], whole.component[row]
            found.append(
                Layered(
                    label.uid, label.name, label.type, label.model, label.owner,
                    int(whole.levels[component]), int(whole.sizes[component]), tuple(steps[hop] for hop in way),
                )
            )  # fmt: skip
        return found

    return Answer(state, len(rows), told)


class _Below:
    """The ways to what each row stands on of the layer below, by the earliest written relationships."""

    def __init__(self, graph: Graph, whole: Condensation) -> None:
        self._graph = graph
        self._whole = whole
        self._levels = whole.levels.take(whole.component)
        self._circles: dict[int, Hops] = {}

    def way(self, row: int) -> list[Hop]:
        """The shortest way through its circle and down; none from the lowest layer."""
        component = int(self._whole.component[row])
        if not self._levels[row]:
            return []
        through = self._through(component).to(row) if self._whole.sizes[component] > 1 else []
        turned = [Hop(hop.row, hop.before, hop.by) for hop in reversed(through)]
        return [*turned, *self._down(turned[-1].row if turned else row)]

    def _through(self, component: int) -> Hops:
        """The ways through a circle from those members that stand on something of the layer below."""
        if component not in self._circles:
            is_member = self._whole.component == component
            first = [row for row in np.flatnonzero(is_member).tolist() if self._down(row)]
            walked = walk(self._graph.dependents, np.array(first, np.int32), through=is_member)
            self._circles[component] = Hops(self._graph.dependencies, walked)
        return self._circles[component]

    def _down(self, row: int) -> list[Hop]:
        """The hop from a row to the layer below, if it is one that leads there."""
        side = self._graph.dependencies
        at = slice(int(side.starts[row]), int(side.starts[row + 1]))
        others, by = side.neighbours[at], side.relationships[at]
        fits = np.flatnonzero(self._levels.take(others) == self._levels[row] - 1)
        if not len(fits):
            return []
        first = fits[np.argmin(by.take(fits))]
        return [Hop(row, int(others[first]), int(by[first]))]
