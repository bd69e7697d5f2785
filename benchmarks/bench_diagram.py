"""`ea-repo diagram export` of a context of 50 elements, the whole command, against `dot` alone on the same drawing.

Twice: of a picture that was exported before and has not changed since, which comes from beside the database; and made
the first time, for which the command loads the program, reads the elements, measures, lays out and writes. What a bare
Python takes to start is printed, and taken off the first figure; for information also what loading the program takes.

The modules are compiled before, as they are by an installation, and the script that starts the program is the one that pip
writes since version 25. An earlier pip has its scripts import `re`, which is printed beside.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import diagrams
from benchmarks.frame import Result, in_turns, median_of
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load

PROGRAM = Path(sys.executable).with_name("ea-repo")
UID, ELEMENTS = "centre:GOVID", 50
#: With what the command does about the search for cycles, see `ea_repo/cli/main.py`.
_START = (
    "import gc; gc.set_threshold(100_000); import ea_repo.cli.root, ea_repo.repository, ea_repo.cli.commands.diagram, "
    "diagrams.viewpoints.context, diagrams.renderers.svg; gc.freeze()"
)

#: As pip 25 and later write it.
_SCRIPT = """#!{python}
import sys
from ea_repo.cli.main import run
if __name__ == "__main__":
    sys.argv[0] = sys.argv[0].removesuffix(".exe")
    sys.exit(run())
"""
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


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
        by_new_pip = Path(folder) / "ea-repo"
        by_new_pip.write_text(_SCRIPT.format(python=sys.executable))
        by_new_pip.chmod(0o755)
        lean = [str(by_new_pip), *command[1:]]
        kept = Path(f"{database}.pictures")
        looks = [str(PROGRAM), "-d", f"sqlite:///{database}"]
        _run(command)
        time.sleep(3.1)  # a database that was written to just now is asked, rather than looked at
        _run(command)
        again, by_its_script, first, start, bare, alone, listed, shown = in_turns(
            lambda: median_of(9, lambda: _run(lean)),
            lambda: median_of(9, lambda: _run(command)),
            lambda: median_of(3, lambda: (shutil.rmtree(kept, ignore_errors=True), _run(command))),
            lambda: median_of(3, lambda: _run([sys.executable, "-c", _START])),
            lambda: median_of(9, lambda: _run([sys.executable, "-c", "pass"])),
            lambda: median_of(9, lambda: _run([dot, "-Tsvg", str(text), "-o", f"{folder}/alone.svg"])),
            lambda: median_of(3, lambda: _run([*looks, "list", "--json"])),
            lambda: median_of(3, lambda: _run([*looks, "show", UID])),
            rounds=3,
        )
    against = "dot -Tsvg on the same DOT"
    yield Result("diagram export again, without Python's start", again - bare, alone, against, at_most=1.5)
    yield Result("the same by the script of this .venv", by_its_script - bare, alone, against)
    yield Result("diagram export again, the whole command", again, alone, against)
    yield Result("diagram export the first time, the whole command", first, alone, against)
    yield Result("the same without loading the program", first - start, alone, against)
    yield Result("Python's start", bare, alone, against)
    for name, taken in (("loading the program", start), ("ea-repo list", listed), ("ea-repo show", shown)):
        yield Result(name, taken, bare, 'python -c "pass"')


def _given_to_dot(repository: Repository) -> str:
    """The drawing as DOT text, as `ea-repo diagram export -o FILE.dot` writes it."""
    with repository.state() as state:
        drawing = diagrams.draw(state, "context", uid=UID, limit=ELEMENTS)
    return diagrams.render(drawing, "dot").decode()


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=_ENVIRONMENT)
