"""Generated models through every ArchiMate format that can be read and written: what comes back is what went in."""

import io
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from ea_repo.exchange.export import Export
from ea_repo.exchange.importing import import_file
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.writing import export
from ea_repo.repository import Repository, open_repository
from ea_repo.store.operations import Create
from tests.exchange.canonical import canonical, differences
from tests.exchange.governments import changes
from tests.exchange.models import MODEL, models

#: What each format cannot carry, in the words of `canonical`.
WITHOUT = {
    "archi": frozenset[str](),
    "coarchi": frozenset[str](),
    "archimate-exchange": frozenset[str](),
    "archi-csv": frozenset({"translations", "kinds", "folders", "views"}),
}
#: The same few each time; the campaign looks for new ones.
SMALL_DOSE = settings(
    max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip


def state_of(repository: Repository, without: frozenset[str]) -> dict[str, object]:
    with repository.state() as state:
        bundle = Export(state, Selection(model=MODEL)).bundle()
        owned = {each.identifier: (each.owner, each.valid_from, each.valid_until) for each in bundle.concepts}
        return {**canonical(bundle, without=without), "owned": owned}


def check(template: Path, format: str, operations: Sequence[Create]) -> None:
    """Through a file into the same repository nothing changes; into an empty one comes all that the format can carry."""
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder) / "one.db", Path(folder) / "other.db"
        for path in (one, other):
            shutil.copyfile(template, path)
        with open_repository(str(one)) as repository, open_repository(str(other)) as empty:
            repository.changeset("t", "begin", operations).apply()
            file = io.BytesIO()
            with repository.state() as state:
                export(state, format, file, Selection(model=MODEL))
            changed = changes(repository, file.getvalue(), MODEL)
            assert changed == [], changed
            import_file(empty, io.BytesIO(file.getvalue()), model=MODEL, author="t")
            without = WITHOUT[format]
            lost = differences(state_of(repository, without), state_of(empty, without))
            assert lost == [], lost


@pytest.mark.parametrize("format", WITHOUT)
def test_a_generated_model_comes_back_as_it_was(sqlite_template: Path, format: str) -> None:
    @SMALL_DOSE
    @given(operations=models())
    def comes_back(operations: list[Create]) -> None:
        check(sqlite_template, format, operations)

    comes_back()


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("format", WITHOUT)
def test_many_generated_models_come_back_as_they_were(sqlite_template: Path, format: str) -> None:
    @settings(SMALL_DOSE, max_examples=400, derandomize=False)
    @given(operations=models())
    def comes_back(operations: list[Create]) -> None:
        check(sqlite_template, format, operations)

    comes_back()
