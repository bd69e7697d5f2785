"""Reference models: coded trees loaded from a file as one changeset. What is loaded is the report `reference-models`."""

from functools import partial
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from api.access import Writer
from api.dependencies import DryRun, OpenRepository
from api.encoding import json_response
from api.receiving import file_body, received
from api.routes import CREATES, new_router, problems
from api.schemas.values import TEXT_PATTERN, Line, ModelKey
from ea_repo.errors import InvalidInput
from ea_repo.planning.informatization.reference_file import DEEPEST
from ea_repo.planning.informatization.reference_loading import load_reference_models

router = new_router("planning")
Code = Annotated[str, Query(min_length=1, max_length=100, pattern=TEXT_PATTERN)]


class LoadedReferenceModels(BaseModel):
    """What loading did or, where it is only looked at, would do. Counts are of categories."""

    changeset: int | None = Field(description="Its number; null where nothing was written.")
    dry_run: bool
    created: int
    updated: int
    deleted: int
    carried: int = Field(description="Classifications that moved to another code.")
    kept: list[str] = Field(description="Codes that the file has no longer, kept as they are in use.")


@router.post(
    "/planning/reference-models",
    response_model=LoadedReferenceModels,
    status_code=201,
    responses={
        **problems(*CREATES),
        200: {"description": "With `dry_run` what would be done.", "model": LoadedReferenceModels},
    },
    openapi_extra=file_body("A CSV in UTF-8 with the columns code and name, or name_en, name_id, name_ko.", "text/csv"),
)
async def load_reference_model(
    request: Request,
    repository: OpenRepository,
    user: Writer,
    model: Annotated[ModelKey, Query(description="The model to load into; made where there is none.")],
    code: Annotated[
        list[Code],
        Query(min_length=1, max_length=20, description="The reference model, such as RAB; several for several."),
    ],
    name: Annotated[Line | None, Query(description="What the reference model is called.")] = None,
    version: Annotated[Line | None, Query(description="The version, such as 2026.")] = None,
    moved: Annotated[
        list[Annotated[str, Query(max_length=210, pattern="^[^\\x00=]{1,100}=[^\\x00=]{1,100}$")]],
        Query(max_length=500, description="A code that moved or was renamed, OLD=NEW; may be repeated."),
    ] = [],  # noqa: B006 - read only
    locked_to: Annotated[
        int | None, Query(ge=0, le=DEEPEST, description="Levels down to this one are fixed nationally.")
    ] = None,
    dry_run: DryRun = False,
) -> Response:
    """Load reference models from a file; again, it brings what is there up to date. What was classified under a moved code is
    carried over."""
    mapping = dict(each.split("=", 1) for each in moved)
    if len(mapping) < len(moved):
        raise InvalidInput("one old code is mapped to two new ones; an old code has one new code")
    async with received(request, "rab.csv") as file:
        content = file.read()
    work = partial(
        load_reference_models, repository, content, codes=code, model=model, author=user.name, version=version or "",
        mapping=mapping, locked_to=locked_to, name=name or "", dry_run=dry_run,
    )  # fmt: skip
    done = await run_sync(work)
    said = {each: getattr(done, each) for each in ("changeset", "created", "updated", "deleted", "carried", "kept")}
    return json_response({**said, "dry_run": dry_run}, 200 if dry_run else 201)
