"""A state in which there is nothing, for what needs one and has no repository: two files that are compared."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine

from ea_repo.errors import NotFound
from ea_repo.metamodel import standard
from ea_repo.store.state import State
from ea_repo.store.tables import metadata


class _NoGraphs:
    def graph(self, state: State) -> Any:
        raise NotFound("there is nothing that depends on anything here")


@contextmanager
def empty_state() -> Iterator[State]:
    """Changeset 0 of a repository in memory, by the metamodel without any profile."""
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            metadata.create_all(connection)
            yield State(connection, standard(), number=0, latest=0, on=None, graphs=_NoGraphs())
    finally:
        engine.dispose()
