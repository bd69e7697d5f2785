"""Changesets: every write there was, is proposed, or is made here in bulk."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Query, Response

from api.access import Reader, Writer
from api.dependencies import ChangesetId, DryRun, OpenRepository, Reason
from api.encoding import API, applied_json, changeset_row, json_response
from api.routes import CREATES, READS, new_router, problems
from api.schemas.answers import Applied, Changeset, ChangesetPage, Difference
from api.schemas.operations import NewChangeset
from api.schemas.values import Body
from ea_repo.errors import Conflict
from ea_repo.repository import Repository
from ea_repo.store import operation_json
from ea_repo.store.operations import Operation
from ea_repo.store.records import ChangesetState

router = new_router("changesets")
_ACTS = (401, 403, 404, 409, 412, 422, 500, 503)
States = Annotated[list[ChangesetState], Query(alias="state", description="Only in this state; may be repeated.")]
Kept = Annotated[
    Literal["draft", "submitted"] | None,
    Query(alias="state", description="Keep it as a draft, or submitted for approval, instead of applying it."),
]


@router.get("/changesets", response_model=ChangesetPage, responses=problems(*READS))
def list_changesets(
    repository: OpenRepository,
    user: Reader,
    states: States = [],  # noqa: B006 - read only
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Only those with a smaller id.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Changesets, newest first."""
    page = repository.changesets(before=before, limit=limit, states=states or None)
    following = None if page.next is None else int(page.next)
    return json_response({"items": [changeset_row(each) for each in page.rows], "next": following})


@router.post(
    "/changesets",
    response_model=Applied | Difference | Changeset,
    status_code=201,
    responses={
        **problems(*CREATES, 412),
        200: {"description": "What it would do (`dry_run`), or that nothing differed.", "model": Applied | Difference},
    },
)
def create_changeset(
    repository: OpenRepository, user: Writer, body: NewChangeset, dry_run: DryRun = False, state: Kept = None
) -> Response:
    """Apply operations, all or none; with `dry_run` only tell what they would do; with `state` keep them for later."""
    pending = repository.changeset(user.name, body.reason, _operations(body.operations), source=body.source)
    if dry_run:
        return json_response(pending.preview().to_json())
    if state is not None:
        saved = pending.save(submitted=state == "submitted")
        return json_response(saved, 201, {"Location": _address(saved.id)})
    applied = pending.apply()
    if applied.changeset is None:
        return json_response(applied_json(applied))
    return json_response(applied_json(applied), 201, {"Location": _address(applied.changeset.id)})


@router.get("/changesets/{id}", response_model=Changeset, responses=problems(*READS))
def get_changeset(repository: OpenRepository, user: Reader, id: ChangesetId) -> Response:
    """One changeset with its findings."""
    return json_response(repository.find_changeset(id))


@router.get("/changesets/{id}/difference", response_model=Difference, responses=problems(*READS, 409, 412))
def changeset_difference(repository: OpenRepository, user: Reader, id: ChangesetId) -> Response:
    """What it changed, record by record; for a draft, what it would change now."""
    return json_response(repository.difference(id).to_json())


@router.post("/changesets/{id}/apply", response_model=Applied, responses=problems(*_ACTS))
def apply_changeset(repository: OpenRepository, user: Writer, id: ChangesetId) -> Response:
    """Apply a draft or submitted changeset, merging it into what was written since."""
    return json_response(applied_json(repository.draft(id).apply()))


@router.post("/changesets/{id}/reject", response_model=Changeset, responses=problems(*_ACTS))
def reject_changeset(repository: OpenRepository, user: Writer, id: ChangesetId) -> Response:
    """Close a draft or submitted changeset without applying it."""
    return json_response(repository.draft(id).reject())


@router.post("/changesets/{id}/revert", response_model=Applied | Difference, responses=problems(*_ACTS))
def revert_changeset(
    repository: OpenRepository, user: Writer, id: ChangesetId, reason: Reason = None, dry_run: DryRun = False
) -> Response:
    """Undo an applied changeset by another one, or with `dry_run` tell what that would do; refused where later changes
    depend on it."""
    pending = repository.revert(_number(repository, id), user.name, reason or "")
    return json_response(pending.preview().to_json() if dry_run else applied_json(pending.apply()))


def _operations(given: Sequence[Body]) -> list[Operation]:
    return operation_json.from_json([_plain(each) for each in given])


def _plain(operation: Body) -> dict[str, Any]:
    return operation.model_dump(exclude_unset=True)


def _number(repository: Repository, id: int) -> int:
    found = repository.find_changeset(id)
    if found.number is None:
        raise Conflict(f"changeset {id} is {found.state}; only an applied one can be reverted")
    return found.number


def _address(id: int) -> str:
    return f"{API}/changesets/{id}"
