"""Indexes of links hold only the rows that have one, and SQLite keeps `drawn` in the order of its key alone."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_concept_folder_id": ["folder_id"],
    "ix_concept_owner_id_uid": ["owner_id", "uid"],
    "ix_concept_source_id": ["source_id"],
    "ix_concept_target_id": ["target_id"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        has_one = sa.text(f"{columns[0]} IS NOT NULL")
        op.drop_index(name, "concept")
        op.create_index(name, "concept", columns, sqlite_where=has_one, postgresql_where=has_one)
    _remake_drawn(with_rowid=False)


def downgrade() -> None:
    for name, columns in INDEXES.items():
        op.drop_index(name, "concept")
        op.create_index(name, "concept", columns)
    _remake_drawn(with_rowid=True)


def _remake_drawn(*, with_rowid: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        options = {"sqlite_with_rowid": with_rowid}
        with op.batch_alter_table("drawn", recreate="always", table_kwargs=options):
            pass
