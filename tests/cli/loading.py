"""What a command loads: it runs in a process of its own, which then names its modules."""

import subprocess
import sys
from collections.abc import Sequence

_PROGRAM = (
    "import sys; from ea_repo.cli.main import run\ntry: run()\nfinally: sys.stderr.write('\\n' + ' '.join(sys.modules))"
)


def run_apart(arguments: Sequence[str]) -> tuple[str, str, frozenset[str]]:
    """What a command writes to standard output and to standard error, and the names of all modules that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments], capture_output=True, text=True, encoding="utf-8", check=True
    )
    said, _, loaded = done.stderr.rpartition("\n")
    return done.stdout, said, frozenset(loaded.split())
