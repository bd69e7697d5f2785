"""The Model Exchange File Format on the way out: concepts, texts in their languages, properties with their definitions.

In the order and with the identifiers that the schema asks for (3.1, which is that of ArchiMate 3.2 too).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleFolder
from ea_repo.exchange.exchange_view_writing import ExchangeViewWriter
from ea_repo.exchange.file_names import FileNames
from ea_repo.exchange.identifiers_xml import xml_id
from ea_repo.exchange.markers import FOLDERS, OTHER_KINDS, PROPERTY, SPECIALIZATION, wrapped
from ea_repo.exchange.xml_writing import Tag
from ea_repo.metamodel import Finding
from ea_repo.store.records import Property

NAMESPACE = "http://www.opengroup.org/xsd/archimate/3.0/"
_SCHEMA = "http://www.opengroup.org/xsd/archimate/3.1/archimate3_Diagram.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ACCESS_TYPES = {"access": "Access", "read": "Read", "write": "Write", "read_write": "ReadWrite"}
_DATA_TYPES = frozenset({"boolean", "currency", "date", "time", "number"})
_FIELDS = {"name": "name", "documentation": "description"}

Translations = Mapping[str, Mapping[str, str]]


class ExchangeWriter:
    """Makes the document of one bundle in ArchiMate's terms."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.language = _own_language(bundle)
        self.names = FileNames({each.identifier for each in bundle.concepts})
        self.views = ExchangeViewWriter(self)
        self.definitions: dict[tuple[str, str | None], str] = {}

    def document(self) -> Tag:
        bundle = self.bundle
        root = Tag("model", {
            "xmlns": NAMESPACE, "xmlns:xsi": _XSI, "xsi:schemaLocation": f"{NAMESPACE} {_SCHEMA}",
            "xml:space": "preserve", "identifier": xml_id(self.names.name("model", bundle.identifier or "model")),
        })  # fmt: skip
        self.texts(root, "name", bundle.name, bundle.translations, needed=True)
        self.texts(root, "documentation", bundle.description, bundle.translations)
        self.properties(root, [*bundle.properties, *self._folder_details()])
        for name, is_relationship in (("elements", False), ("relationships", True)):
            concepts = [each for each in bundle.concepts if (each.source is not None) == is_relationship]
            if concepts:
                section = root.add(name)
                for concept in concepts:
                    self._concept(section, concept)
        if bundle.folders:
            self._organizations(root)
        definitions = Tag("propertyDefinitions")
        root.children.append(definitions)
        if bundle.views:
            diagrams = root.add("views").add("diagrams")
            for view in bundle.views:
                self.views.view(diagrams, view)
        self._define(definitions)
        if not definitions.children:
            root.children.remove(definitions)
        return root

    @property
    def findings(self) -> list[Finding]:
        return self.views.findings

    # Texts

    def texts(self, tag: Tag, name: str, text: str | None, translations: Translations, *, needed: bool = False) -> None:
        """A text in the model's language and in all others it is said in."""
        field = _FIELDS.get(name, name)
        said = {language: each[field] for language, each in translations.items() if field in each}
        own = self.language
        main = text or ""
        if tag.name == "model" and field == "name":
            said = {language: each for language, each in said.items() if language != own}
        if not main and not said and not needed:
            return
        alike = [language for language, each in said.items() if each == main]
        if own is not None and own in alike:
            first: str | None = own
        elif alike and own not in said:
            first = alike[0]
        elif not said or (tag.name == "model" and field == "name"):
            first = own
        else:  # said in other languages, and not in this one: readers then take the text that is in none
            first = None
            said.pop(own or "", None)
        self._text(tag, name, main, first)
        for language, each in said.items():
            if language != first:
                self._text(tag, name, each, language)

    def _text(self, tag: Tag, name: str, text: str, language: str | None) -> None:
        tag.add(name, {"xml:lang": language}, text)

    # Properties

    def properties(self, tag: Tag, properties: Sequence[Property]) -> None:
        if not properties:
            return
        section = tag.add("properties")
        for each in properties:
            key, kind = each.key, each.kind
            if kind in OTHER_KINDS or not key.strip() or key != key.strip() or (kind and kind not in _DATA_TYPES):
                each = wrapped(each)
                key, kind = PROPERTY, None
            definition = self.definitions.setdefault((key, kind), _definition_id(key, kind))
            said = section.add("property", {"propertyDefinitionRef": definition})
            said.add("value", {"xml:lang": each.lang or self.language}, each.value)

    def _define(self, section: Tag) -> None:
        for (key, kind), identifier in sorted(
            self.definitions.items(), key=lambda each: (each[0][0], each[0][1] or "")
        ):
            definition = section.add("propertyDefinition", {"identifier": identifier, "type": kind or "string"})
            definition.add("name", {"xml:lang": self.language}, key)

    # Concepts

    def _concept(self, section: Tag, concept: BundleConcept) -> None:
        said = concept.attributes
        type_name = concept.type
        if type_name == "Junction":
            type_name = "OrJunction" if said.get("junction_type") == "or" else "AndJunction"
        tag = section.add("element" if concept.source is None else "relationship", {
            "identifier": xml_id(concept.identifier), "xsi:type": type_name,
        })  # fmt: skip
        if concept.source is not None:
            tag.attributes |= {"source": xml_id(concept.source), "target": xml_id(concept.target or "")}
        match concept.type:
            case "Access":
                tag.attributes["accessType"] = _ACCESS_TYPES.get(said.get("access_type", ""))
            case "Influence":
                tag.attributes["modifier"] = said.get("strength") or None
            case "Association":
                tag.attributes["isDirected"] = "true" if said.get("directed") else None
        self.texts(tag, "name", concept.name, concept.translations, needed=concept.source is None)
        self.texts(tag, "documentation", concept.description, concept.translations)
        properties = concept.properties
        if concept.specialization:
            properties = [Property(SPECIALIZATION, concept.specialization), *properties]
        self.properties(tag, properties)

    # Folders

    def _organizations(self, root: Tag) -> None:
        bundle = self.bundle
        section = root.add("organizations")
        items: dict[str, Tag] = {}
        for folder in self._folders():
            parent = section if folder.parent is None else items[folder.parent]
            item = parent.add("item", {"identifier": xml_id(self.names.name("folder", folder.identifier))})
            self.texts(item, "label", folder.name, _labels(folder.translations), needed=True)
            self.texts(item, "documentation", folder.description, folder.translations)
            items[folder.identifier] = item
        for concept in bundle.concepts:
            if concept.folder in items:
                items[concept.folder].add("item", {"identifierRef": xml_id(concept.identifier)})
        for view in bundle.views:
            if view.folder in items:
                name = xml_id(self.names.name("view", view.identifier))
                items[view.folder].add("item", {"identifierRef": name})

    def _folders(self) -> Iterable[BundleFolder]:
        """Each after the one around it, siblings in order."""
        inside: dict[str | None, list[BundleFolder]] = {}
        for each in sorted(self.bundle.folders, key=lambda each: (each.position, each.identifier), reverse=True):
            inside.setdefault(each.parent, []).append(each)
        pending = list(inside.get(None, ()))
        while pending:
            yield (folder := pending.pop())
            pending.extend(inside.get(folder.identifier, ()))

    def _folder_details(self) -> list[Property]:
        """The kinds and properties of folders, for which items have no field."""
        said: dict[str, Any] = {}
        for folder in self.bundle.folders:
            details: dict[str, Any] = {"type": folder.type} if folder.type else {}
            if folder.properties:
                details["properties"] = [[each.key, each.value, each.kind, each.lang] for each in folder.properties]
            if details:
                said[folder.identifier] = details
        return [Property(FOLDERS, json.dumps(said, ensure_ascii=False, sort_keys=True))] if said else []


def _own_language(bundle: Bundle) -> str | None:
    """The language in which the model has the very name it has: readers put that among the translations."""
    return next((key for key, said in bundle.translations.items() if said.get("name") == bundle.name), None)


def _labels(translations: Translations) -> Translations:
    return {language: {"label": said["name"]} for language, said in translations.items() if "name" in said}


def _definition_id(key: str, kind: str | None) -> str:
    return f"propdef-{hashlib.sha256(f'{kind}:{key}'.encode()).hexdigest()[:16]}"
