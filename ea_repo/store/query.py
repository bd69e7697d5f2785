"""What a list asks for. `state.find` answers it."""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from typing import Any

from ea_repo.errors import InvalidInput, Problem
from ea_repo.store.records import ConceptKind

SORTABLE = ("uid", "name", "type", "written", "version")
MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Query:
    """All conditions hold together. `types` include their refinements, `owner` its sub-agencies.

    `q` is text to search for, `filter` an OData expression, `sort` a field of `SORTABLE`, with "-" in front
    descending. `cursor` is what the page before gave as `next`.
    """

    types: tuple[str, ...] = ()
    kind: ConceptKind | None = None
    model: str | None = None
    owner: str | None = None
    folder: str | None = None
    q: str | None = None
    filter: str | None = None
    sort: str = "uid"
    limit: int = 50
    cursor: str | None = None
    total: bool = False

    def __post_init__(self) -> None:
        if self.sort.removeprefix("-") not in SORTABLE:
            raise _wrong("sort", f'cannot sort by "{self.sort}"', ", ".join(SORTABLE))
        if not 1 <= self.limit <= MOST_ROWS:
            raise _wrong("limit", f"limit is {self.limit}", f"1 to {MOST_ROWS}")

    @property
    def sort_field(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    def after(self, cursor: str) -> "Query":
        return replace(self, cursor=cursor)


def write_cursor(query: Query, value: Any, id_: int) -> str:
    """An opaque text that says where a page ended: the sort it belongs to, the last value, the last id."""
    return base64.urlsafe_b64encode(json.dumps([query.sort, value, id_]).encode()).decode().rstrip("=")


def read_cursor(query: Query) -> tuple[Any, int] | None:
    """(last value, last id) of the page before; `InvalidInput` for a cursor of another list."""
    if query.cursor is None:
        return None
    try:
        padded = query.cursor + "=" * (-len(query.cursor) % 4)
        sort, value, id_ = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise _wrong(
            "cursor", "the cursor cannot be read", "the one that the page before gave", "unknown-cursor"
        ) from None
    numeric = query.sort_field in ("written", "version")
    fits = isinstance(value, int) and abs(value) < 2**63 if numeric else isinstance(value, str) and "\0" not in value
    if sort != query.sort or not fits or not isinstance(id_, int) or abs(id_) >= 2**63:
        raise _wrong(
            "cursor", "the cursor belongs to another list", "the one that the page before gave", "unknown-cursor"
        )
    return value, id_


def _wrong(name: str, detail: str, expected: str, code: str = "invalid") -> InvalidInput:
    return InvalidInput(f"{detail}; use {expected}", errors=[Problem(f"/{name}", detail, code, expected)])
