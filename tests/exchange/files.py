"""Small model files, written as text, so that a test shows exactly what is read."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping

from ea_repo.exchange import Bundle, read
from ea_repo.exchange.bundle import BundleConcept, BundleView

EXCHANGE_3 = "http://www.opengroup.org/xsd/archimate/3.0/"
EXCHANGE_2 = "http://www.opengroup.org/xsd/archimate"
ARCHI = "http://www.archimatetool.com/archimate"
ARCHI_2 = "http://www.bolton.ac.uk/archimate"
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def exchange(*sections: str, attributes: str = 'identifier="id-model"', namespace: str = EXCHANGE_3) -> bytes:
    """A Model Exchange file with these sections; a name is put in front unless one is given."""
    body = "\n".join(sections)
    if "<name" not in body.partition("<elements")[0] and namespace == EXCHANGE_3:
        body = f'<name xml:lang="en">Model</name>\n{body}'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<model xmlns="{namespace}" {_XSI} {attributes}>\n{body}\n</model>'.encode()


def elements(*rows: str) -> str:
    return "<elements>\n" + "\n".join(rows) + "\n</elements>"


def relationships(*rows: str) -> str:
    return "<relationships>\n" + "\n".join(rows) + "\n</relationships>"


def diagrams(*views: str) -> str:
    return "<views><diagrams>\n" + "\n".join(views) + "\n</diagrams></views>"


def element(identifier: str, type_name: str = "BusinessActor", name: str | None = None, inside: str = "") -> str:
    named = f'<name xml:lang="en">{identifier if name is None else name}</name>'
    return f'<element identifier="{identifier}" xsi:type="{type_name}">{named}{inside}</element>'


def relationship(identifier: str, type_name: str, source: str, target: str, attributes: str = "") -> str:
    return f'<relationship identifier="{identifier}" xsi:type="{type_name}" source="{source}" target="{target}" {attributes}/>'


def archi(*parts: str, attributes: str = 'name="Model" id="id-model"', namespace: str = ARCHI) -> bytes:
    """A file of Archi with these children of the model."""
    body = "\n".join(parts)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<archimate:model {_XSI} xmlns:archimate="{namespace}" {attributes}>\n'
        f"{body}\n</archimate:model>"
    ).encode()


def folder(identifier: str, *parts: str, attributes: str = "") -> str:
    return f'<folder name="{identifier}" id="{identifier}" {attributes}>\n' + "\n".join(parts) + "\n</folder>"


def archi_element(identifier: str, type_name: str = "BusinessActor", attributes: str = "", inside: str = "") -> str:
    return f'<element xsi:type="archimate:{type_name}" name="{identifier}" id="{identifier}" {attributes}>{inside}</element>'


def archi_relationship(identifier: str, type_name: str, source: str, target: str, attributes: str = "") -> str:
    ends = f'source="{source}" target="{target}"'
    return f'<element xsi:type="archimate:{type_name}Relationship" id="{identifier}" {ends} {attributes}/>'


def archi_view(*children: str, identifier: str = "v", attributes: str = "") -> str:
    inside = "\n".join(children)
    return f'<element xsi:type="archimate:ArchimateDiagramModel" name="{identifier}" id="{identifier}" {attributes}>{inside}</element>'


def box(
    identifier: str,
    shows: str,
    x: int,
    y: int,
    width: int = 120,
    height: int = 55,
    inside: str = "",
    attributes: str = "",
) -> str:
    bounds = f'<bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return (
        f'<child xsi:type="archimate:DiagramObject" id="{identifier}" archimateElement="{shows}" {attributes}>'
        f"{bounds}{inside}</child>"
    )


def coarchi_object(type_name: str, attributes: str, inside: str = "") -> bytes:
    """One file of coArchi's layout."""
    return f'<archimate:{type_name} {_XSI} xmlns:archimate="{ARCHI}" {attributes}>{inside}</archimate:{type_name}>'.encode()


def coarchi_reference(tag: str, type_name: str, identifier: str) -> str:
    return f'<{tag} xsi:type="archimate:{type_name}" href="{type_name}_{identifier}.xml#{identifier}"/>'


def coarchi() -> dict[str, bytes]:
    """A model of two elements, a relationship and a view in coArchi's layout, by path."""
    return {
        "model/folder.xml": coarchi_object("ArchimateModel", 'name="Model" id="id-model" purpose="To test"'),
        "model/business/folder.xml": coarchi_object("Folder", 'name="Business" id="f-business" type="business"'),
        "model/business/f-2/folder.xml": coarchi_object("Folder", 'name="Actors" id="f-2"'),
        "model/business/f-2/BusinessActor_a.xml": coarchi_object(
            "BusinessActor", 'name="A" id="a" documentation="Who"'
        ),
        "model/business/f-2/BusinessRole_b.xml": coarchi_object("BusinessRole", 'name="B" id="b"'),
        "model/relations/folder.xml": coarchi_object("Folder", 'name="Relations" id="f-r" type="relations"'),
        "model/relations/AssignmentRelationship_r.xml": coarchi_object(
            "AssignmentRelationship",
            'id="r"',
            coarchi_reference("source", "BusinessActor", "a") + coarchi_reference("target", "BusinessRole", "b"),
        ),
        "model/diagrams/folder.xml": coarchi_object("Folder", 'name="Views" id="f-v" type="diagrams"'),
        "model/diagrams/ArchimateDiagramModel_v.xml": coarchi_object(
            "ArchimateDiagramModel",
            'name="V" id="v"',
            '<children xsi:type="archimate:DiagramModelArchimateObject" id="n1"><bounds x="10" y="20" width="120" height="55"/>'
            + coarchi_reference("archimateElement", "BusinessActor", "a")
            + "</children>",
        ),
    }


def zipped(entries: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in entries.items():
            archive.writestr(path, data)
    return packed.getvalue()


def tarred(entries: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, data in entries.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(packed.getvalue())


def read_bytes(data: bytes, name: str = "model.xml") -> Bundle:
    return read(io.BytesIO(data), name=name)


def concept(bundle: Bundle, identifier: str) -> BundleConcept:
    return next(each for each in bundle.concepts if each.identifier == identifier)


def view(bundle: Bundle, identifier: str = "v") -> BundleView:
    return next(each for each in bundle.views if each.identifier == identifier)


def codes(bundle: Bundle) -> list[str]:
    return sorted(finding.code for finding in bundle.findings)
