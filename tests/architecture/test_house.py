"""Rules of the house that no linter knows."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ea_repo.metamodel import standard
from tests.architecture.checkout import ROOT, files

#: Where type names are what the code is about.
MAY_NAME_TYPES = (
    "ea_repo/metamodel/",  # declares them
    "ea_repo/exchange/",  # maps what files write to them
    "ea_repo/sample/",  # fills them
    "diagrams/viewpoints/",  # says what is drawn
    "ea_repo/store/classes.pyi",  # generated from them
)


def product_files() -> list[Path]:
    return [ROOT / name for name in files("ea_repo", "api", "diagrams") if name.endswith(".py")]


def test_no_code_asks_for_a_profile_type_by_name() -> None:
    """A customer may refine other types; code asks for traits and bases. Examples in help texts are no code."""
    profile_types = {name for name, type_ in standard().types.items() if type_.refines is not None}
    found = []
    for path in product_files():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(MAY_NAME_TYPES):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Compare):
                literals = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
                found += [f"{name}:{node.lineno} {each}" for each in literals & profile_types]
    assert found == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    forbidden = re.compile(rb"files\.pythonhosted\.org|pypi\.org/simple|registry\.npmjs\.org|(?<![\w.])/root/")
    here = Path(__file__).relative_to(ROOT).as_posix()
    named = [name for name in files() if name != here and forbidden.search((ROOT / name).read_bytes())]
    assert named == []


def test_every_module_begins_with_what_it_is_for() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in product_files()
        if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def imported(path: Path) -> set[str]:
    """What a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or ".")
    return found


def test_a_landed_migration_does_not_change_with_the_program() -> None:
    """It imports nothing of ours: a table renamed next year must not change what this year's step did."""
    steps = sorted(ROOT.glob("migrations/versions/[0-9]*.py"))
    assert steps
    foreign = {
        f"{path.name}: {name}"
        for path in steps
        for name in imported(path)
        if name.partition(".")[0] not in ("sqlalchemy", "alembic")
    }
    assert foreign == set()


def test_migrations_are_numbered_in_one_line() -> None:
    steps = sorted(ROOT.glob("migrations/versions/[0-9]*.py"))
    said = [dict(re.findall(r'^(revision|down_revision) = "?(\w+)"?', path.read_text("utf-8"), re.MULTILINE))
            for path in steps]  # fmt: skip
    assert [each["revision"] for each in said] == [f"{number:04}" for number in range(1, len(steps) + 1)]
    assert [each["down_revision"] for each in said] == ["None", *(each["revision"] for each in said[:-1])]
    assert [path.name[:4] for path in steps] == [each["revision"] for each in said]


def test_the_metamodel_needs_nothing_but_python() -> None:
    allowed = re.compile(r"ea_repo\.(metamodel|errors)\b")
    foreign = {
        f"{path.name}: {name}"
        for path in ROOT.glob("ea_repo/metamodel/**/*.py")
        for name in imported(path)
        if not allowed.match(name) and name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert foreign == set()


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("import os\n\nNAME = os.environ['NAME']\n", "TID251"),
        ("from os import environ\n\nNAME = environ['NAME']\n", "TID251"),
        ("import os\n\nNAME = os.getenv('NAME')\n", "TID251"),
        ("from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n", "TID251"),
        ("from datetime import date\n\nTODAY = date.today()\n", "DTZ011"),
        ("def name() -> str:\n    import json\n\n    return json.__name__\n", "PLC0415"),
        ("try:\n    NAME = int('1')\nexcept Exception:\n    NAME = 0\n", "BLE001"),
        ("print('done')\n", "T201"),
    ],
)
def test_what_must_not_be_written_is_found_by_the_linter(code: str, rule: str) -> None:
    """The rules that matter are themselves tested: an exemption made too wide would be silent."""
    for where in ("ea_repo/store/planted.py", "api/planted.py", "diagrams/planted.py"):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise",
             f"--stdin-filename={where}", "-"],
            cwd=ROOT, input=code, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert rule in done.stdout, f"{where}: {done.stdout}{done.stderr}"
