"""Structurizr's workspace (JSON): systems, what they are made of, people and what depends on what, for its C4 diagrams.

Systems and application components that are in no other are software systems; what is in one a container, what is in that a
component. Roles are people. A dependency of any sort is a relationship from what depends to what it needs.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from ea_repo.catalogue import file_format
from ea_repo.exchange.export import Export
from ea_repo.exchange.losses import left_out
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.store.records import Concept

_APPLICATION, _PERSON = "ApplicationComponent", ("BusinessRole", "BusinessCollaboration")
_WHOLE_PART = ("Composition", "Aggregation")
#: What the levels are called in C4, outermost first; deeper ones are joined to the last.
_LEVELS = ("Software System", "Container", "Component")
_LAYOUT = {
    "implementation": "Graphviz", "rankDirection": "TopBottom", "rankSeparation": 300, "nodeSeparation": 300,
    "edgeSeparation": 0, "vertices": False, "applied": False,
}  # fmt: skip


@file_format(name="structurizr")
class Structurizr:
    """Structurizr's workspace in JSON, with a system landscape that it lays out itself."""

    media_type = "application/json"
    suffix = ".json"

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        """The workspace of what is selected."""
        workspace, lost = _Workspace(export).made()
        file.write(json.dumps(workspace, ensure_ascii=False, indent=2).encode())
        return [
            *(
                Finding("not-carried", "warning", f"C4 has no place for {what}: {count:,} left out")
                for what, count in sorted(lost.items())
            ),
            *left_out(export, "Structurizr"),
        ]


@dataclass(slots=True)
class _Workspace:
    export: Export
    ids: dict[str, str] = field(default_factory=dict)  # Structurizr's ids by uid
    items: dict[str, dict[str, Any]] = field(default_factory=dict)  # by uid
    lost: Counter[str] = field(default_factory=Counter)

    def made(self) -> tuple[dict[str, Any], Counter[str]]:
        metamodel = self.export.state.metamodel
        elements = {each.uid: each for each in self.export.elements()}
        relationships = list(self.export.relationships())
        kinds = {uid: kind for uid, each in elements.items() if (kind := _kind(metamodel, each)) is not None}
        self.lost.update(f"elements of type {each.type}" for uid, each in elements.items() if uid not in kinds)
        parents = _parents(metamodel, kinds, relationships)
        depths = {uid: _depth(uid, parents) for uid in kinds}
        for uid in sorted(kinds, key=lambda each: (depths[each], each)):
            self.items[uid] = self._item(elements[uid], kinds[uid], depths[uid])
        model: dict[str, list[dict[str, Any]]] = {"people": [], "softwareSystems": []}
        for uid, item in self.items.items():
            self._siblings(model, uid, kinds, parents, depths).append(item)
        _with_names_of_their_own(model)
        shown = self._relate(metamodel, relationships, parents)
        state = self.export.state
        name = state.model(self.export.home).name if self.export.home else "Architecture"
        workspace = {
            "name": name, "description": f"Exported as of changeset {state.number}.",
            "model": model, "documentation": {}, "configuration": {}, "views": self._views(model, shown),
        }  # fmt: skip
        return workspace, self.lost

    def _siblings(
        self, model: dict[str, list[dict[str, Any]]], uid: str, kinds: Mapping[str, str], parents: Mapping[str, str],
        depths: Mapping[str, int],
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The list that an item stands in."""
        if kinds[uid] == "Person":
            return model["people"]
        if depths[uid] == 0:
            return model["softwareSystems"]
        parent = parents[uid]
        while depths[parent] > 1:
            parent = parents[parent]
        found: list[dict[str, Any]] = self.items[parent].setdefault(
            "containers" if depths[parent] == 0 else "components", []
        )
        return found

    def _item(self, concept: Concept, kind: str, depth: int) -> dict[str, Any]:
        self.ids[concept.uid] = str(len(self.ids) + 1)
        tag = kind if kind == "Person" else _LEVELS[min(depth, 2)]
        item = {
            "id": self.ids[concept.uid], "name": concept.name or concept.uid, "tags": f"Element,{tag},{concept.type}",
            "properties": {"ea-repo.uid": concept.uid, "ea-repo.type": concept.type}, "relationships": [],
        }  # fmt: skip
        if concept.description:
            item["description"] = concept.description
        if concept.specialization and depth:
            item["technology"] = concept.specialization
        if kind == "Person" or depth == 0:
            item["location"] = "Unspecified"
        return item

    def _relate(
        self, metamodel: Metamodel, relationships: Sequence[Concept], parents: Mapping[str, str]
    ) -> list[dict[str, str]]:
        """Gives each item its relationships; returns those that are drawn in the landscape."""
        shown, seen = [], set()
        for each in relationships:
            if each.source not in self.items or each.target not in self.items:
                self.lost[f"relationships of type {each.type}"] += 1
                continue
            if metamodel.base(each.type) in _WHOLE_PART and parents.get(each.target) == each.source:
                continue  # said by standing inside
            dependent = metamodel.dependent(each.type, each.attributes)
            source, target = (each.target, each.source) if dependent == "target" else (each.source, each.target)
            if source in _around(target, parents) or target in _around(source, parents) or source == target:
                self.lost["relationships within one element"] += 1
                continue
            label = each.name or each.type
            if (source, target, label) in seen:
                continue
            seen.add((source, target, label))
            found: dict[str, Any] = {
                "id": str(len(self.ids) + len(seen)), "sourceId": self.ids[source], "destinationId": self.ids[target],
                "description": label, "tags": f"Relationship,{each.type}", "properties": {"ea-repo.uid": each.uid},
            }  # fmt: skip
            self.items[source]["relationships"].append(found)
            if source not in parents and target not in parents:
                shown.append({"id": found["id"]})
        return shown

    def _views(self, model: Mapping[str, list[dict[str, Any]]], shown: list[dict[str, str]]) -> dict[str, Any]:
        elements = [{"id": item["id"], "x": 0, "y": 0} for items in model.values() for item in items]
        landscape = {
            "key": "SystemLandscape", "order": 1, "automaticLayout": _LAYOUT, "enterpriseBoundaryVisible": True,
            "elements": elements, "relationships": shown,
        }  # fmt: skip
        return {
            "systemLandscapeViews": [landscape] if elements else [],
            "configuration": {"styles": {}, "terminology": {}},
        }


def _kind(metamodel: Metamodel, concept: Concept) -> str | None:
    base = metamodel.base(concept.type)
    if base == _APPLICATION:
        return "Software"
    return "Person" if base in _PERSON else None


def _parents(metamodel: Metamodel, kinds: Mapping[str, str], relationships: Sequence[Concept]) -> dict[str, str]:
    """What each is in: the first that says so, as long as nothing ends up in itself."""
    found: dict[str, str] = {}
    for each in sorted(relationships, key=lambda each: (metamodel.base(each.type) != "Composition", each.uid)):
        whole, part = each.source or "", each.target or ""
        if (
            metamodel.base(each.type) not in _WHOLE_PART
            or kinds.get(whole) != "Software"
            or kinds.get(part) != "Software"
        ):
            continue
        if part not in found and part not in _around(whole, found) and part != whole:
            found[part] = whole
    return found


def _around(uid: str, parents: Mapping[str, str]) -> set[str]:
    """All that something is in."""
    found: set[str] = set()
    while uid in parents and uid not in found:
        found.add(uid)
        uid = parents[uid]
    return {parents[each] for each in found}


def _depth(uid: str, parents: Mapping[str, str]) -> int:
    return len(_around(uid, parents))


def _with_names_of_their_own(model: Mapping[str, list[dict[str, Any]]]) -> None:
    """Structurizr refuses two of a kind with one name: the later ones get their uid behind it."""
    pending = [model["people"] + model["softwareSystems"]]
    while pending:
        seen: set[str] = set()
        for item in pending.pop():
            if item["name"] in seen:
                item["name"] = f"{item['name']} ({item['properties']['ea-repo.uid']})"
            seen.add(item["name"])
            pending += [item[inside] for inside in ("containers", "components") if inside in item]
