"""The critical path method (Kelley and Walker 1959): earliest and latest days of tasks that wait for one another.

Days are whole numbers on any calendar; a task takes the days from its start up to, not including, its finish. What a task
waits for is one of the four dependencies of precedence diagrams, with a lag of days, less than zero for a lead.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Literal, NamedTuple

from ea_repo.errors import InvalidInput

DependencyKind = Literal["finish_to_start", "start_to_start", "finish_to_finish", "start_to_finish"]


class Dependency(NamedTuple):
    """A task waits for `first`: its start or finish is `lag_days` or more after the other's. `by` names what says so."""

    first: str
    kind: DependencyKind = "finish_to_start"
    lag_days: int = 0
    by: str = ""

    @property
    def holds_finish(self) -> bool:
        """Whether it is the finish of what waits that it holds back, not the start."""
        return self.kind.endswith("_finish")

    @property
    def from_start(self) -> bool:
        """Whether it is the start of the first that counts, not the finish."""
        return self.kind.startswith("start_")

    @property
    def short(self) -> str:
        """As schedules write it: FS, SS+30, FF-5."""
        letters = "".join(word[0] for word in self.kind.upper().split("_TO_"))
        return letters + (f"{self.lag_days:+d}" if self.lag_days else "")


Before = Mapping[str, Collection[Dependency]]


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


def in_order(before: Mapping[str, Collection[str]]) -> list[str]:
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
    begun: Collection[str] = (),
) -> dict[str, Timing]:
    """The timing of every task of `days`, how long it takes.

    `before` is what a task waits for, `not_before` the first day on which it may begin, `done_by` the day before which it
    must have finished; tasks without one have until the last finish of all. `first` is the day on which the rest may
    begin. What has `begun` keeps its start; where its finish is held back it lasts longer. O(tasks + dependencies);
    `InvalidInput` names a circle.
    """
    floors, ceilings = not_before or {}, done_by or {}
    order = in_order({uid: {each.first for each in before.get(uid, ())} for uid in days})
    start, finish = dict[str, int](), dict[str, int]()
    for uid in order:
        held = [(each, _held_to(each, start, finish)) for each in before.get(uid, ())]
        start[uid] = floors.get(uid, first)
        if uid in begun:
            finish[uid] = max([start[uid] + days[uid], *(day for each, day in held if each.holds_finish)])
            continue
        start[uid] = max([start[uid], *(day - (days[uid] if each.holds_finish else 0) for each, day in held)])
        finish[uid] = start[uid] + days[uid]
    end = max(finish.values(), default=first)
    latest = {uid: ceilings.get(uid, end) for uid in days}
    for uid in reversed(order):
        length = finish[uid] - start[uid]
        for each in before.get(uid, ()):
            if (uid in begun and not each.holds_finish) or (each.first in begun and each.from_start):
                continue  # a start that stays where it is
            its = latest[uid] if each.holds_finish else latest[uid] - length
            other = finish[each.first] - start[each.first] if each.from_start else 0
            latest[each.first] = min(latest[each.first], its - each.lag_days + other)
    return {uid: Timing(start[uid], finish[uid], latest[uid] - finish[uid] + start[uid], latest[uid]) for uid in order}


def _held_to(each: Dependency, start: Mapping[str, int], finish: Mapping[str, int]) -> int:
    """The day before which the start, or the finish, of what waits cannot be."""
    return (start if each.from_start else finish)[each.first] + each.lag_days


def binding(timings: Mapping[str, Timing], before: Before, uid: str) -> list[Dependency]:
    """What a task waits for up to the very day on which it begins, or finishes, by name."""
    start = {each.first: timings[each.first].start for each in before.get(uid, ())}
    finish = {name: timings[name].finish for name in start}
    its = timings[uid]
    return sorted(
        each
        for each in before.get(uid, ())
        if _held_to(each, start, finish) == (its.finish if each.holds_finish else its.start)
    )


def chain_to(timings: Mapping[str, Timing], before: Before, uid: str) -> list[str]:
    """The chain of tasks, each bound by the one before, that decides when this one begins; it ends with this one."""
    return [*(each.first for each in bonds_to(timings, before, uid)), uid]


def bonds_to(timings: Mapping[str, Timing], before: Before, uid: str) -> list[Dependency]:
    """The dependencies of that chain, in its order."""
    chain: list[Dependency] = []
    while found := binding(timings, before, chain[0].first if chain else uid):
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
        bound = dict.fromkeys(each.first for each in binding(timings, before, uid) if each.first in critical)
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
