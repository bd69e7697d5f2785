"""The changeset that turns an initiative from plan into what is: a draft, to be looked at and applied like any other."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ea_repo.errors import Conflict, InvalidInput, NotFound
from ea_repo.planning.roadmap.conflicts import replaced_on
from ea_repo.planning.roadmap.plan import Initiative, Plan, day_of, plan
from ea_repo.repository import Repository
from ea_repo.store.operations import Operation, Update
from ea_repo.store.records import Changeset, Concept
from ea_repo.store.state import State


def draft(repository: Repository, uid: str, *, author: str, on: date | None = None, reason: str = "") -> Changeset:
    """Makes the draft of an initiative that is completed on a day, by default that of its end, and names it in the initiative.

    What it introduces is valid and active from that day, unless it is already earlier; what it retires is so until the day
    before. The initiative is done, and the gaps are closed that no other initiative has still to close. `Conflict` where
    there is an open draft already, or it is done; `InvalidInput` where there is no day. Two changesets: the draft, and an
    applied one by which the initiative names it.
    """
    with repository.state() as state:
        whole = plan(state)
        initiative = whole.get(state, uid)
        _require_none(repository, initiative)
        day = on or initiative.ends
        if day is None:
            raise InvalidInput(f'"{uid}" has no end; give it ends_on, or say on which day it is completed')
        operations = list(completing(state, whole, initiative, day))
    kept = repository.changeset(
        author, reason or f"Complete {initiative.concept.name}", operations, source=f"roadmap:{uid}"
    ).save()
    naming = Update(uid, {"attributes": {"changeset": kept.id}})
    repository.changeset(author, f"Name draft {kept.id} in {initiative.concept.name}", [naming]).apply()
    return kept


def completing(state: State, whole: Plan, initiative: Initiative, day: date) -> Iterator[Operation]:
    """What changes when an initiative is completed on a day."""
    for uid in initiative.introduces:
        thing = whole.named[uid]
        said = _known(state, thing, {"active_on": day} if _later(day_of(thing, "active_on"), day) else {})
        fields: dict[str, Any] = {"valid_from": day} if _later(thing.valid_from, day) else {}
        yield from _update(thing, fields, said)
    for uid in initiative.retires:
        thing = whole.named[uid]
        if _later(replaced_on(thing), day):
            ends = {} if thing.kind == "relationship" else _known(state, thing, {"end_of_life_on": day})
            yield from _update(thing, {"valid_until": day - timedelta(days=1)}, ends)
    done = _known(state, initiative.concept, {"status": "done", "progress_percent": 100, "ends_on": day})
    yield from _update(initiative.concept, {}, done)
    for uid in initiative.gaps:
        others = [each for each in whole.initiatives.values() if uid in each.gaps and each.uid != initiative.uid]
        if all(each.is_("ended") or each.is_("left_out") for each in others):
            gap = whole.named[uid]
            yield from _update(gap, {}, _known(state, gap, {"status": "closed"}))


def _later(known: date | None, day: date) -> bool:
    """Whether the register knows no day, or only one to come."""
    return known is None or known > day


def _known(state: State, thing: Concept, said: dict[str, Any]) -> dict[str, Any]:
    """As far as its type has these attributes."""
    has = state.metamodel.attributes(thing.type)
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in said.items() if name in has
    }


def _update(thing: Concept, fields: dict[str, Any], attributes: dict[str, Any]) -> Iterator[Operation]:
    said = {**fields, **({"attributes": attributes} if attributes else {})}
    if said:
        yield Update(thing.uid, said, thing.version)


def _require_none(repository: Repository, initiative: Initiative) -> None:
    if initiative.is_("ended"):
        raise Conflict(f'"{initiative.uid}" is done already')
    number = initiative.concept.attributes.get("changeset")
    if number is None:
        return
    try:
        named = repository.find_changeset(number)
    except NotFound:
        return
    if named.state in ("draft", "submitted"):
        raise Conflict(f'draft {number} of "{initiative.uid}" is still open; apply or reject it first', draft=number)
