"""Imports: a model file sent here becomes a changeset."""

import tempfile
from functools import partial
from typing import Annotated, Any, BinaryIO, cast

from anyio.to_thread import run_sync
from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from api.access import Writer
from api.dependencies import DryRun, OpenRepository, Reason
from api.encoding import json_response
from api.routes import CREATES, new_router, problems
from api.schemas import FindingAnswer, Line, ModelKey
from ea_repo.errors import UnknownFormat
from ea_repo.exchange import importing

router = new_router("imports")
#: A file up to this size stays in memory.
_IN_MEMORY = 1_000_000
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A model file, or an archive with one. Its format is told from its content.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Counts(BaseModel):
    in_file: int
    created: int
    changed: int
    unchanged: int
    deleted: int


class ImportAnswer(BaseModel):
    model: str
    format: str
    changeset: int | None = Field(description="Its number; null where nothing was written.")
    dry_run: bool
    changed: bool
    elements: Counts
    relationships: Counts
    views: Counts
    findings: list[FindingAnswer]


@router.post("/imports", response_model=ImportAnswer, responses=problems(*CREATES), openapi_extra=_BODY)
async def import_model(
    request: Request,
    repository: OpenRepository,
    user: Writer,
    model: Annotated[ModelKey, Query(description="The model it goes into; made where there is none.")],
    name: Annotated[Line | None, Query(description="The file's name, for messages.")] = None,
    dry_run: DryRun = False,
    strict: Annotated[bool, Query(description="Refuse the file on any finding.")] = False,
    reason: Reason = None,
) -> Response:
    """Import a model file: ArchiMate Model Exchange, Archi, coArchi as an archive, NDJSON. Again changes nothing twice."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise UnknownFormat("send the file itself as the body, such as curl --data-binary @model.archimate")
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        async for chunk in request.stream():
            file.write(chunk)
        file.seek(0)
        work = partial(
            importing.import_file, repository, cast(BinaryIO, file), model=model, author=user.name, reason=reason,
            name=name or "the upload", strict=strict, dry_run=dry_run,
        )  # fmt: skip
        report = await run_sync(work)
    return json_response(report.to_json())
