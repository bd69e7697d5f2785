"""Which relationships (or lines) can stand: those whose ends are there, through any number of ends that are
lines.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable


def grounded(known: Collection[str], items: Iterable[tuple[str, str, str]]) -> set[str]:
    """The items (identifier, source, target) that rest, over any number of steps, on `known` alone.
    O(items).
    """
    found: set[str] = set()
    open_ends: dict[str, int] = {}
    waiting: dict[str, list[str]] = defaultdict(list)
    ready = []
    for identifier, source, target in items:
        if source in known and target in known:
            ready.append(identifier)
            continue
        missing = {end for end in (source, target) if end not in known}
        open_ends[identifier] = len(missing)
        for end in missing:
            waiting[end].append(identifier)
    if not waiting:
        return set(ready)
    while ready:
        identifier = ready.pop()
        found.add(identifier)
        for waiter in waiting.pop(identifier, ()):
            open_ends[waiter] -= 1
            if not open_ends[waiter]:
                ready.append(waiter)
    return found


class FreshNames:
    """Gives names that are not taken: `id~2`, `id~3` and so on. O(1) a name."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}

    def name(self, wanted: str, taken: Collection[str]) -> str:
        number = self._next.get(wanted, 2)
        while f"{wanted}~{number}" in taken:
            number += 1
        self._next[wanted] = number + 1
        return f"{wanted}~{number}"
