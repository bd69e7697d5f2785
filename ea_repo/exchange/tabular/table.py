"""The rows of a table as they were read, what they were made from, and the cells that are wrong."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ea_repo.errors import InvalidInput, Problem
from ea_repo.exchange.tabular.cells import Cell, Place
from ea_repo.exchange.tabular.columns import Column
from ea_repo.exchange.tabular.matrix_reading import MatrixSheet
from ea_repo.metamodel import Finding
from ea_repo.store.records import Concept
from ea_repo.store.state import State

#: Nobody reads more wrong cells at once.
MOST_PROBLEMS = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read. `cells` are by key of the column; a column that the table lacks says nothing."""

    type: str
    cells: Mapping[str, Cell]
    place: Place
    version: int | None = None  # of the concept that it was made from, where the row says so


@dataclass(slots=True)
class Table:
    """Everything a file says. `base` is what it was exported from, None where it does not say or is not known here.

    `exported` gives the concepts that were in it then, of the types that it still has tables of. None: all of the model that
    are of these types; or unknown, where `says_what_was_exported` is not true.
    """

    format: str
    language: str
    rows: Sequence[Row]
    columns: Mapping[str, Sequence[Column]]  # by type
    base: State | None = None
    exported: Callable[[], Iterable[Concept]] | None = None
    says_what_was_exported: bool = True
    matrices: list[MatrixSheet] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, row: Row, key: str, detail: str, code: str = "invalid") -> None:
        """Notes a wrong cell; of too many, `InvalidInput` at once."""
        sentence = f"{row.place.words(key)}: {detail}"
        self.problems.append(Problem(row.place.pointer(key), f"{sentence}.".replace("?.", "?"), code))
        if len(self.problems) >= MOST_PROBLEMS:
            self.refuse()

    def refuse(self) -> None:
        """`InvalidInput` with every wrong cell, where there is any."""
        if self.problems:
            more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
            raise InvalidInput(f"{self.problems[0].detail}{more}", errors=self.problems)
