"""When concepts end and when they were last written, for very many at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from ea_repo.store.conditions import holds
from ea_repo.store.sorted_ids import Integers
from ea_repo.store.state import State
from ea_repo.store.tables import changeset


@dataclass(frozen=True, slots=True, eq=False)
class LastDays:
    """The last day of those concepts that have one, by ascending id, as days since the year 1."""

    ids: Integers
    days: NDArray[np.int32]

    @staticmethod
    def date_of(day: int) -> date:
        return date.fromordinal(day)


def last_days(state: State) -> LastDays:
    """`valid_until` of the concepts that hold on the state's date and have one. O(those)."""
    table = state.table("concept")
    chosen = select(table.c.id, table.c.valid_until).where(table.c.valid_until.is_not(None)).order_by(table.c.id)
    if state.on is not None:
        chosen = chosen.where(holds(table, state.on))
    rows = state.connection.execute(chosen).all()
    return LastDays(
        np.array([row[0] for row in rows], np.int64), np.array([row[1].toordinal() for row in rows], np.int32)
    )


def written_before(state: State, moment: datetime) -> Iterator[tuple[int, int]]:
    """(id, number of the changeset) of the concepts whose present version was written before a moment, by id."""
    table = state.table("concept")
    old = select(changeset.c.number).where(changeset.c.applied_at < moment)
    chosen = select(table.c.id, table.c.written).where(table.c.written.in_(old)).order_by(table.c.id)
    for row in state.connection.execute(chosen):
        yield row.id, row.written
