"""How soon a page of 50 elements of 100,000 comes over HTTP with two filters, against a bare route with the same bytes."""

import http.client
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.frame import Result, in_turns, median_of
from ea_repo.repository import open_repository
from ea_repo.store.operations import Create, Operation

ELEMENTS = 100_000
REQUESTS = 60
ROUNDS = 9
_LEVELS = ("vital", "important", "ordinary")
_QUERY = {"type": "System", "filter": "criticality eq 'vital'", "limit": 50}
OURS = "import sys; from api.serve import serve; serve(sys.argv[1], port=int(sys.argv[2]), tell=lambda line: None)"
BARE = """
import sys, uvicorn
from fastapi import FastAPI, Response
body = open(sys.argv[1], "rb").read()
app = FastAPI()
@app.get("/")
def bare():
    return Response(body, media_type="application/json")
uvicorn.run(app, port=int(sys.argv[2]), log_level="warning", access_log=False)
"""


def run() -> Iterator[Result]:
    path = f"/api/v1/elements?{urlencode(_QUERY)}"
    with tempfile.TemporaryDirectory() as folder:
        database, body = str(Path(folder) / "large.db"), Path(folder) / "page.json"
        _fill(database)
        with served(OURS, database) as ours:
            body.write_bytes(fetched(ours, path))
            with served(BARE, str(body)) as bare:
                page, baseline = in_turns(
                    lambda: median_of_requests(ours, path),
                    lambda: median_of_requests(bare, "/"),
                    rounds=ROUNDS,
                )
    yield Result("list page over HTTP", page, baseline, "a bare FastAPI route, same bytes", at_most=3)


def _fill(database: str) -> None:
    agencies: list[Operation] = [
        Create(f"gov:agency-{number}", "Agency", {"name": f"Agency {number}"}) for number in range(100)
    ]
    systems = (
        Create(
            f"gov:system-{number}",
            "System",
            {
                "name": f"System {number}",
                "description": "Keeps what an office needs to know.",
                "owner": f"gov:agency-{number % 100}",
                "attributes": {"criticality": _LEVELS[number // 100 % 3]},
            },
        )
        for number in range(ELEMENTS - len(agencies))
    )
    with open_repository(database, create=True) as repository:
        model = Create("gov", record="model", fields={"name": "Government"})
        repository.changeset("benchmark", "Fill", [model, *agencies, *systems]).apply()


@contextmanager
def served(program: str, argument: str) -> Iterator[http.client.HTTPConnection]:
    """A server in a process of its own, and one connection to it that stays open."""
    port = _free_port()
    with subprocess.Popen([sys.executable, "-c", program, argument, str(port)]) as process:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            _wait(port)
            yield connection
        finally:
            connection.close()
            process.terminate()


def median_of_requests(connection: http.client.HTTPConnection, path: str | Callable[[], str]) -> float:
    """How long one request takes, in milliseconds, after a first that does not count; `path` may make each another."""
    connection.close()  # the server has, by now
    following = path if callable(path) else lambda: path
    fetched(connection, following())
    return median_of(REQUESTS, lambda: fetched(connection, following()))


def fetched(connection: http.client.HTTPConnection, path: str) -> bytes:
    """What is answered there."""
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}: {body[:200]!r}")
    return body


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start within a minute")
