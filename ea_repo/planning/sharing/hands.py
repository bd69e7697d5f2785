"""How data go from hand to hand: for one data set, who gets it from whom, each by as few agencies as can be."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ea_repo.planning.sharing.register import ORIGINAL, Access, Exchange


@dataclass(frozen=True, slots=True)
class Reached:
    """A system that has the data by other systems: through how many changes of agency, and by which exchange last."""

    hand: int
    by: Exchange | None


def hands(sources: Iterable[str], exchanges: Iterable[Exchange]) -> dict[str, Reached]:
    """Every system that the data reach from these. An exchange within one agency is no further hand.

    Breadth first with steps of 0 and 1; of several ways with as few hands the first by uid of the exchange. O(exchanges).
    """
    given: dict[str, list[Exchange]] = {}
    for each in sorted(exchanges, key=lambda one: one.uid):
        given.setdefault(each.source, []).append(each)
    found = {system: Reached(0, None) for system in sorted(sources)}
    pending, done = deque(found), set[str]()
    while pending:
        system = pending.popleft()
        if system in done:
            continue
        done.add(system)
        for each in given.get(system, ()):
            hand = found[system].hand + each.is_between
            if each.target not in found or hand < found[each.target].hand:
                found[each.target] = Reached(hand, each)
                (pending.append if each.is_between else pending.appendleft)(each.target)
    return found


def way(found: Mapping[str, Reached], system: str) -> list[Exchange]:
    """The exchanges by which the data come to a system, from the source on."""
    chain: list[Exchange] = []
    by = found[system].by
    while by is not None:
        chain.append(by)
        by = found[by.source].by
    return chain[::-1]


def sources(accesses: Sequence[Access], exchanges: Sequence[Exchange]) -> set[str]:
    """Where a data set begins: those who collect, derive or write it; where nobody is said to, those who give it and are
    given it by nobody."""
    known = {each.system for each in accesses if each.holding in ORIGINAL}
    return known or {each.source for each in exchanges} - {each.target for each in exchanges}


def handed_on(accesses: Sequence[Access], exchanges: Sequence[Exchange]) -> list[tuple[Exchange, Exchange]]:
    """(how it came, how it is given) for whoever gives data on that are not its own; each pair of exchanges. A circle back
    to where it came from is none."""
    own = {each.system for each in accesses if each.holding in ORIGINAL}
    came: dict[str, list[Exchange]] = {}
    for each in exchanges:
        came.setdefault(each.target, []).append(each)
    return [
        (before, each)
        for each in exchanges
        if each.source not in own
        for before in came.get(each.source, ())
        if before.source != each.target
    ]
