"""Thirty-two writers on the same elements over HTTP: no update is lost, and a stale one is merged or refused."""

import json
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import uvicorn

from api.app import create_app
from ea_repo.repository import Repository
from tests.factories import a_model, a_system

WRITERS = 32
EDITS = 2
ELEMENTS = ("gov:one", "gov:two")


@pytest.fixture
def address(repository: Repository, database_url: str) -> Iterator[str]:
    """A server on a port of its own, over either engine."""
    repository.changeset("t", "begin", [a_model(), a_system("one"), a_system("two")]).apply()
    server = uvicorn.Server(uvicorn.Config(create_app(database_url), port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
        assert thread.is_alive()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/api/v1/elements/"
    server.should_exit = True
    thread.join()


def asked(address: str, method: str = "GET", body: Any = None, tag: str | None = None) -> tuple[int, Any, str | None]:
    headers = {"Content-Type": "application/json", **({} if tag is None else {"If-Match": tag})}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer), answer.headers["ETag"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), None


def test_writers_of_one_field_lose_no_update(address: str, repository: Repository) -> None:
    """Each adds one to a number written in the description, reading again whenever it is told that it was late."""
    refused: Counter[int] = Counter()

    def count_up(writer: int) -> None:
        for _ in range(EDITS):
            while True:
                target = address + ELEMENTS[writer % len(ELEMENTS)]
                _, found, tag = asked(target)
                number = int(found["description"] or 0) + 1
                status, _, _ = asked(target, "PATCH", {"description": str(number)}, tag)
                if status == 200:
                    break
                refused[status] += 1

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(count_up, range(WRITERS)))
    with repository.state() as state:
        assert sum(int(state.get(uid).description or 0) for uid in ELEMENTS) == WRITERS * EDITS
        assert [len(state.history(uid)) for uid in ELEMENTS] == [1 + WRITERS * EDITS // 2] * 2
    assert set(refused) <= {412}


def test_writers_of_different_fields_all_win_from_one_old_version(address: str, repository: Repository) -> None:
    _, _, tag = asked(address + ELEMENTS[0])

    def say(writer: int) -> int:
        return asked(address + ELEMENTS[0], "PATCH", {"translations": {f"x{writer}": {"name": str(writer)}}}, tag)[0]

    with ThreadPoolExecutor(WRITERS) as pool:
        assert set(pool.map(say, range(WRITERS))) == {200}
    with repository.state() as state:
        said = state.get(ELEMENTS[0]).translations
    assert said == {f"x{writer}": {"name": str(writer)} for writer in range(WRITERS)}


def test_a_stale_edit_of_the_same_field_shows_base_theirs_and_mine(address: str) -> None:
    _, _, tag = asked(address + ELEMENTS[0])
    assert asked(address + ELEMENTS[0], "PATCH", {"name": "Theirs"}, tag)[0] == 200
    status, problem, _ = asked(address + ELEMENTS[0], "PATCH", {"name": "Mine"}, tag)
    assert status == 412
    assert problem["conflicts"] == [{"field": "name", "base": "one", "theirs": "Theirs", "mine": "Mine"}]
