"""What-if: the cheapest set of level rises by which an agency reaches a score.

A covering knapsack, solved exactly: each indicator can rise step by step, each step adds its share of the weight and costs what
the planner says, one unit where nothing is said.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ea_repo.errors import InvalidInput
from ea_repo.planning.index.framework import Framework, Node

_MOST_UNITS = 5_000_000
_INFINITE = np.iinfo(np.int64).max // 4


@dataclass(frozen=True, slots=True)
class Rise:
    """One indicator, from a level to another, at a cost."""

    indicator: str
    from_level: int
    to_level: int
    cost: int


def cheapest_rises(
    framework: Framework, levels: Mapping[str, int], target: Fraction, costs: Mapping[str, int] | None = None
) -> list[Rise] | None:
    """The cheapest rises that bring the root's score to the target, in the tree's order.

    None where even the highest levels do not reach it; empty where it is reached already.

    `costs`: of one step of an indicator, in whole units above 0. `InvalidInput` for a framework whose scores depend on the
    other agencies, or measure values. O(indicators x levels x gain in the smallest weight).
    """
    if framework.is_relative or any(not node.scale for node in framework.indicators.values()):
        raise InvalidInput(f"{framework.code} has no levels alone: its scores depend on others or on measured values")
    costs = dict(costs or {})
    if unknown := costs.keys() - framework.indicators.keys():
        raise InvalidInput(f'{framework.code} has no indicator "{min(unknown)}"')
    if any(cost < 1 for cost in costs.values()):
        raise InvalidInput("a step costs a whole number of units above 0")
    shares = _shares(framework.root)
    now = {code: levels.get(code, node.scale[0].number) for code, node in framework.indicators.items()}
    score = sum((shares[code] * level for code, level in now.items()), Fraction(0))
    if score >= target:
        return []
    unit = math.lcm(*(share.denominator for share in shares.values()), (target - score).denominator)
    needed = int((target - score) * unit)
    steps = [
        (code, int(shares[code] * unit), costs.get(code, 1), framework.indicators[code].scale[-1].number - level)
        for code, level in now.items()
    ]
    divisor = math.gcd(*(gain for _, gain, _, _ in steps))
    needed, steps = -(-needed // divisor), [(code, gain // divisor, cost, most) for code, gain, cost, most in steps]
    if needed > _MOST_UNITS:
        raise InvalidInput(f"the weights of {framework.code} are too fine to search; round them to three decimals")
    chosen = _cover(needed, steps)
    if chosen is None:
        return None
    return [
        Rise(code, now[code], now[code] + chosen[code], chosen[code] * costs.get(code, 1))
        for code in framework.indicators if chosen.get(code)
    ]  # fmt: skip


def _shares(node: Node, share: Fraction = Fraction(1)) -> dict[str, Fraction]:
    """What one level of each indicator adds to the root's score."""
    if node.is_indicator:
        return {node.code: share}
    whole = sum((part.weight for part in node.parts), Fraction(0))
    found: dict[str, Fraction] = {}
    for part in node.parts:
        found |= _shares(part, share * part.weight / whole)
    return found


def _cover(needed: int, steps: Sequence[tuple[str, int, int, int]]) -> dict[str, int] | None:
    """How many steps of each, so that the gains cover what is needed at least cost; None where all together do not.

    `best[n]` is the least cost of covering a need of n. Steps of one indicator are taken in bundles of powers of two, so that
    each is one pass over the needs.
    """
    needs = np.arange(needed + 1)
    best = np.full(needed + 1, _INFINITE, np.int64)
    best[0] = 0
    taken = []
    for code, gain, cost, most in steps:
        for count in _bundles(most):
            left = np.maximum(needs - gain * count, 0)
            with_it = best.take(left) + cost * count
            is_better = with_it < best
            best = np.where(is_better, with_it, best)
            taken.append((code, count, left, is_better))
    if best[needed] >= _INFINITE:
        return None
    chosen: dict[str, int] = {}
    need = needed
    for code, count, left, is_better in reversed(taken):
        if is_better[need]:
            chosen[code] = chosen.get(code, 0) + count
            need = int(left[need])
    return chosen


def _bundles(most: int) -> Iterator[int]:
    """1, 2, 4 and so on and a rest, of which every number up to `most` is a sum."""
    size = 1
    while most > 0:
        yield min(size, most)
        most -= size
        size *= 2
