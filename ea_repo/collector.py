"""Keeps Python's garbage collector from walking the objects of a large import or report again and again.

Both make hundreds of thousands of objects and hardly a cycle among them: a quarter of an import's time, and half of a report's,
went into looking for them.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: After so many new objects cycles are looked for after all: what is in none goes by itself, and readers leave hardly any.
_MOST_NEW = 1_000_000

_lock = threading.Lock()
_paused = 0
_was_enabled = False
_new = 0


@contextmanager
def paused_collector() -> Iterator[None]:
    """No search for cycles while the block runs, in any thread; the last block to end turns it on again."""
    global _paused, _was_enabled  # the collector is one for the process
    with _lock:
        if _paused == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _paused += 1
    try:
        yield
    finally:
        with _lock:
            _paused -= 1
            if _paused == 0 and _was_enabled:
                _count_as_old()
                gc.enable()


def _count_as_old() -> None:
    """Puts all objects made so far into the oldest generation, or the next search for young cycles would walk them all.

    Python does not count what comes there this way, so a service that imports all day would never look.
    """
    global _new
    _new += gc.get_count()[0]
    if _new > _MOST_NEW:
        gc.collect()
        _new = 0
    if gc.get_freeze_count() == 0:  # or somebody keeps objects out of every search, and they would come back
        gc.freeze()
        gc.unfreeze()
