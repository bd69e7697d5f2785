"""The certificate of a disposition as a paper to be signed. What it says is what the register and its history say."""

from collections.abc import Iterator, Mapping
from typing import Any

from ea_repo.errors import Conflict
from ea_repo.planning.papers.paper import Paper, Section, plain
from ea_repo.planning.records.disposition import disposition_list
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.wording import Word, speaker

_STEPS = ("proposed", "reviewed", "approved", "carried_out")


def certificate_paper(state: State, uid: str, language: str = "en") -> Paper:
    """The certificate of a list that was carried out. `NotFound` where the uid is none; `Conflict` before that."""
    found = disposition_list(state, uid)
    said = found.attributes
    if said.get("step") != "carried_out":
        raise Conflict(f"{uid} is {said.get('step')}; there is a certificate when it has been carried out")
    word = speaker("ea_repo.planning.records", language)
    is_transfer = said["action"] == "transfer"
    signers = ("office", "archive") if is_transfer else ("office", "witness")
    lines = tuple(
        f"{word(key)}: {word('cert_blank')}" for key in ("cert_sign_name", "cert_sign_date", "cert_sign_here")
    )
    documents = state.get_many(said["documents"])
    return Paper(
        language=language,
        title=word(f"cert_{said['action']}"),
        subtitle=plain(found.name),
        sections=(
            Section(word("cert_steps"), tuple(_steps(said, word)), key="steps"),
            Section(word("cert_documents"), table=_documents(state, documents, word, language), key="documents"),
            Section(word("cert_contents"), sentences=tuple(_contents(state, documents, language)), key="contents"),
            Section(word("cert_statement"), sentences=tuple(_statements(said, len(documents), word)), key="statement"),
        ),
        signatures_heading=word("cert_signatures"),
        signatures=tuple((word(f"cert_for_{each}"), *lines) for each in signers),
        made=plain(word("cert_made", uid=uid, changeset=state.number)),
    )


def _steps(said: Mapping[str, Any], word: Word) -> Iterator[tuple[str, str]]:
    for step in _STEPS:
        by = word("cert_by", name=said.get(f"{step}_by", ""), day=said.get(f"{step}_on", ""))
        yield word(f"cert_{step}"), plain(by)
    if said.get("note"):
        yield word("cert_note"), plain(said["note"])


def _documents(
    state: State, documents: Mapping[str, Concept], word: Word, language: str
) -> tuple[tuple[str, ...], ...]:
    series = state.get_many({str(each.attributes.get("record_series")) for each in documents.values()})
    head = tuple(map(word, ("cert_document", "cert_dated", "cert_series", "cert_authority")))
    rows = []
    for _, each in sorted(documents.items()):
        its = series.get(str(each.attributes.get("record_series")))
        rows.append((
            _name(each, language), plain(each.attributes.get("dated_on", "–")), _name(its, language) if its else "–",
            plain(its.attributes.get("authority", "–") if its else "–"),
        ))  # fmt: skip
    return (head, *rows)


def _contents(state: State, documents: Mapping[str, Concept], language: str) -> Iterator[str]:
    for uid, each in sorted(documents.items()):
        shas = dict.fromkeys(
            str(sha) for version in state.history(uid)
            if (sha := getattr(version.record, "attributes", {}).get("sha256")) is not None
        )  # fmt: skip
        yield f"{_name(each, language)} ({uid}): {', '.join(shas) or '–'}"


def _statements(said: Mapping[str, Any], count: int, word: Word) -> Iterator[str]:
    yield word(f"cert_said_{said['action']}", count=count)
    if said.get("package_fingerprint"):
        yield word("cert_fingerprint", fingerprint=said["package_fingerprint"])


def _name(concept: Concept, language: str) -> str:
    return plain(concept.translations.get(language, {}).get("name") or concept.name)
