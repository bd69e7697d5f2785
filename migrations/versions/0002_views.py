"""Stored views, and which concepts they show."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "view",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("model_id", Id, nullable=False),
        sa.Column("folder_id", Id, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("viewpoint", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("properties", Json, nullable=False),
        sa.Column("translations", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"],
            ["folder.id"],
            name=op.f("fk_view_folder_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model.id"], name=op.f("fk_view_model_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["written"], ["changeset.number"], name=op.f("fk_view_written")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view")),
        sa.UniqueConstraint("uid", name=op.f("uq_view_uid")),
    )
    op.create_index(op.f("ix_view_folder_id"), "view", ["folder_id"], unique=False)
    op.create_index(op.f("ix_view_model_id"), "view", ["model_id"], unique=False)
    op.create_index(op.f("ix_view_written"), "view", ["written"], unique=False)
    op.create_table(
        "view_history",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("model_id", Id, autoincrement=False, nullable=False),
        sa.Column("folder_id", Id, autoincrement=False, nullable=True),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("description", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("viewpoint", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("content", Json, autoincrement=False, nullable=False),
        sa.Column("properties", Json, autoincrement=False, nullable=False),
        sa.Column("translations", Json, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written", Id, nullable=False),
        sa.Column("replaced", Id, nullable=False),
        sa.ForeignKeyConstraint(["replaced"], ["changeset.number"], name=op.f("fk_view_history_replaced")),
        sa.ForeignKeyConstraint(["written"], ["changeset.number"], name=op.f("fk_view_history_written")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_view_history")),
    )
    op.create_index(op.f("ix_view_history_model_id"), "view_history", ["model_id"], unique=False)
    op.create_index(op.f("ix_view_history_replaced"), "view_history", ["replaced"], unique=False)
    op.create_index(op.f("ix_view_history_uid"), "view_history", ["uid"], unique=False)
    op.create_index(op.f("ix_view_history_written"), "view_history", ["written"], unique=False)
    op.create_table(
        "drawn",
        sa.Column("view_id", Id, autoincrement=False, nullable=False),
        sa.Column("concept_id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"],
            ["concept.id"],
            name=op.f("fk_drawn_concept_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["view.id"], name=op.f("fk_drawn_view_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("view_id", "concept_id", name=op.f("pk_drawn")),
    )
    op.create_index(op.f("ix_drawn_concept_id"), "drawn", ["concept_id"], unique=False)


def downgrade() -> None:
    op.drop_table("drawn")
    op.drop_table("view_history")
    op.drop_table("view")
