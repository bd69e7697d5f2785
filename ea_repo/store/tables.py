"""The tables, as Core sees them and Alembic compares them. Which rows are written when is `changesets.py`.

Each kind of record has a table of current rows and one of superseded rows with the same columns and the number of the
changeset that replaced them, so the state at changeset N is: current rows written by then, and superseded rows written
by then and replaced after. Ids are given by the writer, stay with a uid for ever, and are never used again for another.

The text index `concept_search` is not here: its form differs by engine, and only `search.py` and a migration know it.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: The `info` of a table that an archive of the repository leaves out. Every other table is in it, also one made later.
NOT_ARCHIVED = {"archived": False}

# SQLite gives only INTEGER PRIMARY KEY the speed of its row number.
Id = BigInteger().with_variant(Integer, "sqlite")


class _Json(TypeDecorator[Any]):
    """JSON; PostgreSQL's binary one there. Its dialect is loaded only where it is used."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return super().load_dialect_impl(dialect)
        from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415 - as above

        return dialect.type_descriptor(JSONB())


Json = _Json()


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC. SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _deferred(target: str) -> ForeignKey:
    """Checked at commit: a file may name what it defines later."""
    return ForeignKey(target, deferrable=True, initially="DEFERRED")


changeset = Table(
    "changeset",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number", Id, unique=True),  # given when applied; as-of reads count in it
    Column("state", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("applied_at", UtcDateTime),
    Column("reverts", Id),
    Column("counts", Json, nullable=False),
    Column("findings", Json, nullable=False),
    CheckConstraint("state IN ('draft', 'submitted', 'rejected', 'applied', 'reverted')", name="state"),
)

proposed_change = Table(
    "proposed_change",
    metadata,
    Column("changeset_id", Id, ForeignKey("changeset.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("operation", Json, nullable=False),
)


def _written() -> Column[Any]:
    return Column("written", Id, ForeignKey("changeset.number"), nullable=False)


profile = Table(
    "profile",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("uid", Text, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False),
    _written(),
)

model = Table(
    "model",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("uid", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("properties", Json, nullable=False),
    Column("translations", Json, nullable=False),
    Column("source_identifier", Text),
    Column("version", Integer, nullable=False),
    _written(),
)

folder = Table(
    "folder",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("uid", Text, nullable=False, unique=True),
    Column("model_id", Id, _deferred("model.id"), nullable=False),
    Column("parent_id", Id, _deferred("folder.id")),
    Column("name", Text, nullable=False),
    Column("type", Text),
    Column("description", Text),
    Column("position", Integer, nullable=False),
    Column("properties", Json, nullable=False),
    Column("translations", Json, nullable=False),
    Column("version", Integer, nullable=False),
    _written(),
    Index(None, "model_id"),
    Index(None, "parent_id"),
    Index(None, "written"),
)


def _index_of_some(column: str, *others: str) -> Index:
    return Index(None, column, *others, sqlite_where=text(f"{column} IS NOT NULL"))


concept = Table(
    "concept",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("uid", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("specialization", Text),
    Column("model_id", Id, _deferred("model.id"), nullable=False),
    Column("folder_id", Id, _deferred("folder.id")),
    Column("owner_id", Id, _deferred("concept.id")),
    Column("source_id", Id, _deferred("concept.id")),
    Column("target_id", Id, _deferred("concept.id")),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("attributes", Json, nullable=False),
    Column("properties", Json, nullable=False),
    Column("translations", Json, nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("version", Integer, nullable=False),
    _written(),
    CheckConstraint("kind IN ('element', 'relationship')", name="kind"),
    CheckConstraint("(kind = 'relationship') = (source_id IS NOT NULL)", name="source"),
    CheckConstraint("(kind = 'relationship') = (target_id IS NOT NULL)", name="target"),
    Index(None, "type", "uid"),
    Index(None, "model_id", "type"),
    # Only the rows that have one: elements have no ends, and many concepts neither folder nor owner.
    _index_of_some("folder_id"),
    _index_of_some("owner_id", "uid"),  # what an agency owns, in the order of lists
    _index_of_some("source_id"),
    _index_of_some("target_id"),
    Index(None, "written"),
)


@event.listens_for(concept, "before_create")
def _likewise_in_postgresql(table: Table, connection: Connection, **_: Any) -> None:
    """Its indexes are of some rows, too. Said here, as naming an option of PostgreSQL loads its dialect."""
    if connection.dialect.name == "postgresql":
        for index in table.indexes:
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]


view = Table(
    "view",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("uid", Text, nullable=False, unique=True),
    Column("model_id", Id, _deferred("model.id"), nullable=False),
    Column("folder_id", Id, _deferred("folder.id")),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("viewpoint", Text),
    Column("kind", Text, nullable=False),
    Column("content", Json, nullable=False),
    Column("properties", Json, nullable=False),
    Column("translations", Json, nullable=False),
    Column("version", Integer, nullable=False),
    _written(),
    Index(None, "model_id"),
    Index(None, "folder_id"),
    Index(None, "written"),
)


def _history(current: Table, *indexes: str) -> Table:
    """The table of superseded rows. No foreign keys but to changesets: what a past row named may be gone."""
    columns = [
        Column(
            column.name,
            column.type,
            nullable=column.nullable,
            primary_key=column.name in ("id", "version"),
            autoincrement=False,
        )
        for column in current.columns
        if column.name != "written"
    ]
    return Table(
        f"{current.name}_history",
        metadata,
        *columns,
        _written(),
        Column("replaced", Id, ForeignKey("changeset.number"), nullable=False),
        *(Index(None, name) for name in ("uid", "written", "replaced", *indexes)),
    )


profile_history = _history(profile)
model_history = _history(model)
folder_history = _history(folder, "model_id")
concept_history = _history(concept, "source_id", "target_id")
view_history = _history(view, "model_id")

#: Attributes of kind reference, as rows: the foreign key that JSON cannot have. Derived from current concepts.
reference = Table(
    "reference",
    metadata,
    Column("concept_id", Id, _deferred("concept.id"), primary_key=True, autoincrement=False),
    Column("attribute", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("target_id", Id, _deferred("concept.id"), nullable=False),
    Index(None, "target_id"),
)

#: Which concepts a stored view shows. Derived from current views.
drawn = Table(
    "drawn",
    metadata,
    Column("view_id", Id, _deferred("view.id"), primary_key=True, autoincrement=False),
    Column("concept_id", Id, _deferred("concept.id"), primary_key=True, autoincrement=False),
    Index(None, "concept_id"),
    sqlite_with_rowid=False,  # the key is the whole row
)

token = Table(
    "token",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("name"),
    UniqueConstraint("secret_hash"),
    info=NOT_ARCHIVED,
)

#: The bytes of documents by their SHA-256, in pieces. Those destroyed have none left.
content = Table(
    "content",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", Id, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
    Column("destroyed_at", UtcDateTime),
)
content_piece = Table(
    "content_piece",
    metadata,
    Column("sha256", Text, ForeignKey("content.sha256"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("piece", LargeBinary, nullable=False),
)

#: Files that wait to be imported, in parts.
upload = Table(
    "upload",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("author", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", Id, nullable=False),
    Column("planned", Id, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("options", Json, nullable=False),
    info=NOT_ARCHIVED,
)
upload_part = Table(
    "upload_part",
    metadata,
    Column("upload_id", Id, ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    info=NOT_ARCHIVED,
)

CURRENT: dict[str, Table] = {"profile": profile, "model": model, "folder": folder, "concept": concept, "view": view}
HISTORY: dict[str, Table] = {
    "profile": profile_history,
    "model": model_history,
    "folder": folder_history,
    "concept": concept_history,
    "view": view_history,
}
