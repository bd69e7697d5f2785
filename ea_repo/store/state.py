"""A state: everything as it was known at one changeset, optionally as it holds on one date. It only reads.

All questions, pictures, pages and exports take a State first, so time travel is solved here for all of them. The
connection underneath sees one moment of the database and is refused every write by it.

The reading itself is in parts by meaning: `by_key`, `by_query` (with `by_words`), `by_relationship` and `with_history`, all of
one moment (`reading`).
"""

from datetime import date
from functools import cached_property
from types import TracebackType
from typing import Any, Protocol

from sqlalchemy import Connection

from ea_repo.errors import InvalidInput, NotFound
from ea_repo.metamodel import Metamodel
from ea_repo.store.by_relationship import ByRelationship
from ea_repo.store.metamodel_in_force import metamodel_in_force
from ea_repo.store.reading import Laid
from ea_repo.store.with_history import WithHistory


class GraphLoader(Protocol):
    """What gives a state its dependency graph; the store does not know the analysis."""

    def graph(self, state: "State") -> Any: ...


class State(ByRelationship, WithHistory):
    """Use it as a context manager: `with repository.state(on=date(2028, 1, 1)) as state`.

    `number` is the changeset it reads as of; `on` the date it reads on, None for no matter when. `latest` is the last
    changeset that its transaction sees at all, `draft` which draft is laid over it.
    """

    def __init__(
        self,
        connection: Connection,
        metamodel: Metamodel,
        *,
        number: int,
        latest: int,
        on: date | None,
        graphs: GraphLoader,
        draft: Laid | None = None,
    ) -> None:
        super().__init__(connection, metamodel, number=number, latest=latest, on=on, draft=draft)
        #: What readers keep of it as long as it is open, by whatever they name it (`ea_repo.planning.remembered`).
        self.kept: dict[Any, Any] = {}
        self._graphs = graphs

    def __enter__(self) -> "State":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.kept.clear()
        self.connection.close()
        if self.draft is not None:
            self.draft.base.close()

    def at(self, *, on: date | None, as_of: int | None = None) -> "State":
        """Another moment, read through this state's transaction and of use as long as it is: None keeps its number."""
        if as_of is None or as_of == self.number:
            number, metamodel = self.number, self.metamodel
        elif 0 <= as_of < self.number:
            number, metamodel = as_of, metamodel_in_force(self.connection, as_of)
        else:
            raise NotFound(f"there is no changeset {as_of}; the latest is {self.number}", latest=self.number)
        if number < self.latest and self.draft is not None:
            raise InvalidInput("a draft is laid over the present; it has no past")
        return State(
            self.connection, metamodel, number=number, latest=self.latest, on=on, graphs=self._graphs, draft=self.draft
        )

    @cached_property
    def graph(self) -> Any:
        """The dependency graph of this state (`ea_repo.analysis.graph.Graph`), built or taken from those kept."""
        return self._graphs.graph(self)
