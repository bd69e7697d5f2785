"""`ea-repo diagram export` of a context of 50 elements, the whole command, against `dot` alone on what it is given.

The command starts Python, loads the program, reads the elements, lays out and writes; `dot` only lays out and writes.
So three figures are printed: the whole command, what is left of it without the start of the program, and that start
against a bare Python. For information: on a small drawing the start outweighs everything else.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import diagrams
from benchmarks.frame import Result, in_turns, median_of
from diagrams import engines, layout
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load

PROGRAM = Path(sys.executable).with_name("ea-repo")
UID, ELEMENTS = "centre:GOVID", 50
_START = "import ea_repo.catalogue, ea_repo.cli.main, ea_repo.repository, diagrams; diagrams.formats(); ea_repo.catalogue.entries('viewpoint')"


def run() -> Iterator[Result]:
    dot = shutil.which("dot")
    if dot is None:
        raise RuntimeError("this benchmark needs the dot program: install Graphviz")
    with tempfile.TemporaryDirectory() as folder:
        database, text = Path(folder) / "sample.db", Path(folder) / "context.dot"
        with open_repository(f"sqlite:///{database}", create=True) as repository:
            load(repository)
            text.write_text(_given_to_dot(repository))
        command = [
            str(PROGRAM), "-d", f"sqlite:///{database}", "diagram", "export", "context", UID, "--limit", str(ELEMENTS),
            "-o", f"{folder}/context.svg",
        ]  # fmt: skip
        whole, start, bare, alone = in_turns(
            lambda: median_of(3, lambda: _run(command)),
            lambda: median_of(3, lambda: _run([sys.executable, "-c", _START])),
            lambda: median_of(3, lambda: _run([sys.executable, "-c", "pass"])),
            lambda: median_of(3, lambda: _run([dot, "-Tsvg", str(text), "-o", f"{folder}/alone.svg"])),
            rounds=3,
        )
    yield Result("diagram export, 50 elements", whole, alone, "dot -Tsvg on the same DOT")
    yield Result("the same without the program's start", whole - start, alone, "dot -Tsvg on the same DOT")
    yield Result("start of the program", start, bare, 'python -c "pass"')


def _given_to_dot(repository: Repository) -> str:
    """The DOT text that the layout of the drawing gives to dot."""
    given: list[str] = []
    usual = engines.run

    def noted(source: str, **options: object) -> object:
        given.append(source)
        return usual(source, **options)  # type: ignore[arg-type]

    with repository.state() as state:
        drawing = diagrams.draw(state, "context", uid=UID, limit=ELEMENTS)
    engines.run = noted  # type: ignore[assignment]
    try:
        layout.place(drawing, "en")  # type: ignore[arg-type]
    finally:
        engines.run = usual
    return given[0]


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
