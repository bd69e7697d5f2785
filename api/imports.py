"""Imports: a file sent here is looked at, and then applied as one changeset.

An inventory of any shape comes with its mapping, as the second part of a form; a first mapping is suggested here, too.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any, BinaryIO, Literal

from anyio.to_thread import run_sync
from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from api.access import Reader, Writer
from api.dependencies import DryRun, OpenRepository, Reason
from api.encoding import API, json_response
from api.receiving import BINARY, file_body, received
from api.routes import CREATES, DELETES, READS, new_router, problems
from api.schemas.answers import Answer, FindingAnswer
from api.schemas.values import Line, ModelKey, TypeName
from ea_repo.errors import InvalidInput, Problem
from ea_repo.exchange import importing
from ea_repo.exchange.importing import ImportReport
from ea_repo.exchange.inventory.grammar import MOST_CHARACTERS
from ea_repo.exchange.inventory.planner import Inventory
from ea_repo.exchange.inventory.suggesting import suggest
from ea_repo.exchange.plan import Conflicts
from ea_repo.exchange.reading import open_source
from ea_repo.repository import Repository
from ea_repo.store.uploads import Upload

router = new_router("imports")
#: So many previews are remembered, as people page through them.
_REMEMBERED = 4
_BODY = file_body(
    "The file itself; its format is told from its content. An inventory of any shape is sent as a form, with its mapping."
)
_BODY["requestBody"]["content"]["multipart/form-data"] = {
    "schema": {
        "type": "object",
        "properties": {
            "file": {**BINARY["schema"], "description": "The inventory: .csv, .xlsx or .json."},
            "mapping": {**BINARY["schema"], "description": "What its columns mean (TOML)."},
        },
        "required": ["file"],
    }
}
_TABLE = file_body("The inventory itself: .csv, .xlsx or .json.")
_TOML = "application/toml"
Section = Literal["changes", "missing", "conflicts", "findings"]
ImportId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_Key = tuple[int, int, int]


class Counts(BaseModel):
    in_file: int
    created: int
    changed: int
    unchanged: int
    deleted: int


class ImportAnswer(BaseModel):
    """What an import did or, where it is only looked at, would do."""

    model: str
    format: str
    changeset: int | None = Field(description="Its number; null where nothing was written.")
    dry_run: bool
    changed: bool
    elements: Counts
    relationships: Counts
    views: Counts
    findings: list[FindingAnswer]


class AppliedImport(ImportAnswer):
    replanned: bool = Field(description="Whether somebody wrote since the file was sent, so that it was compared anew.")


class ImportRow(BaseModel):
    """A file that waits."""

    id: int
    model: str
    name: str
    author: str
    size: int = Field(description="In bytes.")
    created_at: str
    mapping: str | None = Field(description="The name of the mapping that it came with.")


class ImportList(BaseModel):
    items: list[ImportRow]


class ImportPreview(ImportRow):
    """What applying it would do now, page by page."""

    format: str
    planned: int = Field(description="The last changeset, with which the file was compared.")
    base: int | None = Field(description="The changeset that the file is as old as; null where nothing tells.")
    elements: Counts
    relationships: Counts
    views: Counts
    holds: Conflicts = Field(description="What becomes of conflicts when it is applied, if nothing else is said then.")
    sections: dict[Section, int] = Field(description="How many each section has.")
    section: Section
    items: list[Answer]
    next: int | None = Field(description="The cursor of the next page.")


@router.post(
    "/imports",
    response_model=ImportPreview | ImportAnswer,
    status_code=201,
    responses={
        **problems(*CREATES),
        200: {"description": "With `apply` what was done, with `dry_run` what would be.", "model": ImportAnswer},
    },
    openapi_extra=_BODY,
)
async def import_model(
    request: Request,
    repository: OpenRepository,
    user: Writer,
    model: Annotated[ModelKey, Query(description="The model it goes into; made where there is none.")],
    name: Annotated[Line | None, Query(description="The file's name, for messages.")] = None,
    apply: Annotated[bool, Query(description="Apply it at once, without a look at the preview.")] = False,
    dry_run: DryRun = False,
    strict: Annotated[bool, Query(description="Refuse the file on any finding.")] = False,
    missing: Annotated[
        Literal["keep", "delete"], Query(description="What is in the model but not in the file.")
    ] = "keep",
    conflicts: Annotated[
        Conflicts | None,
        Query(
            description="Where a field was changed here after the file was made: the file wins, what is here is kept, or "
            "nothing is applied. None: the file wins; an edited workbook or table is refused."
        ),
    ] = None,
    base: Annotated[
        int | None,
        Query(
            ge=0,
            le=2**31 - 1,
            description="The changeset at which the file was exported. None: what it says, or the model's last import.",
        ),
    ] = None,
    reason: Reason = None,
) -> Response:
    """Send a file. It waits to be looked at (`GET /imports/{id}`) and applied; `apply` does both at once.

    ArchiMate Model Exchange, Archi, coArchi as an archive, Archi's CSV, NDJSON, Backstage, a workbook, a plain table: told
    from the content. A table of any other shape is sent as a form with the parts `file` and `mapping`.
    """
    options: dict[str, Any] = {
        "model": model, "strict": strict, "missing": missing, "conflicts": conflicts, "base": base, "reason": reason,
    }  # fmt: skip
    async with _sent(request) as (file, sent, mapping):
        done = apply and not dry_run
        called = name or sent or "the upload"
        options |= {} if mapping is None else {"mapping": {"name": mapping.name, "text": mapping.mapping}}
        work = partial(_imported, repository, file, options, name=called, author=user.name, dry_run=not done)
        report: ImportReport = await run_sync(work)
        if done or dry_run:
            return json_response(report.to_json())
        keep = partial(
            repository.uploads.keep, file, author=user.name, name=called, planned=report.planned, options=options
        )
        upload = await run_sync(keep)
    _remembered(request)[upload.id, upload.planned, upload.size] = report
    found = _preview_json(upload, report, "changes", 0, 50)
    return json_response(found, 201, {"Location": f"{API}/imports/{upload.id}"})


@router.post(
    "/imports/mapping",
    response_class=Response,
    responses={
        200: {"description": "The mapping.", "content": {_TOML: {"schema": {"type": "string"}}}},
        **problems(*READS, 400, 413, 415),
    },
    openapi_extra=_TABLE,
)
async def suggest_mapping(
    request: Request,
    repository: OpenRepository,
    user: Reader,
    name: Annotated[Line | None, Query(description="The file's name, for the comments.")] = None,
    type: Annotated[TypeName | None, Query(description="What its rows are. None: the likeliest type.")] = None,
) -> Response:
    """A first mapping for an inventory, from its headers and values, with comments where something was guessed or is left
    to decide. Nothing is kept: complete it, and send both to `POST /imports`."""
    async with received(request, "inventory.csv") as file:

        def suggested() -> str:
            with repository.state() as state:
                return suggest(open_source(file, name or "inventory"), state.metamodel, type, state)

        return Response(await run_sync(suggested), media_type=f"{_TOML}; charset=utf-8")


@router.get("/imports", response_model=ImportList, responses=problems(*READS))
def list_imports(repository: OpenRepository, user: Reader) -> Response:
    """The files that wait to be applied, newest first."""
    return json_response({"items": [_row(each) for each in repository.uploads.all()]})


@router.get("/imports/{id}", response_model=ImportPreview, responses=problems(*READS, 400, 413, 415))
def preview_import(
    request: Request,
    repository: OpenRepository,
    user: Reader,
    id: ImportId,
    section: Annotated[Section, Query(description="Which part of the preview.")] = "changes",
    cursor: Annotated[int, Query(ge=0, le=2**31 - 1, description="Where the page before ended: its `next`.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
) -> Response:
    """What applying a file would do now: what it changes, before and after; what the model has and the file has not; where
    it would write over newer work; what was found in it."""
    upload = repository.uploads.find(id)
    return json_response(_preview_json(upload, _report(request, repository, upload), section, cursor, limit))


@router.post("/imports/{id}/apply", response_model=AppliedImport, responses=problems(*CREATES, 412))
def apply_import(
    repository: OpenRepository,
    user: Writer,
    id: ImportId,
    conflicts: Annotated[
        Conflicts | None, Query(description="What holds where there are conflicts. None: as was said when it was sent.")
    ] = None,
) -> Response:
    """Apply a file as one changeset. Where somebody wrote since it was sent, it is compared anew, and the answer says so."""
    upload = repository.uploads.find(id)
    options = dict(upload.options) if conflicts is None else {**upload.options, "conflicts": conflicts}
    with repository.uploads.open(id) as file:
        report = _imported(repository, file, options, name=upload.name, author=user.name)
    repository.uploads.drop(id)
    return json_response({**report.to_json(), "replanned": report.planned != upload.planned})


@router.delete("/imports/{id}", status_code=204, response_class=Response, responses=problems(*DELETES))
def drop_import(repository: OpenRepository, user: Writer, id: ImportId) -> Response:
    """Forget a file that waits."""
    repository.uploads.drop(id)
    return Response(status_code=204)


def _imported(repository: Repository, file: BinaryIO, options: Mapping[str, Any], **more: Any) -> ImportReport:
    """Imports a file on the terms that were sent with it."""
    rest = {name: value for name, value in options.items() if name != "mapping"}
    said = options.get("mapping")
    inventory = None if said is None else Inventory(said["text"], said["name"])
    return importing.import_file(repository, file, inventory=inventory, **rest, **more)


@asynccontextmanager
async def _sent(request: Request) -> AsyncIterator[tuple[BinaryIO, str | None, Inventory | None]]:
    """What was sent: the file, on the disk where it is large; what it is called; and the mapping that came with it."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form(max_files=2, max_fields=2, max_part_size=4 * MOST_CHARACTERS) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile) or form.keys() - {"file", "mapping"}:
                detail = "a form has the parts file and mapping, such as curl -F file=@inventory.csv -F mapping=@mapping.toml"
                raise InvalidInput(detail, errors=[Problem("/file" if file is None else "/", detail)])
            yield file.file, file.filename, await _mapping(form.get("mapping"))
        return
    async with received(request, "model.archimate") as body:
        yield body, None, None


async def _mapping(part: UploadFile | str | None) -> Inventory | None:
    """The mapping, sent as a file or as a text."""
    if part is None or isinstance(part, str):
        return None if part is None else Inventory(part, "mapping")
    text = (await part.read(4 * MOST_CHARACTERS + 1)).decode("utf-8", "replace")
    return Inventory(text, part.filename or "mapping")


def _remembered(request: Request) -> OrderedDict[_Key, ImportReport]:
    """Previews that this process made, the latest last. Those of another changeset are of no use and fall out."""
    known: OrderedDict[_Key, ImportReport] = request.app.state.remembered.setdefault("imports", OrderedDict())
    while len(known) >= _REMEMBERED:
        known.popitem(last=False)
    return known


def _report(request: Request, repository: Repository, upload: Upload) -> ImportReport:
    with repository.state() as state:
        number = state.number
    known = _remembered(request)
    report = known.get((upload.id, number, upload.size))
    if report is None:
        with repository.uploads.open(upload.id) as file:
            report = _imported(repository, file, upload.options, name=upload.name, author=upload.author, dry_run=True)
        known[upload.id, report.planned, upload.size] = report
    return report


def _preview_json(upload: Upload, report: ImportReport, section: Section, cursor: int, limit: int) -> dict[str, Any]:
    parts: Mapping[Section, Sequence[Any]] = {
        "changes": report.changes,
        "missing": report.missing,
        "conflicts": report.conflicts,
        "findings": report.findings,
    }
    found = parts[section]
    return {
        **_row(upload),
        "format": report.format,
        "planned": report.planned,
        "base": report.base,
        "holds": report.holds,
        **{sort: dict(counts) for sort, counts in report.counts.items()},
        "sections": {name: len(each) for name, each in parts.items()},
        "section": section,
        "items": [each.to_json() for each in found[cursor : cursor + limit]],
        "next": cursor + limit if cursor + limit < len(found) else None,
    }


def _row(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "model": upload.options["model"],
        "name": upload.name,
        "author": upload.author,
        "size": upload.size,
        "created_at": upload.created_at.isoformat(),
        "mapping": (upload.options.get("mapping") or {}).get("name"),
    }
