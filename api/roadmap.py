"""The roadmap: the draft that turns an initiative from plan into what is. Its reports are under `/planning`."""

from datetime import date

from fastapi import Response
from pydantic import BaseModel, Field

from api.access import Writer
from api.dependencies import OpenRepository, UidPath
from api.encoding import API, json_response
from api.routes import CREATES, new_router, problems
from api.schemas.answers import Changeset
from api.schemas.values import Line
from ea_repo.planning.roadmap import drafting

router = new_router("planning")


class Completion(BaseModel):
    """When an initiative is completed."""

    completed: date | None = Field(None, description="None: on the day of its end.")
    reason: Line | None = None


@router.post("/planning/roadmap/{uid}/draft", response_model=Changeset, status_code=201, responses=problems(*CREATES))
def draft_initiative(repository: OpenRepository, user: Writer, uid: UidPath, body: Completion) -> Response:
    """Make the draft of an initiative: what it introduces is in use, what it retires is not, and it is done."""
    kept = drafting.draft(repository, uid, author=user.name, on=body.completed, reason=body.reason or "")
    return json_response(kept, 201, {"Location": f"{API}/changesets/{kept.id}"})
