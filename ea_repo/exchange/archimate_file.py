"""Archi's own file, `.archimate`: XML, or a .zip of `model.xml` and `images/`. Archi 2 (ArchiMate 2) too."""

from ea_repo.catalogue import file_format
from ea_repo.exchange import safe_xml
from ea_repo.exchange.archi_objects import ArchiReader, type_name
from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.bundle import Bundle
from ea_repo.exchange.format import Source

NAMESPACES = ("http://www.archimatetool.com/archimate", "http://www.bolton.ac.uk/archimate")
_ROOTS = frozenset(f"{{{namespace}}}model" for namespace in NAMESPACES)
_INSIDE = "model.xml"


@file_format(name="archi")
class ArchimateFile:
    """Archi's own file (.archimate), zipped with images too."""

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


def _read_folder(
    reader: ArchiReader, element: safe_xml.Element, parent: str | None, position: int, file: str | None
) -> None:
    folder = reader.folder(element, parent, position)
    subfolders = 0
    for child in element:
        if child.tag == "element":
            reader.object(child, type_name(child), folder.identifier, file)
        elif child.tag == "folder":
            _read_folder(reader, child, folder.identifier, subfolders, file)
            subfolders += 1
