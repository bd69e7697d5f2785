"""Disposition of documents: a list is proposed, reviewed, approved by somebody else, and carried out with a certificate.

What is due is the report `disposition-due`.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from fastapi import Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.access import Reader, Writer
from api.concepts import written
from api.dependencies import IfMatch, OpenRepository, UidPath, version_in
from api.encoding import json_response
from api.receiving import BINARY, deleted_after
from api.routes import CHANGES, CREATES, READS, new_router, problems
from api.schemas.answers import Concept
from api.schemas.values import Body, Line, ModelKey, Text, Uid, example
from ea_repo.planning.records import disposition, documents

router = new_router("planning")
_ZIP = "application/zip"
_PACKAGE: dict[str, Any] = {
    "description": "The package, BagIt, with the certificate's uid in a header.",
    "content": {_ZIP: BINARY},
    "headers": {
        "Certificate": {"description": "The uid of the certificate.", "schema": {"type": "string"}},
        "Fingerprint": {"description": "That of the package.", "schema": {"type": "string"}},
    },
}


class NewList(Body):
    """Documents that are due, and what is to become of them."""

    model_config = example(model="people", action="destroy", documents=["people:document-0123456789abcdef"])

    model: ModelKey = Field(description="The model that the list becomes part of.")
    action: disposition.Action
    documents: list[Uid] = Field(min_length=1, max_length=10_000)
    name: Line | None = Field(None, description="What the list is called.")
    reason: Line | None = None


class Step(Body):
    """The next step of a list. Whoever proposed it neither reviews nor approves it."""

    step: Literal["reviewed", "approved", "rejected"]
    note: Text = Field("", max_length=2_000, description="What is to be remembered of it.")


class CarriedOut(BaseModel):
    uid: str
    certificate: str = Field(description="The certificate, a document: `/documents/{uid}/content`.")
    destroyed: list[str] = Field(description="SHA-256 of the contents that were destroyed.")
    still_used: list[str] = Field(description="Those that other documents still have.")
    fingerprint: str | None


@router.post("/planning/disposition-lists", response_model=Concept, status_code=201, responses=problems(*CREATES))
def propose_disposition(repository: OpenRepository, user: Writer, body: NewList) -> Response:
    """Propose a list of documents to destroy, or to hand over to an archive. All that may not go are refused at once."""
    with repository.state() as state:
        state.model(body.model)
        for each in body.documents:
            documents.document(state, each)
    uid = disposition.propose(
        repository, body.documents, body.action, model=body.model, author=user.name, name=body.name or "",
        reason=body.reason or "",
    )  # fmt: skip
    return written(repository, uid, 201)


@router.post("/planning/disposition-lists/{uid}/steps", response_model=Concept, responses=problems(*CHANGES))
def decide_disposition(
    repository: OpenRepository, user: Writer, uid: UidPath, body: Step, if_match: IfMatch = ""
) -> Response:
    """Say that a list was reviewed, approve it or reject it, from the version that was read."""
    disposition.decide(
        repository, uid, body.step, author=user.name, note=body.note, base_version=version_in(if_match)
    )  # fmt: skip
    return written(repository, uid, 200)


@router.post(
    "/planning/disposition-lists/{uid}/completion",
    response_model=CarriedOut,
    responses={
        200: {
            **_PACKAGE,
            "description": "What was destroyed; of a transfer, the package, with the certificate's uid in a header.",
        },
        **problems(*CHANGES),
    },
)
def carry_out_disposition(repository: OpenRepository, user: Writer, uid: UidPath) -> Response:
    """Carry out an approved list: destroy its documents, or pack them as BagIt for an archive; with a certificate."""
    with repository.state() as state:
        action = disposition.disposition_list(state, uid).attributes.get("action")
    if action == "destroy":
        return json_response(disposition.carry_out(repository, uid, author=user.name))

    def written(package: Path) -> tuple[str, str]:
        done = disposition.carry_out(repository, uid, author=user.name, package=package)
        return done.certificate, done.fingerprint or ""

    return _package(written)


@router.get(
    "/planning/disposition-lists/{uid}/package.zip",
    response_class=Response,
    responses={200: _PACKAGE, **problems(409, *READS)},
)
def transfer_package(repository: OpenRepository, user: Reader, uid: UidPath) -> Response:
    """The package of a transfer that was carried out, once more: the documents as they were handed over."""
    with repository.state() as state:
        certificate = str(disposition.disposition_list(state, uid).attributes.get("certificate", ""))
    return _package(lambda package: (certificate, disposition.package_again(repository, uid, package)))


def _package(written: Callable[[Path], tuple[str, str]]) -> Response:
    """A package that is written into a file, sent and deleted; with the certificate's uid and its fingerprint."""
    folder = tempfile.TemporaryDirectory()
    try:
        package = Path(folder.name) / "transfer.zip"
        certificate, fingerprint = written(package)
    except BaseException:
        folder.cleanup()
        raise
    headers = {
        "Certificate": certificate,
        "Fingerprint": fingerprint,
        "Content-Disposition": 'attachment; filename="transfer.zip"',
        "Content-Length": str(package.stat().st_size),
    }
    return StreamingResponse(deleted_after(package, folder), headers=headers, media_type=_ZIP)
