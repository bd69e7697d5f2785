"""What types mean together: references lead to types, refinements narrow, rules read values there are."""

from collections.abc import Iterator

from ea_repo.metamodel.declarations import Declarations
from ea_repo.metamodel.places import Path
from ea_repo.metamodel.types import Attribute, Metamodel, Type

#: Where an attribute is declared: trait or type, its name.
Origin = tuple[str, str]


def check(found: Declarations, base: Metamodel, metamodel: Metamodel) -> None:
    """Tells what cannot be, each at the place of the text that makes it so."""
    for (of, owner, name), path in found.attribute_places.items():
        declared = found.traits[owner].attributes if of == "trait" else _own(found, owner)
        target = next((each.target for each in declared if each.name == name), None)
        if target is not None and target not in found.types:
            found.faults.unknown((*path, "target"), "type", target, found.types)
    for type_ in found.types.values():
        if all(found.types[name] is base.types.get(name) for name in metamodel.ancestry(type_.name)):
            continue  # as sound as it was
        _check_inherited(found, metamodel, type_)
        _check_rule(found, metamodel, type_)


def _own(found: Declarations, owner: str) -> tuple[Attribute, ...]:
    return found.types[owner].attributes if owner in found.types else ()


def _check_inherited(found: Declarations, metamodel: Metamodel, type_: Type) -> None:
    """An attribute declared again says the same or less: what reads the general type reads this one."""
    known: dict[str, tuple[Attribute, Origin]] = {}
    for attribute, origin in _declared(found, metamodel, type_):
        before, before_origin = known.get(attribute.name, (attribute, origin))
        why = _widens(metamodel, before, attribute)
        if why is not None:
            path = _place(found, metamodel, type_, attribute.name, origin, before_origin)
            detail = f'"{attribute.name}" of {type_.name} {why} in {before_origin[1]}'
            found.faults.add(path, detail, "the same, or another name", "mismatch")
        known[attribute.name] = (attribute, origin)


def _declared(found: Declarations, metamodel: Metamodel, type_: Type) -> Iterator[tuple[Attribute, Origin]]:
    for name in reversed(metamodel.ancestry(type_.name)):
        for trait in found.types[name].traits:
            for attribute in found.traits[trait].attributes:
                yield attribute, ("trait", trait)
        for attribute in found.types[name].attributes:
            yield attribute, ("type", name)


def _widens(metamodel: Metamodel, general: Attribute, special: Attribute) -> str | None:
    """How a declaration contradicts the one it stands over, if it does."""
    if general is special:
        return None
    if special.kind.name != general.kind.name:
        return f"is a {special.kind.name}, and a {general.kind.name}"
    if special.many != general.many:
        return f"is {'many' if special.many else 'one'}, and {'many' if general.many else 'one'}"
    added = {each.name for each in special.values} - {each.name for each in general.values}
    if added:
        return f"may be {', '.join(sorted(added))}, which it may not"
    targets = metamodel.types.keys() & {special.target, general.target}
    if len(targets) == 2 and str(general.target) not in metamodel.ancestry(str(special.target)):
        return f"leads to {special.target}, and to {general.target}"
    return None


def _place(found: Declarations, metamodel: Metamodel, type_: Type, name: str, *origins: Origin) -> Path:
    """Where this text declares the attribute; else the [[type]] or [[extend]] whose traits brought it in."""
    for of, owner in origins:
        path = found.attribute_places.get((of, owner, name))
        if path is not None:
            return path
    brought = (found.type_places.get(each) for each in metamodel.ancestry(type_.name))
    return next(((*path, "traits") for path in brought if path is not None), ())


def _check_rule(found: Declarations, metamodel: Metamodel, type_: Type) -> None:
    """A rule by the value of an attribute names one that the type has, and values that it can have."""
    rule = type_.dependent
    if rule is None or rule.attribute is None:
        return
    path = (*found.type_places.get(type_.name, ()), "dependent")
    attribute = metamodel.attributes(type_.name).get(rule.attribute)
    if attribute is None or attribute.kind.name not in ("choice", "boolean"):
        detail = f'"{rule.attribute}" is not a choice or boolean of {type_.name}'
        found.faults.add(path, detail, "an attribute that it has", "unknown-attribute")
        return
    allowed = [each.name for each in attribute.values] or ["true", "false"]
    for value in rule.by_value:
        if value not in allowed:
            found.faults.unknown(path, "value", value, allowed)
