"""Rules of the house that no linter knows."""

import ast
import re
import subprocess
from pathlib import Path

from ea_repo.metamodel import standard

ROOT = Path(__file__).resolve().parents[2]
#: Where type names are what the code is about.
MAY_NAME_TYPES = (
    "ea_repo/metamodel/",  # declares them
    "ea_repo/exchange/",  # maps what files write to them
    "ea_repo/sample/",  # fills them
    "diagrams/viewpoints/",  # says what is drawn
    "ea_repo/store/classes.pyi",  # generated from them
)


def product_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = [name for name in done.stdout.splitlines() if name.startswith(("ea_repo/", "api/", "diagrams/"))]
    return [ROOT / name for name in names]


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


def test_nothing_tracked_names_a_machine_or_a_registry() -> None:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    forbidden = re.compile(rb"files\.pythonhosted\.org|pypi\.org/simple|registry\.npmjs\.org|(?<![\w.])/root/")
    here = Path(__file__).relative_to(ROOT).as_posix()
    named = [
        name
        for name in done.stdout.decode().split("\0")
        if name and name != here and (ROOT / name).is_file() and forbidden.search((ROOT / name).read_bytes())
    ]
    assert named == []


def test_every_module_begins_with_what_it_is_for() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in product_files()
        if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []
