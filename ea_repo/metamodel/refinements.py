"""Which type refines which: the new types of a text in an order in which each comes after what it refines."""

from collections.abc import Mapping

from ea_repo.metamodel.faults import Faults
from ea_repo.metamodel.grammar import Said
from ea_repo.metamodel.types import Metamodel

#: Nobody finds a way through more; and every question about a type walks its ancestry.
MOST_DEEP = 20


def sound(declared: Mapping[str, Said], base: Metamodel, faults: Faults) -> list[str]:
    """The declared types whose ancestry leads to the base, those nearest to it first.

    Left out, and told, are those that refine what is not there, themselves, or through too many.
    """
    depths = {name: depth for name in declared if (depth := _depth(name, declared, base, faults)) is not None}
    return sorted(depths, key=depths.__getitem__)


def _depth(name: str, declared: Mapping[str, Said], base: Metamodel, faults: Faults) -> int | None:
    """How many types of the text are above; None where the way up ends nowhere."""
    way = [name]
    while way[-1] in declared:
        parent = declared[way[-1]].get("refines")
        if parent == name:
            told = " refines ".join([*way, name])
            faults.add(declared[name].at("refines"), f"{told}: a circle", "a type outside of it", "cycle")
            return None
        if parent in way:
            return None  # what it refines is in a circle, which is told there
        if parent is None or (parent not in declared and parent not in base.types):
            return _ends(name, way, parent, declared, base, faults)
        way.append(parent)
        if len(way) > MOST_DEEP:
            detail = f"{name} refines through more than {MOST_DEEP} types"
            faults.add(declared[name].at("refines"), detail, "a shorter way", "too-deep")
            return None
    return len(way)


def _ends(
    name: str,
    way: list[str],
    parent: str | None,
    declared: Mapping[str, Said],
    base: Metamodel,
    faults: Faults,
) -> int | None:
    """The end of a way that does not reach the base: right in the standard only, which has none."""
    if parent is None and not base.types:
        return len(way)
    said = declared[name]
    if way == [name] and parent is None:
        detail = f'"{name}" does not say what it refines'
        faults.add(said.path, detail, 'refines = "BusinessActor" or another type', "missing-key")
    elif way == [name]:
        faults.unknown(said.at("refines"), "type", str(parent), [*base.types, *declared])
    return None
