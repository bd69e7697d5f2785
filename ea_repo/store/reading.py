"""One moment of the database, for all that reads it: how a state knows its rows and their names. It only reads."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, func, select

from ea_repo.errors import NotFound
from ea_repo.metamodel import Metamodel
from ea_repo.store import images, search
from ea_repo.store.conditions import Moment
from ea_repo.store.fields import Image, model_of
from ea_repo.store.operations import RecordKind
from ea_repo.store.overlay import Overlay
from ea_repo.store.records import Concept, Folder, Model, Property, View

if TYPE_CHECKING:
    from ea_repo.store.state import State

_CLASSES: dict[RecordKind, Callable[..., Any]] = {"model": Model, "folder": Folder, "concept": Concept, "view": View}


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A draft that is laid over a state. `base` is the same state without it."""

    id: int
    base: "State"
    overlay: Overlay


class Reading:
    """A connection that sees one moment, and what is asked of it: as of a changeset, on a date, with a draft or without."""

    def __init__(
        self,
        connection: Connection,
        metamodel: Metamodel,
        *,
        number: int,
        latest: int,
        on: date | None,
        draft: Laid | None,
    ) -> None:
        self.connection = connection
        self.metamodel = metamodel
        self.number = number
        self.latest = latest
        self.on = on
        self.draft = draft

    @property
    def is_past(self) -> bool:
        """Whether there were later changesets when it was opened."""
        return self.number < self.latest

    @property
    def as_of(self) -> int | None:
        """The changeset number where it lies in the past, None for the present."""
        return self.number if self.is_past else None

    def table(self, record: RecordKind) -> Any:
        """A FROM clause with this state's rows of a kind of record, for the modules of the store."""
        return images.moment(record, self.as_of)

    @property
    def _dialect(self) -> str:
        return self.connection.dialect.name

    @cached_property
    def _moment(self) -> Moment:
        return Moment(self.metamodel, self.as_of, self.on, self._dialect)

    def _id(self, record: RecordKind, uid: str) -> int:
        found = self.connection.execute(_id_of(record, self.as_of), {"wanted": uid}).scalar()
        if found is None:
            raise self._not_found(record, uid)
        return int(found)

    def _not_found(self, record: RecordKind, uid: str) -> NotFound:
        """The error, with uids that look alike and since when it is gone."""
        past = images.all_versions(self.connection, record, uid)
        since = [each.replaced for each in past if each.replaced is not None and each.replaced <= self.number]
        if since:
            return NotFound(f'{record} "{uid}" was deleted by changeset {max(since)}', uid=uid, gone_since=max(since))
        nearest = self._nearest(record, uid)
        hint = f"; did you mean {', '.join(nearest)}?" if nearest else ""
        return NotFound(f'there is no {record} "{uid}"{hint}', uid=uid, nearest=nearest)

    def _nearest(self, record: RecordKind, uid: str) -> list[str]:
        table = self.table(record)
        tail = search.fold(uid.partition(":")[2] or uid)[:3]
        if "\0" in tail or not tail:
            return []
        alike = select(table.c.uid).where(func.lower(table.c.uid).contains(tail, autoescape=True)).limit(2_000)
        return difflib.get_close_matches(uid, [row[0] for row in self.connection.execute(alike)], n=3, cutoff=0.6)


# Made once, as many lists begin with it: it need not be built and analysed for each.
@lru_cache(maxsize=64)
def _id_of(record: RecordKind, as_of: int | None) -> Any:
    table = images.moment(record, as_of)
    return select(table.c.id).where(table.c.uid == bindparam("wanted"))


def record_of(record: RecordKind, uid: str, image: Image, version: int, written: int) -> Any:
    """The frozen value of an image."""
    fields = {**image, "properties": _properties(image["properties"])}
    if record != "model":
        fields["model"] = model_of(uid)
    if record == "concept":
        fields["kind"] = "element" if image["source"] is None else "relationship"
        for name in ("valid_from", "valid_until"):
            fields[name] = None if image[name] is None else date.fromisoformat(image[name])
    return _CLASSES[record](uid=uid, version=version, written=written, **fields)


def _properties(stored: Sequence[dict[str, str]]) -> tuple[Property, ...]:
    return tuple(Property(**each) for each in stored)
