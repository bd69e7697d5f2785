"""A made-up nation's dependencies: layered, heavy-tailed, with some cycles. The same for the same seed.

Most concepts need something of the layer below, a few of their own or, against the order, of the one above; many need
one of a few national platforms at the bottom, of which the first is the largest hub.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LAYERS = 8
#: How much larger the top layer is than the bottom one.
WIDENING = 8
#: Of what a dependency is, by chance: on the layer below, the own one, a platform at the bottom, the layer above.
BELOW, WITHIN, PLATFORM = 0.70, 0.89, 0.99
#: How strongly the first of a layer are preferred: what is chosen is chance to this power of the way along it.
SKEW, PLATFORM_SKEW = 2, 10


@dataclass(frozen=True, slots=True)
class Dependencies:
    """`dependents[n]` needs `needed[n]`; nodes are 0, 1, ..., `nodes` - 1."""

    nodes: int
    dependents: NDArray[np.int32]
    needed: NDArray[np.int32]

    @property
    def hub(self) -> int:
        """What most need directly."""
        return self.hubs(1)[0]

    def hubs(self, count: int) -> list[int]:
        """What most need directly, the largest first."""
        found: list[int] = np.argsort(-np.bincount(self.needed), kind="stable")[:count].tolist()
        return found


def layered(nodes: int, edges: int, seed: int = 1) -> Dependencies:
    """A graph of so many nodes and edges."""
    chance = np.random.default_rng(seed)
    sizes = np.geomspace(1, WIDENING, LAYERS)
    bounds = np.concatenate(([0], np.round(np.cumsum(sizes / sizes.sum()) * nodes))).astype(np.int64)
    dependents = chance.integers(bounds[1], nodes, edges)
    layer = np.searchsorted(bounds, dependents, "right") - 1
    sort = chance.random(edges)
    above = np.minimum(layer + 1, LAYERS - 1)
    on = np.select((sort < BELOW, sort < WITHIN, sort < PLATFORM), (layer - 1, layer, 0), above)
    is_platform = (sort >= WITHIN) & (sort < PLATFORM)
    along = chance.random(edges) ** np.where(is_platform, PLATFORM_SKEW, SKEW)
    width = bounds[on + 1] - bounds[on]
    needed = bounds[on] + np.minimum((width * along).astype(np.int64), width - 1)
    return Dependencies(nodes, dependents.astype(np.int32), needed.astype(np.int32))
