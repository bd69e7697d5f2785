"""When initiatives begin and end, which must wait for which, and which chain of them is the longest.

The critical path method (Kelley and Walker 1959) without resources: a chain is as long as its initiatives together.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter

from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_INITIATIVE, _PRECEDES = "WorkPackage", ("Triggering", "Flow")


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

    `closing` are those relationships that close a circle, and are left out of account.
    """

    tasks: Mapping[str, Task]
    precedes: Sequence[Concept]
    longest: Sequence[str]
    closing: Sequence[Concept]

    @property
    def days(self) -> int:
        """How long the longest chain is."""
        return sum(self.tasks[uid].days for uid in self.longest)

    def too_early(self, relationship: Concept) -> bool:
        """Whether what must wait begins before the other has ended."""
        first, then = self.tasks[relationship.source or ""], self.tasks[relationship.target or ""]
        return first.ends is not None and then.begins is not None and then.begins <= first.ends


def schedule(state: State, *, owner: str | None = None, model: str | None = None) -> Schedule:
    """The schedule of the initiatives that fit the conditions. O(initiatives + relationships between them)."""
    found = {each.uid: each for each in state.iterate(Query(types=(_INITIATIVE,), owner=owner, model=model))}
    known = tuple(name for name in _PRECEDES if name in state.metamodel.types)
    lines = [
        each
        for each in state.iterate(Query(types=known, kind="relationship"))
        if each.source in found and each.target in found and each.source != each.target
    ]
    order, kept, closing = _ordered(found, lines)
    tasks = {uid: Task(each, _day(each, "starts_on", 0), _day(each, "ends_on", 1)) for uid, each in found.items()}
    return _weighed(tasks, order, kept, closing)


def _day(concept: Concept, attribute: str, end: int) -> date | None:
    said = concept.attributes.get(attribute)
    if said:
        return date.fromisoformat(str(said))
    return concept.valid_until if end else concept.valid_from


def _ordered(found: Iterable[str], lines: Sequence[Concept]) -> tuple[list[str], list[Concept], list[Concept]]:
    """Each after what it waits for; the last line written of each circle is left out."""
    kept, closing = list(lines), list[Concept]()
    while True:
        before: dict[str, set[str]] = {uid: set() for uid in found}
        for line in kept:
            before[line.target or ""].add(line.source or "")
        try:
            return list(TopologicalSorter(before).static_order()), kept, closing
        except CycleError as error:
            circle = set(error.args[1])
            last = max(
                (each for each in kept if each.source in circle and each.target in circle),
                key=lambda each: (each.written, each.uid),
            )
            kept.remove(last)
            closing.append(last)


def _weighed(
    tasks: Mapping[str, Task], order: Sequence[str], lines: Sequence[Concept], closing: Sequence[Concept]
) -> Schedule:
    before: defaultdict[str, list[str]] = defaultdict(list)
    after: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        before[line.target or ""].append(line.source or "")
        after[line.source or ""].append(line.target or "")
    until, since = dict[str, int](), dict[str, int]()
    for uid in order:
        until[uid] = tasks[uid].days + max((until[each] for each in before[uid]), default=0)
    for uid in reversed(order):
        since[uid] = tasks[uid].days + max((since[each] for each in after[uid]), default=0)
    joined_up = [uid for uid in order if before[uid] or after[uid]]
    most = max((until[uid] for uid in joined_up), default=0)
    longest = [min((uid for uid in joined_up if until[uid] == most), key=_by(tasks))] if joined_up else []
    while longest and before[longest[0]]:
        longest.insert(0, min(before[longest[0]], key=lambda uid: (-until[uid], _by(tasks)(uid))))
    told = {
        uid: Task(each.concept, each.begins, each.ends, most - (until[uid] + since[uid] - each.days))
        for uid, each in tasks.items()
    }
    return Schedule(told, lines, longest, closing)


def _by(tasks: Mapping[str, Task]) -> Callable[[str], tuple[date, str]]:
    return lambda uid: (tasks[uid].begins or date.max, uid)
