"""Which commands there are and what each is for, found without importing any of them: help must feel instant.

A command is a module in `commands/`, named as the command; the first line of its docstring is its summary. A question
of the catalogue is a command as well.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

#: The order of the help page. A command that is not named here stands at the end.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Start": ("demo", "serve", "doctor", "version"),
    "Look": ("list", "show", "search", "diff", "diagram", "report", "agreement", "publish"),
    "Ask": (),
    "Change": (
        "import",
        "export",
        "document",
        "disposition",
        "reference-model",
        "review",
        "operating-review",
        "index",
        "roadmap",
        "changes",
        "metamodel",
    ),
    "Keep": ("archive", "seal", "db", "token"),
}
QUESTIONS = "Ask"
OTHERS = "More"
ENTRY_POINTS = "ea_repo.question"

_QUESTION = re.compile(
    r'^@question\((?P<arguments>.*?)\)\n(?:@.*\n)*def (?P<function>\w+)\(.*?\n    """(?P<summary>[^\n"]*)',
    re.MULTILINE | re.DOTALL,
)
_NAMED = re.compile(r'\bname="([^"]+)"')


@cache
def command_modules() -> Mapping[str, str]:
    """The module of each command that is written by hand, by the command's name. A keyword gets an underscore, a hyphen is one."""
    return {
        path.stem.rstrip("_").replace("_", "-"): f"ea_repo.cli.commands.{path.stem}"
        for path in sorted(_folder("commands").glob("*.py"))
        if path.stem != "__init__"
    }


@cache
def summaries() -> Mapping[str, str]:
    """Every command and the sentence that says what it is for."""
    written = {name: _first_line(module) for name, module in command_modules().items()}
    return {**written, **dict(_questions())}


def sections() -> Iterator[tuple[str, list[str]]]:
    """The commands as the help page groups them."""
    known = summaries()
    questions = [name for name in known if name not in command_modules()]
    placed = {name for names in SECTIONS.values() for name in names} | set(questions)
    for title, names in SECTIONS.items():
        yield title, questions if title == QUESTIONS else [name for name in names if name in known]
    if rest := [name for name in known if name not in placed]:
        yield OTHERS, rest


def _folder(name: str) -> Path:
    return Path(__file__).parent / name


def _first_line(module: str) -> str:
    path = _folder("commands") / f"{module.rpartition('.')[2]}.py"
    with path.open(encoding="utf-8") as lines:
        return next(lines).strip().strip('"')


def _questions() -> Iterator[tuple[str, str]]:
    for path in sorted((Path(__file__).parent.parent / "analysis").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        for match in _QUESTION.finditer(text):
            named = _NAMED.search(match["arguments"])
            yield named[1] if named else match["function"].replace("_", "-"), match["summary"]
    if _others_bring_questions():
        from ea_repo.catalogue import entries

        yield from ((name, entry.summary) for name, entry in entries("question").items())


def _others_bring_questions() -> bool:
    """Whether an installed distribution adds questions. `importlib.metadata` would take as long as the whole help."""
    wanted = f"[{ENTRY_POINTS}]".encode()
    points = (point for folder in sys.path if folder for point in Path(folder).glob("*.dist-info/entry_points.txt"))
    return any(wanted in point.read_bytes() for point in points)
