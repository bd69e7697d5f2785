"""The files of the sample's documents: a short text each, made from what its row says, kept by its SHA-256 as any file is."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO

from ea_repo.repository import Repository
from ea_repo.store.operations import Create

_DOCUMENT = "Document"
_MOST_BYTES = 10_000


def with_files(things: Iterable[Create]) -> list[Create]:
    """The same, each document with the name, size and checksum of its file."""
    found = list(things)
    names = {each.uid: str(each.fields["name"]) for each in found if "name" in each.fields}
    return [_described(each, _text(each, names)) if each.type == _DOCUMENT else each for each in found]


def keep_files(repository: Repository, things: Iterable[Create]) -> None:
    """Keeps the bytes of every document; of those that were disposed of, only that they were there and are gone."""
    found = list(things)
    names = {each.uid: str(each.fields["name"]) for each in found if "name" in each.fields}
    for each in found:
        if each.type == _DOCUMENT:
            kept = repository.contents.keep(BytesIO(_text(each, names)), most_bytes=_MOST_BYTES)
            if "disposed_on" in each.fields["attributes"]:
                repository.contents.destroy(kept.sha256)


def _described(document: Create, text: bytes) -> Create:
    said = {
        "file_name": f"{document.uid.partition(':')[2].lower()}.txt", "media_type": "text/plain",
        "size_bytes": len(text), "sha256": hashlib.sha256(text).hexdigest(),
    }  # fmt: skip
    return replace(document, fields={**document.fields, "attributes": {**document.fields["attributes"], **said}})


def _text(document: Create, names: Mapping[str, str]) -> bytes:
    return ("\n".join(_lines(document, names)) + "\n").encode()


def _lines(document: Create, names: Mapping[str, str]) -> Iterator[str]:
    said = document.fields["attributes"]
    yield str(document.fields["name"])
    yield "Republic of Arunika, an invented government"
    yield ""
    yield f"Issued by: {names[document.fields['owner']]}"
    yield f"Date: {said['dated_on']}"
    yield from (f"Concerns: {names[each]}" for each in said.get("attached_to", ()))
    yield ""
    yield str(document.fields["description"])
