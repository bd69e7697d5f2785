"""serve and demo: real processes, asked over HTTP."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.conftest import Run

_ADDRESS = re.compile(r"http://[\d.]+:\d+")


@contextmanager
def serving(*arguments: str, folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A command that serves, and the address it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EA_REPO_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "ea_repo.cli.main", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if found := _ADDRESS.search(line):
                yield found[0], process
                break
        else:
            raise AssertionError(f"no address was printed: {said}")
    finally:
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        process.wait(30)
        process.stdout.close()


def fetched(address: str) -> object:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return json.load(answer)


def test_the_service_answers_at_the_address_it_prints(government: str, tmp_path: Path) -> None:
    with serving("-d", government, "serve", "--port", "0", folder=tmp_path) as (address, process):
        found = fetched(f"{address}/api/v1/elements?type=System")
        assert [each["uid"] for each in found["items"]] == ["gov:ledger", "gov:pay", "gov:tax"]  # type: ignore[index]
        assert fetched(f"{address}/api/v1/health")
    assert process.returncode in (0, 130, -signal.SIGINT)


def test_serving_beyond_this_machine_without_a_token_is_refused(run: Run) -> None:
    ran = run("serve", "--host", "0.0.0.0", "--port", "0")
    assert (ran.code, ran.err.count("\n")) == (6, 1)
    assert "ea-repo token create" in ran.err


def test_a_port_that_is_taken_is_told(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("serve", "--port", str(taken.getsockname()[1]))
    assert ran.code == 75
    assert "--port" in ran.err


def test_a_database_of_another_schema_is_not_served(run: Run, tmp_path: Path) -> None:
    ran = run("--database", str(tmp_path / "empty.db"), "serve", "--port", "0")
    assert (ran.code, "ea-repo db upgrade" in ran.err) == (7, True)
