"""The tests' own PostgreSQL: one cluster for all processes of a run, and nothing left behind by runs that were killed."""

import signal
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from tests.postgres import is_alive, shared_cluster

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
import os, signal, sys, time
from tests.postgres import shared_cluster
with shared_cluster(sys.argv[1], lambda address: print("prepared", flush=True)) as address:
    print(address, flush=True)
    {then}
"""


def started(run: str, then: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM.format(then=then), run]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def folder_of(run: str) -> Path:
    return Path(tempfile.gettempdir()) / f"ea-repo-postgres-{run}"


def test_processes_of_one_run_share_one_cluster_and_the_last_removes_it(postgres_cluster: str) -> None:
    run = uuid.uuid4().hex
    said = [process.communicate()[0].split() for process in [started(run, "time.sleep(2)") for _ in range(3)]]
    assert sorted(map(len, said)) == [1, 1, 2]
    assert len({words[-1] for words in said}) == 1
    assert not folder_of(run).exists()


def test_what_a_killed_run_left_is_stopped_and_removed_by_the_next(postgres_cluster: str) -> None:
    killed, following = uuid.uuid4().hex, uuid.uuid4().hex
    process = started(killed, "os.kill(os.getpid(), signal.SIGKILL)")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    server = int((folder_of(killed) / "data" / "postmaster.pid").read_text().split()[0])
    assert is_alive(server)
    with shared_cluster(following, lambda _: None):
        assert not folder_of(killed).exists()
        assert not is_alive(server)
    assert not folder_of(following).exists()
