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
    """The properties with their data types and languages; empty where none has any."""
    if all(each.kind in _SAID and each.lang is None for each in properties):
        return ""
    return json.dumps([[each.key, each.value, each.kind, each.lang] for each in properties], ensure_ascii=False)


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
    known = [
        Property(*each)
        for each in found
        if isinstance(each, list)
        and len(each) == 4
        and all(isinstance(part, str) or (part is None and at > 1) for at, part in enumerate(each))
    ]
    return with_kinds_of(properties, known)


def with_kinds_of(said: Sequence[Property], known: Sequence[Property]) -> list[Property]:
    """The properties with the data types and languages of those known that say the same, one for one in their order."""
    pending: dict[tuple[str, str], list[Property]] = {}
    for each in known:
        pending.setdefault((each.key, each.value), []).append(each)
    found = []
    for each in said:
        waiting = pending.get((each.key, each.value), [])
        if each in waiting and each.kind is not None:
            waiting.remove(each)
        elif waiting and each.kind is None and each.lang is None:
            each = waiting.pop(0)
        found.append(each)
    return found


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
