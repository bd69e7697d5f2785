"""A sealed snapshot: the architecture as it was known at one changeset, in a bag that proves later that nothing changed.

`data/seal.json` says what it is of: the changeset and its fingerprint in the repository's history, the date on which it
holds, if one, and how many records there are. `data/<kind>.ndjson` holds the models, folders, concepts and views, one a
line, in canonical JSON (keys in order, no spaces) and in order of uid. The same state therefore always gives the same
bytes. It is held to three things: its own manifests; its fingerprint, where that was noted elsewhere; and the history of a
repository, where one is at hand.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import ea_repo
from ea_repo.errors import Conflict, InvalidInput, MalformedRequest
from ea_repo.exchange import bagit
from ea_repo.repository import Repository
from ea_repo.store.query import Query
from ea_repo.store.records import Changeset
from ea_repo.store.state import State

FORMAT, VERSION = "ea-repo-seal", 1
SEAL = "seal.json"
KINDS = ("models", "folders", "concepts", "views")
_MOST_SEAL_BYTES = 1_000_000
_LINES_AT_ONCE = 1_000
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Seal:
    """What a sealed snapshot is of. `history` identifies the changeset; `fingerprint` stands for the whole bag."""

    changeset: int
    history: str
    applied_at: str
    author: str
    reason: str
    on: str | None
    metamodel: str
    records: dict[str, int]
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A record that the repository has otherwise than the seal: `altered`, `missing` here, or `added` to that past."""

    kind: str
    uid: str
    what: Literal["altered", "missing", "added"]


def write(state: State, target: str | Path) -> Seal:
    """Seals a state into a new .zip, .tar, .tar.gz or folder. `Conflict` for a draft, or before the first changeset.

    O(records), flat in memory but for views.
    """
    if state.draft is not None:
        raise Conflict("a draft can change yet; apply it, and seal what is then")
    if state.number == 0:
        raise Conflict("nothing has been written yet; there is nothing to seal")
    changeset = state.changeset(state.number)
    info = {
        "Bag-Software-Agent": f"ea-repo {ea_repo.__version__}",
        "External-Description": "A sealed snapshot of an architecture; data/seal.json tells more",
        "EA-Repo-Changeset": str(state.number),
    }
    counts: dict[str, int] = {}
    with bagit.writing(Path(target), info) as bag:
        for kind in KINDS:
            with bag.add(_file_of(kind)) as file:
                counts[kind] = 0
                for line in _lines(state, kind):
                    file.write(line)
                    counts[kind] += 1
        seal = _seal(state, changeset, counts)
        with bag.add(SEAL) as file:
            said = {"format": FORMAT, "version": VERSION, **_told(seal)}
            file.write(json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")
    return Seal(**{**asdict(seal), "fingerprint": bag.fingerprint})


def verify(source: str | Path, *, fingerprint: str | None = None) -> Seal:
    """Reads all of a seal. Raises `MalformedRequest`, naming the files, where it is damaged, altered or no seal."""
    with bagit.reading(Path(source)) as bag:
        return _checked(bag, fingerprint)


def changes(repository: Repository, source: str | Path, *, fingerprint: str | None = None) -> list[Change]:
    """Every record that the repository, at the changeset and date of a seal, has otherwise than the seal: none, if all is well.

    Raises what `verify` raises, and `InvalidInput` where the repository has another history. O(records).
    """
    with bagit.reading(Path(source)) as bag:
        seal = _checked(bag, fingerprint)
        on = None if seal.on is None else date.fromisoformat(seal.on)
        with repository.state(on=on, as_of=seal.changeset) as state:
            if state.history_identity != seal.history:
                raise InvalidInput(
                    f"{bag.name}: changeset {seal.changeset} of this repository is another than the one that was sealed"
                )
            found: list[Change] = []
            for kind in KINDS:
                with bag.open(_file_of(kind)) as file:
                    found += _differences(kind, iter(file), _lines(state, kind))
    return found


def _checked(bag: bagit.Bag, fingerprint: str | None) -> Seal:
    if fingerprint is not None and fingerprint.lower() != bag.fingerprint:
        raise MalformedRequest(
            f"{bag.name}: the seal was altered: its fingerprint is {bag.fingerprint}, not {fingerprint}",
            files=[bagit.TAG_MANIFEST],
        )
    bag.verify()
    wanted = {bagit.PAYLOAD + each for each in (SEAL, *map(_file_of, KINDS))}
    if wanted != bag.payload.keys():
        raise MalformedRequest(
            f"{bag.name} is a bag, but no sealed snapshot", files=sorted(wanted ^ bag.payload.keys())
        )
    with bag.open(SEAL) as file:
        data = file.read(_MOST_SEAL_BYTES)
    try:
        said = json.loads(data)
        if (said.pop("format"), said.pop("version")) != (FORMAT, VERSION):
            raise ValueError("format")
        seal = Seal(**said, fingerprint=bag.fingerprint)
        if type(seal.changeset) is not int or not isinstance(seal.history, str):
            raise TypeError("changeset")
        _ = None if seal.on is None else date.fromisoformat(seal.on)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedRequest(f"{bag.name}: {bagit.PAYLOAD}{SEAL} cannot be read ({error!r})", files=[SEAL]) from None
    return seal


def _seal(state: State, changeset: Changeset, counts: dict[str, int]) -> Seal:
    applied = "" if changeset.applied_at is None else changeset.applied_at.isoformat()
    return Seal(
        state.number, state.history_identity, applied, changeset.author, changeset.reason,
        None if state.on is None else state.on.isoformat(), state.metamodel.fingerprint, counts,
    )  # fmt: skip


def _told(seal: Seal) -> dict[str, Any]:
    said = asdict(seal)
    del said["fingerprint"]
    return said


def _lines(state: State, kind: str) -> Iterator[bytes]:
    """Every record of a kind as a line, in order of uid."""
    readers: Mapping[str, Callable[[], Iterable[Any]]] = {
        "models": lambda: sorted(state.models(), key=_uid),
        "folders": lambda: sorted(state.folders(), key=_uid),
        "concepts": lambda: state.iterate(Query()),
        "views": lambda: sorted(state.views(content=True), key=_uid),
    }
    for each in readers[kind]():
        yield (
            json.dumps(asdict(each), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
            + b"\n"
        )


def _uid(record: Any) -> str:
    return str(record.uid)


def _file_of(kind: str) -> str:
    return f"{kind}.ndjson"


def _differences(kind: str, sealed: Iterator[bytes], present: Iterator[bytes]) -> Iterator[Change]:
    """What differs of the lines on two sides, by uid. Kept of each is its digest only."""
    ours: dict[str, bytes] = {}
    theirs: dict[str, bytes] = {}
    for line in sealed:
        ours[_uid_of(line)] = sha256(line).digest()
    for line in present:
        theirs[_uid_of(line)] = sha256(line).digest()
    for uid in sorted(ours.keys() | theirs.keys()):
        if uid not in theirs:
            yield Change(kind, uid, "missing")
        elif uid not in ours:
            yield Change(kind, uid, "added")
        elif ours[uid] != theirs[uid]:
            yield Change(kind, uid, "altered")


def _uid_of(line: bytes) -> str:
    return str(json.loads(line)["uid"])
