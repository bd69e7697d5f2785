"""Archi's three files of comma-separated values: elements, relations and properties, in a folder or .zip.

Written as Archi writes them: UTF-8, every cell in quotes, CRLF. Cells are exact, also those that a spreadsheet would take
for a formula: Archi reads what stands there, so nothing is put in front. A finding counts them. Read are all three ways
that Archi parts cells (comma, semicolon, tab), with or without byte order mark, and the form ="text" that it writes
for spreadsheets.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import BinaryIO

from ea_repo.catalogue import file_format
from ea_repo.errors import MalformedRequest
from ea_repo.exchange.archimate_form import NATIVE, archimate_form
from ea_repo.exchange.archives import MEGABYTE
from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.bundle import Bundle, BundleConcept
from ea_repo.exchange.export import Export
from ea_repo.exchange.format import ZIP, Source
from ea_repo.exchange.identifiers_xml import from_xml_id, xml_id
from ea_repo.exchange.losses import not_carried
from ea_repo.exchange.markers import OTHER_KINDS, without_kinds
from ea_repo.exchange.packing import add_file
from ea_repo.exchange.type_names import element_meaning, relationship_meaning
from ea_repo.metamodel import Finding
from ea_repo.store.records import Property

_ELEMENTS, _RELATIONS, _PROPERTIES = "elements.csv", "relations.csv", "properties.csv"
_HEADERS: Mapping[str, tuple[str, ...]] = {
    _ELEMENTS: ("ID", "Type", "Name", "Documentation", "Specialization"),
    _RELATIONS: ("ID", "Type", "Name", "Documentation", "Source", "Target", "Specialization"),
    _PROPERTIES: ("ID", "Key", "Value"),
}
#: The last column is younger than the files.
_LATER = "Specialization"
_MODEL = "ArchimateModel"
_DELIMITERS = ",;\t"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: The rows of properties that say an attribute, and their words.
_KEYS = {"access_type": "Access_Type", "strength": "Influence_Strength", "directed": "Directed",
         "junction_type": "Junction_Type"}  # fmt: skip
_WORDS: Mapping[str, Mapping[str, object]] = {
    "access_type": {"Write": "write", "Read": "read", "Access": "access", "ReadWrite": "read_write",
                    "Read/Write": "read_write", "Unspecified": "access"},
    "directed": {"true": True, "false": False},
    "junction_type": {"And": "and", "Or": "or"},
}  # fmt: skip
#: Longer cells than this no reader needs; the csv module's own bound is 128 kB.
csv.field_size_limit(10 * MEGABYTE)


@file_format(name="archi-csv")
class ArchiCsv:
    """Archi's three CSV files, elements, relations and properties, as a folder or .zip."""

    media_type = ZIP
    suffix = ".zip"

    def recognises(self, source: Source) -> bool:
        return any(_is_elements(data) for _, data in _candidates(source))

    def read(self, source: Source) -> Bundle:
        name, data = next(each for each in _candidates(source) if _is_elements(each[1]))
        entries = source.entries or {}
        start = name.removesuffix(_ELEMENTS)
        return _Reader(source.name, name, data, {
            each: entries.get(f"{start}{each}", b"") for each in (_RELATIONS, _PROPERTIES)
        }).read()  # fmt: skip

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        bundle = archimate_form(export.bundle(), export.state.metamodel)
        tables = _Tables(bundle)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            add_file(archive, _ELEMENTS, tables.elements())
            add_file(archive, _RELATIONS, tables.relations())
            add_file(archive, _PROPERTIES, tables.properties())
        sorts = ("views", "folders", "translations", "data types and languages of properties")
        return [*bundle.findings, *not_carried(bundle, "Archi's CSV", sorts), *tables.findings]


def _candidates(source: Source) -> Iterator[tuple[str, bytes]]:
    if source.entries is None:
        yield source.name, source.data
    else:
        found = [path for path in source.entries if PurePosixPath(path).name.endswith(_ELEMENTS)]
        yield from ((path, source.entries[path]) for path in sorted(found, key=lambda each: (each.count("/"), each)))


def _is_elements(data: bytes) -> bool:
    head = data[:200].removeprefix(b"\xef\xbb\xbf").replace(b'"', b"")
    return any(head.startswith(sign.join((b"ID", b"Type", b"Name", b"Documentation"))) for sign in (b",", b";", b"\t"))


class _Tables:
    """The three files of a bundle, ordered by type and name as Archi does."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.formulas = 0
        ordered = sorted(bundle.concepts, key=lambda each: (each.type, each.name.strip().lower(), each.identifier))
        self.concepts = ordered
        self.model = xml_id(bundle.identifier or "model")

    def elements(self) -> bytes:
        bundle = self.bundle
        rows = [(self.model, _MODEL, bundle.name, bundle.description or "", "")]
        rows += [
            (xml_id(each.identifier), each.type, each.name, each.description or "", each.specialization or "")
            for each in self.concepts
            if each.source is None
        ]
        return self._table(_ELEMENTS, rows)

    def relations(self) -> bytes:
        rows = [
            (
                xml_id(each.identifier), f"{each.type}Relationship", each.name, each.description or "",
                xml_id(each.source), xml_id(each.target or ""), each.specialization or "",
            )
            for each in self.concepts
            if each.source is not None
        ]  # fmt: skip
        return self._table(_RELATIONS, rows)

    def properties(self) -> bytes:
        said = without_kinds(self.bundle.properties, OTHER_KINDS)
        rows = [(self.model, each.key, each.value) for each in said]
        for concept in self.concepts:
            identifier = xml_id(concept.identifier)
            rows += [(identifier, *_attribute_row(name, value)) for name, value in concept.attributes.items()]
            rows += [(identifier, each.key, each.value) for each in without_kinds(concept.properties, OTHER_KINDS)]
        return self._table(_PROPERTIES, rows)

    def _table(self, name: str, rows: Sequence[tuple[str, ...]]) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(_HEADERS[name])
        writer.writerows(rows)
        self.formulas += sum(cell.startswith(_FORMULA) for row in rows for cell in row)
        return text.getvalue().encode()

    @property
    def findings(self) -> Iterator[Finding]:
        if self.formulas:
            message = (
                f"{self.formulas} cells begin like a formula; they are exact for Archi: do not open the files in a "
                "spreadsheet without importing the columns as text"
            )
            yield Finding("formula-cells", "warning", message)


def _attribute_row(name: str, value: object) -> tuple[str, str]:
    words = _WORDS.get(name, {})
    return _KEYS[name], next((word for word, meant in words.items() if meant == value), str(value))


class _Reader:
    """Reads the three files. Rows may stand in any order."""

    def __init__(self, source: str, elements: str, data: bytes, others: Mapping[str, bytes]) -> None:
        self.source = source
        self.start = elements.removesuffix(_ELEMENTS)
        self.files = {_ELEMENTS: data, **others}
        self.assembly = Assembly("archi-csv")
        self.assembly.bundle.says_kinds = False
        self.concepts: dict[str, BundleConcept] = {}
        self.types: dict[str, str] = {}

    def read(self) -> Bundle:
        bundle = self.assembly.bundle
        for line, row in self._rows(_ELEMENTS):
            if row["Type"] == _MODEL:
                bundle.identifier, bundle.name = from_xml_id(row["ID"]), row["Name"]
                bundle.description = row["Documentation"] or None
            else:
                self.assembly.add_element(self._concept(row, line, _ELEMENTS))
        for line, row in self._rows(_RELATIONS):
            concept = self._concept(row, line, _RELATIONS)
            concept.source, concept.target = from_xml_id(row["Source"]), from_xml_id(row["Target"])
            self.assembly.add_relationship(concept)
        for line, row in self._rows(_PROPERTIES):
            self._property(row, line)
        return self.assembly.finish()

    def _concept(self, row: Mapping[str, str], line: int, file: str) -> BundleConcept:
        meaning = (element_meaning if file == _ELEMENTS else relationship_meaning)(row["Type"])
        concept = BundleConcept(
            from_xml_id(row["ID"]), meaning.type, row["Name"], row["Documentation"] or None,
            row.get(_LATER) or meaning.specialization, file=self._path(file), line=line,
        )  # fmt: skip
        if meaning.type == "Junction":
            concept.attributes["junction_type"] = "or" if row["Type"] == "OrJunction" else "and"
        if meaning.code is not None and meaning.message is not None:
            self.assembly.finding(
                meaning.code, "note" if meaning.code == "renamed-type" else "warning", meaning.message,
                uid=concept.identifier, file=concept.file, line=line,
            )  # fmt: skip
        self.concepts.setdefault(concept.identifier, concept)
        return concept

    def _property(self, row: Mapping[str, str], line: int) -> None:
        identifier = from_xml_id(row["ID"])
        said = Property(row["Key"], row["Value"])
        concept = self.concepts.get(identifier)
        if concept is None:
            if identifier == self.assembly.bundle.identifier:
                self.assembly.bundle.properties.append(said)
            else:
                self.assembly.finding(
                    "dangling-property", "warning", f'the property "{said.key}" is of "{identifier}", which is missing',
                    uid=identifier, file=self._path(_PROPERTIES), line=line,
                )  # fmt: skip
            return
        self.assembly.holds["properties"] += 1
        name = NATIVE.get(concept.type)
        if name is None or said.key != _KEYS[name] or (name in concept.attributes and name != "junction_type"):
            concept.properties.append(said)
            return
        if name == "strength":
            concept.attributes[name] = said.value
            return
        value = _WORDS[name].get(said.value)
        if value is None:
            wanted = ", ".join(_WORDS[name])
            message = f'{said.key} "{said.value[:80]}" is not one of {wanted}; it is kept as a property'
            self.assembly.finding(
                "unknown-value", "warning", message, uid=identifier, file=self._path(_PROPERTIES), line=line
            )
            concept.properties.append(said)
        elif value is not False:
            concept.attributes[name] = value

    def _path(self, file: str) -> str:
        return f"{self.start}{file}"

    def _rows(self, file: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row by the names of its columns, with the line that it ends on."""
        text = self._text(file)
        if not text:
            return
        head = text.partition("\n")[0]
        delimiter = max(_DELIMITERS, key=head.count)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        where = f"{self.source}: {self._path(file)}"
        try:
            columns = next(rows)
            needed = [each for each in _HEADERS[file] if each != _LATER]
            if columns[: len(needed)] != needed:
                raise MalformedRequest(f"{where}, line 1: the columns are not {', '.join(_HEADERS[file])}")
            for row in rows:
                if not row:
                    continue
                if len(row) != len(columns):
                    cells = f"{len(row)} cells where there are {len(columns)} columns"
                    raise MalformedRequest(f"{where}, line {rows.line_num}: {cells}")
                yield rows.line_num, dict(zip(columns, map(_unwrapped, row), strict=True))
        except csv.Error as error:
            raise MalformedRequest(f"{where}, line {rows.line_num}: not comma-separated values: {error}") from None

    def _text(self, file: str) -> str:
        data = self.files[file].removeprefix(b"\xef\xbb\xbf")
        try:
            return data.decode()
        except UnicodeDecodeError:
            message = f"{self._path(file)} is not in UTF-8; it is read as Windows-1252"
            self.assembly.finding("other-encoding", "warning", message, file=self._path(file))
            return data.decode("cp1252", "replace")


def _unwrapped(cell: str) -> str:
    """The text of a cell that was written as ="text" so that a spreadsheet leaves it alone."""
    return cell[2:-1] if len(cell) > 2 and cell.startswith('="') and cell.endswith('"') else cell
