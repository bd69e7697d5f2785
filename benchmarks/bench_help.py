"""The installed `ea-repo --help` against a Python that only imports the library its commands are written with."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.frame import Result, in_turns, median_of

PROGRAM = Path(sys.executable).with_name("ea-repo")


def run() -> Iterator[Result]:
    ours, baseline = in_turns(
        lambda: median_of(5, lambda: _run([str(PROGRAM), "--help"])),
        lambda: median_of(5, lambda: _run([sys.executable, "-c", "import typer"])),
        rounds=5,
    )
    yield Result("ea-repo --help", ours, baseline, 'python -c "import typer"', at_most=2.5)


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
