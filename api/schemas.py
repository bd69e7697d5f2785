"""What goes over the wire: envelopes for every kind of record. What attributes a type has is the metamodel's to say.

Bodies are checked strictly here for their shape; everything that depends on what is stored is checked by the library.
Answers are written by `encoding.py`; their models here only describe them.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    JsonValue,
    StringConstraints,
    Tag,
    WithJsonSchema,
)

from ea_repo.store.records import ChangesetState

MODEL_KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
#: Space is written out: what \s means differs between languages.
_SPACE = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
UID_PATTERN = rf"^[A-Za-z0-9][A-Za-z0-9._-]{{0,99}}:[^/?#{_SPACE}]{{1,300}}$"
ATTRIBUTE_PATTERN = "^[a-z][a-z0-9_]*$"
TYPE_PATTERN = "^[A-Z][A-Za-z0-9]{0,99}$"
#: No database keeps NUL.
TEXT_PATTERN = r"^[^\x00]*$"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: str) -> str:
    if not _DAY.fullmatch(value):
        raise ValueError("is not a date; write it as 2028-01-31")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(f"{value} is not a day of the calendar") from None


def _whole(value: Any) -> Any:
    """JSON knows one kind of number, so 3.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Day = Annotated[str, AfterValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Text = Annotated[str, StringConstraints(pattern=TEXT_PATTERN)]
Line = Annotated[str, StringConstraints(pattern=rf"^[^{_SPACE}][^\x00-\x1f\x7f-\x9f]*$", max_length=500)]
ModelKey = Annotated[str, StringConstraints(pattern=MODEL_KEY_PATTERN)]
Uid = Annotated[str, StringConstraints(pattern=UID_PATTERN), Field(description="model:identifier")]
TypeName = Annotated[str, StringConstraints(pattern=TYPE_PATTERN), Field(description="A type of the metamodel.")]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Keys:
    """Says in the document what the keys of an object look like: all of them, not only those that match."""

    pattern: str

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler(schema)
        if "patternProperties" in found:
            found["additionalProperties"] = found.pop("patternProperties")[self.pattern]
        return {**found, "propertyNames": {"pattern": self.pattern}}


Keyed = Annotated[dict[Text, Value], _Keys(TEXT_PATTERN)]
Attributes = Annotated[
    dict[str, JsonValue],
    _Keys(ATTRIBUTE_PATTERN),
    Field(
        description='Values of attributes that the type declares, such as {"criticality": "vital"}; '
        "`/metamodel/types/{name}/schema` is their schema.",
    ),
]
Number = Annotated[float, Field(ge=-1e6, le=1e6)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(_whole)]
ChangesetNumber = Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(_whole)]


class Body(BaseModel):
    """Something sent here: nothing is converted, and nothing unknown is passed over."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _example(**fields: Any) -> ConfigDict:
    """One whole body, for the document."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Property(Body):
    """An ArchiMate property: free text under a free key."""

    key: Text
    value: Text
    kind: Text | None = None
    lang: Text | None = None


Translations = Annotated[
    Keyed[Keyed[Text] | None],
    Field(description='By language, the fields said in it, such as {"id": {"name": "Sistem Perbendaharaan"}}.'),
]


class Described(Body):
    name: Text = ""
    description: Text | None = None
    properties: list[Property] = Field(default_factory=list)
    translations: Translations = Field(default_factory=dict)


class ConceptFields(Described):
    """What can be said of an element."""

    specialization: Text | None = Field(default=None, description="A specialization that no type stands for.")
    owner: Uid | None = Field(default=None, description="The agency that it belongs to.")
    folder: Uid | None = None
    attributes: Attributes = Field(default_factory=dict)
    valid_from: Day | None = Field(default=None, description="First day on which it holds.")
    valid_until: Day | None = Field(default=None, description="Last day on which it holds.")


class EndedFields(ConceptFields):
    """What can be said of an element, and the ends that a relationship has."""

    source: Uid = Field(default_factory=str, description="A relationship's: from which concept.")
    target: Uid = Field(default_factory=str, description="A relationship's: to which concept.")


class NewElement(ConceptFields):
    model_config = _example(
        uid="kemenkeu:SAKTI", type="System", name="Treasury system", attributes={"criticality": "vital"}
    )

    uid: Uid
    type: TypeName


class NewRelationship(ConceptFields):
    model_config = _example(uid="kemenkeu:r1", type="Flow", source="kemenkeu:SAKTI", target="kemenkeu:SPAN")

    uid: Uid
    type: TypeName
    source: Uid
    target: Uid


class ElementPatch(ConceptFields):
    """The fields that change. In `attributes` and `translations` only the keys given change; null removes one."""

    type: TypeName = Field(default_factory=str, description="Another type: a refinement, or back to what it refines.")


class RelationshipPatch(EndedFields):
    """The fields that change. In `attributes` and `translations` only the keys given change; null removes one."""

    type: TypeName = Field(default_factory=str, description="Another type: a refinement, or back to what it refines.")


class ModelFields(Described):
    source_identifier: Text | None = Field(default=None, description="Its identifier in the file it came from.")


class NewModel(ModelFields):
    model_config = _example(uid="kemenkeu", name="Ministry of Finance")

    uid: ModelKey


class FolderFields(Described):
    parent: Uid | None = None
    type: Text | None = None
    position: Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(_whole)] = 0


class NewFolder(FolderFields):
    uid: Uid


class Style(Body):
    fill: Text | None = None
    fill_alpha: Annotated[int, Field(ge=0, le=255), BeforeValidator(_whole)] | None = None
    line: Text | None = None
    line_alpha: Annotated[int, Field(ge=0, le=255), BeforeValidator(_whole)] | None = None
    line_width: Annotated[int, Field(ge=0, le=100), BeforeValidator(_whole)] | None = None
    font_name: Text | None = None
    font_size: Annotated[float, Field(ge=1, le=500)] | None = None
    font_bold: bool = False
    font_italic: bool = False
    font_color: Text | None = None
    text_alignment: Literal["left", "center", "right"] | None = None
    text_position: Literal["top", "middle", "bottom"] | None = None
    extra: Keyed[Text] = Field(default_factory=dict)


class Node(Body):
    """A box at absolute coordinates in pixels."""

    id: Text
    kind: Literal["element", "group", "note", "view", "image", "label", "sticky", "actor", "container"]
    x: Number
    y: Number
    width: Annotated[float, Field(ge=-1, le=1e6, description="-1: the notation's own.")]
    height: Annotated[float, Field(ge=-1, le=1e6)]
    concept: Uid | None = None
    view: Uid | None = None
    text: Text | None = None
    label_expression: Text | None = None
    figure: Annotated[int, Field(ge=0, le=100), BeforeValidator(_whole)] = 0
    image: Text | None = None
    description: Text | None = None
    style: Style = Field(default_factory=Style)
    nodes: list["Node"] = []


class Connection(Body):
    id: Text
    source: Text = Field(description="The id of a node or connection of this view.")
    target: Text
    relationship: Uid | None = None
    text: Text | None = None
    bend_points: list[Annotated[list[Number], Field(min_length=2, max_length=2)]] = []
    description: Text | None = None
    style: Style = Field(default_factory=Style)


class ViewContent(Body):
    """What a stored view shows."""

    nodes: list[Node] = []
    connections: list[Connection] = []
    extra: Keyed[Text | Keyed[Text]] = Field(
        default_factory=dict, description="What only the tool of origin reads, and the images shown."
    )


class ViewFields(Described):
    viewpoint: Text | None = None
    kind: Literal["archimate", "sketch", "canvas"] = "archimate"
    folder: Uid | None = None
    content: ViewContent = Field(default_factory=ViewContent)


class NewView(ViewFields):
    uid: Uid


# Operations of a changeset


class CreateConcept(Body):
    op: Literal["create"]
    record: Literal["concept"] = "concept"
    uid: Uid
    type: TypeName
    fields: EndedFields = Field(default_factory=EndedFields)


class CreateModel(Body):
    op: Literal["create"]
    record: Literal["model"]
    uid: ModelKey
    fields: ModelFields = Field(default_factory=ModelFields)


class CreateFolder(Body):
    op: Literal["create"]
    record: Literal["folder"]
    uid: Uid
    fields: FolderFields = Field(default_factory=FolderFields)


class CreateView(Body):
    op: Literal["create"]
    record: Literal["view"]
    uid: Uid
    fields: ViewFields = Field(default_factory=ViewFields)


class _Update(Body):
    op: Literal["update"]
    base_version: Version | None = Field(default=None, description="The version that the change was made from.")


class UpdateConcept(_Update):
    record: Literal["concept"] = "concept"
    uid: Uid
    fields: RelationshipPatch


class UpdateModel(_Update):
    record: Literal["model"]
    uid: ModelKey
    fields: ModelFields


class UpdateFolder(_Update):
    record: Literal["folder"]
    uid: Uid
    fields: FolderFields


class UpdateView(_Update):
    record: Literal["view"]
    uid: Uid
    fields: ViewFields


class _Delete(Body):
    op: Literal["delete"]
    base_version: Version | None = None
    cascade: bool = Field(default=False, description="Take its relationships (a folder's content) along.")


class DeleteModel(_Delete):
    record: Literal["model"]
    uid: ModelKey


class Delete(_Delete):
    record: Literal["concept", "folder", "view"] = "concept"
    uid: Uid


class _Restore(Body):
    op: Literal["restore"]
    as_of: ChangesetNumber = Field(description="The changeset number whose state comes back.")


class RestoreModel(_Restore):
    record: Literal["model"]
    uid: ModelKey


class Restore(_Restore):
    record: Literal["concept", "folder", "view"] = "concept"
    uid: Uid


def _variant(value: Any) -> str:
    found = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    operation, record = found.get("op"), found.get("record", "concept")
    if operation in ("delete", "restore") and record != "model":
        record = "record"
    return f"{operation} {record}"


Operation = Annotated[
    Annotated[CreateConcept, Tag("create concept")]
    | Annotated[CreateModel, Tag("create model")]
    | Annotated[CreateFolder, Tag("create folder")]
    | Annotated[CreateView, Tag("create view")]
    | Annotated[UpdateConcept, Tag("update concept")]
    | Annotated[UpdateModel, Tag("update model")]
    | Annotated[UpdateFolder, Tag("update folder")]
    | Annotated[UpdateView, Tag("update view")]
    | Annotated[DeleteModel, Tag("delete model")]
    | Annotated[Delete, Tag("delete record")]
    | Annotated[RestoreModel, Tag("restore model")]
    | Annotated[Restore, Tag("restore record")],
    Discriminator(
        _variant,
        custom_error_type="invalid_operation",
        custom_error_message="is not an operation; op is create, update, delete or restore, "
        "record is concept, model, folder or view",
    ),
]


#: Names of the variants, which pydantic puts into the place of an error.
OPERATIONS = frozenset(
    [f"{op} {record}" for op in ("create", "update") for record in ("concept", "model", "folder", "view")]
    + [f"{op} {record}" for op in ("delete", "restore") for record in ("model", "record")]
)


class NewChangeset(Body):
    reason: Line = Field(examples=["Register the treasury system"])
    operations: list[Operation] = Field(
        examples=[
            [
                {"op": "create", "record": "model", "uid": "kemenkeu", "fields": {"name": "Ministry of Finance"}},
                {"op": "create", "uid": "kemenkeu:SAKTI", "type": "System", "fields": {"name": "SAKTI"}},
            ]
        ]
    )
    source: Text = Field(default="", description="Where the content came from, such as a file's name.")


# Answers


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
