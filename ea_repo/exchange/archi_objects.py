"""The objects of Archi's models, which its own file and coArchi's folders write alike but for spelling.

Archi's file spells `property`, `child`, `documentation` as elements and names what it refers to by
identifier;
coArchi spells `properties`, `children`, puts texts into attributes and refers by `Type_id.xml#id`.
"""

import re
from collections.abc import Mapping

from ea_repo.exchange.archi_features import KINDS, POSITION, TRANSLATIONS, translations_of, with_kinds
from ea_repo.exchange.archi_views import ViewReader
from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.bundle import BundleConcept, BundleFolder
from ea_repo.exchange.file_names import own_name
from ea_repo.exchange.safe_xml import XSI_TYPE, Element
from ea_repo.exchange.type_names import (
    Meaning,
    element_meaning,
    is_relationship_name,
    relationship_meaning,
)
from ea_repo.store.records import Property

_POSITION = re.compile("[0-9]{1,9}")
#: Archi's numbers for the kinds of access; it leaves the first unsaid.
ACCESS_TYPES = {"0": "write", "1": "read", "2": "access", "3": "read_write"}

#: Begins the identifiers of folders and specializations that only the file needs.
OF_THE_FILE = "ea-repo.only-here."

#: The views of Archi by the type it writes, and the kind of view each is.
VIEW_KINDS = {
    "ArchimateDiagramModel": "archimate",
    "DiagramModel": "archimate",
    "SketchModel": "sketch",
    "CanvasModel": "canvas",
}


def referred(element: Element) -> str:
    """The identifier that a reference of coArchi names: what stands after the # of its `href`."""
    return element.get("href", "").rpartition("#")[2]


class ArchiReader:
    """Reads concepts, views and what describes the model into an assembly."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        assembly.bundle.says_kinds = False
        self.specializations: dict[str, str] = {}  # by identifier of Archi's "profile"
        self._views = ViewReader(assembly)

    def model(self, root: Element) -> None:
        """What the outermost element says of the model itself. Specializations must be known before concepts
        are read.
        """
        bundle = self.assembly.bundle
        bundle.identifier = root.get("id")
        kinds = ""
        bundle.name = root.get("name", "")
        bundle.description = root.get("purpose") or root.get("documentation")
        for child in root:
            match child.tag:
                case "purpose" | "documentation":
                    bundle.description = child.text
                case "property" | "properties":
                    bundle.properties.append(Property(child.get("key", ""), child.get("value", "")))
                case "profile" | "profiles":
                    self._specialization(child)
                case "metadata":
                    for entry in child:
                        said = Property(entry.get("key", ""), entry.get("value", ""), kind="metadata")
                        bundle.properties.append(said)
                case "feature" | "features" if child.get("name") == TRANSLATIONS:
                    bundle.translations = translations_of(child.get("value", ""))
                case "feature" | "features" if child.get("name") == KINDS:
                    kinds = child.get("value", "")
        bundle.properties = with_kinds(bundle.properties, kinds) if kinds else bundle.properties
        self.assembly.holds["properties"] += sum(each.kind is None for each in bundle.properties)

    def _specialization(self, element: Element) -> None:
        name = element.get("name", "")
        identifier = element.get("id", "")
        self.specializations[identifier] = name
        if identifier.startswith(OF_THE_FILE):
            return
        # Kept with the model too, so that one that nothing uses yet is not lost.
        said = Property(name, element.get("conceptType", ""), kind="specialization")
        self.assembly.bundle.properties.append(said)

    def object(self, element: Element, type_name: str, folder: str | None, file: str | None = None) -> None:
        """One object in a folder: a view, relationship or element, by the type that the file writes."""
        kind = VIEW_KINDS.get(type_name)
        if kind is not None:
            drawing = self._views.read(element, kind, folder, file)
            self.assembly.holds["properties"] += len(drawing.view.properties)
            self.assembly.add_view(drawing)
        else:
            said = dict(element.items())
            if is_relationship_name(type_name) or "source" in said:
                self._relationship(element, said, type_name, folder, file)
            else:
                self._element(element, said, type_name, folder, file)

    def _element(
        self, element: Element, said: Mapping[str, str], type_name: str, folder: str | None, file: str | None
    ) -> None:
        meaning = element_meaning(type_name)
        concept = self._concept(element, said, meaning, folder, file)
        if meaning.type == "Junction":
            is_or = said.get("type") == "or" or type_name == "OrJunction"
            concept.attributes["junction_type"] = "or" if is_or else "and"
        self.assembly.add_element(concept)

    def _relationship(
        self, element: Element, said: Mapping[str, str], type_name: str, folder: str | None, file: str | None
    ) -> None:
        meaning = relationship_meaning(type_name)
        concept = self._concept(element, said, meaning, folder, file)
        concept.source = concept.source or said.get("source", "")
        concept.target = concept.target or said.get("target", "")
        if meaning.type == "Access":
            concept.attributes["access_type"] = self._access_type(said.get("accessType", "0"), concept)
        elif meaning.type == "Influence" and (strength := said.get("strength")):
            concept.attributes["strength"] = strength
        elif meaning.type == "Association" and said.get("directed") == "true":
            concept.attributes["directed"] = True
        self.assembly.add_relationship(concept)

    def _access_type(self, written: str, concept: BundleConcept) -> str:
        if written not in ACCESS_TYPES:
            self.assembly.finding(
                "unknown-value", "warning",
                f'accessType="{written}" is not one of 0 to 3; it is kept as 2 (access)',
                uid=concept.identifier, file=concept.file, line=concept.line,
            )  # fmt: skip
            return "access"
        return ACCESS_TYPES[written]

    def _concept(
        self, element: Element, said: Mapping[str, str], meaning: Meaning, folder: str | None, file: str | None
    ) -> BundleConcept:
        """What is `said` in attributes, and in the elements inside."""
        concept = BundleConcept(
            said.get("id", ""), meaning.type, said.get("name", ""), said.get("documentation"),
            meaning.specialization, folder=folder, file=file, line=element.sourceline,
        )  # fmt: skip
        profiles = said["profiles"].split() if "profiles" in said else []
        kinds = ""
        for child in element if len(element) else ():
            match child.tag:
                case "documentation":
                    concept.description = child.text
                case "property" | "properties":
                    concept.properties.append(Property(child.get("key", ""), child.get("value", "")))
                case "source":
                    concept.source = referred(child)
                case "target":
                    concept.target = referred(child)
                case "profile" | "profiles":
                    profiles.append(referred(child))
                case "feature" | "features" if child.get("name") == TRANSLATIONS:
                    concept.translations = translations_of(child.get("value", ""))
                case "feature" | "features" if child.get("name") == KINDS:
                    kinds = child.get("value", "")
                case "feature" | "features":
                    feature = Property(child.get("name", ""), child.get("value", ""), kind="feature")
                    concept.properties.append(feature)
        if kinds:
            concept.properties = with_kinds(concept.properties, kinds)
        if concept.properties:
            self.assembly.holds["properties"] += len(concept.properties)
        if meaning.code is not None and meaning.message is not None:
            self.assembly.finding(
                meaning.code, "note" if meaning.code == "renamed-type" else "warning", meaning.message,
                uid=concept.identifier, file=file, line=concept.line,
            )  # fmt: skip
        if profiles:
            self._specialize(concept, profiles)
        return concept

    def _specialize(self, concept: BundleConcept, profiles: list[str]) -> None:
        known = [self.specializations[each] for each in profiles if each in self.specializations]
        for each in profiles:
            if each not in self.specializations:
                self._note(concept, "missing-specialization", f'the specialization "{each}" is not in the file')
        if known:
            concept.specialization = concept.specialization or known[0]
            for extra in known[1:]:
                concept.properties.append(Property("specialization", extra, kind="specialization"))
                self._note(
                    concept,
                    "second-specialization",
                    f'a second specialization "{extra}" is kept as a property',
                )

    def _note(self, concept: BundleConcept, code: str, message: str) -> None:
        self.assembly.finding(code, "warning", message, uid=concept.identifier, file=concept.file, line=concept.line)

    def folder(self, element: Element, parent: str | None, position: int) -> str | None:
        """Reads a folder without what is in it. Its identifier; None for one that only the file needs."""
        if element.get("id", "").startswith(OF_THE_FILE):
            return None
        folder = BundleFolder(
            own_name("folder", element.get("id", "")), element.get("name", ""), parent, element.get("type"),
            element.get("documentation"), position,
        )  # fmt: skip
        kinds = ""
        for child in element:
            match child.tag:
                case "documentation":
                    folder.description = child.text
                case "property" | "properties":
                    folder.properties.append(Property(child.get("key", ""), child.get("value", "")))
                case "feature" | "features" if child.get("name") == TRANSLATIONS:
                    folder.translations = translations_of(child.get("value", ""))
                case "feature" | "features" if child.get("name") == KINDS:
                    kinds = child.get("value", "")
                case "feature" | "features" if child.get("name") == POSITION and _POSITION.fullmatch(
                    child.get("value", "")
                ):
                    folder.position = int(child.get("value", ""))
        folder.properties = with_kinds(folder.properties, kinds) if kinds else folder.properties
        self.assembly.holds["properties"] += len(folder.properties)
        self.assembly.holds["folders"] += 1
        if not folder.identifier:
            folder.identifier = f"without-id-{self.assembly.holds['folders']}"
        self.assembly.add_folder(folder)
        return folder.identifier


def type_name(element: Element) -> str:
    """The type an object of Archi's own file writes, without its prefix."""
    return element.get(XSI_TYPE, "").rpartition(":")[2]
