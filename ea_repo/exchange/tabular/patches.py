"""Fields of a concept by their path, and operations made of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ea_repo.exchange.tabular.columns import Field
from ea_repo.store.records import Concept


def value_of(concept: Concept, field_: Field) -> Any:
    """A field in stored form, nothing as None."""
    first, *rest = field_
    found = getattr(concept, first)
    for key in rest:
        found = (found or {}).get(key)
    if isinstance(found, date):
        return found.isoformat()
    if field_ == ("properties",):
        return list(found) or None
    return None if found == "" else found


def fields_of(values: Mapping[Field, Any], now: Concept | None) -> dict[str, Any]:
    """Fields of an operation: attributes as a patch, translations whole for each language that changes."""
    found: dict[str, Any] = {}
    for field_, value in values.items():
        match field_:
            case ("attributes", name):
                found.setdefault("attributes", {})[name] = value
            case ("translations", language, name):
                held = dict(now.translations) if now else {}
                said = found.setdefault("translations", {}).setdefault(language, dict(held.get(language) or {}))
                said[name] = value
            case ("name",):
                found["name"] = value or ""
            case ("properties",):
                found["properties"] = value or []
            case (name,):
                found[name] = value
    for language, said in found.get("translations", {}).items():
        kept = {name: text for name, text in said.items() if text is not None}
        found["translations"][language] = kept or None
    return found
