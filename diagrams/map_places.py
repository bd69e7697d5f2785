"""Where the blocks of a map stand: in places that follow from the blocks alone, which lines hardly change.

A layout that lessens crossings finds another arrangement when one line is added, and a reader no longer finds what was
where. Here the places are found without looking at lines. Lines then say only which of the blocks of one size takes
which of the places of that size: each block wishes to stand near its own place and its partners, and the assignment in
which all together are nearest to their wishes is taken. One line more changes two wishes by a part; few blocks change
places, and the rest stay where they are, to the pixel.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diagrams.blocks import Block
from diagrams.geometry import Point

Points = NDArray[np.float64]
#: For how many partners its own place counts in what a block wishes. Of a few blocks a reader sees at once where each is:
#: there it is worth more that partners are near.
_OWN, _OWN_OF_FEW, _FEW = 4.5, 1.0, 8
#: Sizes less than this apart are one size: blocks may change places.
_ALIKE = 1.45
#: Which part of the disc in which they are spread is covered by blocks.
_COVERED = 0.75
_PASSES, _STEP = 2_000, 0.8


@dataclass(frozen=True, slots=True)
class Joint:
    """That a line joins two blocks, by their numbers; where in each it ends, counted from the middle of the block."""

    first: int
    last: int
    first_end: Point
    last_end: Point


def places(parts: Sequence[Block], names: Sequence[str], joints: Iterable[Joint], gap: float) -> list[Point]:
    """The centre of each block; no two come nearer than `gap`. `names` are ids that stay.

    Takes time with the third power of the number of blocks: a second for 500.
    """
    sizes = np.array([(part.width + gap, part.height + gap) for part in parts])
    alike = _alike(sizes)
    for group in alike:
        sizes[group] = sizes[group].max(axis=0)
    areas = sizes.prod(axis=1)
    # What is large belongs in the middle, with the others around it.
    spread = _spread(_own(names)) * (1 - np.sqrt(areas / areas.sum()))[:, None]
    own = _apart(spread * math.sqrt(areas.sum() / math.pi / _COVERED), sizes)
    found = own.copy()
    wished = _wishes(own, joints)
    for group in alike:
        found[group] = own[group][nearest(wished[group], own[group])]
    return [(float(x), float(y)) for x, y in found]


def _alike(sizes: Points) -> list[list[int]]:
    """The numbers of the blocks that are about as large as each other."""
    found: defaultdict[tuple[float, ...], list[int]] = defaultdict(list)
    for number, classes in enumerate(np.ceil(np.round(np.log(sizes) / math.log(_ALIKE), 3))):
        found[tuple(classes)].append(number)
    return list(found.values())


def _wishes(own: Points, joints: Iterable[Joint]) -> Points:
    """The middle between the own place and where the partners of a block have theirs."""
    weight = _OWN if len(own) > _FEW else _OWN_OF_FEW
    total, count = own * weight, np.full(len(own), weight)
    for each in joints:
        total[each.first] += own[each.last] + each.last_end
        total[each.last] += own[each.first] + each.first_end
        count[[each.first, each.last]] += 1
    wished: Points = total / count[:, None]
    return wished


def nearest(wished: Points, places: Points) -> list[int]:
    """Which place each takes, so that the squares of all distances together are least.

    The Hungarian method by shortest augmenting paths; scipy has it, but takes half a second to load.
    """
    costs = ((wished[:, None] - places[None]) ** 2).sum(axis=2)
    count = len(costs)
    of_rows, of_places = np.zeros(count), np.zeros(count + 1)  # potentials; the last place is where a row waits
    holder = np.full(count + 1, -1)
    for row in range(count):
        place, holder[count] = count, row
        least, before = np.full(count, np.inf), np.full(count, count)
        passed = np.zeros(count + 1, dtype=np.bool_)
        while holder[place] >= 0:
            passed[place] = True
            step = costs[holder[place]] - of_rows[holder[place]] - of_places[:count]
            nearer = ~passed[:count] & (step < least)
            least[nearer], before[nearer] = step[nearer], place
            following = int(np.argmin(np.where(passed[:count], np.inf, least)))
            gain = least[following]
            of_rows[holder[passed]] += gain
            of_places[passed] -= gain
            least[~passed[:count]] -= gain
            place = following
        while place != count:
            holder[place], place = holder[before[place]], int(before[place])
    return [int(place) for place in np.argsort(holder[:count])]


def _own(names: Sequence[str]) -> Points:
    """Two numbers of the normal distribution for each name: the same whatever else there is."""
    found = []
    for name in names:
        digest = hashlib.sha256(name.encode()).digest()
        first, second = ((int.from_bytes(digest[at : at + 4], "big") + 0.5) / 2**32 for at in (0, 4))
        radius, angle = math.sqrt(-2 * math.log(first)), 2 * math.pi * second
        found.append((radius * math.cos(angle), radius * math.sin(angle)))
    return np.array(found)


def _spread(points: Points) -> Points:
    """The cloud of points as a disc of radius one that it fills evenly."""
    points = points - points.mean(axis=0)
    values, axes = np.linalg.eigh(points.T @ points / len(points))
    points = points @ (axes / np.sqrt(values + 1e-9)) @ axes.T
    distances = np.sqrt((points**2).sum(axis=1))[:, None] + 1e-9
    spread: Points = points / distances * np.sqrt(1 - np.exp(-(distances**2) / 2))
    return spread


def _apart(points: Points, sizes: Points) -> Points:
    """Every two that overlap push each other aside the shorter way, until none do."""
    count = len(points)
    reach = (sizes[:, None] + sizes[None]) / 2
    areas = sizes.prod(axis=1)
    share = areas[None] / (areas[:, None] + areas[None])
    order = np.sign(np.arange(count)[:, None] - np.arange(count)[None])  # which way, where two stand at one place
    for _ in range(_PASSES):
        away = points[:, None] - points[None]
        over = reach - np.abs(away)
        hit = np.all(over > 1e-3, axis=2)
        hit[np.diag_indices(count)] = False
        if not hit.any():
            break
        side = np.where(away == 0, order[:, :, None], np.sign(away))
        across = over[:, :, 0] < over[:, :, 1]
        shorter = np.stack([hit & across, hit & ~across], axis=2)
        points = points + np.where(shorter, side * (over + 0.01) * share[:, :, None], 0.0).sum(axis=1) * _STEP
    return points
