"""The long campaign that reads spoiled files of every format, made from real ones.

    python -m tests.exchange.spoiling archi --minutes 10

One process a reader. It prints how many inputs it read in how many minutes, how many were read as they were, and the
peak of its memory. It ends with an error and the number of the input where something else than an error of ours comes,
one input takes more than 20 seconds of processor time, or memory passes 500 MB. `--only N` reads that input again.
"""

import argparse
import collections
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load
from tests.exchange.spoiled_readers import TARGETS

MOST_SECONDS, MOST_MEGABYTES = 20, 500


@cache
def _seeds(name: str, repository: Repository) -> list[bytes]:
    return TARGETS[name].seeds(repository)


def one(name: str, repository: Repository, number: int) -> bool:
    """Reads the input of that number; whether it could be read."""
    chance = random.Random(number)
    target = TARGETS[name]
    seed = chance.choice(_seeds(name, repository))
    return target.act(repository, target.spoil(seed, chance), chance)


# The campaign


def campaign(name: str, minutes: float, first: int) -> str:
    """Reads as many inputs as the time allows; what it says of them."""
    signal.signal(signal.SIGVTALRM, _too_slow)
    with filled() as repository:
        counted: collections.Counter[bool] = collections.Counter()
        begun, number, slowest = time.monotonic(), first, (0.0, first)
        while time.monotonic() < begun + minutes * 60:
            signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
            before = time.process_time()
            try:
                counted[one(name, repository, number)] += 1
            except BaseException as error:
                raise SystemExit(f"{name}: input {number}: {type(error).__name__}: {error}") from error
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            slowest = max(slowest, (time.process_time() - before, number))
            if megabytes() > MOST_MEGABYTES:
                raise SystemExit(f"{name}: input {number}: {megabytes()} MB")
            number += 1
    return (
        f"{name}: {number - first:,} inputs in {(time.monotonic() - begun) / 60:.1f} minutes ({time.process_time():.0f} s of processor), "
        f"{counted[True]:,} read, {counted[False]:,} refused; slowest {slowest[0]:.1f} s (input {slowest[1]}); peak {megabytes()} MB"
    )


@contextmanager
def filled() -> Iterator[Repository]:
    """The sample government in a database that goes away."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_repository(str(Path(folder) / "a.db"), create=True) as repository,
    ):
        load(repository)
        yield repository


def megabytes() -> int:
    """The peak so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"took more than {MOST_SECONDS} s")


def main() -> Iterator[str]:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("reader", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--only", type=int, default=None, help="the number of one input to read, with the whole error")
    asked = parser.parse_args()
    if asked.only is None:
        yield campaign(asked.reader, asked.minutes, asked.first)
    else:
        with filled() as repository:
            yield f"{asked.reader}: input {asked.only} is {'read' if one(asked.reader, repository, asked.only) else 'refused'}"


if __name__ == "__main__":
    for line in main():
        sys.stdout.write(f"{line}\n")
