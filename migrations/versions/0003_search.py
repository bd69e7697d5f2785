"""The text index. Its form differs by engine; the program fills it, as words are folded and split there."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE concept_search USING fts5(name, body, tokenize='unicode61 remove_diacritics 2')"
        )
    else:
        op.execute("CREATE TABLE concept_search (id bigint PRIMARY KEY, vector tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_concept_search_vector ON concept_search USING gin (vector)")


def downgrade() -> None:
    op.execute("DROP TABLE concept_search")
