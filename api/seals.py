"""Seals: the architecture of a moment in a bag, and the proof later that nothing changed."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.access import Reader
from api.dependencies import OpenRepository, OpenState
from api.encoding import json_response
from api.receiving import BINARY, deleted_after, file_body, received
from api.routes import CREATES, READS, new_router, problems
from ea_repo.planning.records import seal as seals
from ea_repo.repository import Repository

router = new_router("planning")
_ZIP = "application/zip"
_PIECE = 1 << 20
Fingerprint = Annotated[
    str | None,
    Query(pattern="^[0-9a-fA-F]{64}$", description="What making it told: finds also what was altered with care."),
]


class SealChange(BaseModel):
    """A record that the repository has otherwise than the seal."""

    kind: str
    uid: str
    what: str


class Verified(BaseModel):
    """A seal that is whole."""

    changeset: int
    history: str
    applied_at: str
    author: str
    reason: str
    on: str | None
    metamodel: str
    records: dict[str, int]
    fingerprint: str
    changes: list[SealChange] = Field(description="With `repository`: what differs there; empty, if all is well.")


@router.get(
    "/planning/seal.zip",
    response_class=Response,
    responses={
        200: {
            "description": "The seal, a BagIt bag.",
            "content": {_ZIP: BINARY},
            "headers": {
                "Fingerprint": {
                    "description": "Note it elsewhere: it finds also what is altered with care.",
                    "schema": {"type": "string"},
                }
            },
        },
        **problems(*READS, 409),
    },
)
def make_seal(user: Reader, open_state: OpenState) -> Response:
    """Seal everything as it was known at a changeset, on a date if wanted."""
    folder = tempfile.TemporaryDirectory()
    try:
        path = Path(folder.name) / "seal.zip"
        with open_state() as state:
            sealed = seals.write(state, path)
    except BaseException:
        folder.cleanup()
        raise
    headers = {
        "Fingerprint": sealed.fingerprint,
        "Content-Disposition": f'attachment; filename="seal-{sealed.changeset}.zip"',
        "Content-Length": str(path.stat().st_size),
    }
    return StreamingResponse(deleted_after(path, folder), headers=headers, media_type=_ZIP)


@router.post(
    "/planning/seal/verification",
    response_model=Verified,
    responses=problems(*CREATES),
    openapi_extra=file_body("The seal, a .zip.", _ZIP),
)
async def verify_seal(
    request: Request,
    repository: OpenRepository,
    user: Reader,
    fingerprint: Fingerprint = None,
    history: Annotated[bool, Query(description="Hold the repository's history to the seal as well.")] = False,
) -> Response:
    """Read all of a seal. One that was altered is refused, naming the files; what differs here is listed in `changes`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seal.zip"
        async with received(request, "seal.zip") as file:
            with path.open("wb") as kept:
                while piece := file.read(_PIECE):
                    kept.write(piece)
        return json_response(await run_sync(partial(_verified, repository, path, fingerprint, history)))


def _verified(repository: Repository, path: Path, fingerprint: str | None, history: bool) -> dict[str, Any]:
    sealed = seals.verify(path, fingerprint=fingerprint)
    changes = seals.changes(repository, path, fingerprint=fingerprint) if history else []
    return {**{name: getattr(sealed, name) for name in seals.Seal.__slots__}, "changes": changes}
