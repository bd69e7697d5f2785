"""Writes NDJSON (see `ndjson.py`), row by row as they are read: JSON that the store keeps is never taken apart.

In the file of one model records go by their identifiers. Of several models in one file each goes by `model~identifier`, as
identifiers alone may be the same, and the file makes one model of them when it is imported.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any, BinaryIO

from ea_repo.exchange.export import Export
from ea_repo.exchange.identifiers import identifier_of
from ea_repo.exchange.losses import left_out
from ea_repo.metamodel import Finding
from ea_repo.store.fields import model_of
from ea_repo.store.query import Query
from ea_repo.store.records import Concept, Folder, Model, Property

_PIECE = 2_000
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
Named = Callable[[str], str]


def write(export: Export, file: BinaryIO) -> Sequence[Finding]:
    """Everything selected but views. O(selected), flat in memory where whole models are."""
    lines = _Lines(export)
    piece: list[str] = []
    for line in lines.all():
        piece.append(line)
        if len(piece) == _PIECE:
            file.write("".join(piece).encode())
            piece.clear()
    file.write("".join(piece).encode())
    return list(lines.findings())


class _Lines:
    def __init__(self, export: Export) -> None:
        self.export = export
        self.models = {each.uid for each in export.models()}
        self.home = next(iter(self.models)) if len(self.models) == 1 else None
        self.references = {
            name: frozenset(each.name for each in declared.values() if each.kind.name == "reference")
            for name in export.state.metamodel.types
            if (declared := export.state.metamodel.attributes(name))
        }

    def all(self) -> Iterator[str]:
        export = self.export
        if self.home is not None:
            yield self._of_model(export.state.model(self.home))
        for folder in export.folders():
            yield self._of_folder(folder)
        for kind, chosen in (("element", export.elements), ("relationship", export.relationships)):
            if export.is_whole:
                query = Query(kind=kind, model=export.selection.model)  # type: ignore[arg-type]
                yield from map(self._of_row, export.state.iterate_rows(query))
            else:
                yield from map(self._of_concept, chosen())

    def findings(self) -> Iterator[Finding]:
        yield from left_out(self.export, "NDJSON", ("views",))
        if len(self.models) > 1:
            message = f"{len(self.models)} models in one file: identifiers are written as model~identifier"
            yield Finding("several-models", "note", message)

    def name(self, uid: str) -> str:
        """What the file calls a record: of another model than those selected, by its uid."""
        model = model_of(uid)
        if model == self.home:
            return identifier_of(uid) if "%" in uid else uid[len(model) + 1 :]
        return f"{model}~{identifier_of(uid)}" if model in self.models else uid

    def _of_model(self, model: Model) -> str:
        said = {**_described(model), "source_identifier": model.source_identifier or model.uid}
        return self._line("model", model.uid, said)

    def _of_folder(self, folder: Folder) -> str:
        parent = None if folder.parent is None else self.name(folder.parent)
        return self._line(
            "folder", self.name(folder.uid),
            {**_described(folder), "parent": parent, "type": folder.type, "position": folder.position},
        )  # fmt: skip

    def _of_row(self, row: Sequence[Any]) -> str:
        (
            _, uid, kind, type_, name, description, specialization, owner, source, target, folder,
            attributes, properties, translations, valid_from, valid_until, _, _,
        ) = row  # fmt: skip
        line = f'{{"record":"{kind}","identifier":{quoted(self.name(uid))},"type":{quoted(type_)}'
        if name:
            line += f',"name":{quoted(name)}'
        if description:
            line += f',"description":{quoted(description)}'
        if specialization:
            line += f',"specialization":{quoted(specialization)}'
        if source is not None:
            line += f',"source":{quoted(self.name(source))},"target":{quoted(self.name(target))}'
        if owner is not None:
            line += f',"owner":{quoted(self.name(owner))}'
        if folder is not None:
            line += f',"folder":{quoted(self.name(folder))}'
        if attributes != "{}":
            line += f',"attributes":{self._attributes(type_, attributes)}'
        if properties != "[]":
            line += f',"properties":{properties}'
        if translations != "{}":
            line += f',"translations":{translations}'
        if valid_from is not None:
            line += f',"valid_from":"{valid_from}"'
        if valid_until is not None:
            line += f',"valid_until":"{valid_until}"'
        return line + "}\n"

    def _of_concept(self, concept: Concept) -> str:
        found: dict[str, Any] = {"type": concept.type, **_described(concept), "specialization": concept.specialization}
        for name in ("source", "target", "owner", "folder"):
            uid = getattr(concept, name)
            found[name] = None if uid is None else self.name(uid)
        found["attributes"] = self._with_names(concept.type, dict(concept.attributes))
        for name in ("valid_from", "valid_until"):
            day = getattr(concept, name)
            found[name] = None if day is None else day.isoformat()
        return self._line(concept.kind, self.name(concept.uid), found)

    def _line(self, record: str, identifier: str, said: dict[str, Any]) -> str:
        rest = {name: value for name, value in said.items() if value not in (None, "", {}, [])}
        return _ENCODER.encode({"record": record, "identifier": identifier, **rest}) + "\n"

    def _attributes(self, type_name: str, text: str) -> str:
        if not self.references.get(type_name):
            return text
        return _ENCODER.encode(self._with_names(type_name, json.loads(text)))

    def _with_names(self, type_name: str, attributes: dict[str, Any]) -> dict[str, Any]:
        for name in self.references.get(type_name, frozenset()) & attributes.keys():
            value = attributes[name]
            attributes[name] = [self.name(each) for each in value] if isinstance(value, list) else self.name(value)
        return attributes


def _described(record: Model | Folder | Concept) -> dict[str, Any]:
    return {
        "name": record.name,
        "description": record.description,
        "properties": [_property(each) for each in record.properties],
        "translations": {language: dict(fields) for language, fields in record.translations.items()},
    }


def _property(each: Property) -> dict[str, str]:
    said = {"key": each.key, "value": each.value, "kind": each.kind, "lang": each.lang}
    return {name: text for name, text in said.items() if text is not None}
