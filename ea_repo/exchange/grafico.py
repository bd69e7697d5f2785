"""coArchi's folder layout ("grafico"), as a folder or in a .zip or .tar.gz: one XML file a concept,
`folder.xml` a folder.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from ea_repo.catalogue import file_format
from ea_repo.errors import MalformedRequest
from ea_repo.exchange import safe_xml
from ea_repo.exchange.archi_objects import ArchiReader
from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.bundle import Bundle
from ea_repo.exchange.format import Source

_FOLDER_FILE = "folder.xml"
#: Archi's top folders in its order.
_TOP_FOLDERS = (
    "strategy", "business", "application", "technology", "motivation", "implementation_migration", "other",
    "relations", "diagrams",
)  # fmt: skip


@file_format(name="coarchi")
class Grafico:
    """coArchi's folder layout, as a folder, .zip or .tar.gz."""

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


def _read_folders(reader: ArchiReader, files: Mapping[str, bytes], top: str, source_name: str) -> dict[str, str]:
    """The identifier of each folder by its path."""
    described: dict[str, safe_xml.Element] = {}
    for path, data in files.items():
        folder, _, name = path.rpartition("/")
        if name == _FOLDER_FILE:
            described[folder] = safe_xml.parse(data, f"{source_name}: {path}")
    positions = dict(_positions(described))
    found: dict[str, str] = {}
    for path in sorted(described, key=lambda each: (each.count("/"), each)):
        parent = found.get(path.rpartition("/")[0])
        found[path] = reader.folder(described[path], parent, positions[path]).identifier
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
    kind = folder.get("type", "")
    rank = _TOP_FOLDERS.index(kind) if kind in _TOP_FOLDERS else len(_TOP_FOLDERS)
    return (rank, folder.get("name", "").lower(), folder.get("id", ""))
