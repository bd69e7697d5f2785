"""The reference pages in docs/ are those that the program makes of itself."""

from pathlib import Path

import pytest

from ea_repo.cli import listing
from ea_repo.cli.reference import PAGES, commands_page, settings_page
from ea_repo.errors import RepositoryError
from ea_repo.settings import FIELDS

HERE = Path(__file__).parents[2]


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_the_page_is_current(path: Path) -> None:
    assert (HERE / path).read_text(encoding="utf-8") == PAGES[path](), "not current; run: make docs"


def test_every_command_and_every_exit_code_is_described() -> None:
    page = commands_page()
    assert all(f"\n## ea-repo {name}\n" in page for name in listing.summaries())
    assert all(
        f"`{error.code}`" in page for error in RepositoryError.__subclasses__() if error.__module__ == "ea_repo.errors"
    )


def test_every_option_says_what_it_does() -> None:
    empty = [line for line in commands_page().splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert empty == []


def test_every_setting_is_described() -> None:
    page = settings_page()
    assert all(f"| `EA_REPO_{name.upper()}` | `{name}` |" in page for name in FIELDS)
