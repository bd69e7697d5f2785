"""Disposition: a list of documents is proposed, reviewed, approved by somebody else, and carried out with a certificate.

Destroying takes the bytes of every version away and leaves the document's entry, so that what was destroyed, by which rule
and on whose word stays known. Handing over writes a BagIt package for an archive, reads it back, and leaves the bytes. Each
step is a changeset; what is due and what a legal hold stops is asked again when it is carried out.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import ea_repo
from ea_repo.clock import now
from ea_repo.errors import Conflict, InvalidInput, NotFound, Problem, StaleVersion
from ea_repo.exchange import bagit
from ea_repo.planning.records import documents
from ea_repo.planning.records.disposition_due import standing
from ea_repo.planning.records.holdings import Holding, holdings
from ea_repo.repository import Repository
from ea_repo.store.contents import MEGABYTE
from ea_repo.store.operations import Create, Operation, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

LIST = "DispositionList"
Action = Literal["destroy", "transfer"]
Step = Literal["proposed", "reviewed", "approved", "rejected", "carried_out"]
#: What a list must have come to before each step.
_BEFORE: Mapping[Step, tuple[Step, ...]] = {
    "reviewed": ("proposed",),
    "approved": ("reviewed",),
    "rejected": ("proposed", "reviewed", "approved"),
    "carried_out": ("approved",),
}
_OUTCOMES: Mapping[Action, tuple[str, ...]] = {
    "destroy": ("destroy", "reappraise"),
    "transfer": ("permanent", "reappraise"),
}
_MOST_CERTIFICATE = 64 * MEGABYTE
METADATA = "documents.json"


@dataclass(frozen=True, slots=True)
class Done:
    """What was carried out: the certificate, the contents that were destroyed, and those that another document still has.

    `fingerprint` is that of the package, where one was written.
    """

    uid: str
    certificate: str
    destroyed: tuple[str, ...]
    still_used: tuple[str, ...]
    fingerprint: str | None


def propose(
    repository: Repository, wanted: Sequence[str], action: Action, *, model: str, author: str, name: str = "", reason: str = ""
) -> str:  # fmt: skip
    """A new list of documents to destroy or hand over; its uid. `InvalidInput` names each that may not be, and why."""
    today = now().date()
    with repository.state() as state:
        _checked(state, wanted, action)
        uid = _free_uid(state, f"{model}:disposition-{today:%Y%m%d}")
    fields = {
        "name": name or f"Documents to {action}, {today}",
        "attributes": {
            "action": action, "documents": list(dict.fromkeys(wanted)), "step": "proposed",
            "proposed_by": author, "proposed_on": today.isoformat(),
        },
    }  # fmt: skip
    repository.changeset(
        author, reason or f"Propose to {action} {len(wanted)} documents", [Create(uid, LIST, fields)]
    ).apply()
    return uid


def decide(
    repository: Repository,
    uid: str,
    step: Literal["reviewed", "approved", "rejected"],
    *,
    author: str,
    note: str = "",
    base_version: int | None = None,
) -> None:
    """Takes a list a step further. `Conflict` out of turn, `InvalidInput` from whoever proposed it: that takes two.

    `StaleVersion` where it was changed since `base_version`, if that is said.
    """
    with repository.state() as state:
        found = disposition_list(state, uid)
        if base_version not in (None, found.version):
            raise StaleVersion(f"{uid} has version {found.version} by now, not {base_version}; read it again", uid=uid)
        _check_turn(found, step)
        if step != "rejected" and author == found.attributes["proposed_by"]:
            raise InvalidInput(f"{author} proposed this list; somebody else has to say that it is {step}")
    said = {"step": step, f"{step}_by": author, f"{step}_on": now().date().isoformat()}
    if note:
        said["note"] = note
    reason = f"{found.name}: {step}" + (f" ({note})" if note else "")
    repository.changeset(author, reason, [Update(uid, {"attributes": said}, found.version)]).apply()


def carry_out(repository: Repository, uid: str, *, author: str, package: Path | None = None) -> Done:
    """Destroys the documents of an approved list, or writes them into a new `package`, and keeps a certificate.

    First the changeset with the certificate, then the bytes: whoever is interrupted carries it out again, which destroys
    what is left. `Conflict` where it is not approved; `InvalidInput` names documents that are held or not due any more.
    """
    with repository.state() as state:
        found = disposition_list(state, uid)
        action: Action = found.attributes["action"]
        if (package is None) != (action == "destroy"):
            raise InvalidInput(f"{uid} is to {action}; a package is {'for transfer only' if package else 'needed'}")
        wanted = found.attributes["documents"]
        again = found.attributes["step"] == "carried_out" and action == "destroy"
        if again:
            fingerprint, certificate = None, found.attributes["certificate"]
        else:
            _check_turn(found, "carried_out")
            about = _checked(state, wanted, action)
            fingerprint = None if package is None else _packed(repository, package, found, about, now().date())
        gone, shared = _contents(state, wanted) if action == "destroy" else ((), ())
    if not again:
        certificate = _certified(repository, found, about, author, gone, shared, fingerprint)
    for each in gone:
        repository.contents.destroy(each)
    return Done(uid, certificate, gone, shared, fingerprint)


def package_again(repository: Repository, uid: str, package: Path) -> str:
    """Writes the package of a transfer that was carried out anew, as it was then; its fingerprint.

    It is that of the certificate as long as the program's version is the one that wrote the first. `Conflict` where nothing
    was handed over.
    """
    with repository.state() as state:
        found = disposition_list(state, uid)
        said = found.attributes
        if (said.get("action"), said.get("step")) != ("transfer", "carried_out"):
            raise Conflict(f"{uid} was not handed over; only a transfer that was carried out has a package")
        done = next(each.record for each in state.history(uid) if each.record.attributes.get("step") == "carried_out")
        day = date.fromisoformat(said["carried_out_on"])
    with repository.state(as_of=done.written - 1) as before:
        known = {each.document.uid: each for each in holdings(before, day)}
        listed = disposition_list(before, uid)
        about = [known[each] for each in dict.fromkeys(listed.attributes["documents"])]
        return _packed(repository, package, listed, about, day)


def disposition_list(state: State, uid: str) -> Concept:
    """The list of that uid; `NotFound` where there is none, or it is something else."""
    found = state.get(uid)
    if found.type not in state.metamodel.descendants(LIST):
        raise NotFound(f'"{uid}" is a {found.type}, not a disposition list', uid=uid, nearest=[])
    return found


def _check_turn(found: Concept, step: Step) -> None:
    if (now_at := found.attributes.get("step")) not in _BEFORE[step]:
        raise Conflict(f"{found.uid} is {now_at}; only what is {' or '.join(_BEFORE[step])} can be {step}")


def _checked(state: State, wanted: Sequence[str], action: Action) -> list[Holding]:
    """The documents, if every one may be disposed of so today."""
    today = now().date()
    known = {each.document.uid: each for each in holdings(state, today)}
    problems = [
        Problem(f"/documents/{at}", f"{uid}: {why}")
        for at, uid in enumerate(wanted)
        if (why := _objection(known.get(uid), action, today)) is not None
    ]
    if not wanted:
        problems = [Problem("/documents", "no documents are named")]
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidInput(problems[0].detail + more, errors=problems)
    return [known[uid] for uid in dict.fromkeys(wanted)]


def _objection(found: Holding | None, action: Action, today: Any) -> str | None:
    if found is None:
        return "is no document, or was disposed of already"
    said = standing(found, today)
    if said != "due":
        due = "" if found.periods is None else f" until {found.periods.due_on}"
        return {"held": f"is held: {found.hold}", "kept": f"is to be kept{due}"}.get(
            said, "has no day on which it is due"
        )
    if found.rule.outcome not in _OUTCOMES[action]:
        return f"its schedule says {found.rule.outcome}, not {action}"
    return None


def _contents(state: State, wanted: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The SHA-256 of every version of these documents: those that only they had, and those that others have or had.

    Others are documents that were not destroyed.
    """
    those = {*wanted, *_destroyed(state)}
    ours = {sha for uid in wanted for version in state.history(uid) if (sha := _sha256(version.record)) is not None}
    others = {_sha256(each) for each in state.iterate(Query(types=(documents.DOCUMENT,))) if each.uid not in those}
    for uid, versions in state.former_versions().items():
        if uid not in those:
            others |= {_sha256(each.record) for each in versions}
    return tuple(sorted(ours - others)), tuple(sorted(ours & others))


def _destroyed(state: State) -> Iterator[str]:
    """The documents of every list by which documents were destroyed."""
    for each in state.iterate(Query(types=(LIST,))):
        if (each.attributes.get("step"), each.attributes.get("action")) == ("carried_out", "destroy"):
            yield from each.attributes["documents"]


def _sha256(concept: Any) -> str | None:
    value = concept.attributes.get("sha256")
    return value if isinstance(value, str) else None


def _packed(repository: Repository, package: Path, found: Concept, about: Sequence[Holding], day: date) -> str:
    """Writes the package and reads all of it back; its fingerprint."""
    info = {
        "Bag-Software-Agent": f"ea-repo {ea_repo.__version__}",
        "External-Identifier": found.uid,
        "External-Description": f"Transfer of documents: {found.name}",
        "Bagging-Date": day.isoformat(),
    }
    with bagit.writing(package, info) as bag:
        for each in about:
            if _sha256(each.document) is not None:
                with documents.opened(repository, each.document) as content, bag.add(_path_of(each.document)) as file:
                    while piece := content.read(MEGABYTE):
                        file.write(piece)
        with bag.add(METADATA) as file:
            said = [_described(each) for each in about]
            file.write(json.dumps(said, ensure_ascii=False, indent=1, default=str).encode() + b"\n")
    with bagit.reading(package) as written:
        written.verify()
    return bag.fingerprint


def _path_of(document: Concept) -> str:
    return f"documents/{document.uid.replace(':', '/')}/{document.attributes.get('file_name', 'document')}"


def _described(each: Holding) -> dict[str, Any]:
    return {
        "path": _path_of(each.document) if _sha256(each.document) else None,
        "document": asdict(each.document),
        "series": None if each.series is None else asdict(each.series),
        "due_on": None if each.periods is None else each.periods.due_on,
    }


def _certified(
    repository: Repository, found: Concept, about: Sequence[Holding], author: str,
    gone: Sequence[str], shared: Sequence[str], fingerprint: str | None,
) -> str:  # fmt: skip
    """Keeps the certificate, and writes that the list was carried out and its documents disposed of; the certificate's uid."""
    today = now().date().isoformat()
    text = "\n".join(_certificate(found, about, author, today, gone, shared, fingerprint)) + "\n"
    kept = repository.contents.keep(BytesIO(text.encode()), most_bytes=_MOST_CERTIFICATE)
    uid = f"{found.uid}-certificate"
    said = {
        "attached_to": [found.uid], "dated_on": today, "file_name": "certificate.txt", "media_type": "text/plain",
        "size_bytes": kept.size, "sha256": kept.sha256,
    }  # fmt: skip
    done: dict[str, Any] = {
        "step": "carried_out", "carried_out_by": author, "carried_out_on": today, "certificate": uid,
    }  # fmt: skip
    if fingerprint is not None:
        done["package_fingerprint"] = fingerprint
    operations: list[Operation] = [
        Create(uid, documents.DOCUMENT, {"name": f"Certificate: {found.name}", "attributes": said}),
        Update(found.uid, {"attributes": done}, found.version),
        *(Update(each.document.uid, {"attributes": {"disposed_on": today}}, each.document.version) for each in about),
    ]
    repository.changeset(author, f"Carry out {found.name}", operations).apply()
    return uid


def _certificate(
    found: Concept, about: Sequence[Holding], author: str, today: str,
    gone: Sequence[str], shared: Sequence[str], fingerprint: str | None,
) -> Iterator[str]:  # fmt: skip
    said = found.attributes
    is_transfer = fingerprint is not None
    yield "CERTIFICATE OF TRANSFER" if is_transfer else "CERTIFICATE OF DESTRUCTION"
    yield f"List: {found.name} ({found.uid})"
    for step in ("proposed", "reviewed", "approved"):
        yield f"{step.capitalize()} by {said[f'{step}_by']} on {said[f'{step}_on']}"
    yield f"Carried out by {author} on {today}"
    if said.get("note"):
        yield f"Note: {said['note']}"
    if is_transfer:
        yield f"Package (BagIt 1.0, verified after writing), fingerprint {fingerprint}"
    for number, each in enumerate(about, start=1):
        document = each.document
        yield ""
        yield f"{number}. {document.name} ({document.uid})"
        yield f"   File: {document.attributes.get('file_name', 'none')}, {document.attributes.get('size_bytes', 0)} bytes"
        yield f"   SHA-256: {document.attributes.get('sha256', 'none')}"
        if each.series is not None and each.periods is not None:
            authority = each.series.attributes.get("authority", "no authority told")
            yield f"   Series: {each.series.name} ({authority}), due on {each.periods.due_on}, {each.rule.outcome}"
    if not is_transfer:
        yield ""
        yield f"Contents destroyed: {len(gone)}"
        yield from (f"   {each}" for each in gone)
        if shared:
            yield f"Contents kept, as other documents have them: {len(shared)}"
            yield from (f"   {each}" for each in shared)


def _free_uid(state: State, base: str) -> str:
    number = 1
    while True:
        uid = f"{base}-{number}"
        if not state.get_many([uid]):
            return uid
        number += 1
