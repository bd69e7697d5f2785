"""A bundle as ArchiMate files say it: the standard's types, refinements as specializations, everything else as properties.

Reading what this makes by the same metamodel gives the same concepts again; see `markers.py` and `meanings.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ea_repo.exchange.bundle import Bundle, BundleConcept
from ea_repo.exchange.markers import (
    ATTRIBUTE,
    OWNER,
    SEVERAL,
    TYPE,
    VALID_FROM,
    VALID_UNTIL,
    place_markers,
)
from ea_repo.metamodel import Attribute, Metamodel
from ea_repo.store.records import Property

#: The attribute that files have a field for, by the type that has it.
NATIVE = {"Access": "access_type", "Influence": "strength", "Association": "directed", "Junction": "junction_type"}


def archimate_form(bundle: Bundle, metamodel: Metamodel) -> Bundle:
    """The bundle in the standard's terms. The one given stays as it is. O(bundle)."""
    return replace(
        bundle,
        properties=[*bundle.properties, *([Property(SEVERAL, "true")] if bundle.is_of_several else ())],
        concepts=[_concept(each, metamodel) for each in bundle.concepts],
        views=[
            replace(view, properties=[*view.properties, *place_markers(view.uid, is_cut=view.is_cut)])
            if view.uid is not None or view.is_cut
            else view
            for view in bundle.views
        ],
    )


def _concept(concept: BundleConcept, metamodel: Metamodel) -> BundleConcept:
    base = metamodel.base(concept.type)
    native = NATIVE.get(base)
    attributes = {native: concept.attributes[native]} if native in concept.attributes else {}
    specialization = concept.specialization
    if specialization is None and concept.type != base:
        specialization = concept.type
    properties = [*place_markers(concept.uid, is_proxy=concept.is_proxy)]
    if concept.is_proxy:
        description, translations = None, {}
    else:
        description, translations = concept.description, concept.translations
        properties = [*concept.properties, *_said(concept, native, metamodel), *properties]
    understood = None if specialization is None else metamodel.specialization(base, specialization)
    if (understood or base) != concept.type:
        properties.append(Property(TYPE, concept.type))
    return replace(
        concept, type=base, specialization=specialization, description=description, translations=translations,
        attributes=attributes, properties=properties,
    )  # fmt: skip


def _said(concept: BundleConcept, native: str | None, metamodel: Metamodel) -> Iterator[Property]:
    """Attributes, owner and dates as properties."""
    declared = metamodel.attributes(concept.type)
    taken = {each.key for each in concept.properties}
    for name, value in sorted(concept.attributes.items()):
        if name == native:
            continue
        texts = list(texts_of(declared.get(name), value))
        plain = name not in taken and all(text.strip() for text in texts)
        yield from (Property(name if plain else f"{ATTRIBUTE}{name}", text) for text in texts)
    for key, said in ((OWNER, concept.owner), (VALID_FROM, concept.valid_from), (VALID_UNTIL, concept.valid_until)):
        if said is not None:
            yield Property(key, said)


def texts_of(attribute: Attribute | None, value: Any) -> Iterator[str]:
    """Each value of an attribute as text that its kind reads again."""
    for each in value if isinstance(value, list) else (value,):
        if isinstance(each, bool):
            yield "true" if each else "false"
        elif isinstance(each, Mapping):
            yield f"{_number(each['amount'])} {each['currency']}"
        elif isinstance(each, float):
            yield _number(each)
        else:
            yield str(each)


def _number(value: float) -> str:
    """Without exponent, and without a fraction of zero."""
    text = f"{Decimal(repr(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
