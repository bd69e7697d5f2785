"""Everything a developer or newcomer runs, with nothing but Python: `python3 dev.py demo`, or `make demo`.

It makes `.venv`, installs the pinned and hashed requirements and the project into it, and runs the task there. When
the pins or the Python change, `.venv` is made anew; what developers need more is added to what the demo needs.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
OLDEST = (3, 11)

# Before anything that an older Python cannot run.
if sys.version_info < OLDEST:
    sys.exit(
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}. "
        "If there is another: make demo PYTHON=python3.12, or python3.12 dev.py demo"
    )

TASKS = {
    "demo": "load the illustrative government and serve it on http://127.0.0.1:8000 (PORT=8080 for another port)",
    "test": "run everything: lint, types, import contracts, tests",
    "lint": "check format, style, types and import contracts",
    "check": "before a commit: lint, and whether schema, wheel and generated pages fit the code",
    "fix": "format the code and mend what ruff can",
    "bench": "print each figure that the documentation claims, as a ratio",
    "soak": "run the long campaigns of which the tests run a small dose",
    "docs": "write the generated pages and the pictures of the gallery anew",
}

#: The tests that say whether what is generated or migrated fits the code.
FITTING = [
    "tests/architecture",
    "tests/migrations/test_structure.py",
    "tests/metamodel/test_metamodel_reference.py",
    "tests/cli/test_reference.py",
    "tests/cli/test_gallery.py",
]


def main(arguments: list[str]) -> int:
    task = arguments[0] if arguments else "help"
    if task not in TASKS:
        print("\n".join(f"  make {name:<6} {text}" for name, text in TASKS.items()))
        return 0 if task == "help" else 2
    os.chdir(HERE)
    prepare(for_developers=task != "demo")
    for command in commands(task, arguments[1:]):
        # Not captured: the runner's own closing line is the last thing printed.
        done = subprocess.run(command, check=False)
        if done.returncode:
            return done.returncode
    return 0


def commands(task: str, more: list[str]) -> list[list[str]]:
    python = str(BIN / "python")
    lint = [
        [python, "-m", "ruff", "check"],
        [python, "-m", "ruff", "format", "--check"],
        [python, "-m", "mypy"],
        [str(BIN / "lint-imports")],
    ]
    # Tests marked with one `xdist_group` share what they prepare, so they run on one worker.
    pytest = [python, "-m", "pytest", "-n", "2", "--dist", "loadgroup"]
    return {
        "demo": [[python, "-m", "ea_repo.cli.main", "demo", "--port", os.environ.get("PORT", "8000"), *more]],
        "test": [*lint, [*pytest, *more]],
        "lint": lint,
        "check": [*lint, [*pytest, *FITTING, *more]],
        "fix": [[python, "-m", "ruff", "check", "--fix"], [python, "-m", "ruff", "format"]],
        "bench": [[python, "-m", "benchmarks", *more]],
        "soak": [[*pytest, "-m", "soak", *more]],
        "docs": [
            [python, "-m", "ea_repo.cli.main", "metamodel", "reference"],
            [python, "-m", "ea_repo.cli.main", "metamodel", "stub"],
            [python, "-m", "ea_repo.cli.reference"],
            [python, "-m", "ea_repo.cli.gallery"],
        ],
    }[task]


def prepare(*, for_developers: bool) -> None:
    """Makes `.venv` fit the pins, unless it does already. A developer's also serves the demo."""
    python = " ".join(sys.version.split())  # in some it is of two lines
    for_demo = [f"{python} {VENV}", pinned("requirements.txt")]
    for_all = [*for_demo, pinned("requirements-dev.txt")]
    wanted = for_all if for_developers else for_demo
    made_of = VENV / "made-of"
    found = made_of.read_text(encoding="utf-8").split("\n") if made_of.exists() else []
    if found[: len(wanted)] == wanted:
        return
    pins = "requirements-dev.txt" if for_developers else "requirements.txt"
    print(f"Making .venv from {pins}; this takes a minute the first time.", flush=True)
    if found != for_demo:  # those who add to the demo's must not take it from under a running one
        make_venv()
    pip = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    subprocess.run([*pip, "--require-hashes", "-r", pins], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", "."], check=True)
    made_of.write_text("\n".join(wanted), encoding="utf-8")


def make_venv() -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit("Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv")
    shutil.rmtree(VENV, ignore_errors=True)  # pip does not remove what left the pins
    # Whoever runs this with the Python of `.venv` has just lost it.
    python = getattr(sys, "_base_executable", sys.executable)
    subprocess.run([python, "-m", "venv", str(VENV)], check=True)


def pinned(name: str) -> str:
    return f"{name} {hashlib.sha256((HERE / name).read_bytes()).hexdigest()}"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, error.cmd[:6]))} ... failed")
