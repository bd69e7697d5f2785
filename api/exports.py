"""Exports: everything, a model, a folder, an agency or what a question found, as a file in any format."""

import re
import tempfile
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, Literal, cast
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import CurrentSettings, ModelQuery, OpenState
from api.encoding import API, json_response, list_tag, not_modified
from api.receiving import BINARY
from api.routes import READS, new_router, problems
from api.schemas.answers import FindingAnswer
from api.schemas.values import TEXT_PATTERN, Uid
from ea_repo import catalogue
from ea_repo.errors import InvalidInput
from ea_repo.exchange import writing
from ea_repo.exchange.selection import Selection, found_by

router = new_router("exports")
#: A file up to this size stays in memory.
_IN_MEMORY = 4_000_000
_PIECE = 256 * 1024
_UNNAMEABLE = re.compile(r"[^\w.-]+", re.ASCII)
_JSON = "application/json"


class FormatAnswer(BaseModel):
    name: str
    summary: str
    media_type: str
    suffix: str
    address: str


class FormatList(BaseModel):
    items: list[FormatAnswer]


class FindingList(BaseModel):
    items: list[FindingAnswer]


@router.get("/exports", response_model=FormatList, responses=problems(*READS))
def list_exports(user: Reader) -> Response:
    """The formats that can be written"""
    items = [
        {
            "name": name,
            "summary": catalogue.entry("format", name).summary,
            "media_type": each.media_type,
            "suffix": each.suffix,
            "address": f"{API}/exports/{name}",
        }
        for name, each in writing.writers().items()
    ]
    return json_response({"items": items})


@router.get(
    "/exports/{format}",
    response_class=Response,
    responses={
        200: {
            "description": "The file; or with `findings`, what it cannot carry.",
            "content": {
                **dict.fromkeys((each.media_type for each in writing.writers().values()), BINARY),
                _JSON: {"schema": {"type": "object"}},
                "application/yaml": {},  # whoever reads it as YAML gets documents, or nothing where there are none
            },
            "headers": {
                "Export-Findings": {
                    "description": "How many things the file does not carry; `findings=true` tells which.",
                    "schema": {"type": "integer"},
                }
            },
        },
        **problems(304, *READS),
    },
)
def export(
    request: Request,
    user: Reader,
    settings: CurrentSettings,
    open_state: OpenState,
    format: Annotated[str, Path(json_schema_extra={"enum": list(writing.writers())})],
    model: ModelQuery = None,
    folder: Annotated[Uid | None, Query(description="What is in this folder and below it.")] = None,
    owner: Annotated[Uid | None, Query(description="This agency and those below it, and what they own.")] = None,
    question: Annotated[
        str | None, Query(max_length=100, pattern=TEXT_PATTERN, description="What this question finds, such as impact.")
    ] = None,
    argument: Annotated[
        list[Annotated[str, Query(max_length=1_000, pattern="^[a-z_]+=[^\\x00]*$")]],
        Query(max_length=50, description="What the question asks for, such as uid=finance:tax; may be repeated."),
    ] = [],  # noqa: B006 - read only
    lang: Annotated[
        Literal["en", "id", "ko"] | None, Query(description="Language of headings. None: the service's.")
    ] = None,
    option: Annotated[
        list[Annotated[str, Query(max_length=200, pattern="^[a-z_]+=[^\\x00]*$")]],
        Query(max_length=10, description="An option of the format, such as type=System; may be repeated."),
    ] = [],  # noqa: B006 - read only
    findings: Annotated[bool, Query(description="Tell what the file cannot carry, instead of the file.")] = False,
) -> Response:
    """Everything, a model, a folder, an agency or what a question found, as a file. Conditions hold together."""
    if argument and question is None:
        raise InvalidInput("argument belongs to a question; name it, such as question=impact")
    with open_state() as state:
        tag = list_tag(state)
        if same := not_modified(request, tag):
            return same
        uids = None if question is None else found_by(state, question, _arguments(argument))
        selection = Selection(model, folder, owner, uids)
        file = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - closed when it has been sent
        try:
            written = writing.export(
                state,
                format,
                file,
                selection,
                language=lang or settings.language,
                options=dict(each.split("=", 1) for each in option),
            )
        except BaseException:
            file.close()
            raise
    if findings:
        file.close()
        return json_response({"items": [each.to_json() for each in written.findings]}, headers={"ETag": tag})
    headers = {
        "ETag": tag,
        "Content-Disposition": _disposition(selection, format),
        "Content-Length": str(file.seek(0, 2)),
        "Export-Findings": str(len(written.findings)),
    }
    return StreamingResponse(_pieces(file), headers=headers, media_type=written.media_type)


def _arguments(given: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in given:
        name, _, value = each.partition("=")
        found.setdefault(name, []).append(value)
    return found


def _disposition(selection: Selection, format: str) -> str:
    """A name for the file (RFC 6266), which says what is in it."""
    title = selection.title.replace(":", "-") + writing.writer(format).suffix
    plain = _UNNAMEABLE.sub("-", title)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(title, safe='')}"


def _pieces(file: Any) -> Iterator[bytes]:
    """The file from its beginning, piece by piece; it is closed at the end, whoever ends it."""
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
