"""Derived: relationships that follow from recorded ones by the derivation rules of ArchiMate 3.2, appendix B."""

import tomllib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Step, labels_of
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph, Rows
from ea_repo.catalogue import question
from ea_repo.errors import InvalidInput
from ea_repo.metamodel.types import Metamodel
from ea_repo.store.labels import id_of, uids
from ea_repo.store.state import State

_RULES = tomllib.loads(Path(__file__).with_name("derivation.toml").read_text("utf-8"))
_STRENGTH = {name: at for at, name in enumerate(_RULES["structural"])}
_LIFTED = frozenset(_RULES["lifted"])
_TRANSITIVE = frozenset(_RULES["transitive"])
#: What a chain is that leads only down from where it was asked, against the way it is read: nothing by itself.
_BELOW = "below"

Direction = Literal["from", "to", "both"]
MaxDepth = Annotated[int, "Chains of at most so many relationships.", range(2, 1_001)]


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived relationship, and the recorded ones it follows from, told from source to target."""

    source: str
    type: str
    target: str
    certainty: Literal["certain"]
    distance: int
    chain: tuple[Step, ...]


class _Place(NamedTuple):
    """Where a chain has come to, what it amounts to, and the domains of what lies between."""

    row: int
    type: str
    through: frozenset[str]


@question(example={"uid": "centre:GOVID"})
def derived(
    state: State,
    uid: Annotated[str, "The element from or to which relationships are derived."],
    *,
    to: Annotated[str | None, "Only what is derived between the element and this one."] = None,
    direction: Annotated[
        Direction, "Whether the element is the source of what is derived, its target, or either."
    ] = "both",
    depth: MaxDepth = 4,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Derived]:
    """Relationships that follow from the recorded ones by ArchiMate's rules of derivation, with the chain.

    Those from the element come first, then the shortest chain, then the order in which the other ends were written. One
    row for each other end and type, by a shortest chain; the conditions choose the other ends; none where a relationship of that type is recorded itself. The
    metamodel permits each between its ends, and nothing between lies in a domain (motivation, strategy, core,
    implementation) foreign to both ends.

    The rules are DR1 to DR6 and DR8 of ArchiMate 3.2, B.2, all certain. Left out: DR7 (triggering moved along
    structural relationships), the potential derivations, associations, junctions, and relationships as ends. The domains
    restrict as ArchiMate 3.0.1 has it. Only the whole chain is judged by the metamodel, not each part of it.
    O(relationships) to index, then what lies within the depth, once for each type and set of domains.
    """
    if depth < 2:
        raise InvalidInput(f"The depth is {depth}; a derived relationship follows from at least 2.")
    graph: Graph = state.graph
    begin = graph.row(id_of(state, uid))
    wanted = None if to is None else graph.row(id_of(state, to))
    if begin is None or (to is not None and wanted is None):
        return Answer.of(state, [])
    mask = chosen(state, type, model, owner)
    links = _Links(state)
    if not links.element(begin):
        return Answer.of(state, [])
    found: list[tuple[int, str, list[tuple[int, int, int]], bool]] = []
    for forth in (True, False):
        if direction in ("both", "from" if forth else "to"):
            for row, type_name, chain in _derive(links, begin, depth, forth=forth):
                if wanted in (None, row) and (mask is None or mask[row]):
                    found.append((row, type_name, chain, forth))
    return Answer.of(state, _told(state, begin, found))


class _Links:
    """Which recorded relationships lead from and to a row, as the rules see them."""

    def __init__(self, state: State) -> None:
        self.graph: Graph = state.graph
        self.metamodel: Metamodel = state.metamodel
        self._bases: list[str] = [self.metamodel.base(name) for name in self.graph.type_names]

    def base(self, row: int) -> str:
        return self._bases[int(self.graph.types[row])]

    def domain(self, row: int) -> str | None:
        """None for what belongs to any, as a grouping does."""
        layer = self.metamodel.type(self.base(row)).layer
        return _DOMAINS.get(layer or "", "core")

    def element(self, row: int) -> bool:
        return self.base(row) != "Junction" and not self.metamodel.is_relationship(self.base(row))

    def at(self, row: int, *, outgoing: bool) -> Iterator[tuple[str, int, int]]:
        """(type, the other end, position) of each relationship from or to a row, the earliest first."""
        order, ends = self._outgoing if outgoing else self._incoming
        others = self.graph.targets if outgoing else self.graph.sources
        begin, end = np.searchsorted(ends, [row, row + 1])
        for by in order[begin:end].tolist():
            yield self._bases[self.graph.relationship_types[by]], int(others[by]), by

    @cached_property
    def _outgoing(self) -> tuple[Rows, Rows]:
        return _sorted(self.graph.sources)

    @cached_property
    def _incoming(self) -> tuple[Rows, Rows]:
        return _sorted(self.graph.targets)


_DOMAINS: dict[str, str | None] = {
    "motivation": "motivation",
    "strategy": "strategy",
    "implementation": "implementation",
    "composite": None,
    "other": None,
}


def _sorted(ends: Rows) -> tuple[Rows, Rows]:
    order = np.argsort(ends, kind="stable").astype(np.int32)
    return order, ends.take(order)


def _derive(
    links: _Links, begin: int, depth: int, *, forth: bool
) -> Iterator[tuple[int, str, list[tuple[int, int, int]]]]:
    """(other end, type, chain as (row, row, relationship) from `begin`) of what is derived, the shortest first."""
    start = _Place(begin, "", frozenset())
    before: dict[_Place, tuple[_Place, int]] = {}
    length = {start: 0}
    waiting = deque([start])
    known: set[tuple[int, str]] = set()
    while waiting:
        place = waiting.popleft()
        if length[place] == depth:
            continue
        between = links.domain(place.row) if place.type else None
        through = place.through if between is None else place.through | {between}
        for type_name, row, by in _onwards(links, place, forth=forth):
            reached = _Place(row, type_name, through)
            if reached in length or not links.element(row):
                continue
            length[reached] = length[place] + 1
            before[reached] = (place, by)
            waiting.append(reached)
            if row != begin and (row, type_name) not in known and _holds(links, begin, reached, forth=forth):
                known.add((row, type_name))
                if length[reached] > 1:
                    yield row, type_name, _way(before, reached)


def _onwards(links: _Links, place: _Place, *, forth: bool) -> Iterator[tuple[str, int, int]]:
    """(type of the whole, next row, relationship) of each way by which a chain may go on."""
    for type_name, row, by in links.at(place.row, outgoing=forth):
        if (whole := _joined(place.type, type_name, forth=forth)) is not None:
            yield whole, row, by
    # Against the arrows: up from what is depended on to its wholes; or first down to the parts that are depended on.
    if forth and place.type in _LIFTED:
        yield from ((place.type, row, by) for name, row, by in links.at(place.row, outgoing=False) if name in _STRENGTH)
    if not forth and place.type in ("", _BELOW):
        yield from ((_BELOW, row, by) for name, row, by in links.at(place.row, outgoing=True) if name in _STRENGTH)


def _joined(whole: str, more: str, *, forth: bool) -> str | None:
    """What a chain amounts to with one more relationship along the arrows; None where no rule joins them."""
    if whole == "":
        return more if more in _STRENGTH or more in _LIFTED or more in _TRANSITIVE else None
    if whole == _BELOW:
        return more if more in _LIFTED else None
    if whole in _STRENGTH and more in _STRENGTH:
        return min(whole, more, key=_STRENGTH.__getitem__)
    if whole in _TRANSITIVE:
        return more if more == whole else None
    above, below = (whole, more) if forth else (more, whole)
    return below if above in _STRENGTH and below in _LIFTED else None


def _holds(links: _Links, begin: int, reached: _Place, *, forth: bool) -> bool:
    source, target = (begin, reached.row) if forth else (reached.row, begin)
    ends = {links.domain(source), links.domain(target)}
    return (
        reached.type != _BELOW
        and (None in ends or reached.through <= ends)
        and links.metamodel.permitted(links.base(source), reached.type, links.base(target))
    )


def _way(before: dict[_Place, tuple[_Place, int]], place: _Place) -> list[tuple[int, int, int]]:
    way = []
    while place in before:
        earlier, by = before[place]
        way.append((earlier.row, place.row, by))
        place = earlier
    return way[::-1]


def _told(state: State, begin: int, found: list[tuple[int, str, list[tuple[int, int, int]], bool]]) -> list[Derived]:
    graph: Graph = state.graph
    found.sort(key=lambda each: (not each[3], len(each[2]), each[0], each[1]))
    labels = labels_of(state, {begin, *(row for each in found for hop in each[2] for row in hop[:2])})
    names = uids(state, {int(graph.relationship_ids[by]) for each in found for _, _, by in each[2]})
    rows = []
    for row, type_name, way, forth in found:
        steps = [
            Step(
                names[int(graph.relationship_ids[by])],
                graph.type_names[graph.relationship_types[by]],
                labels[one].uid,
                labels[other].uid,
            )
            for one, other, by in way
        ]
        chain = tuple(steps if forth else (step.turned() for step in reversed(steps)))
        source, target = (begin, row) if forth else (row, begin)
        rows.append(Derived(labels[source].uid, type_name, labels[target].uid, "certain", len(chain), chain))
    return rows
