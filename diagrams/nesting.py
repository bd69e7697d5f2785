"""What stands in what, for formats that say it by structure: frames by name, boxes of a stored view by their places."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from diagrams.drawing import Cluster, Drawing, Node
from diagrams.geometry import Rect

Item = Node | Cluster


class Nesting:
    """A drawing as a tree. `joints` are the edges on which others end; `drawn` edges are those with both ends."""

    def __init__(self, drawing: Drawing) -> None:
        everything: Sequence[Item] = [*drawing.clusters, *drawing.nodes]
        self.items: Mapping[str, Item] = {each.id: each for each in everything}
        self._parents = _parents(drawing)
        self._children: defaultdict[str | None, list[Item]] = defaultdict(list)
        for item in self.items.values():
            self._children[self.parent(item.id)].append(item)
        known: set[str] = set(self.items)
        kept: set[str] = set()
        # An edge may end at an edge: as many rounds as such chains are long.
        while ready := [e.id for e in drawing.edges if e.id not in kept and {e.source, e.target} <= known]:
            kept |= set(ready)
            known |= set(ready)
        self.drawn = [edge for edge in drawing.edges if edge.id in kept]
        ends = {end for edge in self.drawn for end in (edge.source, edge.target)}
        self.joints = [edge.id for edge in self.drawn if edge.id in ends]
        self.names: Mapping[str, str] = {
            **{each.id: f"g{at}" for at, each in enumerate(drawing.clusters)},
            **{each.id: f"n{at}" for at, each in enumerate(drawing.nodes)},
            **{each: f"j{at}" for at, each in enumerate(self.joints)},
        }

    def parent(self, id: str) -> str | None:
        """The box or frame in which one stands."""
        found = self._parents.get(id)
        return found if found in self.items else None

    def children(self, id: str | None = None) -> Sequence[Item]:
        """What stands directly in a box or frame; None: in none."""
        return self._children.get(id, ())

    def walk(self, id: str | None = None) -> list[Item]:
        """Everything, what is outside before what stands in it."""
        found: list[Item] = []
        for item in self.children(id):
            found += [item, *self.walk(item.id)]
        return found


def _parents(drawing: Drawing) -> dict[str, str | None]:
    if not drawing.placed or drawing.clusters:
        everything: Sequence[Item] = [*drawing.clusters, *drawing.nodes]
        return {each.id: each.cluster for each in everything}
    found: dict[str, str | None] = {}
    holders: list[tuple[str, Rect]] = []
    for node in drawing.nodes:
        if node.place is None:
            continue
        # Whatever is drawn later and lies inside: the last holder that was drawn is the innermost.
        place = node.place
        found[node.id] = next((name for name, rect in reversed(holders) if rect.holds(place)), None)
        if node.holds_others:
            holders.append((node.id, place))
    return found
