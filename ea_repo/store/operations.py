"""What a changeset is made of. Plain values: nothing here reads or writes.

A record is a model, folder, concept (element or relationship), stored view, or the custom profile of the metamodel
(one, uid "custom", field `text`), named by its uid. `fields` are the
attributes of the record classes in `records.py` other than `uid`, `version`, `written`. In an `Update`,
`attributes` and `translations` are patches: only the keys given change, and None removes a key. Everything else is
replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

RecordKind = Literal["profile", "model", "folder", "concept", "view"]


@dataclass(frozen=True, slots=True)
class Create:
    """A new record. A concept's `type` is a type of the metamodel; the other records leave it empty."""

    uid: str
    type: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    record: RecordKind = "concept"


@dataclass(frozen=True, slots=True)
class Update:
    """Changed fields of a record. With `base_version` a stale edit is merged field by field, or refused."""

    uid: str
    fields: Mapping[str, Any]
    base_version: int | None = None
    record: RecordKind = "concept"


@dataclass(frozen=True, slots=True)
class Delete:
    """Takes a record away. Refused while something uses it, unless `cascade` takes its relationships (and folder content) too."""

    uid: str
    base_version: int | None = None
    cascade: bool = False
    record: RecordKind = "concept"


@dataclass(frozen=True, slots=True)
class Restore:
    """Brings a record back as it was at the changeset `as_of`, whether it was changed or deleted since."""

    uid: str
    as_of: int
    record: RecordKind = "concept"


Operation = Create | Update | Delete | Restore
