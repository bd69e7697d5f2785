"""What an answer shows of concepts that it has by id: uid, name, type, owner. Many at once, and nothing more."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import select, union

from ea_repo.store import images
from ea_repo.store.conditions import ids_in
from ea_repo.store.fields import model_of
from ea_repo.store.operations import RecordKind
from ea_repo.store.sorted_ids import Integers
from ea_repo.store.state import State
from ea_repo.store.tables import CURRENT, HISTORY, reference


class Label(NamedTuple):
    """A concept in short. `owner` is a uid."""

    id: int
    uid: str
    name: str
    type: str
    owner: str | None

    @property
    def model(self) -> str:
        return model_of(self.uid)


def labels(state: State, ids: Sequence[int]) -> dict[int, Label]:
    """The labels of the concepts with these ids, as this state knows them; absent where it does not."""
    table = state.table("concept")
    columns = (table.c.id, table.c.uid, table.c.name, table.c.type, table.c.owner_id)
    chosen = select(*columns).where(ids_in(table.c.id, ids, state.connection.dialect.name))
    rows = state.connection.execute(chosen).all()
    owners = uids(state, {owner for *_, owner in rows if owner is not None})
    return {id_: Label(id_, uid, name, type_, owners.get(owner)) for id_, uid, name, type_, owner in rows}


def uids(state: State, ids: Iterable[int]) -> dict[int, str]:
    """The uids of these ids, of concepts past or present: they never change."""
    found: dict[int, str] = {}
    missing = list(set(ids))
    for table in (CURRENT["concept"], HISTORY["concept"]):
        if missing:
            chosen = ids_in(table.c.id, missing, state.connection.dialect.name)
            asked = select(table.c.id, table.c.uid).where(chosen)
            found.update([(id_, uid) for id_, uid in state.connection.execute(asked).all()])
            missing = [id_ for id_ in missing if id_ not in found]
    return found


def names_of(state: State, wanted: Iterable[str]) -> dict[str, str]:
    """What the concepts with these uids that this state knows are called."""
    table = state.table("concept")
    found: dict[str, str] = {}
    for chunk in images.chunks(dict.fromkeys(wanted)):
        rows = state.connection.execute(select(table.c.uid, table.c.name).where(table.c.uid.in_(chunk)))
        found.update((uid, name) for uid, name in rows.all())
    return found


def ids_of(state: State, wanted: Iterable[str], record: RecordKind = "concept") -> dict[str, int]:
    """The ids of the concepts, or other records, with these uids that this state knows."""
    table = state.table(record)
    found: dict[str, int] = {}
    for chunk in images.chunks(dict.fromkeys(wanted)):
        rows = state.connection.execute(select(table.c.uid, table.c.id).where(table.c.uid.in_(chunk)))
        found.update((row.uid, row.id) for row in rows)
    return found


def id_of(state: State, uid: str) -> int:
    """The id of a concept; `NotFound` names the nearest."""
    found = ids_of(state, [uid])
    if uid not in found:
        state.get(uid)  # raises, and knows what is near and since when it is gone
    return found[uid]


def model_id(state: State, uid: str) -> int:
    """The id of a model; `NotFound` names the nearest."""
    table = state.table("model")
    state.model(uid)  # raises where there is none
    return int(state.connection.execute(select(table.c.id).where(table.c.uid == uid)).scalar_one())


def model_uids(state: State, ids: Iterable[int]) -> dict[int, str]:
    """The uids of the models with these ids."""
    return images.uids_by_id(state.connection, "model", set(ids))


def referring(state: State) -> Integers:
    """The ids of the concepts that name another in an attribute, or are named so; as recorded now, also for the past."""
    joined = union(select(reference.c.concept_id), select(reference.c.target_id))
    return np.sort(np.array(state.connection.execute(joined).scalars().all(), np.int64))
