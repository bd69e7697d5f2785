"""What several modules draw: the sample government, loaded once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ea_repo import sample
from ea_repo.repository import open_repository
from ea_repo.store.state import State


@pytest.fixture(scope="session")
def government(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    path = tmp_path_factory.mktemp("sample") / "repository.db"
    shutil.copyfile(sqlite_template, path)
    with open_repository(str(path)) as repository:
        sample.load(repository)
        with repository.state() as state:
            yield state
