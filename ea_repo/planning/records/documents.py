"""Documents: files attached to anything, kept by their SHA-256, each version with its author, time and reason.

A document is a concept of type `Document`, so that it has history, search, drafts and export like any other; its bytes are
`store/contents.py`. Registers, schedules and disposition are other modules of this folder.
"""

import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, Literal

from ea_repo.errors import InvalidInput, NotFound
from ea_repo.repository import Repository
from ea_repo.store.changesets import Applied
from ea_repo.store.contents import Kept
from ea_repo.store.operations import Create, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

DOCUMENT = "Document"
#: RFC 6838, 4.2.
MEDIA_TYPE_PATTERN = "^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$"
#: Without slashes and control characters, nor a space in front.
FILE_NAME_PATTERN = r"^[^\x00-\x20\x7f-\xa0/\\][^\x00-\x1f\x7f-\x9f/\\]{0,254}$"
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Fault:
    """A document whose bytes cannot be given: `missing` here, or not what they were."""

    uid: str
    name: str
    sha256: str
    what: Literal["missing", "altered", "incomplete"]


def attach(
    repository: Repository,
    file: BinaryIO,
    *,
    model: str,
    author: str,
    file_name: str,
    most_bytes: int,
    name: str = "",
    media_type: str | None = None,
    attached_to: Sequence[str] = (),
    attributes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Applied:
    """Keeps a file as a new document of a model; its `name` is the file's where none is given.

    The same bytes may be several documents. `TooLarge` beyond `most_bytes`; a uid in `attached_to` that is none is refused
    with its place, and no document is made then.
    """
    said = _said(file_name, media_type)
    kept = repository.contents.keep(file, most_bytes=most_bytes)
    with repository.state() as state:
        uid = _free_uid(state, model, kept)
    fields = {
        "name": name or file_name,
        "attributes": {**(attributes or {}), **said, **_facts(kept), "attached_to": list(attached_to)},
    }
    creating = repository.changeset(author, reason or f"Attach {file_name}", [Create(uid, DOCUMENT, fields)])
    return creating.apply()


def filing(series: str | None, dated_on: date | None) -> dict[str, str]:
    """What files a document: the record series it is in and the day that it bears, as attributes."""
    said = {"record_series": series, "dated_on": None if dated_on is None else dated_on.isoformat()}
    return {name: value for name, value in said.items() if value is not None}


def revise(
    repository: Repository,
    uid: str,
    file: BinaryIO,
    *,
    author: str,
    file_name: str,
    most_bytes: int,
    base_version: int | None,
    media_type: str | None = None,
    reason: str = "",
) -> Applied:
    """A new version of a document; those before stay readable as of their changesets. Raises as any edit does."""
    said = _said(file_name, media_type)
    with repository.state() as state:
        document(state, uid)
    kept = repository.contents.keep(file, most_bytes=most_bytes)
    update = Update(uid, {"attributes": {**said, **_facts(kept)}}, base_version)
    return repository.changeset(author, reason or f"Revise with {file_name}", [update]).apply()


def document(state: State, uid: str) -> Concept:
    """The document of that uid; `NotFound` where there is none, or it is something else."""
    found = state.get(uid)
    if found.type not in state.metamodel.descendants(DOCUMENT):
        raise NotFound(f'"{uid}" is a {found.type}, not a document', uid=uid, nearest=[])
    return found


@contextmanager
def opened(repository: Repository, found: Concept) -> Iterator[BinaryIO]:
    """The bytes of a document as it stood in some state, verified against its SHA-256."""
    sha256 = found.attributes.get("sha256")
    if sha256 is None:
        raise NotFound(f'the document "{found.uid}" has no file yet', uid=found.uid, nearest=[])
    with repository.contents.open(sha256) as file:
        yield file


def attached(state: State, uid: str) -> list[Concept]:
    """The documents attached to a concept, by uid."""
    users = {
        user for kind, user, field in state.users_of(uid) if kind == "concept" and field == "attributes.attached_to"
    }
    known = state.metamodel.descendants(DOCUMENT)
    return [each for _, each in sorted(state.get_many(users).items()) if each.type in known]


def faults(repository: Repository) -> list[Fault]:
    """Every present document whose bytes are missing or damaged. Reads and hashes all that is kept."""
    damaged = {each.sha256: each.what for each in repository.contents.verify()}
    found: list[Fault] = []
    with repository.state() as state:
        for each in state.iterate(Query(types=(DOCUMENT,))):
            sha256 = each.attributes.get("sha256")
            if sha256 is None:
                continue
            if sha256 in damaged:
                found.append(Fault(each.uid, each.name, sha256, damaged[sha256]))
            elif not repository.contents.holds(sha256):
                found.append(Fault(each.uid, each.name, sha256, "missing"))
    return found


def _said(file_name: str, media_type: str | None) -> dict[str, str]:
    if not re.search(FILE_NAME_PATTERN, file_name):
        raise InvalidInput(f'"{file_name[:80]}" is not a file name; use at most 255 characters, no slashes')
    kind = media_type or mimetypes.guess_type(file_name)[0] or _UNKNOWN
    if not re.search(MEDIA_TYPE_PATTERN, kind):
        raise InvalidInput(f'"{kind[:80]}" is not a media type; use one such as application/pdf')
    return {"file_name": file_name, "media_type": kind.lower()}


def _facts(kept: Kept) -> dict[str, Any]:
    return {"sha256": kept.sha256, "size_bytes": kept.size}


def _free_uid(state: State, model: str, kept: Kept) -> str:
    """Of the checksum, and counted on where there are documents with the same bytes already."""
    number = 1
    while True:
        uid = f"{model}:document-{kept.sha256[:16]}" + ("" if number == 1 else f"-{number}")
        if not state.get_many([uid]):
            return uid
        number += 1
