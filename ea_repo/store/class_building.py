"""SQLAlchemy classes derived from a metamodel by single-table inheritance, for reading: `select(classes.System)`.

Each metamodel has a registry of its own, so several can be in force in one process, and one that nobody uses any more
is collected. Editors and mypy read the generated `classes.pyi` beside `classes.py`.
"""

import difflib
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import Engine, event
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Session, registry, relationship

from ea_repo.errors import NotAllowed
from ea_repo.metamodel import Attribute, Metamodel, Type
from ea_repo.store.attribute_columns import attribute_column
from ea_repo.store.tables import concept

#: The classes that are not types: what every type is one of.
CONCEPT, ELEMENT, RELATIONSHIP = "Concept", "Element", "Relationship"
_ROOTS = (CONCEPT, ELEMENT, RELATIONSHIP)


class Classes:
    """The classes of one metamodel, by type name: `classes.System`, or `classes["System"]` for a name that is data."""

    def __init__(self, metamodel: Metamodel) -> None:
        self.metamodel = metamodel
        self._classes: dict[str, type[Any]] = {}

    def __getattr__(self, name: str) -> type[Any]:
        try:
            return self._classes[name]
        except KeyError:
            near = difflib.get_close_matches(name, self._classes, n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise AttributeError(f'no type "{name}" in this metamodel{hint}') from None

    def __getitem__(self, name: str) -> type[Any]:
        return self._classes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)

    def __dir__(self) -> list[str]:
        return sorted(self._classes)


class ReadSession(Session):
    """A session that refuses to flush: everything is written by changesets."""

    def __init__(self, engine: Engine, classes: Classes) -> None:
        super().__init__(engine, autoflush=False, expire_on_commit=False)
        self.classes = classes


# Whoever holds one class of a set holds the set (`_add`), and gets the same set again.
_living: WeakValueDictionary[str, Classes] = WeakValueDictionary()
#: The latest sets are kept although nobody holds them: a page asks for the classes again and again.
MOST_KEPT = 4
_latest: deque[Classes] = deque(maxlen=MOST_KEPT)


def classes_of(metamodel: Metamodel) -> Classes:
    """The classes of a metamodel. Made once (about 100 ms) for each that is in use."""
    found = _living.get(metamodel.fingerprint)
    if found is None:
        found = _build(metamodel)
        _living[metamodel.fingerprint] = found
        _latest.append(found)
    return found


def read_only_session(engine: Engine, metamodel: Metamodel) -> ReadSession:
    """A session over an engine, with the classes of the metamodel at hand as `session.classes`."""
    return ReadSession(engine, classes_of(metamodel))


@event.listens_for(ReadSession, "before_flush")
def _refuse_to_flush(session: Session, _context: object, _instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise NotAllowed("this session only reads; write with repository.changeset(author, reason, operations)")


def _build(metamodel: Metamodel) -> Classes:
    classes = Classes(metamodel)
    mappers = registry()
    _add_roots(classes, mappers)
    for type_ in parents_first(metamodel):
        root = RELATIONSHIP if type_.kind == "relationship" else ELEMENT
        parent = classes[type_.refines or root]
        inherited = metamodel.attributes(type_.refines) if type_.refines else {}
        own = {
            name: _property(attribute)
            for name, attribute in metamodel.attributes(type_.name).items()
            if inherited.get(name) != attribute
        }
        _add(classes, type_.name, parent, {"__doc__": type_.help.get("en") if type_.help else None, **own})
        mappers.map_imperatively(classes[type_.name], inherits=parent, polymorphic_identity=type_.name)
    mappers.configure()
    return classes


def _add_roots(classes: Classes, mappers: registry) -> None:
    _add(classes, CONCEPT, object, {"__repr__": _repr})
    # The owner is followed, never written through: that is what changesets are for.
    mappers.map_imperatively(
        classes[CONCEPT],
        concept,
        polymorphic_on=concept.c.type,
        polymorphic_abstract=True,
        properties={"owner": _link(classes, concept.c.owner_id)},
    )
    _add(classes, ELEMENT, classes[CONCEPT], {})
    _add(classes, RELATIONSHIP, classes[CONCEPT], {})
    mappers.map_imperatively(classes[ELEMENT], inherits=classes[CONCEPT], polymorphic_abstract=True)
    mappers.map_imperatively(
        classes[RELATIONSHIP],
        inherits=classes[CONCEPT],
        polymorphic_abstract=True,
        properties={
            "source": _link(classes, concept.c.source_id),
            "target": _link(classes, concept.c.target_id),
        },
    )


def _link(classes: Classes, column: Any) -> Any:
    return relationship(classes[CONCEPT], foreign_keys=[column], remote_side=[concept.c.id], viewonly=True)


def _add(classes: Classes, name: str, parent: type[Any], body: Mapping[str, Any]) -> None:
    classes._classes[name] = type(name, (parent,), {"__module__": __name__, "__ea_classes__": classes, **body})


def _property(attribute: Attribute) -> Any:
    """On an instance the typed value; on the class a typed SQL expression."""

    def value(instance: Any) -> Any:
        found = instance.attributes.get(attribute.name)
        return None if found is None else attribute.python(found)

    def column(owner: Any) -> Any:
        return attribute_column(owner.attributes, attribute)

    value.__name__ = attribute.name
    return hybrid_property(value, expr=column)


def parents_first(metamodel: Metamodel) -> Iterator[Type]:
    done: set[str] = set()
    for name in metamodel.types:
        for each in reversed(metamodel.ancestry(name)):
            if each not in done:
                done.add(each)
                yield metamodel.types[each]


def _repr(instance: Any) -> str:
    return f"<{type(instance).__name__} {instance.uid} {instance.name!r}>"
