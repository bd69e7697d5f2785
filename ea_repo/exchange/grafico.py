"""coArchi's folder layout ("grafico"), as a folder or in a .zip or .tar.gz: one XML file a concept,
`folder.xml` a folder.
"""

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from ea_repo.catalogue import file_format
from ea_repo.errors import MalformedRequest
from ea_repo.exchange import safe_xml
from ea_repo.exchange.archi_folders import layers_of, natural_order
from ea_repo.exchange.archi_images import images_of
from ea_repo.exchange.archi_objects import ArchiReader
from ea_repo.exchange.archi_view_writing import ArchiViewWriter
from ea_repo.exchange.archi_writing import (
    ARCHIMATE,
    XSI,
    ArchiWriter,
    file_name,
    path_name,
    type_of,
)
from ea_repo.exchange.archimate_form import archimate_form
from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleFolder, BundleView
from ea_repo.exchange.export import Export
from ea_repo.exchange.format import ZIP, Source
from ea_repo.exchange.packing import add_file
from ea_repo.exchange.xml_writing import Tag, XmlText
from ea_repo.metamodel import Finding

_TOP = "model"
_FOLDER_FILE = "folder.xml"


@file_format(name="coarchi")
class Grafico:
    """coArchi's folder layout, as a folder, .zip or .tar.gz."""

    media_type = ZIP
    suffix = ".zip"

    def recognises(self, source: Source) -> bool:
        return source.entries is not None and _model_folder(source.entries) is not None

    def read(self, source: Source) -> Bundle:
        entries = source.entries or {}
        top = _model_folder(entries)
        assert top is not None  # noqa: S101 - `recognises` has seen it
        assembly = Assembly("coarchi")
        assembly.images = _images(entries, top)
        reader = ArchiReader(assembly)
        root = safe_xml.parse(entries[f"{top}{_FOLDER_FILE}"], f"{source.name}: {top}{_FOLDER_FILE}")
        if safe_xml.local_name(root.tag) != "ArchimateModel":
            raise MalformedRequest(f"{source.name}: {top}{_FOLDER_FILE} is not the description of a model")
        reader.model(root)
        files = {path: data for path, data in entries.items() if path.startswith(top) and path.endswith(".xml")}
        del files[f"{top}{_FOLDER_FILE}"]
        folders = _read_folders(reader, files, top, source.name)
        for path, data in files.items():
            folder, _, name = path.rpartition("/")
            if name == _FOLDER_FILE:
                continue
            element = safe_xml.parse(data, f"{source.name}: {path}")
            if folder not in folders:
                assembly.finding(
                    "missing-folder", "note",
                    f"{folder} has no {_FOLDER_FILE}; what is in it is in no folder",
                    uid=element.get("id"), file=path,
                )  # fmt: skip
            reader.object(element, safe_xml.local_name(element.tag), folders.get(folder), path)
        return assembly.finish()

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        """A .zip of the folder, each attribute on a line of its own, so that git shows which changed."""
        bundle = archimate_form(export.bundle(), export.state.metamodel)
        writer = ArchiWriter(bundle, layers_of(export.state.metamodel), is_folders=True)
        views = ArchiViewWriter(writer)
        text = XmlText(spread=True)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, tag in sorted(_files(writer, views), key=lambda each: each[0]):
                add_file(archive, path, text.fragment(tag))
            for path, data in sorted(images_of(bundle)):
                add_file(archive, path, data)
        return [*bundle.findings, *views.findings, *text.findings]


def _files(writer: ArchiWriter, views: ArchiViewWriter) -> Iterator[tuple[str, Tag]]:
    """Every file of the model by its path."""
    root = writer.model()
    writer.describe_model(root)
    yield f"{_TOP}/{_FOLDER_FILE}", root
    paths: dict[str, str] = {}
    for folder in writer.order.folders():
        parent = _TOP if folder.parent is None else paths[folder.parent]
        # A top folder goes by its kind; where there are two of one, the later goes by its identifier as others do.
        path = f"{parent}/{folder.type}" if folder.parent is None else ""
        if not path or path in paths.values():
            path = f"{parent}/{path_name(folder.identifier)}"
        paths[folder.identifier] = path
        yield f"{path}/{_FOLDER_FILE}", _outermost(writer.folder, folder, "Folder")
    for concept in writer.bundle.concepts:
        file = file_name(type_of(concept), concept.identifier)
        yield f"{paths[writer.order.place(concept)]}/{file}", _outermost(writer.concept, concept, type_of(concept))
    for view in writer.bundle.views:
        type_name = writer.view_types[view.identifier]
        file = file_name(type_name, writer.names.name("view", view.identifier))
        yield f"{paths[writer.order.place(view)]}/{file}", _outermost(views.view, view, type_name)


def _outermost(
    make: Callable[[Any, str], Tag], record: BundleConcept | BundleFolder | BundleView, type_name: str
) -> Tag:
    tag = make(record, f"archimate:{type_name}")
    tag.attributes = {"xmlns:xsi": XSI, "xmlns:archimate": ARCHIMATE, **tag.attributes}
    return tag


def _model_folder(entries: Mapping[str, bytes]) -> str | None:
    """The folder (with a trailing slash, or empty) that holds the model: that of the shallowest
    `folder.xml`.
    """
    tops = [path[: -len(_FOLDER_FILE)] for path in entries if PurePosixPath(path).name == _FOLDER_FILE]
    return min(tops, key=lambda top: (top.count("/"), top), default=None)


def _images(entries: Mapping[str, bytes], top: str) -> dict[str, bytes]:
    """Images by the path that views name them by: they lie beside the model's folder, or in it."""
    outside = top.rstrip("/").rpartition("/")[0]
    found = {}
    for start in (f"{outside}/" if outside else "", top):
        prefix = f"{start}images/"
        found.update({path[len(start) :]: data for path, data in entries.items() if path.startswith(prefix)})
    return found


def _read_folders(reader: ArchiReader, files: Mapping[str, bytes], top: str, source_name: str) -> dict[str, str | None]:
    """The identifier of each folder by its path."""
    described: dict[str, safe_xml.Element] = {}
    for path, data in files.items():
        folder, _, name = path.rpartition("/")
        if name == _FOLDER_FILE:
            described[folder] = safe_xml.parse(data, f"{source_name}: {path}")
    positions = dict(_positions(described))
    found: dict[str, str | None] = {}
    for path in sorted(described, key=lambda each: (each.count("/"), each)):
        parent = found.get(path.rpartition("/")[0])
        found[path] = reader.folder(described[path], parent, positions[path])
    return found


def _positions(described: Mapping[str, safe_xml.Element]) -> Iterator[tuple[str, int]]:
    """Where each folder stands among its siblings: the top ones in Archi's order, others by name."""
    siblings: dict[str, list[str]] = {}
    for path in described:
        siblings.setdefault(path.rpartition("/")[0], []).append(path)
    for paths in siblings.values():
        paths.sort(key=lambda path: _order(described[path]))
        yield from ((path, position) for position, path in enumerate(paths))


def _order(folder: safe_xml.Element) -> tuple[int, str, str]:
    return natural_order(folder.get("type", ""), folder.get("name", ""), folder.get("id", ""))
