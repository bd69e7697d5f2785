"""The objects of Archi's models on the way out, in the spelling of its own file or of coArchi's folders.

What Archi has no field for goes into features, which it keeps and does not show: translations, data types of properties, and
the looks that other tools gave a view.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ea_repo.exchange.archi_features import KINDS, POSITION, TRANSLATIONS, kinds_text, translations_text
from ea_repo.exchange.archi_folders import FolderOrder
from ea_repo.exchange.archi_objects import ACCESS_TYPES, OF_THE_FILE
from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleFolder
from ea_repo.exchange.file_names import FileNames
from ea_repo.exchange.xml_writing import Tag
from ea_repo.store.records import Property

_ACCESS_NUMBERS = {word: number for number, word in ACCESS_TYPES.items()}
_VIEW_TYPES = {"archimate": "ArchimateDiagramModel", "sketch": "SketchModel", "canvas": "CanvasModel"}
ARCHIMATE = "http://www.archimatetool.com/archimate"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
VERSION = "5.0.0"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the two layouts differ: coArchi writes plurals, texts as attributes, and references to files."""

    is_folders: bool

    def tag(self, name: str) -> str:
        if not self.is_folders:
            return name
        return {"property": "properties", "child": "children"}.get(name, f"{name}s")

    def text(self, tag: Tag, name: str, text: str | None) -> None:
        """A text that may be long."""
        if not text:
            return
        if self.is_folders:
            tag.attributes[name] = text
        else:
            tag.add(name, text=text)

    def refer(self, tag: Tag, name: str, child: str, type_name: str, identifier: str) -> None:
        """Names another object."""
        if self.is_folders:
            file = f"{file_name(type_name, identifier)}#{identifier}"
            tag.add(child, {"xsi:type": f"archimate:{type_name}", "href": file})
        else:
            tag.attributes[name] = identifier


def file_name(type_name: str, identifier: str) -> str:
    """The file of an object in coArchi's layout."""
    return f"{type_name}_{path_name(identifier)}.xml"


def path_name(identifier: str) -> str:
    """An identifier as every file system takes it."""
    plain = "".join(sign if sign.isalnum() or sign in "-_.~" else f"%{ord(sign):02X}" for sign in identifier)
    if len(plain.encode()) > 180:
        plain = f"{plain[:40]}~{hashlib.sha256(identifier.encode()).hexdigest()[:32]}"
    return f"%2E{plain[1:]}" if plain.startswith(".") else plain


def type_of(concept: BundleConcept) -> str:
    """The type as Archi names it."""
    return concept.type if concept.source is None else f"{concept.type}Relationship"


class ArchiWriter:
    """Makes the elements of one bundle in ArchiMate's terms."""

    def __init__(self, bundle: Bundle, layers: Mapping[str, str | None], *, is_folders: bool) -> None:
        """`layers` are those of the element types."""
        self.bundle = bundle
        self.spelling = Spelling(is_folders)
        self.order = FolderOrder(bundle, layers, is_folders=is_folders)
        self.types = {each.identifier: type_of(each) for each in bundle.concepts}
        self.names = FileNames({each.identifier for each in bundle.concepts})
        self.view_types = {
            view.identifier: _VIEW_TYPES.get(view.kind, "ArchimateDiagramModel") for view in bundle.views
        }
        self.profiles = dict(self._profiles())

    # The model

    def model(self) -> Tag:
        """The outermost element with what describes the model; folders come after."""
        bundle, folders = self.bundle, self.spelling.is_folders
        root = Tag("archimate:ArchimateModel" if folders else "archimate:model", {
            "xmlns:xsi": XSI, "xmlns:archimate": ARCHIMATE, "name": bundle.name, "id": bundle.identifier or "model",
        })  # fmt: skip
        self.spelling.text(root, "purpose", bundle.description)
        root.attributes["version"] = VERSION
        return root

    def describe_model(self, root: Tag) -> None:
        """Its properties in their order: Archi's own, entries of metadata, and specializations."""
        metadata: Tag | None = None
        written: set[tuple[str, str]] = set()
        for each in self.bundle.properties:
            if each.kind == "metadata":
                metadata = root.add("metadata") if metadata is None else metadata
                metadata.add("entries" if self.spelling.is_folders else "entry", {"key": each.key, "value": each.value})
                continue
            metadata = None
            if each.kind == "specialization":
                written.add((each.key, each.value))
                self._profile(root, each.key, each.value)
            else:
                root.add(self.spelling.tag("property"), {"key": each.key, "value": each.value})
        for name, type_name in self.profiles:
            if (name, type_name) not in written:
                self._profile(root, name, type_name)
        self._features(root, self.bundle.properties, self.bundle.translations)

    def _profile(self, root: Tag, name: str, type_name: str) -> None:
        identifier = self.profiles.get((name, type_name)) or _profile_identifier(name, type_name)
        root.add(self.spelling.tag("profile"), {"name": name, "id": identifier, "conceptType": type_name})

    def _profiles(self) -> Iterator[tuple[tuple[str, str], str]]:
        """The identifiers of specializations by name and type; of those the model does not name, only of the file."""
        named = {(each.key, each.value) for each in self.bundle.properties if each.kind == "specialization"}
        used = {(name, type_of(each)) for each in self.bundle.concepts for name in _specializations(each)}
        for name, type_name in sorted(named | used):
            identifier = _profile_identifier(name, type_name)
            is_own = (name, type_name) in named
            yield (name, type_name), identifier if is_own else f"{OF_THE_FILE}{identifier}"

    # Concepts

    def concept(self, concept: BundleConcept, tag_name: str) -> Tag:
        """An element or relationship; the tag gets its type from whoever puts it somewhere."""
        tag = Tag(tag_name, {"name": concept.name or None, "id": concept.identifier})
        self._native(tag, concept)
        spelled = [self.profiles[name, type_of(concept)] for name in _specializations(concept)]
        spelling = self.spelling
        if spelled and not spelling.is_folders:
            tag.attributes["profiles"] = " ".join(spelled)
        if concept.source is not None and not spelling.is_folders:
            self._ends(tag, concept)
        spelling.text(tag, "documentation", concept.description)
        self.properties(tag, concept.properties, concept.translations)
        if spelling.is_folders:
            for each in spelled:
                tag.add("profiles", {"href": f"folder.xml#{each}"})
            if concept.source is not None:
                self._ends(tag, concept)
        return tag

    def _native(self, tag: Tag, concept: BundleConcept) -> None:
        said = concept.attributes
        match concept.type:
            case "Access":
                number = _ACCESS_NUMBERS.get(said.get("access_type", "access"), "2")
                tag.attributes["accessType"] = None if number == "0" else number
            case "Influence":
                tag.attributes["strength"] = said.get("strength") or None
            case "Association":
                tag.attributes["directed"] = "true" if said.get("directed") else None
            case "Junction":
                tag.attributes["type"] = "or" if said.get("junction_type") == "or" else None

    def _ends(self, tag: Tag, concept: BundleConcept) -> None:
        for name, identifier in (("source", concept.source or ""), ("target", concept.target or "")):
            self.spelling.refer(tag, name, name, self.types.get(identifier, ""), identifier)

    def properties(
        self, tag: Tag, properties: Sequence[Property], translations: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Properties and features in their order, and what Archi has no field for."""
        self._features(tag, properties, translations)
        for each in properties:
            if each.kind == "feature":
                self.feature(tag, each.key, each.value)
            elif each.kind != "specialization":
                tag.add(self.spelling.tag("property"), {"key": each.key, "value": each.value})

    def _features(
        self, tag: Tag, properties: Sequence[Property], translations: Mapping[str, Mapping[str, str]]
    ) -> None:
        if translations:
            self.feature(tag, TRANSLATIONS, translations_text(translations))
        if text := kinds_text(properties):
            self.feature(tag, KINDS, text)

    def feature(self, tag: Tag, name: str, value: str) -> None:
        tag.add(self.spelling.tag("feature"), {"name": name, "value": value})

    # Folders

    def folder(self, folder: BundleFolder, tag_name: str) -> Tag:
        identifier = folder.identifier
        if not identifier.startswith(OF_THE_FILE):
            identifier = self.names.name("folder", identifier)
        tag = Tag(tag_name, {"name": folder.name, "id": identifier, "type": folder.type})
        self.spelling.text(tag, "documentation", folder.description)
        if folder.identifier in self.order.misplaced:
            self.feature(tag, POSITION, str(folder.position))
        self.properties(tag, folder.properties, folder.translations)
        return tag


def _specializations(concept: BundleConcept) -> list[str]:
    more = [each.value for each in concept.properties if each.kind == "specialization"]
    return ([concept.specialization] if concept.specialization else []) + more


def _profile_identifier(name: str, type_name: str) -> str:
    return f"id-{hashlib.sha256(f'{type_name}:{name}'.encode()).hexdigest()[:32]}"
