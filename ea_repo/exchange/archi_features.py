"""What files of Archi say in features of ours: Archi keeps features that it does not know, and shows them to nobody."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ea_repo.store.records import Property

PREFIX = "ea-repo."
TRANSLATIONS = f"{PREFIX}translations"
POSITION = f"{PREFIX}position"
KINDS = f"{PREFIX}property-kinds"
#: Kinds that files of Archi say by themselves.
_SAID = (None, "feature", "specialization", "metadata")


def translations_text(translations: Mapping[str, Mapping[str, str]]) -> str:
    return json.dumps({key: dict(said) for key, said in translations.items()}, ensure_ascii=False, sort_keys=True)


def kinds_text(properties: Sequence[Property]) -> str:
    """The data types and languages of properties, each with its key and value; empty where there are none."""
    said = [
        [each.key, each.value, each.kind, each.lang]
        for each in properties
        if each.kind not in _SAID or each.lang is not None
    ]
    return json.dumps(said, ensure_ascii=False) if said else ""


def translations_of(text: str) -> dict[str, dict[str, str]]:
    """What `translations_text` made; nothing of a text that is anything else."""
    found = _parsed(text)
    if not isinstance(found, dict) or not all(isinstance(said, dict) for said in found.values()):
        return {}
    return {
        str(language): {name: value for name, value in said.items() if isinstance(value, str)}
        for language, said in found.items()
    }


def with_kinds(properties: list[Property], text: str) -> list[Property]:
    """The properties with their data types and languages, as far as they still say the same."""
    found = _parsed(text)
    if not isinstance(found, list):
        return properties
    pending: dict[tuple[str, str], list[Property]] = {}
    for each in found:
        if isinstance(each, list) and len(each) == 4 and all(part is None or isinstance(part, str) for part in each):
            key, value, kind, language = each
            pending.setdefault((key, value), []).append(Property(key, value, kind, language))
    return [
        waiting.pop(0) if each.kind is None and (waiting := pending.get((each.key, each.value))) else each
        for each in properties
    ]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
