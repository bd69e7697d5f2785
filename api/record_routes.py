"""The routes that every kind of record has alike: read, create, change, delete, history."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.access import Reader, Writer
from api.dependencies import IfMatch, OpenRepository, OpenState, Reason, UidPath
from api.encoding import not_modified, version_tag
from api.records import Collection
from api.routes import CHANGES, CREATES, DELETES, READS, problems
from api.schemas.answers import History
from api.schemas.values import Body

Cascade = Annotated[bool, Query(description="Take along what is part of it; else that is the reason for refusal.")]
_DELETED: dict[int | str, dict[str, Any]] = {204: {"description": "It is gone."}}


def add_record_routes(
    router: APIRouter,
    collection: Collection,
    *,
    noun: str,
    new: type[Body],
    patch: type[Body],
    answer: type[BaseModel],
    uid_path: Any = UidPath,
) -> None:
    """Adds them under `/{collection}`. The bodies' models say what each record takes."""
    _add_reading(router, collection, noun, answer, uid_path)
    path, a_noun = f"/{collection.name}", f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"

    @router.post(
        path,
        name=f"create_{noun}",
        summary=f"Create {a_noun}, in a changeset of its own",
        response_model=answer,
        status_code=201,
        responses=problems(*CREATES),
    )
    def create(repository: OpenRepository, user: Writer, body: new, reason: Reason = None) -> Response:  # type: ignore[valid-type]
        return collection.create(repository, user, body, reason)

    @router.patch(
        f"{path}/{{uid}}",
        name=f"change_{noun}",
        summary=f"Change fields of {a_noun}",
        description="Made from an old version, the change is merged field by field; where somebody else changed the same "
        "field it is refused with base, theirs and mine.",
        response_model=answer,
        responses=problems(*CHANGES),
    )
    def change(
        repository: OpenRepository,
        user: Writer,
        uid: uid_path,
        body: patch,  # type: ignore[valid-type]
        if_match: IfMatch = "",
        reason: Reason = None,
    ) -> Response:
        return collection.change(repository, user, uid, if_match, body, reason)

    @router.delete(
        f"{path}/{{uid}}",
        name=f"delete_{noun}",
        summary=f"Delete {a_noun} that nothing uses",
        status_code=204,
        response_class=Response,
        responses={**_DELETED, **problems(*DELETES)},
    )
    def delete(
        repository: OpenRepository,
        user: Writer,
        uid: uid_path,
        if_match: IfMatch = "",
        cascade: Cascade = False,
        reason: Reason = None,
    ) -> Response:
        return collection.delete(repository, user, uid, if_match, reason, cascade=cascade)


def _add_reading(router: APIRouter, collection: Collection, noun: str, answer: type[BaseModel], uid_path: Any) -> None:
    @router.get(
        f"/{collection.name}/{{uid}}",
        name=f"get_{noun}",
        summary=f"One {noun}",
        description="Its ETag is what a change of it names in If-Match.",
        response_model=answer,
        responses={
            200: {"headers": {"ETag": {"description": "Its version.", "schema": {"type": "string"}}}},
            **problems(304, *READS),
        },
    )
    def get(request: Request, user: Reader, open_state: OpenState, uid: uid_path) -> Response:
        with open_state() as state:
            found = collection.find(state, uid)
            tag = version_tag(found.version)
            return not_modified(request, tag) or collection.shown(state, found)

    @router.get(
        f"/{collection.name}/{{uid}}/history",
        name=f"{noun}_history",
        summary=f"Every version of a{'n' if noun[0] in 'aeiou' else ''} {noun}, oldest first",
        description="Each with the changeset that wrote it. What was deleted has its history still.",
        response_model=History,
        responses=problems(*READS),
    )
    def history(user: Reader, open_state: OpenState, uid: uid_path) -> Response:
        with open_state() as state:
            return collection.history(state, uid)
