"""Alembic's environment. The library hands in an open connection; from a clone, `-x url=...` names the database."""

from typing import Any

from alembic import context

from ea_repo.settings import read_settings
from ea_repo.store.engine import parse_url, write_transaction, writing_engine
from ea_repo.store.schema import head, is_compared
from ea_repo.store.tables import metadata


def run(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=is_compared,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        process_revision_directives=number,
    )
    with context.begin_transaction():
        context.run_migrations()


def number(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """A new migration takes the next number of the one line."""
    for script in directives:
        script.rev_id = f"{int(head()) + 1:04}"


if context.is_offline_mode():
    raise SystemExit("migrations read what is there, so they need the database: leave --sql out")
given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = writing_engine(
        parse_url(context.get_x_argument(as_dictionary=True).get("url") or read_settings().database_url)
    )
    with write_transaction(engine) as opened:
        run(opened)
    engine.dispose()
