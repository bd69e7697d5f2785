"""All systems of a nation compared with each other, with planted duplicates, against exact comparison in NumPy.

30,000 systems of a nation of a million elements, and 100 planted among them (`planted.py`). The other side compares a
system with all others by the same score, over arrays; of all systems a hundredth is compared, and the time taken a hundred
times. Recall: planted duplicates whose original is among their first five. Coverage: the functions of all agencies, against
one NumPy pass that counts, over the same relationships, the ends of those that lead from a system.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.frame import Result, in_turns, milliseconds
from benchmarks.nation import Nation, load
from benchmarks.planted import plant
from ea_repo.planning.informatization.system_profiles import system_profiles
from ea_repo.planning.informatization.weights import weights_of
from ea_repo.repository import Repository, open_repository

ELEMENTS, PLANTED, FIRST = 1_000_000, 100, 5
#: From this score on the join finds all; the best five are told of these.
LEAST = 0.2
_ONE_OF, _ROUNDS = 100, 3


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'nation.db'}"
        load(Nation(ELEMENTS), database, "nation")
        with open_repository(database) as repository:
            yield from measured(repository, PLANTED)


def measured(repository: Repository, planted: int) -> Iterator[Result]:
    original_of = plant(repository, planted)
    with repository.state() as state:
        known = system_profiles(state, weights_of())
        profiles, size = known.profiles, len(known.systems)
        some = range(0, size, _ONE_OF)
        ours, part = in_turns(
            lambda: milliseconds(lambda: profiles.joined(LEAST)),
            lambda: milliseconds(lambda: [profiles.against_all(each) for each in some]),
            rounds=1,
        )
        against = "exact pairs in NumPy"
        yield Result(f"duplicates among {size:,} systems", ours, part * size / len(some), against, at_most=1 / 20)
        pairs = profiles.joined(LEAST)
        best = pairs.best(size, FIRST)
        at = {each.uid: place for place, each in enumerate(known.systems)}
        found = [best[at[copy]] for copy in original_of]
        originals = [at[each] for each in original_of.values()]
        missed = sum(original not in five for original, five in zip(originals, found, strict=True))
        second = sum(five[:1] != [original] for original, five in zip(originals, found, strict=True))
        yield Result("originals not in the first five", missed, planted, "planted", unit="systems", at_most=0.0501)
        yield Result("precision: others in the first place", second, planted, "planted", unit="systems")
        for least in (0.3, 0.35, 0.4, 0.5):
            kept = pairs.scores >= least
            told = set(zip(pairs.one[kept].tolist(), pairs.other[kept].tolist(), strict=True))
            true = {(min(at[one], at[other]), max(at[one], at[other])) for one, other in original_of.items()}
            name = f"precision at {least}: pairs not planted"
            yield Result(name, len(told - true), max(len(told), 1), "pairs found", unit="pairs")
            print(f"score {least}: {len(told & true)} of {len(told)} pairs are planted", file=sys.stderr)
