"""What types, attributes, traits and values may be called."""

import keyword
import re
from collections.abc import Mapping
from typing import Literal

NameOf = Literal["profile", "layer", "aspect", "trait", "type", "attribute", "values"]

_PART = (re.compile("[a-z][a-z0-9_-]{0,59}"), "small letters, digits and dashes, such as life-cycle")
PATTERNS: Mapping[NameOf, tuple[re.Pattern[str], str]] = {
    "profile": _PART,
    "layer": _PART,
    "aspect": _PART,
    "trait": _PART,
    "type": (re.compile("[A-Z][A-Za-z0-9]{0,59}"), "a capital, then letters and digits, such as DataSet"),
    "attribute": (re.compile("[a-z][a-z0-9_]{0,59}"), "small letters, digits and _, such as yearly_cost"),
    "values": (
        re.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}"),
        "letters, digits and any of _ . + -, such as high",
    ),
}

#: What all concepts, elements or relationships are called together, so no type can be.
#: What a reference says that may lead to any element or relationship.
ANY_CONCEPT = "Concept"
RESERVED_TYPES = frozenset({"Concept", "Element", "Relationship"})

#: What every concept has beside its attributes.
_FIELDS = frozenset(
    (
        *("id", "uid", "kind", "type", "specialization", "name", "description", "attributes", "properties"),
        *("model", "model_id", "folder", "folder_id", "owner", "owner_id", "source", "source_id", "target"),
        *("target_id", "translations", "valid_from", "valid_until", "written", "metadata", "registry"),
    )
)
#: Words of filter expressions.
_OPERATORS = frozenset(
    (
        *("and", "or", "not", "in", "eq", "ne", "lt", "le", "gt", "ge", "has", "any", "all"),
        *("add", "sub", "mul", "div", "mod", "true", "false", "null"),
    )
)

RESERVED_ATTRIBUTES = _FIELDS | _OPERATORS | frozenset(keyword.kwlist)


def with_article(name: str) -> str:
    """A type in a sentence: a System, an Agency."""
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"
