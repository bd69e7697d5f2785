"""How high each box of a drawing in columns stands, found so that a small change of the drawing moves little.

A layout that looks for the fewest crossings turns whole parts around for one crossing less, and a reader no longer finds
what was where. Here each box has a height of its own, in the order in which the drawing names the boxes; lines pull the
boxes that they join together, as springs do. Both together have one answer, which a line more changes by little (a strictly
convex quadratic). It says the order inside the columns. In that order, boxes are set as near to their partners as leaves
them apart: again one answer, by the nearest point of a convex set (pool adjacent violators in each column).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import mul

#: How many lines its own height counts for: in the order of boxes, and where they are set.
_OWN_IN_ORDER, _OWN_IN_PLACE = 0.5, 0.1
_SWEEPS, _SWITCHES = 40, 3
_STILL = 0.4  # pixels
_LOOSE = 0.02  # how much a frame's border keeps to where it is
_NEAR = 1e-3


#: What each frame holds, by the frames down to it.
Held = Mapping[tuple[str, ...], Sequence[int]]
Key = tuple[tuple[float, str, int], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A box in a column; `frames` are the ids of those around it, from the outermost in."""

    column: int
    height: float
    frames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """What is kept free: between two boxes, inside a frame, and for its heading by id."""

    between: float
    inside: float = 0.0
    headings: Mapping[str, float] = field(default_factory=dict)


def heights(items: Sequence[Item], links: Iterable[tuple[int, int]], room: Room) -> list[float]:
    """The middle of each item, in pixels downwards. `links` join items by number.

    No two of a column come nearer than the room between, none of another into the columns of a frame at its height.
    Time: O(items + links) for each of some hundred steps, and in each column with the number of its links squared.
    """
    springs: list[list[int]] = [[] for _ in items]
    for first, last in sorted({(min(pair), max(pair)) for pair in links if pair[0] != pair[1]}):
        springs[first].append(last)
        springs[last].append(first)
    columns: defaultdict[int, list[int]] = defaultdict(list)
    for at, item in enumerate(items):
        columns[item.column].append(at)
    inside = [columns[number] for number in sorted(columns)]
    held = _held(items)
    own = _stacked(items, inside, room)
    own = _swept(items, inside, springs, _pulled(springs, held, own), own, room)
    wished = _switched(items, inside, springs, held, _pulled(springs, held, own))
    return _settled(items, springs, wished, own, _Stacks(items, held, wished, room))


def _held(items: Sequence[Item]) -> Held:
    """What each frame holds, by the frames down to it."""
    found: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, item in enumerate(items):
        for depth in range(1, len(item.frames) + 1):
            found[item.frames[:depth]].append(at)
    return found


class _Order:
    """The order of the wishes, in which what stands in a frame stands together, at the mean of its wishes."""

    def __init__(self, items: Sequence[Item], wished: Sequence[float], held: Held) -> None:
        self._items, self._wished = items, wished
        self.middles = {
            frames: math.fsum(wished[each] for each in inside) / len(inside) for frames, inside in held.items()
        }

    def of_item(self, each: int) -> Key:
        return (*self.of_frames(self._items[each].frames), (self._wished[each], "", each))

    def of_frames(self, frames: tuple[str, ...]) -> Key:
        """Of the frames, from the outermost in."""
        return tuple((self.middles[frames[:depth]], frames[depth - 1], 0) for depth in range(1, len(frames) + 1))


def _stacked(items: Sequence[Item], columns: Iterable[Sequence[int]], room: Room) -> list[float]:
    """Each column as one stack around the middle."""
    found = [0.0] * len(items)
    for column in columns:
        at = -(sum(items[each].height for each in column) + room.between * (len(column) - 1)) / 2
        for each in column:
            found[each] = at + items[each].height / 2
            at += items[each].height + room.between
    return found


def _pulled(springs: Sequence[Sequence[int]], held: Held, own: Sequence[float]) -> list[float]:
    """Where boxes stand when springs pull them from their own heights, and nothing keeps them apart.

    A spring joins each to the middle of each frame around it. The linear system of the graph's Laplacian, by conjugate
    gradients.
    """
    count = len(own)
    pulling, own = [list(others) for others in springs], list(own)
    for inside in held.values():
        for each in inside:
            pulling[each].append(len(own))
        pulling.append(list(inside))
        own.append(math.fsum(own[each] for each in inside) / len(inside))
    stiff = [len(others) + _OWN_IN_ORDER for others in pulling]

    def forces(at: Sequence[float]) -> list[float]:
        return [stiff[each] * at[each] - sum(at[other] for other in others) for each, others in enumerate(pulling)]

    found = list(own)
    left = [_OWN_IN_ORDER * mine - force for mine, force in zip(own, forces(own), strict=True)]
    step = [each / by for each, by in zip(left, stiff, strict=True)]
    size = sum(map(mul, left, step))
    for _ in range(len(own)):
        if size < _NEAR:
            break
        pull = forces(step)
        share = size / sum(map(mul, step, pull))
        found = [at + share * by for at, by in zip(found, step, strict=True)]
        left = [each - share * by for each, by in zip(left, pull, strict=True)]
        eased = [each / by for each, by in zip(left, stiff, strict=True)]
        before, size = size, sum(map(mul, left, eased))
        step = [each + size / before * by for each, by in zip(eased, step, strict=True)]
    return found[:count]


def _swept(
    items: Sequence[Item],
    columns: Iterable[Sequence[int]],
    springs: Sequence[Sequence[int]],
    pulled: Sequence[float],
    own: Sequence[float],
    room: Room,
) -> list[float]:
    """Column by column, each box near the middle of those before that it is joined to: a tree gets no crossing."""
    found = list(pulled)
    for column in columns:
        wished = {}
        for each in column:
            before = [found[other] for other in springs[each] if items[other].column < items[each].column]
            wished[each] = round(math.fsum(before) / len(before), 3) if before else pulled[each]
        order = sorted(column, key=lambda each: (wished[each], own[each]))
        apart = [(items[a].height + items[b].height) / 2 + room.between for a, b in pairwise(order)]
        placed = nearest([wished[each] for each in order], [1.0] * len(order), apart)
        for each, height in zip(order, placed, strict=True):
            found[each] = height
    return found


def _switched(
    items: Sequence[Item],
    columns: Sequence[Sequence[int]],
    springs: Sequence[Sequence[int]],
    held: Held,
    wished: Sequence[float],
) -> list[float]:
    """The wishes, with those of neighbours in a column exchanged where fewer lines cross then."""
    key = _Order(items, wished, held).of_item
    orders = [sorted(column, key=key) for column in columns]
    at = {each: place for order in orders for place, each in enumerate(order)}
    sides = [_sides(items, each, others) for each, others in enumerate(springs)]
    for _ in range(_SWITCHES):
        switched = False
        for order in orders:
            for place in range(len(order) - 1):
                upper, lower = order[place], order[place + 1]
                if items[upper].frames == items[lower].frames and _saved(sides[upper], sides[lower], at) > 0:
                    order[place : place + 2] = lower, upper
                    at[upper], at[lower] = place + 1, place
                    switched = True
        if not switched:
            break
    found = list(wished)
    for order in orders:
        for group in _grouped(items, order):
            for each, height in zip(group, sorted(wished[each] for each in group), strict=True):
                found[each] = height
    return found


def _grouped(items: Sequence[Item], order: Iterable[int]) -> Iterable[list[int]]:
    """Those of a column that stand directly in the same frame."""
    found: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for each in order:
        found[items[each].frames].append(each)
    return found.values()


def _sides(items: Sequence[Item], each: int, others: Iterable[int]) -> dict[int, list[int]]:
    """The partners of an item in each other column."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for other in others:
        if items[other].column != items[each].column:
            found[items[other].column].append(other)
    return found


def _saved(upper: Mapping[int, list[int]], lower: Mapping[int, list[int]], at: Mapping[int, int]) -> int:
    """How many crossings less there are when the two change places, of lines to the same columns."""
    return sum(
        (at[above] > at[below]) - (at[above] < at[below])
        for column in upper.keys() & lower.keys()
        for above in upper[column]
        for below in lower[column]
    )


def nearest(wished: Sequence[float], weights: Sequence[float], apart: Sequence[float]) -> list[float]:
    """The places nearest to the wishes (least weighted squares) of which each is that far behind the one before.

    Pool adjacent violators. O(n).
    """
    offsets = [0.0]
    for distance in apart:
        offsets.append(offsets[-1] + distance)
    pools: list[tuple[float, float, int]] = []
    for wish, weight, offset in zip(wished, weights, offsets, strict=True):
        mean, total, count = wish - offset, weight, 1
        while pools and pools[-1][0] > mean:
            other, heavy, many = pools.pop()
            mean = (mean * total + other * heavy) / (total + heavy)
            total, count = total + heavy, count + many
        pools.append((mean, total, count))
    even = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(even, offsets, strict=True)]


def _settled(
    items: Sequence[Item],
    springs: Sequence[Sequence[int]],
    wished: Sequence[float],
    own: Sequence[float],
    stack: "_Stacks",
) -> list[float]:
    """In the order of the wishes, as near to partners and to the own heights as the room between them allows."""
    at = [*wished, *stack.borders]
    for chain in stack.chains:
        _set(at, chain, [at[each] for each in chain.members], [1.0] * len(chain.members))
    for sweep in range(_SWEEPS):
        most = 0.0
        for chain in stack.chains if sweep % 2 == 0 else reversed(stack.chains):
            pulls, weights = [], []
            for each in chain.members:
                if each >= len(items):
                    pulls.append(at[each])
                    weights.append(_LOOSE)
                    continue
                weight = _OWN_IN_PLACE + len(springs[each])
                pulls.append((_OWN_IN_PLACE * own[each] + sum(at[other] for other in springs[each])) / weight)
                weights.append(weight)
            most = max(most, _set(at, chain, pulls, weights))
        if most < _STILL:
            break
    _push(at, stack.chains)
    return at[: len(items)]


@dataclass(frozen=True, slots=True)
class _Chain:
    """What stands below each other in a column, and how far the middles are apart at least."""

    members: list[int]
    apart: list[float]


def _set(at: list[float], chain: _Chain, wished: Sequence[float], weights: Sequence[float]) -> float:
    """Moves the members to the places nearest to the wishes; how far the one that moved most."""
    most = 0.0
    for each, height in zip(chain.members, nearest(wished, weights, chain.apart), strict=True):
        most = max(most, abs(at[each] - height))
        at[each] = height
    return most


def _push(at: list[float], chains: Sequence[_Chain]) -> None:
    """Down whatever is still too near to what is above it, as a frame's border may be that stands in several columns."""
    moved = True
    while moved:
        moved = False
        for chain in chains:
            for (upper, lower), distance in zip(pairwise(chain.members), chain.apart, strict=True):
                if at[lower] < at[upper] + distance - _NEAR:
                    at[lower] = at[upper] + distance
                    moved = True


class _Stacks:
    """The columns as chains of boxes and of borders of frames, in one order for all columns.

    A frame's upper and lower border are in the chain of each column from its first to its last, so that nothing else
    gets between. `borders` are their heights to begin with; they are numbered after the items.
    """

    def __init__(self, items: Sequence[Item], held: Held, wished: Sequence[float], room: Room) -> None:
        self._items, self._room = items, room
        self._order = _Order(items, wished, held)
        self._frames = sorted(held)
        self._spans = {frames: {items[each].column for each in inside} for frames, inside in held.items()}
        self.borders = [self._order.middles[frames] for frames in self._frames for _ in range(2)]
        self.chains = [self._chain(column) for column in sorted({item.column for item in items})]

    def _chain(self, column: int) -> _Chain:
        marks = [(self._order.of_item(at), at) for at, item in enumerate(self._items) if item.column == column]
        for number, frames in enumerate(self._frames):
            if not min(self._spans[frames]) <= column <= max(self._spans[frames]):
                continue
            upper, around = len(self._items) + 2 * number, self._order.of_frames(frames)
            marks += [((*around, (-math.inf, "", 0)), upper), ((*around, (math.inf, "", 0)), upper + 1)]
        members = [at for _, at in sorted(marks)]
        return _Chain(members, [self._apart(upper, lower) for upper, lower in pairwise(members)])

    def _apart(self, upper: int, lower: int) -> float:
        count = len(self._items)
        halves = sum(self._items[each].height / 2 for each in (upper, lower) if each < count)
        opens, closes = self._is_border(upper, 0), self._is_border(lower, 1)
        if not opens and not closes:
            return halves + self._room.between
        heading = self._room.headings.get(self._name(upper), 0.0) if opens else 0.0
        return halves + heading + self._room.inside * (opens + closes)

    def _is_border(self, each: int, which: int) -> bool:
        count = len(self._items)
        return each >= count and (each - count) % 2 == which

    def _name(self, border: int) -> str:
        return self._frames[(border - len(self._items)) // 2][-1]
