"""What an answer shows of concepts that it has by id: uid, name, type, owner. Many at once, and nothing more."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Select, Table, bindparam, select, union

from ea_repo.store import images
from ea_repo.store.conditions import bound_ids, bound_ids_in
from ea_repo.store.fields import model_of
from ea_repo.store.operations import RecordKind
from ea_repo.store.sorted_ids import Integers
from ea_repo.store.state import State
from ea_repo.store.tables import CURRENT, HISTORY, reference

#: So many statements are kept, as making one takes as long as executing it: one a moment that is asked about.
_STATEMENTS = 256
_UIDS = "uids"


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
    dialect = state.connection.dialect.name
    rows = state.connection.execute(_labels_asked(state.as_of, dialect), bound_ids(ids, dialect)).all()
    gone = [owner_id for _, _, _, _, owner_id, owner in rows if owner is None and owner_id is not None]
    if not gone:
        return {id_: Label(id_, uid, name, type_, owner) for id_, uid, name, type_, _, owner in rows}
    past = uids(state, gone)
    return {
        id_: Label(id_, uid, name, type_, past.get(owner_id) if owner is None else owner)
        for id_, uid, name, type_, owner_id, owner in rows
    }


@lru_cache(maxsize=_STATEMENTS)
def _labels_asked(as_of: int | None, dialect: str) -> Select[Any]:
    """With the uid of each owner that is there now; one that is gone has it in history."""
    table, owner = images.moment("concept", as_of), CURRENT["concept"].alias("owner")
    columns = (table.c.id, table.c.uid, table.c.name, table.c.type, table.c.owner_id, owner.c.uid.label("owner"))
    joined = table.outerjoin(owner, owner.c.id == table.c.owner_id)
    return select(*columns).select_from(joined).where(bound_ids_in(table.c.id, dialect))


def uids(state: State, ids: Iterable[int]) -> dict[int, str]:
    """The uids of these ids, of concepts past or present: they never change."""
    found: dict[int, str] = {}
    missing = list(set(ids))
    dialect = state.connection.dialect.name
    for table in (CURRENT["concept"], HISTORY["concept"]):
        if missing:
            rows = state.connection.execute(_uids_asked(table, dialect), bound_ids(missing, dialect)).all()
            found |= {id_: uid for id_, uid in rows}  # noqa: C416 - twice as quick as dict of rows
            missing = [id_ for id_ in missing if id_ not in found]
    return found


@lru_cache(maxsize=_STATEMENTS)
def _uids_asked(table: Table, dialect: str) -> Select[Any]:
    return select(table.c.id, table.c.uid).where(bound_ids_in(table.c.id, dialect))


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
    found: dict[str, int] = {}
    for chunk in images.chunks(dict.fromkeys(wanted)):
        rows = state.connection.execute(_ids_asked(record, state.as_of), {_UIDS: chunk}).all()
        found |= {uid: id_ for uid, id_ in rows}  # noqa: C416 - as above
    return found


@lru_cache(maxsize=_STATEMENTS)
def _ids_asked(record: RecordKind, as_of: int | None) -> Select[Any]:
    table = images.moment(record, as_of)
    return select(table.c.uid, table.c.id).where(table.c.uid.in_(bindparam(_UIDS, expanding=True)))


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
