"""What every question and report of the catalogue promises, whichever it is: help, an example that answers, one answer everywhere."""

import json
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from ea_repo.catalogue import entries
from ea_repo.cli.main import main
from ea_repo.errors import NotFound
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load
from tests.examples import arguments_of

ASKED = {name: each for kind in ("question", "report") for name, each in entries(kind).items()}
QUESTIONS = entries("question")
FOLDERS = {"question": "/api/v1/analysis", "report": "/api/v1/planning"}
every_one = pytest.mark.parametrize("name", ASKED)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    with open_repository(str(path), create=True) as repository:
        load(repository)
        yield repository


@every_one
def test_it_says_what_it_answers_and_what_each_parameter_means(name: str) -> None:
    question = ASKED[name]
    assert question.summary.endswith(".")
    assert all(each.help.endswith(".") for each in question.parameters)
    assert {each.name for each in question.parameters if each.required} <= question.example.keys()


@every_one
def test_its_example_answers_on_the_sample_government(name: str, sample: Repository) -> None:
    question = ASKED[name]
    with sample.state() as state:
        rows = list(question.subject(state, **question.example))
    assert rows
    assert all(is_dataclass(row) for row in rows)


@pytest.mark.parametrize("name", [name for name, each in ASKED.items() if any(p.required for p in each.parameters)])
def test_an_empty_repository_has_nothing_of_that_name(name: str, sqlite_repository: Repository) -> None:
    question = ASKED[name]
    with sqlite_repository.state() as state, pytest.raises(NotFound):
        question.subject(state, **question.example)


@pytest.mark.parametrize(
    "name", [name for name, each in QUESTIONS.items() if not any(p.required for p in each.parameters)]
)
def test_of_an_empty_repository_there_is_nothing_to_say(name: str, sqlite_repository: Repository) -> None:
    with sqlite_repository.state() as state:
        assert list(ASKED[name].subject(state)) == []
        assert list(ASKED[name].subject(state, **ASKED[name].example)) == []


@pytest.mark.parametrize("name", [name for name, each in ASKED.items() if each.kind == "report"])
def test_a_report_on_an_empty_repository_says_so_in_rows_or_in_none(name: str, sqlite_repository: Repository) -> None:
    if not any(each.required for each in ASKED[name].parameters):
        with sqlite_repository.state() as state:
            assert all(map(is_dataclass, ASKED[name].subject(state)))


@every_one
def test_command_service_and_library_give_the_same_rows(
    name: str, sample: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    question = ASKED[name]
    with sample.state() as state:
        rows = len(question.subject(state, **question.example))
    with TestClient(create_app(sample), base_url="http://127.0.0.1") as client:
        answered = client.get(f"{FOLDERS[question.kind]}/{name}", params=dict(question.example))
    assert answered.status_code == 200
    assert answered.json()["items"] == printed(sample, name, capsys)
    assert len(answered.json()["items"]) == answered.json()["total"] == rows


def printed(sample: Repository, name: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The rows that the command prints as JSON."""
    database = Path(str(sample.url.database))
    group = ["report"] if ASKED[name].kind == "report" else []
    assert main(["--database", f"sqlite:///{database}", *group, name, *arguments_of(ASKED[name]), "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["items"]
    return found
