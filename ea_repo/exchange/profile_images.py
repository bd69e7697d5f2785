"""The customer's profile as an image to compare: each type and attribute that it declares is a field.

Its TOML text would tell of every moved line; this tells of what may be said otherwise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from ea_repo.metamodel import Metamodel, standard
from ea_repo.metamodel.types import Attribute, Type
from ea_repo.store.fields import Image

#: Told by fields of their own, or the same for all that a profile declares.
_NOT_TOLD = frozenset({"name", "attributes", "traits", "profile", "layer", "aspect", "category"})


def profile_image(metamodel: Metamodel) -> Image | None:
    """What a metamodel declares beyond the built-in one, by `Type` and `Type.attribute`; None where nothing."""
    usual = dict(_declared(standard()))
    found = {name: said for name, said in _declared(metamodel) if usual.get(name) != said}
    return found or None


def _declared(metamodel: Metamodel) -> Iterator[tuple[str, dict[str, Any]]]:
    for type_ in metamodel.types.values():
        yield type_.name, _said(type_)
        for attribute in type_.attributes:
            yield f"{type_.name}.{attribute.name}", _said(attribute)


def _said(declared: Type | Attribute) -> dict[str, Any]:
    """What a declaration says, without what is usual."""
    found: dict[str, Any] = {}
    for each in fields(declared):
        value = getattr(declared, each.name)
        is_empty = value is None or value is False or (isinstance(value, tuple | Mapping) and not value)
        if each.name in _NOT_TOLD or is_empty:
            continue
        if each.name == "kind":
            value = value if isinstance(value, str) else value.name
        elif each.name == "values":
            value = [choice.name for choice in value]
        elif isinstance(value, Mapping):
            value = dict(value)
        found[each.name] = value
    return found
