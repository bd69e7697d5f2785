"""Putting another metamodel in force: refused while stored concepts say what it no longer allows."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from ea_repo.errors import InUse
from ea_repo.metamodel import Metamodel
from ea_repo.store import images
from ea_repo.store.tables import concept

_SHOWN = 10


def check_stored(connection: Connection, old: Metamodel, new: Metamodel) -> None:
    """`InUse` with the users where concepts have a type or attribute value that `new` takes away or forbids.

    O(concepts of the types that change).
    """
    users = list(_users(connection, old, new))
    if users:
        first = users[0]
        more = "" if len(users) == 1 else f" and {len(users) - 1} more uses"
        raise InUse(
            f'the metamodel cannot change so: "{first["uid"]}" {first["why"]}{more}',
            users=users[:_SHOWN],
            count=len(users),
        )


def _users(connection: Connection, old: Metamodel, new: Metamodel) -> Iterator[dict[str, Any]]:
    gone = sorted(name for name in old.types if name not in new.types)
    for chunk in images.chunks(gone):
        query = select(concept.c.uid, concept.c.type).where(concept.c.type.in_(chunk)).order_by(concept.c.uid)
        for uid, type_name in connection.execute(query):
            yield {"uid": uid, "type": type_name, "why": f"is a {type_name}, a type that goes"}
    changed = {name: _changed_attributes(old, new, name) for name in old.types if name in new.types}
    changed = {name: attributes for name, attributes in changed.items() if attributes}
    for chunk in images.chunks(sorted(changed)):
        rows = select(concept.c.uid, concept.c.type, concept.c.attributes).where(concept.c.type.in_(chunk))
        for uid, type_name, said in connection.execute(rows.order_by(concept.c.uid)):
            yield from _forbidden(new, uid, type_name, said, changed[type_name])


def _changed_attributes(old: Metamodel, new: Metamodel, type_name: str) -> set[str]:
    before, after = old.attributes(type_name), new.attributes(type_name)
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _forbidden(
    new: Metamodel, uid: str, type_name: str, said: dict[str, Any], changed: set[str]
) -> Iterator[dict[str, Any]]:
    declared = new.attributes(type_name)
    for name in sorted(changed - said.keys()):
        if name in declared and declared[name].required:
            yield {
                "uid": uid,
                "type": type_name,
                "attribute": name,
                "why": f"does not say {name}, which would be required",
            }
    for name in sorted(changed & said.keys()):
        found = {"uid": uid, "type": type_name, "attribute": name, "value": said[name]}
        if name not in declared:
            yield {**found, "why": f"says {name}, an attribute that goes"}
            continue
        try:
            declared[name].parse(said[name])
        except ValueError as error:
            yield {**found, "why": f"says {name} = {said[name]!r}, which {error}"}
