"""The Open Group's Model Exchange File Format: version 3 and the older one with `<label>` and
`elementref`.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import BinaryIO

from ea_repo.catalogue import file_format
from ea_repo.exchange.archimate_form import archimate_form
from ea_repo.exchange.assembly import Assembly, Place
from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleFolder
from ea_repo.exchange.exchange_texts import Texts
from ea_repo.exchange.exchange_views import ExchangeViews
from ea_repo.exchange.exchange_writing import ExchangeWriter
from ea_repo.exchange.export import Export
from ea_repo.exchange.file_names import own_name
from ea_repo.exchange.format import Source
from ea_repo.exchange.identifiers_xml import from_xml_id
from ea_repo.exchange.markers import recover_folders
from ea_repo.exchange.safe_xml import XSI_TYPE, Element, local_name, namespace
from ea_repo.exchange.type_names import Meaning, element_meaning, relationship_meaning
from ea_repo.exchange.xml_writing import XmlText
from ea_repo.metamodel import Finding
from ea_repo.store.records import Property

NAMESPACES = ("http://www.opengroup.org/xsd/archimate/3.0/", "http://www.opengroup.org/xsd/archimate")
#: Some writers leave the slash off, or name a minor version.
_NAMESPACE = re.compile(r"http://www\.opengroup\.org/xsd/archimate(/\d+(\.\d+)*/?)?")
_XML_ID = re.compile(r"[^\W\d][\w.\-]*")

_ACCESS_TYPES = {"access": "access", "read": "read", "write": "write", "readwrite": "read_write"}
_JUNCTIONS = {"AndJunction": "and", "OrJunction": "or", "Junction": "and"}


@file_format(name="archimate-exchange")
class ExchangeXml:
    """ArchiMate Model Exchange File Format (.xml), version 3 and the older one."""

    media_type = "application/xml"
    suffix = ".xml"

    def recognises(self, source: Source) -> bool:
        root = source.root
        return root is not None and local_name(root.tag) == "model" and bool(_NAMESPACE.fullmatch(namespace(root.tag)))

    def read(self, source: Source) -> Bundle:
        assert source.root is not None  # noqa: S101 - `recognises` has seen it
        return _Reader(source.root).read()

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        """Version 3, valid against the schema."""
        bundle = archimate_form(export.bundle(), export.state.metamodel)
        writer = ExchangeWriter(bundle)
        text = XmlText()
        file.write(text.document(writer.document()))
        return [*bundle.findings, *writer.findings, *text.findings]


class _Reader:
    """Reads one file. Sections may come in any order, so definitions are gathered before what refers to
    them.
    """

    def __init__(self, root: Element) -> None:
        self.root = root
        self.assembly = Assembly("archimate-exchange")
        self.texts = Texts(self.assembly)
        self.views = ExchangeViews(self.assembly, self.texts)

    def read(self) -> Bundle:
        root, bundle = self.root, self.assembly.bundle
        bundle.identifier = root.get("identifier")
        if bundle.identifier:
            bundle.identifier = own_name("model", from_xml_id(bundle.identifier))
        if not bundle.identifier:
            self.assembly.finding("missing-identifier", "note", "the model has no identifier", line=root.sourceline)
        elif not _XML_ID.fullmatch(root.get("identifier", "")):
            message = f'the model identifier "{bundle.identifier}" is not one that the format allows; it is kept'
            self.assembly.finding("odd-identifier", "note", message, line=root.sourceline)
        self.texts.begin(root)
        bundle.name = self.texts.name_of(root, bundle.translations) or ""
        bundle.description = self.texts.documentation_of(root, bundle.translations)
        self.texts.keep_language(bundle.translations, bundle.name)
        sections = self._sections()
        for section in root:
            read = sections.get(local_name(section.tag))
            if read is not None:
                read(section)
            else:
                name = local_name(section.tag)
                self.assembly.finding("unknown-section", "note", f"<{name}> is not read", line=section.sourceline)
        recover_folders(bundle)
        return self.assembly.finish()

    def _sections(self) -> dict[str, Callable[[Element], None]]:
        """What reads each. Not kept: the reader and the whole file would hold each other in memory."""
        return {
            "metadata": self._metadata,
            "elements": self._elements,
            "relationships": self._relationships,
            "organizations": self._organizations,
            "organization": self._organizations,
            "views": self.views.read,
            "properties": self._model_properties,
            "name": lambda _: None,
            "label": lambda _: None,
            "documentation": lambda _: None,
            "propertyDefinitions": lambda _: None,
            "propertydefs": lambda _: None,
        }

    def _metadata(self, section: Element) -> None:
        """Dublin Core and the like, as properties of the model."""
        for element in section.iter():
            if element is section or len(element):
                continue
            name = local_name(element.tag)
            key = f"{element.prefix}:{name}" if element.prefix else name
            said = Property(key, element.text or "", kind="metadata")
            self.assembly.bundle.properties.append(said)

    def _model_properties(self, section: Element) -> None:
        self.assembly.bundle.properties.extend(self.texts.properties(section))

    def _elements(self, section: Element) -> None:
        for element in section:
            written = element.get(XSI_TYPE, "").rpartition(":")[2]
            meaning = element_meaning(written)
            concept = self._concept(element, meaning)
            if meaning.type == "Junction":
                concept.attributes["junction_type"] = _JUNCTIONS.get(written, "and")
            self.assembly.add_element(concept)

    def _relationships(self, section: Element) -> None:
        for element in section:
            meaning = relationship_meaning(element.get(XSI_TYPE, "").rpartition(":")[2])
            concept = self._concept(element, meaning)
            concept.source = from_xml_id(element.get("source", ""))
            concept.target = from_xml_id(element.get("target", ""))
            match meaning.type:
                case "Access":
                    self._access_type(element, concept)
                case "Influence" if element.get("modifier"):
                    concept.attributes["strength"] = element.get("modifier")
                case "Association" if element.get("isDirected") in ("true", "1"):
                    concept.attributes["directed"] = True
            self.assembly.add_relationship(concept)

    def _access_type(self, element: Element, concept: BundleConcept) -> None:
        written = element.get("accessType")
        if written is None:
            return
        meant = _ACCESS_TYPES.get(written.replace("_", "").lower())
        if meant is None:
            self.assembly.finding(
                "unknown-value", "warning",
                f'accessType="{written}" is not one of Access, Read, Write, ReadWrite; it is kept as Access',
                uid=concept.identifier, line=concept.line,
            )  # fmt: skip
        concept.attributes["access_type"] = meant or "access"

    def _concept(self, element: Element, meaning: Meaning) -> BundleConcept:
        concept = BundleConcept(
            from_xml_id(element.get("identifier", "")), meaning.type, specialization=meaning.specialization,
            line=element.sourceline,
        )  # fmt: skip
        concept.name = self.texts.name_of(element, concept.translations) or ""
        concept.description = self.texts.documentation_of(element, concept.translations)
        for child in element:
            if child.tag == self.texts.properties_tag:
                concept.properties.extend(self.texts.properties(child, concept.identifier))
        if meaning.code is not None and meaning.message is not None:
            self.assembly.finding(
                meaning.code, "note" if meaning.code == "renamed-type" else "warning", meaning.message,
                uid=concept.identifier, line=concept.line,
            )  # fmt: skip
        return concept

    def _organizations(self, section: Element) -> None:
        self._items(section, None, "")

    def _items(self, parent: Element, folder: str | None, path: str) -> None:
        """Items with a reference are places, others are folders. `path` is made of the names of the folders
        above.
        """
        names: Counter[str] = Counter()
        for item in parent:
            if local_name(item.tag) != "item":
                continue
            item_of = item.get("identifierRef") or item.get("identifierref")
            if item_of is None:
                inside, below = self._folder(item, folder, path, names)
                self._items(item, inside.identifier, below)
                continue
            if folder is not None:
                name = from_xml_id(item_of)
                own = own_name("view", name)
                self.assembly.places.append(Place(own, folder, None, item.sourceline, is_view=own != name))
            if any(local_name(child.tag) == "item" for child in item):
                message = f'a folder item names "{item_of}" and has items of its own; those are put into the folder'
                self.assembly.finding("item-with-items", "warning", message, uid=item_of, line=item.sourceline)
                self._items(item, folder, path)

    def _folder(self, item: Element, parent: str | None, path: str, names: Counter[str]) -> tuple[BundleFolder, str]:
        """The folder and its path. The format gives folders no identifier: it follows from the path."""
        folder = BundleFolder(
            own_name("folder", from_xml_id(item.get("identifier", ""))), "", parent, position=names.total()
        )
        folder.name = self.texts.name_of(item, folder.translations) or ""
        folder.description = self.texts.documentation_of(item, folder.translations)
        if not folder.name:
            self.assembly.finding("unnamed-folder", "note", "a folder has no label", line=item.sourceline)
        names[folder.name] += 1
        again = names[folder.name]
        path = f"{path}/{folder.name}" if again == 1 else f"{path}/{folder.name}#{again}"
        if not folder.identifier:
            folder.identifier = f"folder-{hashlib.sha256(path.encode()).hexdigest()[:12]}"
        self.assembly.holds["folders"] += 1
        self.assembly.add_folder(folder)
        return folder, path
