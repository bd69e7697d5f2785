"""The sample government, loaded once for what only reads it."""

from collections.abc import Iterator

import pytest

from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load
from ea_repo.store.state import State


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    with open_repository(str(tmp_path_factory.mktemp("sample") / "sample.db"), create=True) as repository:
        load(repository)
        yield repository


@pytest.fixture
def sample_state(sample: Repository) -> Iterator[State]:
    with sample.state() as state:
        yield state
