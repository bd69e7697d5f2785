"""Backstage's software catalogue (catalog-info.yaml): its entities as concepts, and concepts as its entities.

What each kind and relation is stands in backstage.toml. The title is the name, `spec.type` the specialization, `spec.owner`
the owner where the file has it. What has no field here is kept as properties that begin with `backstage.` and comes back.
"""

import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, BinaryIO

import yaml

from ea_repo.catalogue import file_format
from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.bundle import Bundle, BundleConcept
from ea_repo.exchange.export import Export
from ea_repo.exchange.format import Source
from ea_repo.exchange.identifiers import identifier_of
from ea_repo.exchange.losses import left_out
from ea_repo.exchange.safe_yaml import documents
from ea_repo.exchange.slugs import slug
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.store.records import Concept, Property

_MARK = re.compile(rb"^\s*[\"']?apiVersion[\"']?\s*:\s*[\"']?backstage\.io/", re.MULTILINE)
_REFERENCE = re.compile(r"(?:([A-Za-z]+):)?(?:([^/:\s]+)/)?([^/:]+)")
_VERSION = "backstage.io/v1alpha1"
_PREFIX = "backstage."
_NAME = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST = 63
#: Kinds that need these in `spec`, and what stands there where nothing is known.
_NEEDED: Mapping[str, Mapping[str, str]] = {
    "Component": {"type": "service", "lifecycle": "production", "owner": "unknown"},
    "API": {"type": "openapi", "lifecycle": "production", "owner": "unknown", "definition": "not described here"},
    "System": {"owner": "unknown"}, "Domain": {"owner": "unknown"}, "Resource": {"type": "resource", "owner": "unknown"},
    "Group": {"type": "team"}, "User": {},
}  # fmt: skip


@file_format(name="backstage")
class Backstage:
    """Backstage's software catalogue, catalog-info.yaml with any number of entities."""

    media_type = "application/yaml"
    suffix = ".yaml"

    def recognises(self, source: Source) -> bool:
        return source.entries is None and _MARK.search(source.data[: 256 * 1024]) is not None

    def read(self, source: Source) -> Bundle:
        """Every entity of a known kind."""
        assembly = Assembly("backstage")
        reader = _Reader(assembly)
        for line, document in documents(source.data, source.name):
            reader.entity(document, line)
        reader.relate()
        return assembly.finish()

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        """An entity for every concept that has a kind."""
        writing = _Writing(export)
        for document in writing.entities():
            text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120, explicit_start=True)
            file.write(text.encode())
        return writing.findings()


@dataclass(slots=True)
class _Reader:
    assembly: Assembly
    entities: dict[tuple[str, str, str], tuple[BundleConcept, Mapping[str, Any]]] = field(default_factory=dict)

    def entity(self, document: Any, line: int) -> None:
        if document is None:
            return
        metadata = document.get("metadata") if isinstance(document, dict) else None
        if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
            self._finding("no-entity", "the document is no entity: it has no metadata with a name", line)
            return
        kind, name = str(document.get("kind")), metadata["name"].strip()
        if kind not in _table()["kind"]:
            known = ", ".join(_table()["kind"])
            self._finding(
                "unknown-kind", f'"{name}" is of the kind {kind[:60]}, which is left out; known are {known}', line
            )
            return
        namespace = str(metadata.get("namespace") or "default")
        spec = document.get("spec") if isinstance(document.get("spec"), dict) else {}
        concept = BundleConcept(
            _identifier(kind, namespace, name), _table()["kind"][kind], str(metadata.get("title") or name),
            _text(metadata.get("description")), _text(spec.get("type")), properties=list(_properties(kind, name, metadata, spec)),
            line=line,
        )  # fmt: skip
        key = (kind.casefold(), namespace.casefold(), name.casefold())
        if key in self.entities:
            self._finding("duplicate-identifier", f'the {kind} "{name}" is there already; this one is left out', line)
            return
        self.entities[key] = (concept, spec)
        self.assembly.add_element(concept)

    def relate(self) -> None:
        """Owners and relationships, once all entities are known."""
        for (kind, namespace, _), (concept, spec) in self.entities.items():
            owner = spec.get("owner")
            if isinstance(owner, str) and owner:
                found = self._find(owner, namespace, ("Group", "User"))
                if found is not None and found.type == "BusinessActor":
                    concept.owner = found.identifier
                else:
                    concept.properties.append(Property(f"{_PREFIX}owner", owner))
                    self._finding(
                        "unmatched-reference",
                        f'the owner "{owner}" of "{concept.name}" is no group of the file',
                        concept.line,
                    )
            for relation in _table()["relation"]:
                said = spec.get(relation["field"])
                for each in said if isinstance(said, list) else [said]:
                    if isinstance(each, str) and each:
                        self._relationship(concept, kind, namespace, relation, each)

    def _relationship(
        self, concept: BundleConcept, kind: str, namespace: str, relation: Mapping[str, Any], named: str
    ) -> None:
        other = self._find(named, namespace, relation["kinds"])
        if other is None:
            what = f'{relation["field"]} of "{concept.name}" names "{named}", which is not in the file'
            self._finding("unmatched-reference", what, concept.line)
            concept.properties.append(Property(f"{_PREFIX}{relation['field']}", named))
            return
        is_source = relation["entity"] == "source"
        source, target = (concept, other) if is_source else (other, concept)
        type_name = _type_for(relation, kind)
        identifier = f"{type_name.lower()}-{source.identifier}-{target.identifier}"
        if any(each.identifier == identifier for each in self.assembly.relationships):
            return  # both sides said it
        self.assembly.add_relationship(
            BundleConcept(identifier, type_name, source=source.identifier, target=target.identifier, line=concept.line)
        )

    def _find(self, named: str, namespace: str, kinds: Sequence[str]) -> BundleConcept | None:
        match = _REFERENCE.fullmatch(named.strip())
        if match is None:
            return None
        for kind in [match[1]] if match[1] else kinds:
            key = (kind.casefold(), (match[2] or namespace).casefold(), match[3].casefold())
            if key in self.entities:
                return self.entities[key][0]
        return None

    def _finding(self, code: str, message: str, line: int | None) -> None:
        self.assembly.finding(code, "warning", message, line=line)


def _identifier(kind: str, namespace: str, name: str) -> str:
    within = "" if namespace == "default" else f"{slug(namespace)}."
    return f"{kind.lower()}-{within}{slug(name) or name}"


def _properties(kind: str, name: str, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[Property]:
    if metadata.get("title"):
        yield Property(f"{_PREFIX}name", name)
    known = {"name", "title", "description"}
    said = {"type", "owner", *(each["field"] for each in _table()["relation"])}
    for around, values, passed in (("metadata", metadata, known), ("spec", spec, said)):
        for key, value in values.items():
            if key not in passed and value is not None:
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
                yield Property(f"{_PREFIX}{around}.{key}", text)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


@dataclass(slots=True)
class _Writing:
    export: Export
    names: dict[str, tuple[str, str]] = field(default_factory=dict)  # kind and name by uid
    lost: Counter[str] = field(default_factory=Counter)

    def entities(self) -> Iterator[dict[str, Any]]:
        """The entities, in order of uid."""
        kinds = _kinds(self.export.state.metamodel)
        elements = []
        taken: set[tuple[str, str]] = set()
        for concept in self.export.elements():
            kind = kinds.get(concept.type)
            if kind is None:
                self.lost[f"elements of type {concept.type}"] += 1
                continue
            elements.append(concept)
            self.names[concept.uid] = (kind, self._name(concept, kind, taken))
        relations = self._relations()
        for concept in elements:
            yield self._entity(concept, relations.get(concept.uid, {}))

    def findings(self) -> list[Finding]:
        return [
            *(
                Finding("not-carried", "warning", f"the catalogue has no place for {what}: {count:,} left out")
                for what, count in sorted(self.lost.items())
            ),
            *left_out(self.export, "Backstage"),
        ]

    def _name(self, concept: Concept, kind: str, taken: set[tuple[str, str]]) -> str:
        kept = next((each.value for each in concept.properties if each.key == f"{_PREFIX}name"), None)
        for wanted in (
            kept,
            concept.name if _NAME.sub("-", concept.name).isascii() else "",
            identifier_of(concept.uid),
        ):
            base = _NAME.sub("-", wanted or "").strip("-._")[:_LONGEST].strip("-._")
            if base:
                break
        else:
            base = "unnamed"
        name, number = base, 1
        while (kind, name.casefold()) in taken:
            number += 1
            name = f"{base[: _LONGEST - 8]}-{number}"
        taken.add((kind, name.casefold()))
        return name

    def _relations(self) -> dict[str, dict[str, list[str]]]:
        """The fields of `spec` that name other entities, by uid."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        metamodel = self.export.state.metamodel
        for each in self.export.relationships():
            source, target = self.names.get(each.source or ""), self.names.get(each.target or "")
            relation = None
            if source is not None and target is not None:
                relation = _relation(metamodel.base(each.type), source[0], target[0])
            if relation is None:
                self.lost[f"relationships of type {each.type}"] += 1
                continue
            is_source = relation["entity"] == "source"
            entity, other = (each.source, target) if is_source else (each.target, source)
            if other is None or entity is None:
                continue
            reference = f"{other[0].lower()}:{other[1]}"
            if reference not in (listed := found[entity][relation["field"]]):
                listed.append(reference)
        return found

    def _entity(self, concept: Concept, relations: Mapping[str, list[str]]) -> dict[str, Any]:
        kind, name = self.names[concept.uid]
        metadata: dict[str, Any] = {"name": name}
        if concept.name and concept.name != name:
            metadata["title"] = concept.name
        if concept.description:
            metadata["description"] = concept.description
        spec: dict[str, Any] = {"type": concept.specialization} if concept.specialization else {}
        for each in concept.properties:
            around, _, key = each.key.removeprefix(_PREFIX).partition(".")
            if each.key.startswith(_PREFIX) and around in ("metadata", "spec") and key:
                (metadata if around == "metadata" else spec)[key] = _value(each.value)
        owner = self.names.get(concept.owner or "")
        kept = next((each.value for each in concept.properties if each.key == f"{_PREFIX}owner"), None)
        if owner is not None or kept:
            spec["owner"] = f"{owner[0].lower()}:{owner[1]}" if owner is not None else kept
        for relation in _table()["relation"]:
            if named := relations.get(relation["field"]):
                spec[relation["field"]] = named if relation.get("many") else named[0]
                if len(named) > 1 and not relation.get("many"):
                    self.lost[f"further values of {relation['field']}"] += len(named) - 1
        for key, value in _NEEDED[kind].items():
            spec.setdefault(key, value)
        if kind == "Group":
            spec.setdefault("children", [])
        return {"apiVersion": _VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def _value(text: str) -> Any:
    """What a property says: JSON where it was that before."""
    if text[:1] in "[{":
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _relation(base: str, source: str, target: str) -> Mapping[str, Any] | None:
    """The field that says a relationship of an ArchiMate type between entities of these kinds."""
    base = {"Flow": "Serving", "Triggering": "Serving"}.get(base, base)
    for relation in _table()["relation"]:
        is_source = relation["entity"] == "source"
        entity, other = (source, target) if is_source else (target, source)
        said = _type_for(relation, entity.casefold())
        kinds = {"Aggregation", "Composition"} if said in ("Aggregation", "Composition") else {said}
        if base in kinds and other in relation["kinds"] and entity in _SAYING[relation["field"]]:
            found: Mapping[str, Any] = relation
            return found
    return None


def _type_for(relation: Mapping[str, Any], kind: str) -> str:
    """The relationship that a field of an entity of this kind (small letters) says."""
    special = {name.casefold(): type_name for name, type_name in relation.get("type_for", {}).items()}
    return str(special.get(kind, relation["type"]))


#: Which kinds may say a field.
_SAYING: Mapping[str, frozenset[str]] = {
    "system": frozenset({"Component", "API", "Resource"}), "domain": frozenset({"System"}),
    "subdomainOf": frozenset({"Domain"}), "subcomponentOf": frozenset({"Component"}),
    "providesApis": frozenset({"Component"}), "consumesApis": frozenset({"Component"}),
    "dependsOn": frozenset({"Component", "Resource"}), "dependencyOf": frozenset(),
    "parent": frozenset({"Group"}), "children": frozenset(), "memberOf": frozenset({"User"}), "members": frozenset(),
}  # fmt: skip


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("ea_repo.exchange").joinpath("backstage.toml").read_text("utf-8"))


def _kinds(metamodel: Metamodel) -> dict[str, str]:
    """The kind of each element type that has one; the nearest in its ancestry decides."""
    direct = {type_name: kind for kind, type_name in _table()["kind"].items()}
    direct |= {type_name: kind for kind, listed in _table()["also"].items() for type_name in listed}
    found = {}
    for each in metamodel.elements():
        kind = next((direct[name] for name in metamodel.ancestry(each.name) if name in direct), None)
        if kind is not None:
            found[each.name] = kind
    return found
