"""Answers and pictures that were made already, up to a bound of memory: the same asked of the same state is the same bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

MOST_BYTES = 128 * 1024 * 1024


class Remembered:
    """The latest used by whatever tells them apart. Safe for several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """What has that key, made where it is not remembered. What alone is too large is not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()  # outside the lock: others need not wait for it
        with self._lock:
            if key not in self._kept and len(made) <= self._most:
                self._kept[key] = made
                self._held += len(made)
            while self._held > self._most:
                _, dropped = self._kept.popitem(last=False)
                self._held -= len(dropped)
        return made
