"""Archi's own file, `.archimate`: XML, or a .zip of `model.xml` and `images/`. Archi 2 (ArchiMate 2) too."""

import zipfile
from collections.abc import Sequence
from typing import BinaryIO

from ea_repo.catalogue import file_format
from ea_repo.exchange import safe_xml
from ea_repo.exchange.archi_folders import layers_of
from ea_repo.exchange.archi_images import images_of
from ea_repo.exchange.archi_objects import ArchiReader, type_name
from ea_repo.exchange.archi_view_writing import ArchiViewWriter
from ea_repo.exchange.archi_writing import ArchiWriter, type_of
from ea_repo.exchange.archimate_form import archimate_form
from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.bundle import Bundle
from ea_repo.exchange.export import Export
from ea_repo.exchange.format import Source
from ea_repo.exchange.packing import add_file
from ea_repo.exchange.xml_writing import Tag, XmlText
from ea_repo.metamodel import Finding

NAMESPACES = ("http://www.archimatetool.com/archimate", "http://www.bolton.ac.uk/archimate")
_ROOTS = frozenset(f"{{{namespace}}}model" for namespace in NAMESPACES)
_INSIDE = "model.xml"


@file_format(name="archi")
class ArchimateFile:
    """Archi's own file (.archimate), zipped with images too."""

    media_type = "application/x-archimate"
    suffix = ".archimate"

    def recognises(self, source: Source) -> bool:
        if source.entries is not None:
            return _INSIDE in source.entries
        return source.root is not None and source.root.tag in _ROOTS

    def read(self, source: Source) -> Bundle:
        assembly = Assembly("archi")
        file = None
        root = source.root
        if source.entries is not None:
            file = _INSIDE
            root = safe_xml.parse(source.entries[_INSIDE], f"{source.name}: {_INSIDE}")
            assembly.images = source.entries
        assert root is not None  # noqa: S101 - `recognises` has seen it
        reader = ArchiReader(assembly)
        reader.model(root)
        for position, folder in enumerate(root.iterchildren("folder")):
            _read_folder(reader, folder, None, position, file)
        return assembly.finish()

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        """XML; where views show pictures, a .zip of it and them, as Archi does."""
        bundle = archimate_form(export.bundle(), export.state.metamodel)
        writer = ArchiWriter(bundle, layers_of(export.state.metamodel), is_folders=False)
        views = ArchiViewWriter(writer)
        text = XmlText()
        document = text.document(_document(writer, views))
        images = dict(images_of(bundle))
        if images:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                add_file(archive, _INSIDE, document)
                for path, data in sorted(images.items()):
                    add_file(archive, path, data)
        else:
            file.write(document)
        return [*bundle.findings, *views.findings, *text.findings]


def _document(writer: ArchiWriter, views: ArchiViewWriter) -> Tag:
    root = writer.model()
    tags: dict[str, Tag] = {}
    for folder in writer.order.folders():
        parent = root if folder.parent is None else tags[folder.parent]
        tags[folder.identifier] = writer.folder(folder, "folder")
        parent.children.append(tags[folder.identifier])
    for concept in writer.bundle.concepts:
        tag = _typed(writer.concept(concept, "element"), type_of(concept))
        tags[writer.order.place(concept)].children.append(tag)
    for view in writer.bundle.views:
        tag = _typed(views.view(view, "element"), writer.view_types[view.identifier])
        tags[writer.order.place(view)].children.append(tag)
    writer.describe_model(root)
    return root


def _typed(tag: Tag, type_name: str) -> Tag:
    tag.attributes = {"xsi:type": f"archimate:{type_name}", **tag.attributes}
    return tag


def _read_folder(
    reader: ArchiReader, element: safe_xml.Element, parent: str | None, position: int, file: str | None
) -> None:
    folder = reader.folder(element, parent, position)
    subfolders = 0
    for child in element:
        if child.tag == "element":
            reader.object(child, type_name(child), folder, file)
        elif child.tag == "folder":
            _read_folder(reader, child, folder, subfolders, file)
            subfolders += 1
