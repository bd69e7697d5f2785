"""A load killed at any moment leaves the repository empty, sound and ready, or whole."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.nation import Nation, write_file
from ea_repo.exchange.loading import load_large
from ea_repo.repository import open_repository
from ea_repo.store import schema
from ea_repo.store.query import Query
from tests.conftest import FreshDatabase

_PROGRAM = """
import sys
from ea_repo.exchange.loading import load_large
from ea_repo.repository import open_repository
with open_repository(sys.argv[1]) as repository:
    print("ready", flush=True)
    sys.stdin.readline()
    load_large(repository, sys.argv[2], model="nation", author="tester", from_bytes=0)
    print("done", flush=True)
"""
_ELEMENTS, _KILLS = 1_000, 4


def _killed_after(url: str, path: Path, seconds: float) -> bool:
    """Runs a load and kills it so long after it began. Whether it was still at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, url, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("\n")
        process.stdin.flush()
        time.sleep(seconds)
        os.kill(process.pid, signal.SIGKILL)
        said = process.stdout.read()
    return "done" not in said


def test_a_load_killed_half_way_leaves_nothing_and_can_be_made_again(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    path = tmp_path / "nation.ndjson"
    write_file(Nation(_ELEMENTS), path)
    chance = random.Random(4)
    url, spare = fresh_database(), fresh_database()
    with open_repository(spare) as repository:
        begun = time.perf_counter()
        load_large(repository, path, model="nation", author="tester", from_bytes=0)
        usual = time.perf_counter() - begun
    for _ in range(_KILLS):
        _killed_after(url, path, chance.uniform(0, usual))
        with open_repository(url) as repository:
            assert schema.check(repository.url) == []
            with repository.state() as state:
                held = sum(1 for _ in state.iterate(Query()))
                assert (state.number, held) in ((0, 0), (1, 4 * _ELEMENTS))
                if held:
                    return  # it was quicker than usual
    with open_repository(url) as repository:
        assert load_large(repository, path, model="nation", author="tester", from_bytes=0) is not None
        assert schema.check(repository.url) == []
