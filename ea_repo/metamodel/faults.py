"""What is wrong in a profile: faults are gathered, each with its line and key, and told all at once."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field

from ea_repo.errors import InvalidInput, Problem
from ea_repo.metamodel.places import Path, line_at, lines_of

#: Nobody reads more at once, and looking for nearest names takes its time: reading stops there.
MOST = 200

#: So many names are listed where none is near.
_FEW = 15


@dataclass(slots=True)
class Faults:
    """The faults of one text so far. Lines are looked up only when there is something to tell."""

    text: str
    source: str
    _found: dict[tuple[int, str], Problem] = field(default_factory=dict)
    _lines: dict[Path, int] = field(default_factory=dict)

    def add(self, path: Path, detail: str, expected: str | None = None, code: str = "invalid") -> None:
        """`detail` says what is wrong, `expected` what would be right; the same thing is told once."""
        self._lines = self._lines or lines_of(self.text)
        line = line_at(self._lines, path)
        hint = f"; use {expected}" if expected else ""
        sentence = " ".join(f"{self.source}, line {line}: {detail}{hint}".split())  # one line, whatever a name holds
        problem = Problem(f"{self.source}:{line} {_key(path)}".strip(), sentence, code, expected)
        self._found.setdefault((line, sentence), problem)
        if len(self._found) == MOST:
            self.tell()

    def unknown(self, path: Path, what: str, name: str, known: Collection[str]) -> None:
        """A name that means nothing, with the nearest that do."""
        nearest = difflib.get_close_matches(name, known, n=3)
        expected = ", ".join(nearest) or (", ".join(known) if 0 < len(known) < _FEW else None)
        self.add(path, f'there is no {what} "{name}"', expected, f"unknown-{what}")

    def tell(self) -> None:
        """`InvalidInput` with every fault, in order of line; nothing where there is none."""
        problems = [self._found[at] for at in sorted(self._found, key=lambda at: at[0])]
        if problems:
            more = "" if len(problems) == 1 else f" (and {len(problems) - 1} more)"
            raise InvalidInput(f"{problems[0].detail}{more}", errors=problems)


def _key(path: Path) -> str:
    """The key as it is written in its table: help.id of ("type", 3, "help", "id")."""
    names: list[str] = []
    for step in reversed(path):
        if isinstance(step, str):
            names.insert(0, step)
        elif names:
            break
    return ".".join(names)
