"""What a command must not load, since whoever asks for little should not wait for the rest of the program."""

from pathlib import Path

import pytest

from ea_repo.cli import listing
from tests.cli.loading import run_apart
from tests.factories import uid

#: What no question about a few records of a SQLite database needs. `list` and `show` print tables with a part of rich.
NOT_TO_READ = frozenset({
    "alembic", "diagrams", "fastapi", "jinja2", "lxml", "networkx", "numpy", "psycopg", "pydantic", "rich.console", "scipy", "sqlalchemy.orm",
    "sqlalchemy.dialects.postgresql", "starlette", "uvicorn", "ea_repo.analysis", "ea_repo.exchange", "ea_repo.planning",
})  # fmt: skip
#: Nor does a drawing of an element and what is around it, as SVG.
NOT_TO_DRAW = NOT_TO_READ - {"diagrams"} | {"resvg_py", "fontTools", "wasmtime"}
NOT_FOR_HELP = NOT_TO_DRAW | {"diagrams", "pydantic", "rich", "sqlalchemy"}


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    out, _, loaded = run_apart(["--help"])
    assert not NOT_FOR_HELP & loaded
    assert all(f"  {name} " in out for name in listing.summaries())


@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("show", uid("tax"))])
def test_a_question_about_records_loads_the_database_and_not_much_else(government: str, words: tuple[str, ...]) -> None:
    out, _, loaded = run_apart(["-d", government, *words])
    assert "Tax Returns" in out
    assert "sqlalchemy" in loaded
    assert not NOT_TO_READ & loaded


def test_a_first_drawing_loads_no_arrays_and_no_other_formats(government: str, tmp_path: Path) -> None:
    file = tmp_path / "first.svg"
    _, said, loaded = run_apart(["-d", government, "diagram", "export", "context", uid("tax"), "-o", str(file)])
    assert said == f"wrote {file}\n"
    assert "diagrams.renderers.svg" in loaded
    assert not NOT_TO_DRAW & loaded
