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

import pytest

from ea_repo.catalogue import entries
from ea_repo.cli.main import main
from tests.cli.conftest import Run, runner
from tests.examples import arguments_of

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
    ran = run("serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - it is refused
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


def test_the_demo_makes_a_repository_and_serves_it_and_leaves_the_settings_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ea-repo.toml").write_text('database_url = "precious.db"', encoding="utf-8")
    with serving("demo", "--port", "0", folder=tmp_path) as (address, _):
        found = fetched(f"{address}/api/v1/elements?type=System&limit=1000")
        assert len(found["items"]) >= 80  # type: ignore[index]
    assert (tmp_path / ".demo" / "ea-repo.db").is_file()
    assert not (tmp_path / "precious.db").exists()


def test_the_demo_can_be_had_without_the_service_and_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["demo", "--no-serve"]) == 0
    told = capsys.readouterr().err
    assert told.count("Loading the illustrative government") == 1
    assert told.count("Ask it: ea-repo -d .demo/ea-repo.db list System") == 2
    run = runner(".demo/ea-repo.db", capsys)
    assert len(run("changes", "list", "--json").json["items"]) == 1


def test_the_example_of_every_question_and_viewpoint_runs_on_the_demo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runner(str(tmp_path / "demo.db"), capsys)
    assert run("demo", "--no-serve").code == 0
    for name, entry in entries("question").items():
        assert run(name, *arguments_of(entry), "--json").code == 0, name
    for name, entry in entries("viewpoint").items():
        ran = run("diagram", "export", name, *arguments_of(entry), "-o", str(tmp_path / f"{name}.svg"))
        assert ran.code == 0, ran.err
