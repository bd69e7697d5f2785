"""Papers to be signed: sharing agreements, also in a template that is sent, and certificates of disposition."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import Path, Query, Request, Response

from api.access import Reader
from api.dependencies import CurrentSettings, OpenState, UidPath
from api.encoding import list_tag, not_modified
from api.receiving import BINARY, file_body, received
from api.routes import CREATES, READS, new_router, problems
from diagrams import fonts
from ea_repo.planning.papers import paper_docx, paper_pdf, typst_apart
from ea_repo.planning.papers.paper import MEDIA_TYPES, Paper
from ea_repo.planning.records.certificate import certificate_paper
from ea_repo.planning.sharing.agreement import agreement_text
from ea_repo.store.state import State

router = new_router("planning")
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The document.", "content": dict.fromkeys(MEDIA_TYPES.values(), BINARY)},
    **problems(304, 501, *READS),
}
PaperFormat = Annotated[Literal["docx", "pdf"], Path(description="docx: to be edited. pdf: to be printed.")]
Language = Annotated[Literal["en", "id", "ko"] | None, Query(description="Language. None: the service's.")]


@router.get("/planning/agreements/{uid}.{format}", response_class=Response, responses=_ANSWERS)
def agreement_document(
    request: Request,
    user: Reader,
    settings: CurrentSettings,
    open_state: OpenState,
    uid: UidPath,
    format: PaperFormat,
    lang: Language = None,
) -> Response:
    """A sharing agreement, filled from the register, as a document to be signed."""
    return _sent(request, open_state, uid, format, lang or settings.language, agreement_text)


@router.post(
    "/planning/agreements/{uid}.{format}",
    response_class=Response,
    responses={
        200: {"description": "The document.", "content": dict.fromkeys(MEDIA_TYPES.values(), BINARY)},
        **problems(501, *CREATES),
    },
    openapi_extra=file_body("For docx a Word document with {{sections}} and other names in it, for pdf a typst text."),
)
async def agreement_in_template(
    request: Request,
    user: Reader,
    settings: CurrentSettings,
    open_state: OpenState,
    uid: UidPath,
    format: PaperFormat,
    lang: Language = None,
) -> Response:
    """A sharing agreement in a template of one's own, which is sent and not kept.

    A typst template gets 20 seconds and 2 GB, and neither files nor packages.
    """
    async with received(request, "template.docx" if format == "docx" else "template.typ") as file:
        template = file.read()

    def filled() -> bytes:
        with open_state() as state:
            text = agreement_text(state, uid, lang or settings.language)
        return (
            paper_docx.write(text, template) if format == "docx" else typst_apart.write(text, fonts.folder(), template)
        )

    content = await run_sync(filled)
    return Response(content, 200, {"Content-Disposition": _disposition(uid, format)}, MEDIA_TYPES[format])


@router.get("/planning/disposition-lists/{uid}/certificate.{format}", response_class=Response, responses=_ANSWERS)
def disposition_certificate(
    request: Request,
    user: Reader,
    settings: CurrentSettings,
    open_state: OpenState,
    uid: UidPath,
    format: PaperFormat,
    lang: Language = None,
) -> Response:
    """The certificate of a disposition that was carried out, as a document to be signed."""
    return _sent(request, open_state, uid, format, lang or settings.language, certificate_paper)


def _sent(
    request: Request,
    open_state: OpenState,
    uid: str,
    format: PaperFormat,
    language: str,
    written: Callable[[State, str, str], Paper],
) -> Response:
    with open_state() as state:
        text = written(state, uid, language)
        tag = f'{list_tag(state)[:-1]}-{format}-{language}"'
    if same := not_modified(request, tag):
        return same
    content = paper_docx.write(text) if format == "docx" else paper_pdf.write(text, fonts.folder())
    headers = {"ETag": tag, "Content-Disposition": _disposition(uid, format)}
    return Response(content, 200, headers, MEDIA_TYPES[format])


def _disposition(uid: str, format: str) -> str:
    name = quote(f"{uid.replace(':', '-')}.{format}", safe="")
    return f"attachment; filename*=UTF-8''{name}"
