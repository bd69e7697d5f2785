"""Makes traits, types and attributes of what a profile says. What they mean together is `consistency.py`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from ea_repo.metamodel.dependency import ENDS, Dependent, DependentRule
from ea_repo.metamodel.faults import Faults
from ea_repo.metamodel.grammar import Said
from ea_repo.metamodel.kinds import KINDS, Kind
from ea_repo.metamodel.names import ANY_CONCEPT, RESERVED_ATTRIBUTES, RESERVED_TYPES
from ea_repo.metamodel.places import Path
from ea_repo.metamodel.refinements import sound
from ea_repo.metamodel.types import Attribute, Choice, Metamodel, Text, Trait, Type, TypeKind

_CATEGORIES = ("structural", "dependency", "dynamic", "other")
_BOUNDED = ("integer", "decimal", "money")


@dataclass(slots=True)
class Declarations:
    """What is declared after reading one text over a base.

    `attribute_places` says where this text declares an attribute, by (trait | type, its name, the attribute);
    `type_places` where it declares or extends a type.
    """

    faults: Faults
    profile: str
    layers: dict[str, Text]
    aspects: dict[str, Text]
    traits: dict[str, Trait]
    types: dict[str, Type]
    attribute_places: dict[tuple[str, str, str], Path]
    type_places: dict[str, Path]


def declare(base: Metamodel, said: Said, faults: Faults) -> Declarations:
    """Everything that the text declares, over what the base has."""
    profile = _profile(base, said, faults)
    found = Declarations(
        faults, profile, dict(base.layers), dict(base.aspects), dict(base.traits), dict(base.types), {}, {}
    )
    _parts(found, base, said, "layer", found.layers)
    _parts(found, base, said, "aspect", found.aspects)
    _traits(found, said)
    _types(found, base, said)
    for each in said.tables("extend"):
        _extend(found, each)
    return found


def _profile(base: Metamodel, said: Said, faults: Faults) -> str:
    profile: Said = said.get("profile") or Said(("profile",), {})
    name: str = profile.get("name", faults.source)
    if any(each.profile == name for each in base.types.values()):
        faults.add(profile.at("name"), f'there is a profile "{name}" already', "a name of your own", "duplicate")
    return name


def _parts(found: Declarations, base: Metamodel, said: Said, what: str, parts: dict[str, Text]) -> None:
    for each in said.tables(what):
        if base.types:
            found.faults.add(each.path, f"only the standard has [[{what}]]", f"one of {', '.join(parts)}", "built-in")
        elif "name" in each.values:
            parts[each.get("name")] = each.text("label")


def _traits(found: Declarations, said: Said) -> None:
    for each in said.tables("trait"):
        name = each.get("name")
        if name in found.traits:
            found.faults.add(each.at("name"), f'there is a trait "{name}" already', "another name", "duplicate")
        elif name is not None:
            found.traits[name] = Trait(name, each.text("label"), _attributes(found, each, "trait", name))
        else:
            _attributes(found, each, "trait", None)


def _types(found: Declarations, base: Metamodel, said: Said) -> None:
    declared: dict[str, Said] = {}
    taken = {name.casefold(): name for name in base.types}
    for each in said.tables("type"):
        if _is_new(found, base, taken, each):
            name = each.get("name")
            declared[name], taken[name.casefold()] = each, name
            found.type_places[name] = each.path
        else:
            _attributes(found, each, "type", None)
    well_founded = sound(declared, base, found.faults)
    for name in well_founded:
        parent = declared[name].get("refines")
        found.types[name] = _type(found, declared[name], found.types[parent] if parent else None)
    for name in declared.keys() - set(well_founded):
        _type(found, declared[name], None)  # for its other faults
    # In the order of the text, whatever refines what.
    order = [*base.types, *(name for name in declared if name in found.types)]
    found.types = {name: found.types[name] for name in order}


def _is_new(found: Declarations, base: Metamodel, taken: Mapping[str, str], said: Said) -> bool:
    """Whether a [[type]] has a name that may be given. Names that differ only in capitals are the same to people."""
    name = said.get("name")
    if name is None:
        return False
    like = taken.get(name.casefold())
    if name in RESERVED_TYPES:
        found.faults.add(said.at("name"), f'"{name}" has a meaning of its own', "another name", "reserved-name")
        return False
    if like is not None and like in base.types:
        by = base.types[like].profile
        hint = f'[[extend]] with type = "{like}" to add attributes, or another name'
        found.faults.add(said.at("name"), f'"{like}" is a type of {by}, which cannot be changed', hint, "built-in")
        return False
    if like is not None:
        found.faults.add(said.at("name"), f'there is a type "{like}" already', "another name", "duplicate")
        return False
    return True


def _type(found: Declarations, said: Said, parent: Type | None) -> Type:
    name = said.get("name")
    _check_place(found, said, parent)
    kind: TypeKind = parent.kind if parent else said.get("kind", "element")
    return Type(
        name=name,
        kind=kind,
        label=said.text("label"),
        refines=parent.name if parent else None,
        layer=parent.layer if parent else said.get("layer"),
        aspect=parent.aspect if parent else said.get("aspect"),
        category=parent.category if parent else said.get("category"),
        dependent=_rule(found, said, kind),
        plural=said.text("plural"),
        help=said.text("help"),
        traits=_known_traits(found, said),
        attributes=_attributes(found, said, "type", name),
        profile=found.profile,
    )


def _check_place(found: Declarations, said: Said, parent: Type | None) -> None:
    """Layer, aspect, category and kind are known; a refinement has those of what it refines."""
    allowed: Mapping[str, Collection[str]] = {
        "kind": ("element", "relationship"),
        "layer": found.layers,
        "aspect": found.aspects,
        "category": _CATEGORIES,
    }
    for key, names in allowed.items():
        value = said.get(key)
        if value is not None and value not in names:
            found.faults.unknown(said.at(key), key, value, names)
        elif value is not None and parent is not None and value != getattr(parent, key):
            theirs = getattr(parent, key) or "none"
            detail = f'"{said.get("name")}" refines {parent.name}, whose {key} is {theirs}, not {value}'
            found.faults.add(said.at(key), detail, f"no {key} here", "mismatch")


def _rule(found: Declarations, said: Said, kind: str) -> DependentRule | None:
    rule = said.get("dependent")
    if rule is None:
        return None
    path = said.at("dependent")
    if kind != "relationship":
        found.faults.add(path, "only a relationship has an end that depends", "it in a relationship type", "mismatch")
        return None
    ends: dict[str, str] = {"default": rule} if isinstance(rule, str) else dict(rule)
    attribute = ends.pop("attribute", None)
    for end in ends.values():
        if end not in ENDS:
            found.faults.unknown(path, "end", end, ENDS)
            return None
    default = ends.pop("default", "none")
    if ends and attribute is None:
        found.faults.add(path, "the rule says values but no attribute", 'attribute = "access_type"', "missing-key")
    return DependentRule(cast("Dependent", default), attribute, cast("Mapping[str, Dependent]", ends))


def _known_traits(found: Declarations, said: Said) -> tuple[str, ...]:
    known = []
    for number, name in enumerate(said.get("traits", ())):
        if name in found.traits:
            known.append(name)
        else:
            found.faults.unknown((*said.at("traits"), number), "trait", name, found.traits)
    return tuple(known)


def _extend(found: Declarations, said: Said) -> None:
    name = said.get("type")
    extended = found.types.get(name) if name is not None else None
    if extended is None:
        if name is not None:
            found.faults.unknown(said.at("type"), "type", name, found.types)
        _attributes(found, said, "type", None)
        return
    found.type_places.setdefault(extended.name, said.path)
    added = _attributes(found, said, "type", extended.name)
    traits = dict.fromkeys((*extended.traits, *_known_traits(found, said)))
    found.types[extended.name] = replace(extended, attributes=(*extended.attributes, *added), traits=tuple(traits))


def _attributes(found: Declarations, said: Said, of: str, owner: str | None) -> tuple[Attribute, ...]:
    """The attributes of a table. Without an owner nothing comes of them, but their faults are told."""
    taken = found.types[owner].attributes if of == "type" and owner in found.types else ()
    known = {each.name for each in taken}
    attributes = []
    for each in said.tables("attribute"):
        attribute = _attribute(found.faults, each)
        name = each.get("name")
        if name in known:
            detail = f'{owner or "this"} has an attribute "{name}" already'
            found.faults.add(each.at("name"), detail, "another name", "duplicate")
        elif attribute is not None:
            known.add(name)
            attributes.append(attribute)
            if owner is not None:
                found.attribute_places[of, owner, name] = each.path
    return tuple(attributes)


def _attribute(faults: Faults, said: Said) -> Attribute | None:
    name, kind_name = said.get("name"), said.get("kind")
    if name in RESERVED_ATTRIBUTES:
        detail = f'"{name}" is a field of every concept or a word of filters'
        faults.add(said.at("name"), detail, f"a longer name, such as {name}_of_it", "reserved-name")
    if kind_name is not None and kind_name not in KINDS:
        faults.unknown(said.at("kind"), "kind", kind_name, KINDS)
    kind = KINDS.get(kind_name)
    values = _values(faults, said, kind)
    if kind is None or name is None:
        return None
    _check_target(faults, said, kind)
    low, high = _bounds(faults, said, kind)
    return Attribute(
        name=name,
        kind=kind,
        label=said.text("label"),
        help=said.text("help"),
        unit=said.get("unit"),
        values=values,
        target=None if said.get("target") == ANY_CONCEPT else said.get("target"),
        many=said.get("many", False),
        required=said.get("required", False),
        minimum=low,
        maximum=high,
    )


def _values(faults: Faults, said: Said, kind: Kind | None) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for each in said.tables("values"):
        name = each.get("name")
        if name in found:
            faults.add(each.path, f'the value "{name}" is there already', "each value once", "duplicate")
        elif name is not None:
            found[name] = Choice(name, each.text("label"), each.text("help"))
    if kind is not None and kind.name == "choice" and not said.tables("values"):
        hint = 'values = [{name = "high", label = {en = "High"}}]'
        faults.add(said.at("kind"), "a choice says what to choose from", hint, "missing-values")
    if kind is not None and kind.name != "choice" and "values" in said.values:
        faults.add(said.at("values"), f"a {kind.name} has no values", 'kind = "choice"', "mismatch")
    return tuple(found.values())


def _check_target(faults: Faults, said: Said, kind: Kind) -> None:
    if kind.name == "reference" and "target" not in said.values:
        faults.add(said.at("kind"), "a reference says the type it leads to", 'target = "System"', "missing-target")
    if kind.name != "reference" and "target" in said.values:
        faults.add(said.at("target"), f"a {kind.name} leads nowhere", 'kind = "reference"', "mismatch")


def _bounds(faults: Faults, said: Said, kind: Kind) -> tuple[Any, Any]:
    low, high = said.get("minimum"), said.get("maximum")
    for key in ("minimum", "maximum"):
        if key in said.values and kind.name not in _BOUNDED:
            hint = f"it with {', '.join(_BOUNDED)}"
            faults.add(said.at(key), f"a {kind.name} has no {key}", hint, "mismatch")
    if low is not None and high is not None and low > high:
        faults.add(said.at("minimum"), f"the minimum {low} is above the maximum {high}", "a smaller one")
    return low, high
