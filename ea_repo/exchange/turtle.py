"""RDF in Turtle, out only: every record has an IRI that never changes, as its uid never does.

The option `base` is what all our IRIs begin with; without it they are names (`urn:ea-repo:`) that lead nowhere but mean the
same everywhere. A government that publishes says its own, such as `--option base=https://data.example/ea/`.

    <base>record:finance:tax     a record: model, then identifier, percent-encoded
    <base>type:System            a type: an rdfs:Class below what it refines (rdfs:subClassOf)
    <base>relation:Serving       from source to target directly, for each relationship of that type
    <base>property:owner         a field or attribute

A concept has `rdf:type`, `rdfs:label` (with language where it is a translation), `rdfs:comment`, `dcterms:identifier` (the
uid), and `property:` owner, model, folder, specialization, valid_from, valid_until, and its attributes. A relationship is a
resource too, with `property:source` and `property:target`, as it has a name and attributes of its own. Numbers, dates and
yes or no are typed; references are IRIs; money is a node of `property:amount` and `property:currency`. Free properties are
nodes of `property:key` and `property:value`. Views are left out.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO
from urllib.parse import quote

from ea_repo.catalogue import file_format
from ea_repo.errors import InvalidInput
from ea_repo.exchange.export import Export
from ea_repo.exchange.losses import left_out
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.store.fields import model_of
from ea_repo.store.records import Concept, Folder, Model

BASE = "urn:ea-repo:"
_PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


@file_format(name="turtle")
class Turtle:
    """RDF with stable IRIs, in Turtle (.ttl); out only."""

    media_type = "text/turtle"
    suffix = ".ttl"
    options: Mapping[str, str] = {"base": f"what all IRIs begin with, such as https://data.example/ea/ ({BASE})"}

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        base = export.options.get("base", BASE)
        if not _BASE.fullmatch(base):
            raise InvalidInput(f'"{base}" does not begin an IRI; write it such as https://data.example/ea/ or {BASE}')
        written = _Turtle(base, export.state.metamodel)
        for text in written.document(export):
            file.write(text.encode())
        return [*left_out(export, "RDF", ("views",))]


class _Turtle:
    def __init__(self, base: str, metamodel: Metamodel) -> None:
        self.base = base
        self.metamodel = metamodel
        self.types: dict[str, None] = {}

    def document(self, export: Export) -> Iterator[str]:
        for name, iri in _PREFIXES.items():
            yield f"@prefix {name}: <{iri}> .\n"
        yield "\n"
        for model in export.models():
            yield self._record(model.uid, "Model", self._described(model))
        for folder in export.folders():
            yield self._record(folder.uid, "Folder", self._of_folder(folder))
        for concept in export.elements():
            yield self._record(concept.uid, concept.type, self._of_concept(concept))
        for concept in export.relationships():
            yield self._record(concept.uid, concept.type, self._of_concept(concept))
            source, target = self.record(concept.source or ""), self.record(concept.target or "")
            yield f"{source} {self._iri('relation', concept.type)} {target} .\n"
        yield from self._vocabulary()

    def record(self, uid: str) -> str:
        model, colon, identifier = uid.partition(":")
        return f"<{self.base}record:{quote(model, safe='')}{colon}{quote(identifier, safe='')}>"

    def _iri(self, sort: str, name: str) -> str:
        return f"<{self.base}{sort}:{quote(name, safe='')}>"

    def _record(self, uid: str, type_name: str, said: Iterator[tuple[str, str]]) -> str:
        self.types.setdefault(type_name)
        lines = [f"{self.record(uid)} a {self._iri('type', type_name)}"]
        lines += [f"  {predicate} {value}" for predicate, value in said]
        return " ;\n".join(lines) + " .\n"

    def _described(self, record: Model | Folder | Concept) -> Iterator[tuple[str, str]]:
        yield "dcterms:identifier", _literal(record.uid)
        if record.name:
            yield "rdfs:label", _literal(record.name)
        if record.description:
            yield "rdfs:comment", _literal(record.description)
        for language, fields in record.translations.items():
            for name, predicate in (("name", "rdfs:label"), ("description", "rdfs:comment")):
                if fields.get(name):
                    yield predicate, _literal(fields[name], language)
        for each in record.properties:
            inner = f"{self._property('key')} {_literal(each.key)} ; {self._property('value')} {_literal(each.value, each.lang)}"
            yield self._property("property"), f"[ {inner} ]"

    def _of_folder(self, folder: Folder) -> Iterator[tuple[str, str]]:
        yield from self._described(folder)
        yield self._property("model"), self.record(folder.model)
        if folder.parent is not None:
            yield self._property("parent"), self.record(folder.parent)

    def _of_concept(self, concept: Concept) -> Iterator[tuple[str, str]]:
        yield from self._described(concept)
        yield self._property("model"), self.record(model_of(concept.uid))
        for name in ("owner", "folder", "source", "target"):
            uid = getattr(concept, name)
            if uid is not None:
                yield self._property(name), self.record(uid)
        if concept.specialization:
            yield self._property("specialization"), _literal(concept.specialization)
        for name in ("valid_from", "valid_until"):
            day = getattr(concept, name)
            if day is not None:
                yield self._property(name), _date(day)
        declared = self.metamodel.attributes(concept.type) if concept.type in self.metamodel.types else {}
        for name, value in concept.attributes.items():
            kind = declared[name].kind.name if name in declared else ""
            for each in value if isinstance(value, list) else [value]:
                yield self._property(name), self._value(kind, each)

    def _value(self, kind: str, value: Any) -> str:
        if kind == "reference" and isinstance(value, str):
            return self.record(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return f'"{value!r}"^^xsd:double'
        if kind == "date" and isinstance(value, str):
            return _date(date.fromisoformat(value))
        if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
            amount, currency = self._value("", value["amount"]), _literal(str(value["currency"]))
            return f"[ {self._property('amount')} {amount} ; {self._property('currency')} {currency} ]"
        return (
            _literal(value)
            if isinstance(value, str)
            else f"{_literal(json.dumps(value, ensure_ascii=False))}^^rdf:JSON"
        )

    def _property(self, name: str) -> str:
        return self._iri("property", name)

    def _vocabulary(self) -> Iterator[str]:
        """The types used, and those that they refine."""
        pending, known = list(self.types), set(self.types)
        while pending:
            name = pending.pop(0)
            yield f"{self._iri('type', name)} a rdfs:Class"
            declared = self.metamodel.types.get(name)
            if declared is not None:
                for language, label in declared.label.items():
                    yield f" ;\n  rdfs:label {_literal(label, language)}"
                if declared.refines is not None:
                    yield f" ;\n  rdfs:subClassOf {self._iri('type', declared.refines)}"
                    if declared.refines not in known:
                        known.add(declared.refines)
                        pending.append(declared.refines)
            yield " .\n"


def _literal(text: str, language: str | None = None) -> str:
    escaped = _ESCAPED.sub(lambda found: _SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}", text)
    tag = f"@{language}" if language and _LANGUAGE.fullmatch(language) else ""
    return f'"{escaped}"{tag}'


def _date(day: date) -> str:
    return f'"{day.isoformat()}"^^xsd:date'
