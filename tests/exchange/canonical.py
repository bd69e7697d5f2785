"""A bundle as plain values in an order of its own, so that two can be compared whatever files they came from."""

from typing import Any

from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleView
from ea_repo.store.records import Property

#: Values of attributes that mean what is meant where nothing is said.
USUAL = (None, "", False, "access", "and")
#: What `extra` of a line holds only until its bend points are settled.
_OF_THE_READER = ("bend_offsets",)


def canonical(bundle: Bundle, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """`without` names what the format on the way cannot carry: translations, kinds, folders, folder-order, views."""
    found: dict[str, Any] = {
        "name": bundle.name,
        "description": bundle.description or None,
        "properties": _properties(bundle.properties, without),
        "concepts": {each.identifier: _concept(each, without) for each in bundle.concepts},
    }
    if "translations" not in without:
        found["translations"] = bundle.translations
    if "folders" not in without:
        order: dict[str | None, list[tuple[int, str]]] = {}
        for folder in bundle.folders:
            order.setdefault(folder.parent, []).append((folder.position, folder.identifier))
        found["folders"] = {
            each.identifier: (each.name, each.parent, each.type or None, each.description or None,
                              _properties(each.properties, without), _translations(each.translations, without))
            for each in bundle.folders
        }  # fmt: skip
        if "folder-order" not in without:
            found["order"] = {parent: [name for _, name in sorted(each)] for parent, each in order.items()}
    if "views" not in without:
        found["views"] = {view.identifier: _view(view, without) for view in bundle.views}
    return found


def _concept(concept: BundleConcept, without: frozenset[str]) -> dict[str, Any]:
    return {
        "type": concept.type,
        "name": concept.name,
        "description": concept.description or None,
        "specialization": concept.specialization or None,
        "ends": (concept.source, concept.target),
        "folder": None if "folders" in without else concept.folder,
        "attributes": {name: value for name, value in concept.attributes.items() if value not in USUAL},
        "properties": _properties(concept.properties, without),
        "translations": _translations(concept.translations, without),
    }


def _view(view: BundleView, without: frozenset[str]) -> dict[str, Any]:
    content = view.content.to_json()
    for line in content["connections"]:
        extra = line.get("style", {}).get("extra")
        for name in _OF_THE_READER if extra else ():
            extra.pop(name, None)
        if extra == {}:
            del line["style"]["extra"]
        if line.get("style") == {}:
            del line["style"]
    content["connections"].sort(key=lambda line: line["id"])
    return {
        "name": view.name,
        "description": view.description or None,
        "viewpoint": view.viewpoint or None,
        "kind": view.kind,
        "folder": None if "folders" in without else view.folder,
        "content": content,
        "properties": _properties(view.properties, without),
        "translations": _translations(view.translations, without),
    }


def _properties(properties: list[Property], without: frozenset[str]) -> list[Property]:
    if "kinds" not in without:
        return list(properties)
    return [Property(each.key, each.value) for each in properties if each.kind in (None, "number", "date", "string")]


def _translations(found: dict[str, dict[str, str]], without: frozenset[str]) -> dict[str, dict[str, str]]:
    return {} if "translations" in without else found


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Where two canonical forms differ, the first twenty."""
    if isinstance(one, dict) and isinstance(other, dict):
        found = []
        for key in sorted({*one, *other}, key=str):
            if key not in one or key not in other:
                found.append(f"{where}/{key}: {'lacks' if key not in other else 'is new'}: {(one | other)[key]!r:.200}")
            elif one[key] != other[key]:
                found += differences(one[key], other[key], f"{where}/{key}")
        return found[:20]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            each
            for at, (a, b) in enumerate(zip(one, other, strict=True))
            if a != b
            for each in differences(a, b, f"{where}/{at}")
        ][:20]
    return [] if one == other else [f"{where}: {one!r:.150} became {other!r:.150}"]
