"""Which column each box stands in, where the drawing does not say it: lines run from a column to a later one.

What hangs on the rest by one line stands beside what it hangs on; only what is joined more than once is ranked as a whole.
So a line more changes the columns of few boxes.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

#: From a box to a box in a later column, by their numbers.
Arc = tuple[int, int]

#: Leaves of one hub in a column before they are spread over several.
_FAN = 12
#: The columns of what is joined more than once are settled after a few.
_ROUNDS = 30


def ranked(count: int, lines: Iterable[Arc], large: Collection[int] = ()) -> list[int]:
    """The column, counted from 0, of each of `count` boxes, for lines that run from the first of a pair to the second.

    Circles are opened where they close in the order of the boxes. Leaves stand nearer to their hub than `large` boxes
    that hang on it, too. O(boxes + lines) in each of a few rounds.
    """
    arcs = _without_circles(count, sorted({arc for arc in lines if arc[0] != arc[1]}))
    core, leaves = _stripped(count, arcs)
    found = _settled(core, [(first, last) for first, last in arcs if first in core and last in core])
    lengths = _lengths(count, arcs, large)
    for leaf, hub, step in reversed(leaves):
        found[leaf] = found[hub] + step * lengths.get(leaf, 1)
    for together in _components(count, arcs):
        begin = min(found[each] for each in together)
        for each in together:
            found[each] -= begin
    return [found[each] for each in range(count)]


def _without_circles(count: int, arcs: Sequence[Arc]) -> list[Arc]:
    """Arcs that close a circle, turned round."""
    after: defaultdict[int, list[int]] = defaultdict(list)
    for first, last in arcs:
        after[first].append(last)
    turned: set[Arc] = set()
    state = [0] * count  # 1: on the way here, 2: done
    for root in range(count):
        way: list[tuple[int, Iterator[int]]] = [] if state[root] else [(root, iter(after[root]))]
        state[root] = state[root] or 1
        while way:
            at, others = way[-1]
            for other in others:
                if state[other] == 1:
                    turned.add((at, other))
                elif not state[other]:
                    state[other] = 1
                    way.append((other, iter(after[other])))
                    break
            else:
                state[at] = 2
                way.pop()
    return sorted({arc[::-1] if arc in turned else arc for arc in arcs})


def _stripped(count: int, arcs: Iterable[Arc]) -> tuple[set[int], list[tuple[int, int, int]]]:
    """What is left when leaves are taken off again and again; and the leaves: which, of what, on which side."""
    steps: list[dict[int, int]] = [{} for _ in range(count)]
    for first, last in arcs:
        steps[first][last], steps[last][first] = -1, 1
    core, leaves = set(range(count)), []
    waiting = [each for each in range(count) if len(steps[each]) == 1]
    for leaf in waiting:
        if len(steps[leaf]) != 1:  # the other half of a pair was taken
            continue
        ((hub, step),) = steps[leaf].items()
        leaves.append((leaf, hub, step))
        core.discard(leaf)
        steps[leaf].clear()
        del steps[hub][leaf]
        if len(steps[hub]) == 1:
            waiting.append(hub)
    return core, leaves


def _settled(core: Collection[int], arcs: Sequence[Arc]) -> dict[int, int]:
    """Columns in which lines are short: each box moves to where most of its lines pull it, as far as they let it."""
    before: defaultdict[int, list[int]] = defaultdict(list)
    after: defaultdict[int, list[int]] = defaultdict(list)
    for first, last in arcs:
        before[last].append(first)
        after[first].append(last)
    found: dict[int, int] = {}
    missing = {each: len(before[each]) for each in sorted(core)}
    ready = [each for each, count in missing.items() if not count]
    for each in ready:
        found[each] = max((found[other] + 1 for other in before[each]), default=0)
        for other in after[each]:
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
    for _ in range(_ROUNDS):
        moved = False
        for each in reversed(ready):
            pull = len(after[each]) - len(before[each])
            if pull > 0:
                wished = min(found[other] for other in after[each]) - 1
            elif pull < 0:
                wished = max(found[other] for other in before[each]) + 1
            else:
                continue
            moved |= wished != found[each]
            found[each] = wished
        if not moved:
            break
    return found


def _lengths(count: int, arcs: Sequence[Arc], large: Collection[int]) -> Mapping[int, int]:
    """How many columns each leaf of a hub with many stands away from it."""
    degree = Counter(end for arc in arcs for end in arc)
    fans: defaultdict[tuple[int, bool], list[int]] = defaultdict(list)
    for first, last in arcs:
        if degree[first] == 1 < degree[last]:
            fans[last, False].append(first)
        if degree[last] == 1 < degree[first]:
            fans[first, True].append(last)
    found: dict[int, int] = {}
    for leaves in fans.values():
        small = [leaf for leaf in sorted(leaves) if leaf not in large]
        rows = math.ceil(len(small) / _FAN)
        found |= {leaf: 1 + at // _FAN for at, leaf in enumerate(small)}
        found |= {leaf: rows + 1 for leaf in leaves if leaf in large}
    return found


def _components(count: int, arcs: Iterable[Arc]) -> list[list[int]]:
    """Boxes that lines join, near or far."""
    root = list(range(count))

    def top(each: int) -> int:
        while root[each] != each:
            root[each] = root[root[each]]
            each = root[each]
        return each

    for first, last in arcs:
        root[top(first)] = top(last)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for each in range(count):
        found[top(each)].append(each)
    return list(found.values())
