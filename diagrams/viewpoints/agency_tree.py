"""Agency tree: which agency stands below which, with how many systems each has."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from diagrams.colouring import ColourBy, coloured
from diagrams.concepts import joined, moment_of, name_of, node_of
from diagrams.drawing import Drawing, Edge, Kind, Node, Words
from diagrams.notation import phrase
from ea_repo.analysis.agency_tree import parents
from ea_repo.catalogue import viewpoint
from ea_repo.store.labels import id_of, uids
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 120
_SYSTEMS = ("System", "ApplicationComponent")
_PART = "Composition"


@viewpoint(example={"depth": 2})
def agency_tree(
    state: State,
    uid: Annotated[str | None, "Only this agency and those below it; left out, all."] = None,
    *,
    depth: Annotated[int | None, "At most so many levels below the top; left out, all.", range(1, 101)] = None,
    colour: ColourBy = None,
    limit: Annotated[
        int, "The most boxes; of more, lower levels are counted at the agency above them.", range(2, 1_001)
    ] = MOST_SHOWN,
) -> Drawing:
    """Which agency stands below which, with the systems that each has."""
    tree = _Tree.of(state, uid)
    shown, left = tree.shown(max(limit, 2), depth)
    concepts = state.get_many(shown)
    systems = _systems(state)
    nodes = [_node(state, concepts[each], tree, set(shown), systems) for each in shown if each in concepts]
    nodes += [
        Node(f"more {parent}", phrase("more", count=count), Kind("Summary")) for parent, count in sorted(left.items())
    ]
    kind = Kind(_PART, _PART, state.metamodel.type(_PART).label)
    edges = [
        Edge(f"{tree.above[each]} above {each}", tree.above[each], each, kind)
        for each in concepts
        if tree.above.get(each) in concepts
    ]
    edges += [Edge(f"more below {parent}", parent, f"more {parent}", kind) for parent in sorted(left) if parent]
    hidden = len(tree.all) - len(concepts)
    notes: tuple[Words, ...] = (
        (phrase("agencies_left_out", shown=len(concepts), count=len(tree.all)),) if hidden else ()
    )
    drawing = Drawing(
        title=phrase("tree_of", name=name_of(state.get(uid))) if uid else phrase("tree_title"),
        nodes=tuple(nodes),
        edges=tuple(edges),
        subtitle=joined([phrase("agencies_count", count=len(tree.all)), *moment_of(state)]),
        notes=notes if tree.all else (phrase("no_agencies"),),
        viewpoint="agency-tree",
        arrangement="tree",
    )
    return coloured(state, drawing, concepts.values(), colour)


def _systems(state: State) -> Counter[str]:
    """How many systems each agency owns itself."""
    known = [name for name in _SYSTEMS if name in state.metamodel.types]
    return Counter(each.owner for each in state.iterate(Query(types=tuple(known))) if each.owner)


@dataclass(frozen=True, slots=True)
class _Tree:
    """Agencies by uid, from the top: `above` has the one above each, `sizes` how many stand below, itself included."""

    all: Sequence[str]
    above: Mapping[str, str]
    below: Mapping[str, Sequence[str]]
    sizes: Mapping[str, int]
    tops: Sequence[str]

    @classmethod
    def of(cls, state: State, top: str | None) -> "_Tree":
        agencies = {each.uid: each for each in state.iterate(Query(types=(_agency_type(state),)))}
        if top is not None:
            id_of(state, top)  # raises where there is none
            agencies |= state.get_many(state.sub_agencies(top))
        ids = parents(state)
        names = uids(state, {*ids, *ids.values()})
        above = {
            names[part]: names[whole] for part, whole in ids.items() if {names[part], names[whole]} <= agencies.keys()
        }
        below: defaultdict[str, list[str]] = defaultdict(list)
        for part in sorted(above, key=lambda uid: (agencies[uid].name, uid)):
            below[above[part]].append(part)
        tops = [top] if top is not None else [uid for uid in agencies if uid not in above]
        order = _down(tops, below)
        if top is None:  # circles have no top of their own
            for uid in sorted(agencies.keys() - set(order)):
                if uid not in order:
                    tops.append(uid)
                    order += [each for each in _down([uid], below) if each not in order]
        sizes: Counter[str] = Counter()
        for uid in reversed(order):
            sizes[uid] += 1 + sum(sizes[child] for child in below.get(uid, ()))
        largest_first = {uid: sorted(parts, key=lambda part: -sizes[part]) for uid, parts in below.items()}
        return cls(order, above, largest_first, sizes, sorted(tops, key=lambda uid: (-sizes[uid], agencies[uid].name)))

    def shown(self, limit: int, depth: int | None) -> tuple[list[str], dict[str, int]]:
        """Those drawn, as many levels as there is room for, and how many stand beside the last of each that is too wide."""
        found = list(self.tops[:limit])
        left = {"": len(self.tops) - limit} if len(self.tops) > limit else {}
        level, at = found, 0
        while level and (depth is None or at < depth):
            level = [part for uid in level for part in self.below.get(uid, ()) if part not in found]
            at += 1
            if len(found) + len(level) > limit:
                if at == 1:
                    kept = sorted(level, key=lambda uid: -self.sizes[uid])[: max(limit - len(found) - 1, 1)]
                    found += kept
                    for uid in level:
                        if uid not in kept:
                            left[self.above[uid]] = left.get(self.above[uid], 0) + 1
                break
            found += level
        return found, left


def _agency_type(state: State) -> str:
    return "Agency" if "Agency" in state.metamodel.types and state.count(Query(types=("Agency",))) else "BusinessActor"


def _down(tops: Sequence[str], below: Mapping[str, Sequence[str]]) -> list[str]:
    found: dict[str, None] = {}
    waiting = list(reversed(tops))
    while waiting:
        uid = waiting.pop()
        if uid not in found:
            found[uid] = None
            waiting += reversed(below.get(uid, ()))
    return list(found)


def _node(state: State, agency: Concept, tree: _Tree, shown: set[str], systems: Counter[str]) -> Node:
    said: list[Words] = []
    if systems[agency.uid]:
        said.append(phrase("systems_count", count=systems[agency.uid]))
    hidden = tree.sizes[agency.uid] - 1 if not shown & set(tree.below.get(agency.uid, ())) else 0
    if hidden:
        said.append(phrase("agencies_below", count=hidden))
    return replace(node_of(state.metamodel, agency), detail=joined(said) if said else "")
