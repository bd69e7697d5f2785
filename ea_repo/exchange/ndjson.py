"""NDJSON: one JSON object a line, the format for very large models (.ndjson, .jsonl; packed as .ndjson.gz).

Every line says what it is of by `record`, and who by `identifier`: text without spaces, slashes or colons, different for
every concept, and for every folder. All else may be left out:

    model         name, description, properties, translations, source_identifier; once at most, on any line
    folder        name, description, properties, translations, parent, type, position
    element       type (needed), name, description, specialization, properties, translations, owner, folder, attributes,
                  valid_from, valid_until
    relationship  the same, and source and target (both needed)

They mean what they mean in a changeset: `properties` are a list such as [{"key": "Colour", "value": "red"}],
`translations` {"id": {"name": "Pajak"}}, dates 2028-01-31, `attributes` those of the type. Wherever a record is named (in
`owner`, `folder`, `parent`, `source`, `target` and attributes that are references) stands an identifier of this file,
which may come later, or the uid `model:identifier` of something that the repository has already. Empty lines are passed
over. The file is UTF-8.

    {"record": "model", "identifier": "finance", "name": "Ministry of Finance"}
    {"record": "element", "identifier": "MOF", "type": "Agency", "name": "Ministry of Finance"}
    {"record": "element", "identifier": "tax", "type": "System", "name": "Tax", "owner": "MOF"}
    {"record": "relationship", "identifier": "r1", "type": "Serving", "source": "tax", "target": "people:filing"}

The format is exact: other formats repair what they can and tell of it, this one names the line and refuses the file.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, cast

from ea_repo.catalogue import file_format
from ea_repo.errors import InvalidInput, MalformedRequest, Problem
from ea_repo.exchange import ndjson_lines
from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleFolder
from ea_repo.exchange.export import Export
from ea_repo.exchange.format import Source
from ea_repo.exchange.identifiers import uid_of
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.store.fields import BY_NAME, check
from ea_repo.store.operations import Create, RecordKind
from ea_repo.store.records import Property

Line = dict[str, Any]

_DESCRIBED = frozenset({"record", "identifier", "name", "description", "properties", "translations"})
_CONCEPT = _DESCRIBED | {"type", "specialization", "owner", "folder", "attributes", "valid_from", "valid_until"}
_FIELDS: Mapping[str, frozenset[str]] = {
    "model": _DESCRIBED | {"source_identifier"},
    "folder": _DESCRIBED | {"parent", "type", "position"},
    "element": _CONCEPT,
    "relationship": _CONCEPT | {"source", "target"},
}
_KINDS: Mapping[str, RecordKind] = {
    "model": "model", "folder": "folder", "element": "concept", "relationship": "concept",
}  # fmt: skip
_NEEDED = {"model": (), "folder": (), "element": ("type",), "relationship": ("type", "source", "target")}
_LINKS = ("owner", "folder", "parent", "source", "target")
#: Nearly every identifier: what `_uid` would make of it is known at once.
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]{1,250}").fullmatch
_BYTE_ORDER_MARK = "\ufeff"


@file_format(name="ndjson")
class Ndjson:
    """One JSON object a line (.ndjson, .jsonl, packed as .gz): for very large models."""

    def recognises(self, source: Source) -> bool:
        return source.entries is None and self.begins(source.data[:512])

    def begins(self, head: bytes) -> bool:
        """Whether a file that begins so is in this format."""
        text = head.removeprefix(_BYTE_ORDER_MARK.encode()).lstrip()
        return text[:1] == b"{" and b'"' in text[:64]

    media_type = "application/x-ndjson"
    suffix = ".ndjson"

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        return ndjson_lines.write(export, file)

    def read(self, source: Source) -> Bundle:
        return _bundle(parsed(io.BytesIO(source.data), source.name), source.name)

    def creates(self, file: BinaryIO, name: str, model: str, metamodel: Metamodel) -> Iterator[tuple[int, Create]]:
        """Each line's number and what it creates in the model, as the file is read."""
        return creates(parsed(file, name), model, metamodel)


def parsed(file: BinaryIO, name: str) -> Iterator[tuple[int, Line]]:
    """Each line by its number, judged by its form. Raises `MalformedRequest` with the line."""
    number = 0
    texts = io.TextIOWrapper(file, "utf-8", newline="\n")
    try:
        for number, text in enumerate(texts, 1):
            if number == 1:
                text = text.removeprefix(_BYTE_ORDER_MARK)
            if text.isspace():
                continue
            line = _decoded(text)
            if wrong := _wrong_form(line):
                raise MalformedRequest(f"{name}: line {number}: {wrong}")
            yield number, line
    except UnicodeDecodeError as error:
        # The lines before those that were being decoded are done.
        wrong_line = number + 1 + error.object.count(b"\n", 0, error.start)
        raise MalformedRequest(f"{name}: line {wrong_line}: bytes that are not UTF-8") from None
    except (ValueError, RecursionError) as error:
        where = f"column {error.colno}: " if isinstance(error, json.JSONDecodeError) else ""
        said = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise MalformedRequest(f"{name}: line {number}: {where}this is not JSON: {said}") from None
    except (EOFError, OSError) as error:
        raise MalformedRequest(f"{name}: after line {number}: the file is damaged or cut off ({error})") from None
    finally:
        texts.detach()  # it would close the file


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def _decoded(text: str) -> Any:
    """The value a line says. As `decode`, which looks for blanks around it at half the speed."""
    try:
        found, end = _DECODER.scan_once(text, 0)  # type: ignore[attr-defined]  # as `raw_decode`, without a call
    except (ValueError, StopIteration):
        return _DECODER.decode(text.rstrip())
    return found if text[end:] == "\n" else _DECODER.decode(text.rstrip())


def _wrong_form(line: Any) -> str | None:
    """What is wrong with the form of a line, None if nothing."""
    if not isinstance(line, dict):
        return 'a line is an object such as {"record": "element", "identifier": "tax", "type": "System"}'
    record = line.get("record")
    fields = _FIELDS.get(record) if isinstance(record, str) else None
    if fields is None:
        return f'"record" must be one of {", ".join(_FIELDS)}'
    if not fields.issuperset(line):
        unknown = " ".join(", ".join(sorted(line.keys() - fields)).split())[:200]
        return f"a line of {record} has no {unknown}; it has {', '.join(sorted(fields))}"
    identifier = line.get("identifier")
    if not isinstance(identifier, str) or not identifier or ":" in identifier:
        return '"identifier" must be text without a colon'
    for field in _NEEDED[cast(str, record)]:
        if not isinstance(line.get(field), str):
            return f'a line of {record} needs "{field}"'
    return None


def creates(lines: Iterable[tuple[int, Line]], model: str, metamodel: Metamodel) -> Iterator[tuple[int, Create]]:
    """What each line of good form creates in the model, with its number."""
    references = _reference_attributes(metamodel)
    for number, line in lines:
        yield number, _create(line, model, references)


def _create(line: Line, model: str, references: Mapping[str, frozenset[str]]) -> Create:
    """What a line of good form creates. The line is taken apart."""
    record = _KINDS[line.pop("record")]
    identifier = line.pop("identifier")
    if record == "model":
        if identifier != model:  # a model that came from no file goes into one by its key
            line.setdefault("source_identifier", identifier)
        return Create(model, "", line, record)
    for field in _LINKS:
        named = line.get(field)
        if named is not None:
            is_plain = type(named) is str and _PLAIN(named)
            line[field] = f"{model}:{named}" if is_plain else _uid(named, model)
    uid = f"{model}:{identifier}" if _PLAIN(identifier) else uid_of(model, identifier)
    if record == "folder":
        return Create(uid, "", line, record)
    type_name = line.pop("type")
    attributes = line.get("attributes")
    named = references.get(type_name)
    if attributes and named and isinstance(attributes, dict):
        for name in named & attributes.keys():
            attributes[name] = _uids(attributes[name], model)
    return Create(uid, type_name, line)


def _uid(named: Any, model: str) -> Any:
    """The uid that a name in the file stands for; what is no text is left for the changeset to refuse."""
    return uid_of(model, named) if isinstance(named, str) and ":" not in named else named


def _uids(named: Any, model: str) -> Any:
    return [_uid(each, model) for each in named] if isinstance(named, list) else _uid(named, model)


def _reference_attributes(metamodel: Metamodel) -> dict[str, frozenset[str]]:
    """The attributes of each type that name other concepts."""
    found = {
        name: frozenset(each.name for each in metamodel.attributes(name).values() if each.kind.name == "reference")
        for name in metamodel.types
    }
    return {name: attributes for name, attributes in found.items() if attributes}


def _bundle(lines: Iterator[tuple[int, Line]], name: str) -> Bundle:
    """The whole file, for a model that may be there already."""
    bundle = Bundle("ndjson", None, "")
    seen: dict[tuple[RecordKind, str], int] = {}
    problems: list[Problem] = []
    holds = dict.fromkeys(("elements", "relationships", "views", "folders"), 0)
    for number, line in lines:
        record = line.pop("record")
        kind = _KINDS[record]
        first = seen.setdefault((kind, "" if record == "model" else line["identifier"]), number)
        if first != number:
            detail = f'line {number}: "{line["identifier"]}" exists already, on line {first}'
            problems.append(Problem(f"line {number}/uid", detail, "exists"))
        elif not (wrong := _check_fields(kind, line, number)):
            _add(bundle, record, line, number)
            holds[f"{record}s"] = holds.get(f"{record}s", 0) + 1
        else:
            problems.extend(wrong)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidInput(f"{name}: {problems[0].detail}{more}", errors=problems)
    bundle.holds = holds
    return bundle


def _check_fields(kind: RecordKind, line: Line, number: int) -> list[Problem]:
    """Brings the fields into their stored form; returns what is wrong with them."""
    problems = []
    for field, value in line.items():
        if field == "identifier":
            continue
        try:
            line[field] = check(BY_NAME[kind][field], value)
        except ValueError as error:
            identifier = line["identifier"]
            detail = f"line {number}: {identifier}: {field} {error}"
            problems.append(Problem(f"line {number}/fields/{field}", detail))
    return problems


def _add(bundle: Bundle, record: str, line: Line, number: int) -> None:
    line["properties"] = [Property(**each) for each in line.get("properties", ())]
    if record == "folder":
        bundle.folders.append(BundleFolder(**{"name": "", **line}))
    elif record == "model":
        bundle.identifier = line.get("source_identifier") or line["identifier"]
        bundle.name, bundle.description = line.get("name", ""), line.get("description")
        bundle.properties, bundle.translations = line["properties"], line.get("translations", {})
    else:
        bundle.concepts.append(BundleConcept(**line, line=number))
