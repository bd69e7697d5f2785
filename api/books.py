"""Books of diagrams: a TOML file sent here comes back as one PDF, or as a zip of pictures."""

from functools import partial
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import Path, Request, Response

from api.access import Reader
from api.dependencies import CurrentSettings, OpenState
from api.receiving import BINARY
from api.routes import READS, new_router, problems
from diagrams import book
from ea_repo.errors import InvalidInput, TooLarge

router = new_router("diagrams")
#: Far more than a book of as many diagrams as there may be.
_MOST_BYTES = 2_000_000
_MEDIA_TYPES = {"pdf": "application/pdf", "zip": "application/zip"}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A book: TOML with a [[diagram]] for each, as `ea-repo diagram export --all` reads it.",
        "content": {"application/toml": {"schema": {"type": "string"}}},
    }
}
Bound = Annotated[Literal["pdf", "zip"], Path(description="pdf: a page for each diagram. zip: a file for each.")]


@router.post(
    "/diagrams/book.{format}",
    response_class=Response,
    openapi_extra=_BODY,
    responses={
        200: {"description": "The book.", "content": dict.fromkeys(_MEDIA_TYPES.values(), BINARY)},
        **problems(413, 501, *READS),
    },
)
async def draw_book(
    request: Request, user: Reader, settings: CurrentSettings, open_state: OpenState, format: Bound
) -> Response:
    """Draw a book of diagrams, all of the same state."""
    declared = book.read(_text(await request.body()))
    work = partial(_drawn, declared, format, settings.language, open_state)
    return Response(await run_sync(work), 200, media_type=_MEDIA_TYPES[format])


def _drawn(declared: book.Book, format: str, lang: str, open_state: OpenState) -> bytes:
    with open_state() as state:
        drawn = book.pictures(state, declared)
    return book.bound(declared, drawn, lang) if format == "pdf" else book.archive(declared, drawn, lang)


def _text(body: bytes) -> str:
    if len(body) > _MOST_BYTES:
        raise TooLarge(f"a book has {_MOST_BYTES:,} bytes at most; this has {len(body):,}")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"the book is not UTF-8 text: byte {error.start} cannot be read") from error
