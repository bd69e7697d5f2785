"""What the store gives out: frozen values. Every `uid` is `model:identifier`; a model's uid is its bare key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

ConceptKind = Literal["element", "relationship"]
ChangesetState = Literal["draft", "submitted", "rejected", "applied", "reverted"]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Property:
    """An ArchiMate property: free key and text, order and repetition kept. `kind` is the declared data type, if any."""

    key: str
    value: str
    kind: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """An element or relationship at one moment.

    `attributes` are those its type declares, in JSON form; `properties` everything else a file said.
    `translations` maps a language to the fields said in it: {"nl": {"name": "Burger"}}.
    `owner`, `source`, `target`, `folder` are uids. `valid_from` and `valid_until` are both inclusive.
    """

    uid: str
    kind: ConceptKind
    type: str
    model: str
    name: str
    description: str | None = None
    specialization: str | None = None
    owner: str | None = None
    source: str | None = None
    target: str | None = None
    folder: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    properties: Sequence[Property] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None
    version: int = 1
    written: int = 0  # number of the changeset that wrote this version


@dataclass(frozen=True, slots=True)
class Model:
    """A repository holds many: one an agency, a reference model, an imported file."""

    uid: str
    name: str
    description: str | None = None
    properties: Sequence[Property] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source_identifier: str | None = None  # the identifier in the file it came from
    version: int = 1
    written: int = 0


@dataclass(frozen=True, slots=True)
class Folder:
    """`type` is Archi's top-level kind (strategy, business, ..., relations, diagrams), empty elsewhere."""

    uid: str
    model: str
    name: str
    parent: str | None = None
    type: str | None = None
    description: str | None = None
    position: int = 0
    properties: Sequence[Property] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    version: int = 1
    written: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """A stored drawing with its own positions. `content` is `ViewContent.to_json()`; None where only the list was asked."""

    uid: str
    model: str
    name: str
    description: str | None = None
    viewpoint: str | None = None
    kind: str = "archimate"  # archimate | sketch | canvas
    folder: str | None = None
    content: Mapping[str, Any] | None = None
    properties: Sequence[Property] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    version: int = 1
    written: int = 0


@dataclass(frozen=True, slots=True)
class Changeset:
    """One author, one reason, one transaction. `number` is given when it is applied: the first clock counts in it."""

    id: int
    number: int | None
    state: ChangesetState
    author: str
    reason: str
    source: str
    created_at: datetime
    applied_at: datetime | None
    reverts: int | None  # number of the changeset this one undid
    counts: Mapping[str, Mapping[str, int]]  # {"element": {"created": 3, ...}, "relationship": ..., "view": ...}
    findings: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record: what it said, who wrote it, and the changeset that replaced it (None: it still holds)."""

    record: Any
    changeset: Changeset
    replaced: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result. `score` is higher for better; comparable within one answer only."""

    concept: Concept
    score: float


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Part of a list. `next` is the cursor of the following page, None at the end; `total` only where asked."""

    rows: Sequence[Row]
    next: str | None = None
    total: int | None = None
