"""The sample government in a database, and the check that an export says all of a model: importing it changes nothing."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from ea_repo.exchange.importing import import_file
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.writing import Written, export
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load


@pytest.fixture(scope="session")
def government(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """The sample government, for tests that only read or dry-run."""
    path = tmp_path_factory.mktemp("government") / "sample.db"
    path.write_bytes(sqlite_template.read_bytes())
    with open_repository(str(path)) as repository:
        load(repository)
        yield repository


def written(repository: Repository, format: str, selection: Selection) -> tuple[bytes, Written]:
    """The file, and what was told of it."""
    file = io.BytesIO()
    with repository.state() as state:
        told = export(state, format, file, selection)
    return file.getvalue(), told


def changes(repository: Repository, data: bytes, model: str, **options: object) -> list[tuple[str, str, str]]:
    """What importing a file would change: how, what, and in which fields."""
    report = import_file(repository, io.BytesIO(data), model=model, author="tester", dry_run=True, **options)  # type: ignore[arg-type]
    return [
        (each.action, each.uid, ", ".join(sorted(name for name in {**each.before, **each.after}
                                                 if each.before.get(name) != each.after.get(name))))
        for each in report.difference.changes
        if each.action != "unchanged"
    ]  # fmt: skip
