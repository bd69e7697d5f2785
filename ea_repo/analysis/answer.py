"""An answer: rows that are told when they are read, and the same as a networkx graph for any algorithm of that library."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ea_repo.analysis.chains import Step
from ea_repo.collector import paused_collector
from ea_repo.store.state import State

if TYPE_CHECKING:
    import networkx as nx

Row = TypeVar("Row", covariant=True)
Told = Callable[[Sequence[int]], list[Row]]

#: How many rows are told at once: each time costs a few queries.
_TOLD_AT_ONCE = 1_000
_NAMING = ("uid", "source", "target")


class Answer(Sequence[Row]):
    """The rows of an answer in their order. Used like a list, while the state is open.

    Names and chains are read when an item or slice is asked for, so that the first fifty of a million cost no more than
    fifty.
    """

    def __init__(self, state: State, size: int, told: Told[Row]) -> None:
        """`told` gives the rows at these positions, of `size`."""
        self._state = state
        self._size = size
        self._told = told

    @classmethod
    def of(cls, state: State, rows: Sequence[Row]) -> "Answer[Row]":
        """An answer whose rows are all there."""
        return Answer(state, len(rows), lambda positions: [rows[each] for each in positions])

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, wanted: int) -> Row: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Row]: ...
    def __getitem__(self, wanted: int | slice) -> Row | list[Row]:
        positions = range(len(self))[wanted]
        with paused_collector():
            return self._told(positions) if isinstance(positions, range) else self._told([positions])[0]

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, len(self), _TOLD_AT_ONCE):
            yield from self[start : start + _TOLD_AT_ONCE]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} rows>"

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """The concepts that the rows and their chains name, with all dependencies among them.

        Nodes are uids, with name, type, model and owner, and with what their row says in numbers and words; edges lead
        from what depends to what it depends on, keyed by the relationship's uid, with its type. O(rows and their edges).
        """
        from ea_repo.analysis.subgraph import named_graph  # noqa: PLC0415 - networkx takes a while, and few ask for it

        found = named_graph(self._state, {uid for row in self for uid in _uids(row)})
        for row in self:
            uid = getattr(row, "uid", None)
            if uid is not None and uid in found:
                found.nodes[uid].update(_plain(row))
        return found

    def to_graphml(self) -> str:
        """The same as GraphML, as networkx, Gephi and yEd read it."""
        import networkx as nx  # noqa: PLC0415 - as above

        return "\n".join(nx.generate_graphml(self.to_networkx())) + "\n"


def _uids(row: Any) -> Iterator[str]:
    for each in fields(row):
        value = getattr(row, each.name)
        if each.name in _NAMING and isinstance(value, str):
            yield value
        yield from _in_chains(value)


def _in_chains(value: Any) -> Iterator[str]:
    if isinstance(value, Step):
        yield value.from_uid
        yield value.to_uid
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _in_chains(part)


def _plain(row: Any) -> Mapping[str, Any]:
    """What a row says that GraphML can hold."""
    said = ((each.name, getattr(row, each.name)) for each in fields(row))
    return {name: value for name, value in said if isinstance(value, str | int | float) and name != "uid"}
