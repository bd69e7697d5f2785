"""Changesets, the custom profile, models, folders and concepts, each with its history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "changeset",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("number", Id, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverts", Id, nullable=True),
        sa.Column("counts", Json, nullable=False),
        sa.Column("findings", Json, nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'rejected', 'applied', 'reverted')",
            name=op.f("ck_changeset_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changeset")),
        sa.UniqueConstraint("number", name=op.f("uq_changeset_number")),
    )
    op.create_table(
        "proposed_change",
        sa.Column("changeset_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operation", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["changeset_id"],
            ["changeset.id"],
            name=op.f("fk_proposed_change_changeset_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("changeset_id", "position", name=op.f("pk_proposed_change")),
    )
    op.create_table(
        "profile",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written", Id, nullable=False),
        sa.ForeignKeyConstraint(["written"], ["changeset.number"], name=op.f("fk_profile_written")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("uid", name=op.f("uq_profile_uid")),
    )
    op.create_table(
        "profile_history",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written", Id, nullable=False),
        sa.Column("replaced", Id, nullable=False),
        sa.ForeignKeyConstraint(["replaced"], ["changeset.number"], name=op.f("fk_profile_history_replaced")),
        sa.ForeignKeyConstraint(["written"], ["changeset.number"], name=op.f("fk_profile_history_written")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_profile_history")),
    )
    op.create_index(op.f("ix_profile_history_replaced"), "profile_history", ["replaced"], unique=False)
    op.create_index(op.f("ix_profile_history_uid"), "profile_history", ["uid"], unique=False)
    op.create_index(op.f("ix_profile_history_written"), "profile_history", ["written"], unique=False)
    op.create_table(
        "model",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("properties", Json, nullable=False),
        sa.Column("translations", Json, nullable=False),
        sa.Column("source_identifier", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written", Id, nullable=False),
        sa.ForeignKeyConstraint(["written"], ["changeset.number"], name=op.f("fk_model_written")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model")),
        sa.UniqueConstraint("uid", name=op.f("uq_model_uid")),
    )
    op.create_table(
        "model_history",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("description", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("properties", Json, autoincrement=False, nullable=False),
        sa.Column("translations", Json, autoincrement=False, nullable=False),
        sa.Column("source_identifier", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written", Id, nullable=False),
        sa.Column("replaced", Id, nullable=False),
        sa.ForeignKeyConstraint(["replaced"], ["changeset.number"], name=op.f("fk_model_history_replaced")),
        sa.ForeignKeyConstraint(["written"], ["changeset.number"], name=op.f("fk_model_history_written")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_model_history")),
    )
    op.create_index(op.f("ix_model_history_replaced"), "model_history", ["replaced"], unique=False)
    op.create_index(op.f("ix_model_history_uid"), "model_history", ["uid"], unique=False)
    op.create_index(op.f("ix_model_history_written"), "model_history", ["written"], unique=False)
    op.create_table(
        "folder",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("model_id", Id, nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("properties", Json, nullable=False),
        sa.Column("translations", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model.id"], name=op.f("fk_folder_model_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["folder.id"],
            name=op.f("fk_folder_parent_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["written"], ["changeset.number"], name=op.f("fk_folder_written")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folder")),
        sa.UniqueConstraint("uid", name=op.f("uq_folder_uid")),
    )
    op.create_index(op.f("ix_folder_model_id"), "folder", ["model_id"], unique=False)
    op.create_index(op.f("ix_folder_parent_id"), "folder", ["parent_id"], unique=False)
    op.create_index(op.f("ix_folder_written"), "folder", ["written"], unique=False)
    op.create_table(
        "folder_history",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("model_id", Id, autoincrement=False, nullable=False),
        sa.Column("parent_id", Id, autoincrement=False, nullable=True),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("description", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("properties", Json, autoincrement=False, nullable=False),
        sa.Column("translations", Json, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written", Id, nullable=False),
        sa.Column("replaced", Id, nullable=False),
        sa.ForeignKeyConstraint(["replaced"], ["changeset.number"], name=op.f("fk_folder_history_replaced")),
        sa.ForeignKeyConstraint(["written"], ["changeset.number"], name=op.f("fk_folder_history_written")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_folder_history")),
    )
    op.create_index(op.f("ix_folder_history_model_id"), "folder_history", ["model_id"], unique=False)
    op.create_index(op.f("ix_folder_history_replaced"), "folder_history", ["replaced"], unique=False)
    op.create_index(op.f("ix_folder_history_uid"), "folder_history", ["uid"], unique=False)
    op.create_index(op.f("ix_folder_history_written"), "folder_history", ["written"], unique=False)
    op.create_table(
        "concept",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("specialization", sa.Text(), nullable=True),
        sa.Column("model_id", Id, nullable=False),
        sa.Column("folder_id", Id, nullable=True),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("source_id", Id, nullable=True),
        sa.Column("target_id", Id, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("attributes", Json, nullable=False),
        sa.Column("properties", Json, nullable=False),
        sa.Column("translations", Json, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written", Id, nullable=False),
        sa.CheckConstraint("(kind = 'relationship') = (source_id IS NOT NULL)", name=op.f("ck_concept_source")),
        sa.CheckConstraint("(kind = 'relationship') = (target_id IS NOT NULL)", name=op.f("ck_concept_target")),
        sa.CheckConstraint("kind IN ('element', 'relationship')", name=op.f("ck_concept_kind")),
        sa.ForeignKeyConstraint(
            ["folder_id"],
            ["folder.id"],
            name=op.f("fk_concept_folder_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["model.id"],
            name=op.f("fk_concept_model_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["concept.id"],
            name=op.f("fk_concept_owner_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["concept.id"],
            name=op.f("fk_concept_source_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["concept.id"],
            name=op.f("fk_concept_target_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["written"], ["changeset.number"], name=op.f("fk_concept_written")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept")),
        sa.UniqueConstraint("uid", name=op.f("uq_concept_uid")),
    )
    op.create_index(op.f("ix_concept_folder_id"), "concept", ["folder_id"], unique=False)
    op.create_index(op.f("ix_concept_model_id_type"), "concept", ["model_id", "type"], unique=False)
    op.create_index(op.f("ix_concept_owner_id_uid"), "concept", ["owner_id", "uid"], unique=False)
    op.create_index(op.f("ix_concept_source_id"), "concept", ["source_id"], unique=False)
    op.create_index(op.f("ix_concept_target_id"), "concept", ["target_id"], unique=False)
    op.create_index(op.f("ix_concept_type_uid"), "concept", ["type", "uid"], unique=False)
    op.create_index(op.f("ix_concept_written"), "concept", ["written"], unique=False)
    op.create_table(
        "concept_history",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("specialization", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("model_id", Id, autoincrement=False, nullable=False),
        sa.Column("folder_id", Id, autoincrement=False, nullable=True),
        sa.Column("owner_id", Id, autoincrement=False, nullable=True),
        sa.Column("source_id", Id, autoincrement=False, nullable=True),
        sa.Column("target_id", Id, autoincrement=False, nullable=True),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("description", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("attributes", Json, autoincrement=False, nullable=False),
        sa.Column("properties", Json, autoincrement=False, nullable=False),
        sa.Column("translations", Json, autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("valid_until", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written", Id, nullable=False),
        sa.Column("replaced", Id, nullable=False),
        sa.ForeignKeyConstraint(["replaced"], ["changeset.number"], name=op.f("fk_concept_history_replaced")),
        sa.ForeignKeyConstraint(["written"], ["changeset.number"], name=op.f("fk_concept_history_written")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_concept_history")),
    )
    op.create_index(op.f("ix_concept_history_replaced"), "concept_history", ["replaced"], unique=False)
    op.create_index(op.f("ix_concept_history_source_id"), "concept_history", ["source_id"], unique=False)
    op.create_index(op.f("ix_concept_history_target_id"), "concept_history", ["target_id"], unique=False)
    op.create_index(op.f("ix_concept_history_uid"), "concept_history", ["uid"], unique=False)
    op.create_index(op.f("ix_concept_history_written"), "concept_history", ["written"], unique=False)
    op.create_table(
        "reference",
        sa.Column("concept_id", Id, autoincrement=False, nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"],
            ["concept.id"],
            name=op.f("fk_reference_concept_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["concept.id"],
            name=op.f("fk_reference_target_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("concept_id", "attribute", "position", name=op.f("pk_reference")),
    )
    op.create_index(op.f("ix_reference_target_id"), "reference", ["target_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reference")
    op.drop_table("concept_history")
    op.drop_table("concept")
    op.drop_table("folder_history")
    op.drop_table("folder")
    op.drop_table("model_history")
    op.drop_table("model")
    op.drop_table("profile_history")
    op.drop_table("profile")
    op.drop_table("proposed_change")
    op.drop_table("changeset")
