"""What a workbook says of itself on a hidden sheet: what it was exported from, so that only edits are imported."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ea_repo.exchange.selection import Selection
from ea_repo.exchange.tabular.cells import Cell

SHEET = "ea-repo"
_VERSION = "1"
_PIECE = 30_000


@dataclass(frozen=True, slots=True)
class Facts:
    """`changeset` and `identity` are None where nothing can be compared with, as with a draft."""

    language: str
    changeset: int | None = None
    identity: str | None = None
    on: date | None = None
    selection: Selection = field(default_factory=Selection)

    def rows(self) -> Iterator[tuple[str, str]]:
        """Key and value, long ones in pieces."""
        yield "format", _VERSION
        yield "language", self.language
        if self.changeset is not None and self.identity:
            yield "changeset", str(self.changeset)
            yield "identity", self.identity
        if self.on is not None:
            yield "on", self.on.isoformat()
        said = {name: getattr(self.selection, name) for name in ("model", "folder", "owner")}
        yield "selection", json.dumps({name: text for name, text in said.items() if text is not None})
        if self.selection.uids is not None:
            text = json.dumps(self.selection.uids, ensure_ascii=False)
            for start in range(0, len(text), _PIECE):
                yield "uids", text[start : start + _PIECE]


def facts_in(rows: Sequence[Sequence[Cell]]) -> Facts | None:
    """The facts that such a sheet says; None where it says none that are understood."""
    said: dict[str, str] = {}
    for row in rows:
        if len(row) > 1 and isinstance(row[0], str) and row[1] is not None:
            value = str(int(row[1])) if isinstance(row[1], float) and row[1].is_integer() else str(row[1])
            said[row[0]] = said.get(row[0], "") + value
    if said.get("format") != _VERSION:
        return None
    try:
        chosen: dict[str, Any] = json.loads(said.get("selection", "{}"))
        uids = json.loads(said["uids"]) if "uids" in said else None
        names = {name: chosen.get(name) for name in ("model", "folder", "owner")}
        selection = Selection(**names, uids=None if uids is None else tuple(uids))
        on = date.fromisoformat(said["on"][:10]) if "on" in said else None
        number = int(said["changeset"]) if "changeset" in said else None
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return Facts(said.get("language", "en"), number, said.get("identity"), on, selection)
