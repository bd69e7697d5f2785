"""Sharing agreements as documents to be signed."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Path, Query, Request, Response

from api.access import Reader
from api.dependencies import CurrentSettings, OpenState, UidPath
from api.encoding import list_tag, not_modified
from api.receiving import BINARY
from api.routes import READS, new_router, problems
from diagrams import fonts
from ea_repo.planning.sharing import agreement_docx, agreement_pdf
from ea_repo.planning.sharing.agreement import MEDIA_TYPES, agreement_text

router = new_router("planning")


@router.get(
    "/planning/agreements/{uid}.{format}",
    response_class=Response,
    responses={
        200: {"description": "The document.", "content": dict.fromkeys(MEDIA_TYPES.values(), BINARY)},
        **problems(304, 501, *READS),
    },
)
def agreement_document(
    request: Request,
    user: Reader,
    settings: CurrentSettings,
    open_state: OpenState,
    uid: UidPath,
    format: Annotated[Literal["docx", "pdf"], Path(description="docx: to be edited. pdf: to be printed.")],
    lang: Annotated[Literal["en", "id", "ko"] | None, Query(description="Language. None: the service's.")] = None,
) -> Response:
    """A sharing agreement, filled from the register, as a document to be signed."""
    language = lang or settings.language
    with open_state() as state:
        text = agreement_text(state, uid, language)
        tag = f'{list_tag(state)[:-1]}-{format}-{language}"'
    if same := not_modified(request, tag):
        return same
    content = agreement_docx.write(text) if format == "docx" else agreement_pdf.write(text, fonts.folder())
    name = quote(f"{uid.replace(':', '-')}.{format}", safe="")
    headers = {"ETag": tag, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, 200, headers, MEDIA_TYPES[format])
