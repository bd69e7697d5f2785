"""The pinned requirements are those the project asks for, each with its hashes, and name no machine."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?P<rest>(?: ;[^\n\\]*)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n",
                  re.MULTILINE)  # fmt: skip


def pins(file: str) -> dict[str, set[str]]:
    """Versions of each distribution; several where Pythons differ."""
    found: dict[str, set[str]] = {}
    for pin in _PIN.finditer((ROOT / file).read_text("utf-8")):
        found.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
    return found


def group(name: str) -> list[Requirement]:
    found = []
    for entry in PROJECT["dependency-groups"][name]:
        found += group(entry["include-group"]) if isinstance(entry, dict) else [Requirement(entry)]
    return found


def wanted(file: str) -> list[Requirement]:
    found = [Requirement(each) for each in PROJECT["project"]["dependencies"]]
    if file == "requirements.txt":
        return found + group("build") + [Requirement(each) for each in extras("postgres", "pdf", "office")]
    return (
        found
        + group("dev")
        + group("bench")
        + [Requirement(each) for each in extras("postgres", "pdf", "office", "diagrams")]
    )


def extras(*names: str) -> list[str]:
    return [each for name in names for each in PROJECT["project"]["optional-dependencies"][name]]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_whatever_the_project_asks_for_is_pinned_as_it_asks(file: str) -> None:
    pinned = pins(file)
    unmet = [
        str(each)
        for each in wanted(file)
        if not (versions := pinned.get(canonicalize_name(each.name))) or not all(map(each.specifier.contains, versions))
    ]
    assert unmet == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_nothing_stands_in_a_pin_file_but_pins_with_hashes(file: str) -> None:
    left = _PIN.sub("", (ROOT / file).read_text("utf-8"))
    assert left.strip() == ""


def test_developers_run_what_users_run() -> None:
    """So that adding the developers' pins to the users' changes nothing that runs."""
    theirs = pins("requirements-dev.txt")
    assert {name: theirs.get(name) for name in pins("requirements.txt")} == pins("requirements.txt")
