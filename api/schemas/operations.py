"""A changeset as it is sent: its reason and its operations."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from api.schemas.bodies import EndedFields, FolderFields, ModelFields, RelationshipPatch, ViewFields
from api.schemas.values import Body, ChangesetNumber, Line, ModelKey, Text, TypeName, Uid, Version


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
