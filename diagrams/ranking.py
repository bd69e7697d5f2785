"""Which column each box stands in, where the drawing does not say it: most lines run from a column to the next.

What hangs on the rest by one line stands beside what it hangs on. What is joined more than once is reached from the box with
most lines, a column a step, and boxes then move to where their lines are short and run to the right. A line may run back
where that keeps many others short, so that a line more changes the columns of few boxes.
"""

import math
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence

#: From a box to a box in a later column, by their numbers.
Arc = tuple[int, int]

#: Leaves of one hub in a column before they are spread over several.
_FAN = 16
#: What a column costs that a line runs back or does not run on, where one that it is longer than needed costs 1.
_BACK = 3
_ROUNDS = 30


def ranked(count: int, lines: Iterable[Arc], large: Collection[int] = ()) -> list[int]:
    """The column, counted from 0, of each of `count` boxes, for lines that run from the first of a pair to the second.

    Leaves stand nearer to their hub than `large` boxes that hang on it, too. O(boxes + lines) in each of a few rounds.
    """
    arcs = sorted({arc for arc in lines if arc[0] != arc[1]})
    core, leaves = _stripped(count, arcs)
    found = _settled(core, [(first, last) for first, last in arcs if first in core and last in core])
    lengths = _lengths(arcs, large)
    for leaf, hub, step in reversed(leaves):
        found[leaf] = found[hub] + step * lengths.get(leaf, 1)
    for together in _components(count, arcs):
        begin = min(found[each] for each in together)
        for each in together:
            found[each] -= begin
    return [found[each] for each in range(count)]


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
    """Columns in which lines are short and few run back, found from those that steps from the largest hub give."""
    steps: defaultdict[int, list[Arc]] = defaultdict(list)  # the other box, and how many columns further it should be
    for first, last in arcs:
        steps[first].append((last, 1))
        steps[last].append((first, -1))
    found: dict[int, int] = {}
    for hub in sorted(core, key=lambda each: (-len(steps[each]), each)):
        if hub in found:
            continue
        found[hub] = 0
        waiting = deque([hub])
        while waiting:
            each = waiting.popleft()
            for other, step in steps[each]:
                if other not in found:
                    found[other] = found[each] + step
                    waiting.append(other)
    for _ in range(_ROUNDS):
        moved = False
        for each in sorted(core):
            wished = {found[each], *(found[other] - step for other, step in steps[each])}
            best = min(sorted(wished), key=lambda column: (_cost(column, steps[each], found), column != found[each]))
            moved |= best != found[each]
            found[each] = best
        if not moved:
            break
    return found


def _cost(column: int, steps: Iterable[Arc], found: Mapping[int, int]) -> int:
    """What the lines of a box cost that stands in that column."""
    total = 0
    for other, step in steps:
        over = (found[other] - column) * step - 1
        total += over if over >= 0 else -over * _BACK
    return total


def _lengths(arcs: Sequence[Arc], large: Collection[int]) -> Mapping[int, int]:
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
