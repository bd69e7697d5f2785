"""Identifiers that are different throughout a file, where a repository lets records of different kinds share one.

Nearly always an identifier is written as it is. Where it is taken, `ea-repo.` and the kind stand in front, or for a part of a
view the view's identifier; readers take that away again.
"""

from typing import Literal

Kind = Literal["model", "folder", "view"]
_PREFIX = "ea-repo."


class FileNames:
    """Gives each record of a file its name. Concepts, which others refer to most, are named first: `taken`."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._names: dict[tuple[str, str], str] = {}

    def name(self, kind: Kind, identifier: str) -> str:
        """The name of the model, a folder or view, the same each time."""
        return self._name(kind, identifier, f"{_PREFIX}{kind}.{identifier}")

    def part(self, view: str, identifier: str) -> str:
        """The name of a box or line of a view."""
        return self._name(view, identifier, f"{_PREFIX}{view}.{identifier}")

    def _name(self, scope: str, identifier: str, other: str) -> str:
        key = (f"{scope}\0", identifier)
        found = self._names.get(key)
        if found is None:
            found = other if identifier in self._taken else identifier
            self._taken.add(found)
            self._names[key] = found
        return found


def own_name(scope: str, written: str) -> str:
    """The identifier of the model ("model"), a folder ("folder"), a view ("view"), or of a part of a view (the view's identifier)."""
    if not written.startswith(_PREFIX):  # as nearly all are written, thousands of times
        return written
    return written.removeprefix(f"{_PREFIX}{scope}.")
