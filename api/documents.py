"""Documents: files attached to anything. What is said of them is an element; here their bytes come and go."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.access import Reader, Writer
from api.concepts import written
from api.dependencies import CurrentSettings, DateQuery, IfMatch, OpenRepository, OpenState, Reason, UidPath, version_in
from api.encoding import not_modified
from api.receiving import BINARY, file_body, received
from api.routes import CHANGES, CREATES, READS, new_router, problems
from api.schemas.answers import Concept
from api.schemas.values import Line, ModelKey, Uid
from ea_repo.planning.records import documents
from ea_repo.repository import Repository
from ea_repo.store.changesets import Applied

router = new_router("documents")
_PIECE = 256 * 1024
_BODY = file_body("The file itself, of any kind.")
FileName = Annotated[
    str, Query(pattern=documents.FILE_NAME_PATTERN, description="What the file is called, such as agreement.pdf.")
]
MediaType = Annotated[
    Annotated[str, Field(pattern=documents.MEDIA_TYPE_PATTERN)] | None,
    Query(description="None: told from the file's name.", examples=["application/pdf"]),
]


@router.post("/documents", response_model=Concept, status_code=201, responses=problems(*CREATES), openapi_extra=_BODY)
async def attach_document(
    request: Request,
    repository: OpenRepository,
    settings: CurrentSettings,
    user: Writer,
    model: Annotated[ModelKey, Query(description="The model it becomes an element of.")],
    file_name: FileName,
    name: Annotated[Line | None, Query(description="Its title. None: the name of the file.")] = None,
    attached_to: Annotated[list[Uid], Query(max_length=100, description="What it is evidence of.")] = [],  # noqa: B006
    record_series: Annotated[Uid | None, Query(description="The record series, whose schedule says how long.")] = None,
    dated_on: Annotated[DateQuery | None, Query(description="The day that it bears.")] = None,
    media_type: MediaType = None,
    reason: Reason = None,
) -> Response:
    """Keep a file as a new document. Its bytes are kept once, by their SHA-256."""
    async with received(request, "agreement.pdf") as file:
        work = partial(
            documents.attach, repository, file, model=model, author=user.name, file_name=file_name,
            most_bytes=settings.upload_bytes, name=name or "", media_type=media_type, attached_to=attached_to,
            reason=reason or "", attributes=documents.filing(record_series, dated_on),
        )  # fmt: skip
        return await run_sync(lambda: _shown(repository, work(), 201))


@router.put("/documents/{uid}/content", response_model=Concept, responses=problems(*CHANGES), openapi_extra=_BODY)
async def revise_document(
    request: Request,
    repository: OpenRepository,
    settings: CurrentSettings,
    user: Writer,
    uid: UidPath,
    file_name: FileName,
    media_type: MediaType = None,
    if_match: IfMatch = "",
    reason: Reason = None,
) -> Response:
    """A new version of a document. The ones before stay readable with `as_of`."""
    version = version_in(if_match)
    async with received(request, "agreement.pdf") as file:
        work = partial(
            documents.revise, repository, uid, file, author=user.name, file_name=file_name,
            most_bytes=settings.upload_bytes, base_version=version, media_type=media_type, reason=reason or "",
        )  # fmt: skip
        return await run_sync(lambda: _shown(repository, work(), 200))


@router.get(
    "/documents/{uid}/content",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"application/octet-stream": BINARY}},
        **problems(304, 410, *READS),
    },
)
def document_content(
    request: Request, repository: OpenRepository, user: Reader, open_state: OpenState, uid: UidPath
) -> Response:
    """The bytes of a document as it stood, verified against its SHA-256."""
    with open_state() as state:
        found = documents.document(state, uid)
    tag = f'"{found.attributes.get("sha256", "")}"'
    if same := not_modified(request, tag):
        return same
    opened = documents.opened(repository, found)
    file = opened.__enter__()

    def pieces() -> Iterator[bytes]:
        try:
            while piece := file.read(_PIECE):
                yield piece
        finally:
            opened.__exit__(None, None, None)

    # A file that somebody sent must never run in the reader's browser under this address.
    name = quote(found.attributes.get("file_name", "document"), safe="")
    headers = {
        "ETag": tag,
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Content-Length": str(found.attributes["size_bytes"]),
        "Content-Security-Policy": "sandbox",
    }
    return StreamingResponse(pieces(), 200, headers, found.attributes.get("media_type", "application/octet-stream"))


def _shown(repository: Repository, applied: Applied, status: int) -> Response:
    uid = next(uid for record, uid in applied.versions if record == "concept")
    return written(repository, uid, status)
