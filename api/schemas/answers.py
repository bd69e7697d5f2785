"""What answers look like, for the API's document. They are written by `encoding.py`; nothing here is run for them."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ea_repo.store.records import ChangesetState


class Answer(BaseModel):
    model_config = ConfigDict(extra="allow")


class ProblemPlace(Answer):
    pointer: str = Field(description="Where: a JSON pointer, line:column, or sheet!cell.")
    code: str
    detail: str
    expected: str | None = None


class Problem(Answer):
    """RFC 9457. `code` is stable; facts such as `nearest` or `conflicts` stand beside it."""

    type: str = Field(description="A page that explains the code.", examples=["/problems/not-found"])
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: list[ProblemPlace] = []


class PropertyAnswer(BaseModel):
    key: str
    value: str
    kind: str | None = None
    lang: str | None = None


class Versioned(BaseModel):
    version: int = Field(description="Counts the changes of this record; its ETag.")
    written: int = Field(description="Number of the changeset that wrote this version.")


class DescribedAnswer(Versioned):
    uid: str
    name: str
    description: str | None
    properties: list[PropertyAnswer]
    translations: dict[str, dict[str, str]]


class Concept(DescribedAnswer):
    """An element or relationship."""

    kind: Literal["element", "relationship"]
    type: str
    model: str
    specialization: str | None
    owner: str | None
    source: str | None = Field(description="For a relationship: from which concept.")
    target: str | None = Field(description="For a relationship: to which concept.")
    folder: str | None
    attributes: dict[str, Any]
    valid_from: date | None
    valid_until: date | None


class ConceptRow(BaseModel):
    """A concept, or those fields of it that were asked for."""

    uid: str
    kind: Literal["element", "relationship"] | None = None
    type: str | None = None
    model: str | None = None
    name: str | None = None
    description: str | None = None
    specialization: str | None = None
    owner: str | None = None
    source: str | None = None
    target: str | None = None
    folder: str | None = None
    attributes: dict[str, Any] | None = None
    properties: list[PropertyAnswer] | None = None
    translations: dict[str, dict[str, str]] | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    version: int | None = None
    written: int | None = None


class ConceptPage(BaseModel):
    items: list[ConceptRow]
    next: str | None = Field(description="Cursor of the next page; null at the end.")
    total: int | None = Field(description="How many there are in all, where `total=true` asked.")
    changeset: int = Field(description="The changeset as of which this was read.")


class Model(DescribedAnswer):
    source_identifier: str | None
    counts: dict[str, int] = Field(description="How many concepts it has, by type.")


class Folder(DescribedAnswer):
    model: str
    parent: str | None
    type: str | None
    position: int


class ViewRow(DescribedAnswer):
    model: str
    viewpoint: str | None
    kind: str
    folder: str | None
    drawing: str = Field(description="Where it is drawn, as SVG.")


class View(ViewRow):
    content: dict[str, Any]


class ModelList(BaseModel):
    items: list[Model]
    changeset: int


class FolderList(BaseModel):
    items: list[Folder]
    changeset: int


class ViewList(BaseModel):
    items: list[ViewRow]
    changeset: int


class FindingAnswer(Answer):
    code: str
    severity: str
    message: str


class ChangesetRow(BaseModel):
    id: int
    number: int | None = Field(description="Given when it is applied: `as_of` counts in it.")
    state: ChangesetState
    author: str
    reason: str
    source: str
    created_at: datetime
    applied_at: datetime | None
    reverts: int | None
    counts: dict[str, dict[str, int]]
    findings: int = Field(description="How many findings are kept with it.")


class Changeset(BaseModel):
    id: int
    number: int | None
    state: ChangesetState
    author: str
    reason: str
    source: str
    created_at: datetime
    applied_at: datetime | None
    reverts: int | None
    counts: dict[str, dict[str, int]]
    findings: list[FindingAnswer]


class ChangesetPage(BaseModel):
    items: list[ChangesetRow]
    next: int | None = Field(description="The `before` of the next page; null at the end.")


class Change(BaseModel):
    record: str
    uid: str
    type: str
    name: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]


class Difference(BaseModel):
    counts: dict[str, dict[str, int]]
    changes: list[Change]
    findings: list[FindingAnswer]


class RecordVersion(BaseModel):
    record: str
    uid: str
    version: int


class Applied(BaseModel):
    """What applying did. Where nothing differed there is no changeset."""

    number: int
    changed: bool
    changeset: Changeset | None
    versions: list[RecordVersion]
    difference: Difference


class HistoryEntry(BaseModel):
    version: int
    replaced: int | None = Field(description="The changeset that replaced it; null while it holds.")
    changeset: ChangesetRow
    record: dict[str, Any]


class History(BaseModel):
    items: list[HistoryEntry]


class ConceptList(BaseModel):
    items: list[Concept]
    changeset: int


class SearchHit(BaseModel):
    score: float = Field(description="1 is the very name; comparable within one answer only.")
    concept: Concept


class SearchAnswer(BaseModel):
    items: list[SearchHit]
    changeset: int
