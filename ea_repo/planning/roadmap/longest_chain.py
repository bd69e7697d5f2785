"""Which initiatives must wait for which, and which chain of them is the longest, whatever their dates: for drawing.

A chain is as long as its initiatives and the lags between them make it. What closes a circle is left out and told, since a drawing is there to show it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ea_repo.errors import InvalidInput
from ea_repo.planning.roadmap.plan import INITIATIVE, PRECEDES, day_of, dependency
from ea_repo.planning.roadmap.scheduling import Dependency, binding, in_order, scheduled
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Task:
    """An initiative with its dates, both inclusive; None where the register does not say.

    `slack` is by how many days it may last longer before the longest chain does.
    """

    concept: Concept
    begins: date | None
    ends: date | None
    slack: int = 0

    @property
    def days(self) -> int:
        return 0 if self.begins is None or self.ends is None else max((self.ends - self.begins).days + 1, 0)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`precedes` are the relationships by which one initiative waits for another; `longest` is the longest chain.

    `days` is how long that takes; `closing` are those relationships that close a circle, and are left out of account.
    """

    tasks: Mapping[str, Task]
    precedes: Sequence[Concept]
    longest: Sequence[str]
    closing: Sequence[Concept]
    days: int = 0

    def too_early(self, relationship: Concept) -> bool:
        """Whether what must wait begins, or ends, before the other lets it."""
        bond = dependency(relationship)
        first, then = self.tasks[bond.first], self.tasks[relationship.target or ""]
        its, other = then.ends if bond.holds_finish else then.begins, first.begins if bond.from_start else first.ends
        if its is None or other is None:
            return False
        return its.toordinal() + bond.holds_finish < other.toordinal() + (not bond.from_start) + bond.lag_days


def schedule(state: State, *, owner: str | None = None, model: str | None = None) -> Schedule:
    """The schedule of the initiatives that fit the conditions. O(initiatives + relationships between them)."""
    found = {each.uid: each for each in state.iterate(Query(types=(INITIATIVE,), owner=owner, model=model))}
    known = tuple(name for name in PRECEDES if name in state.metamodel.types)
    lines = [
        each
        for each in state.iterate(Query(types=known, kind="relationship"))
        if each.source in found and each.target in found and each.source != each.target
    ]
    order, kept, closing = _ordered(found, lines)
    tasks = {
        uid: Task(each, day_of(each, "starts_on") or each.valid_from, day_of(each, "ends_on") or each.valid_until)
        for uid, each in found.items()
    }
    return _weighed(tasks, order, kept, closing)


def _ordered(found: Iterable[str], lines: Sequence[Concept]) -> tuple[list[str], list[Concept], list[Concept]]:
    """Each after what it waits for; the last line written of each circle is left out."""
    kept, closing = list(lines), list[Concept]()
    while True:
        before: dict[str, set[str]] = {uid: set() for uid in found}
        for line in kept:
            before[line.target or ""].add(line.source or "")
        try:
            return in_order(before), kept, closing
        except InvalidInput as error:
            circle = set(error.facts["circle"])
            last = max(
                (each for each in kept if each.source in circle and each.target in circle),
                key=lambda each: (each.written, each.uid),
            )
            kept.remove(last)
            closing.append(last)


def _weighed(
    tasks: Mapping[str, Task], order: Sequence[str], lines: Sequence[Concept], closing: Sequence[Concept]
) -> Schedule:
    before: defaultdict[str, list[Dependency]] = defaultdict(list)
    for line in lines:
        before[line.target or ""].append(dependency(line))
    after = {each.first for found in before.values() for each in found}
    joined_up = [uid for uid in order if uid in before or uid in after]
    timings = scheduled({uid: tasks[uid].days for uid in joined_up}, before)
    most = max((each.finish for each in timings.values()), default=0)
    ends = [uid for uid in joined_up if timings[uid].finish == most]
    longest = [min(ends, key=_by(tasks))] if ends else []
    while longest and (bound := binding(timings, before, longest[0])):
        longest.insert(0, min((each.first for each in bound), key=_by(tasks)))
    told = {uid: replace(each, slack=timings[uid].slack if uid in timings else 0) for uid, each in tasks.items()}
    return Schedule(told, lines, longest, closing, most)


def _by(tasks: Mapping[str, Task]) -> Callable[[str], tuple[date, str]]:
    return lambda uid: (tasks[uid].begins or date.max, uid)
