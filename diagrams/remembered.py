"""Pictures that were made already, up to a bound of memory: who asks the same of the same state gets the same bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

MOST_BYTES = 64 * 1024 * 1024


class Remembered:
    """The latest used pictures by whatever tells them apart. Safe for several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._pictures: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The picture of that key, made where it is not remembered. What alone is too large is not kept."""
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        made = make()  # outside the lock: others need not wait for a layout
        with self._lock:
            if key not in self._pictures and len(made) <= self._most:
                self._pictures[key] = made
                self._held += len(made)
            while self._held > self._most:
                _, dropped = self._pictures.popitem(last=False)
                self._held -= len(dropped)
        return made
