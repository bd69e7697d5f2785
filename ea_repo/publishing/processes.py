"""Has the pages of elements and views made: by this process where they are few, by several where that pays."""

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from threading import Thread

from ea_repo.environment import processors
from ea_repo.publishing.making import Job, Made, Maker, Order

#: So many pages go to a process at once, and have their lines led in one run of Graphviz where any need it.
_TOGETHER = 24
#: Fewer pages than this are made before another process has started.
_WORTH_A_PROCESS = 150


@contextmanager
def making(maker: Maker, jobs: Sequence[Job], processes: int | None) -> Iterator[Iterator[Made]]:
    """The pages of elements and views, as they come."""
    together = [jobs[at : at + _TOGETHER] for at in range(0, len(jobs), _TOGETHER)]
    wanted = processes or processors()
    count = min(wanted, len(together), 1 + len(jobs) // _WORTH_A_PROCESS)
    if count <= 1:
        yield (maker.make(some) for some in together)
        return
    # A new process, not a copy of this one: threads of the database's driver do not survive being copied.
    context = get_context("spawn")
    held_by_them, held_here = context.Pipe(duplex=False)
    with (
        held_by_them,
        held_here,
        ProcessPoolExecutor(count, context, initializer=_start, initargs=(maker.order, held_by_them)) as pool,
    ):
        pending = [pool.submit(_make, some) for some in together]
        try:
            yield (each.result() for each in as_completed(pending))
        except BaseException:
            held_here.close()  # nobody waits for pages that are in hand
            raise


#: Of a process of its own: what `_start` made there.
_maker: list[Maker] = []


def _start(order: Order, leader: Connection) -> None:
    """Makes this process ready. It ends when the one that leads does, however that comes about, or gives up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts all of them; the one that leads decides
    Thread(target=_end_with, args=(leader,), daemon=True).start()
    _maker.append(Maker.opened(order))


def _end_with(leader: Connection) -> None:
    wait([leader])  # nothing is ever sent: its end is closed
    os._exit(1)


def _make(jobs: Sequence[Job]) -> Made:
    return _maker[0].make(jobs)
