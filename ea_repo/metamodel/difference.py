"""What differs between two metamodels: what came, went or changed, and whether that takes something away.

Whether stored concepts use what is taken away is the store's to find.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from ea_repo.metamodel.types import Attribute, Metamodel, Type

Declared = TypeVar("Declared", Attribute, Type)


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """An attribute of a type before and after, None where it was not there.

    `fields` are the parts of its declaration that differ; `losses` say what may no longer hold of concepts.
    """

    type: str
    name: str
    before: Attribute | None
    after: Attribute | None
    fields: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()

    @property
    def takes_away(self) -> bool:
        """Whether concepts that were right may be wrong now."""
        return bool(self.losses)


@dataclass(frozen=True, slots=True)
class TypeChange:
    """A type that both have, and the parts of its declaration that differ, attributes apart."""

    name: str
    fields: tuple[str, ...]

    @property
    def takes_away(self) -> bool:
        """Whether it is another kind of thing now: what it refines says what it is and may be joined to."""
        return bool({"kind", "refines"} & set(self.fields))


@dataclass(frozen=True, slots=True)
class MetamodelDifference:
    """From one metamodel to another. Attributes are those that a type has, inherited ones too."""

    types_added: tuple[str, ...]
    types_removed: tuple[str, ...]
    types_changed: tuple[TypeChange, ...]
    attributes_added: tuple[AttributeChange, ...]
    attributes_removed: tuple[AttributeChange, ...]
    attributes_changed: tuple[AttributeChange, ...]

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    @property
    def takes_away(self) -> bool:
        """Whether anything that could be said before cannot be said, or must be said otherwise."""
        return bool(self.types_removed) or any(
            each.takes_away
            for changes in (
                self.types_changed, self.attributes_added, self.attributes_removed, self.attributes_changed,
            )
            for each in changes
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Names only: a type, or Type.attribute with what differs."""
        return {
            "types": {
                "added": list(self.types_added),
                "removed": list(self.types_removed),
                "changed": [{"name": each.name, "fields": list(each.fields)} for each in self.types_changed],
            },
            "attributes": {
                "added": [_named(each) for each in self.attributes_added],
                "removed": [_named(each) for each in self.attributes_removed],
                "changed": [_named(each) for each in self.attributes_changed],
            },
        }


def difference(old: Metamodel, new: Metamodel) -> MetamodelDifference:
    """What `new` adds to, takes from and changes in `old`, in the order of their declarations.

    Attributes are compared for each type that both have; those of others come and go with their type.
    """
    kept = [name for name in old.types if name in new.types]
    changes = [change for name in kept for change in _attribute_changes(old, new, name)]
    types_changed = ((name, _differing(old.types[name], new.types[name], _NOT_ITS_OWN)) for name in kept)
    return MetamodelDifference(
        types_added=tuple(name for name in new.types if name not in old.types),
        types_removed=tuple(name for name in old.types if name not in new.types),
        types_changed=tuple(TypeChange(name, found) for name, found in types_changed if found),
        attributes_added=tuple(each for each in changes if each.before is None),
        attributes_removed=tuple(each for each in changes if each.after is None),
        attributes_changed=tuple(each for each in changes if each.before and each.after),
    )


# Attributes are told by themselves; of traits only those that code may ask for matter, which `traits` says.
_NOT_ITS_OWN = frozenset({"attributes"})


def _attribute_changes(old: Metamodel, new: Metamodel, type_name: str) -> list[AttributeChange]:
    before, after = old.attributes(type_name), new.attributes(type_name)
    names = dict.fromkeys((*before, *after))
    return [
        _change(new, type_name, name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _change(
    new: Metamodel, type_name: str, name: str, before: Attribute | None, after: Attribute | None
) -> AttributeChange:
    if before is None or after is None:
        return AttributeChange(type_name, name, before, after, losses=_absence(before, after))
    return AttributeChange(
        type_name, name, before, after, _differing(before, after), tuple(_losses(new, before, after))
    )


def _absence(before: Attribute | None, after: Attribute | None) -> tuple[str, ...]:
    if after is None:
        return ("it goes",)
    return ("it is required",) if after.required and before is None else ()


def _losses(new: Metamodel, before: Attribute, after: Attribute) -> list[str]:
    """What a value that was right may be refused for."""
    found = []
    if before.kind.name != after.kind.name:
        found.append(f"was {before.kind.name}, is {after.kind.name}")
    if before.many != after.many:
        found.append("was a list, is one value" if before.many else "was one value, is a list")
    if gone := [each.name for each in before.values if each.name not in {kept.name for kept in after.values}]:
        found.append(f"no longer {', '.join(gone)}")
    if after.required and not before.required:
        found.append("it is required")
    if after.target not in (before.target, None) and not _is_a(new, before.target, after.target):
        found.append(f"led to {before.target}, leads to {after.target}")
    if after.minimum is not None and (before.minimum is None or before.minimum < after.minimum):
        found.append(f"at least {after.minimum}")
    if after.maximum is not None and (before.maximum is None or before.maximum > after.maximum):
        found.append(f"at most {after.maximum}")
    return found


def _is_a(metamodel: Metamodel, special: str | None, general: str | None) -> bool:
    return special in metamodel.types and general in metamodel.ancestry(str(special))


def _differing(before: Declared, after: Declared, apart_from: frozenset[str] = frozenset()) -> tuple[str, ...]:
    names = (each.name for each in fields(before) if each.name not in apart_from)
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _named(change: AttributeChange) -> Mapping[str, Any]:
    named: dict[str, Any] = {"name": f"{change.type}.{change.name}"}
    if change.fields:
        named["fields"] = list(change.fields)
    if change.losses:
        named["losses"] = list(change.losses)
    return named
