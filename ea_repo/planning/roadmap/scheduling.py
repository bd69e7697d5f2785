"""The critical path method (Kelley and Walker 1959): earliest and latest days of tasks that wait for one another.

Days are whole numbers on any calendar; a task takes the days from its start up to, not including, its finish. A task
begins when all that it waits for have finished (finish to start), and not before a day of its own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from ea_repo.errors import InvalidInput

Before = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Timing:
    """`start` and `finish` are the earliest, `latest_start` and `latest_finish` those that delay nothing else."""

    start: int
    finish: int
    latest_start: int
    latest_finish: int

    @property
    def slack(self) -> int:
        """Total slack: by how many days it may be later before the end, or a day by which it must be done, is missed.

        Less than zero: by so many days that is missed already.
        """
        return self.latest_start - self.start


def in_order(before: Before) -> list[str]:
    """Each task after all that it waits for. `InvalidInput` names the circle where there is one."""
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError as error:
        circle = list(error.args[1])
        raise InvalidInput(
            f"these wait for one another in a circle: {' -> '.join(circle)}; take one of the dependencies away",
            circle=circle,
        ) from error


def scheduled(
    days: Mapping[str, int],
    before: Before,
    *,
    not_before: Mapping[str, int] | None = None,
    done_by: Mapping[str, int] | None = None,
    first: int = 0,
) -> dict[str, Timing]:
    """The timing of every task of `days`, how long it takes.

    `before` is what a task waits for, `not_before` the first day on which it may begin, `done_by` the day before which it
    must have finished; tasks without one have until the last finish of all. `first` is the day on which the rest may
    begin. O(tasks + dependencies); `InvalidInput` names a circle.
    """
    floors, ceilings = not_before or {}, done_by or {}
    order = in_order({uid: before.get(uid, ()) for uid in days})
    start, finish = dict[str, int](), dict[str, int]()
    for uid in order:
        start[uid] = max((finish[each] for each in before.get(uid, ())), default=floors.get(uid, first))
        start[uid] = max(start[uid], floors.get(uid, start[uid]))
        finish[uid] = start[uid] + days[uid]
    end = max(finish.values(), default=first)
    latest = {uid: ceilings.get(uid, end) for uid in days}
    for uid in reversed(order):
        for each in before.get(uid, ()):
            latest[each] = min(latest[each], latest[uid] - days[uid])
    return {uid: Timing(start[uid], finish[uid], latest[uid] - days[uid], latest[uid]) for uid in order}


def binding(timings: Mapping[str, Timing], before: Before, uid: str) -> list[str]:
    """What a task waits for up to the very day on which it begins, by name."""
    return sorted(each for each in before.get(uid, ()) if timings[each].finish == timings[uid].start)


def chain_to(timings: Mapping[str, Timing], before: Before, uid: str) -> list[str]:
    """The chain of tasks, each bound by the one before, that decides when this one begins; it ends with this one."""
    chain = [uid]
    while found := binding(timings, before, chain[0]):
        chain.insert(0, found[0])
    return chain


def critical_paths(timings: Mapping[str, Timing], before: Before) -> Iterator[list[str]]:
    """Every chain of tasks without slack, each bound by the one before, from one that nothing binds to the last.

    There may be very many: take as many as are wanted. Each costs its length.
    """
    critical = {uid for uid, each in timings.items() if each.slack <= 0}
    after: defaultdict[str, list[str]] = defaultdict(list)
    begins = []
    for uid in sorted(critical):
        bound = [each for each in binding(timings, before, uid) if each in critical]
        for each in bound:
            after[each].append(uid)
        if not bound:
            begins.append(uid)
    pending = [[uid] for uid in reversed(begins)]
    while pending:
        path = pending.pop()
        if following := after[path[-1]]:
            pending.extend([*path, uid] for uid in reversed(following))
        else:
            yield path
