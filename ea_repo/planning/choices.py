"""A choice of the metamodel as a word in a sentence."""

from ea_repo.metamodel import Metamodel
from ea_repo.told import Told


def choice(metamodel: Metamodel, type: str, attribute: str, value: str) -> Told:
    """What a value of an attribute is called, in the reader's language; the value itself where it is none of the choices."""
    for each in metamodel.attributes(type)[attribute].values:
        if each.name == value:
            return Told(each.label.get("en") or value, each.label.get)
    return Told(value)
