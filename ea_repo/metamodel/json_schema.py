"""The JSON Schema (2020-12) of what the concepts of a type say: where programs read what a value may be."""

from typing import Any

from ea_repo.metamodel.types import Metamodel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def type_schema(metamodel: Metamodel, name: str, language: str = "en") -> dict[str, Any]:
    """The schema of the `attributes` of a concept of this type, titles and explanations in a language.

    `x-type`, `x-refines`, `x-unit` and `x-reference` say what JSON Schema has no words for. Two things it
    cannot see, and the repository checks: whether a reference leads anywhere, and whether a text can be kept.
    """
    type_ = metamodel.type(name)
    attributes = metamodel.attributes(name)
    schema: dict[str, Any] = {"$schema": _DIALECT, "title": type_.label.get(language)}
    if type_.help:
        schema["description"] = type_.help.get(language)
    schema |= {
        "type": "object",
        "properties": {each.name: each.json_schema(language) for each in attributes.values()},
        "additionalProperties": False,
        "x-type": type_.name,
        "x-refines": list(metamodel.ancestry(name)[1:]),
    }
    required = [each.name for each in attributes.values() if each.required]
    return {**schema, "required": required} if required else schema
