"""Stored views: drawings with positions of their own. `diagrams/view.svg?uid=` draws one."""

from typing import Any

from fastapi import Response

from api.access import Reader
from api.dependencies import ModelQuery, OpenState
from api.encoding import drawing_of, json_response, view_row
from api.record_routes import add_record_routes
from api.records import Collection
from api.routes import READS, new_router, problems
from api.schemas.answers import View, ViewList
from api.schemas.bodies import NewView, ViewFields
from ea_repo.store.state import State

router = new_router("views")


def _find(state: State, uid: str) -> Any:
    return state.view(uid)


def _drawing(state: State, view: Any) -> dict[str, Any]:
    return {"drawing": drawing_of(view)}


@router.get("/views", response_model=ViewList, responses=problems(*READS))
def list_views(user: Reader, open_state: OpenState, model: ModelQuery = None) -> Response:
    """The stored views, without their content."""
    with open_state() as state:
        return json_response({"items": [view_row(view) for view in state.views(model)], "changeset": state.number})


add_record_routes(
    router, Collection("views", "view", _find, _drawing), noun="view", new=NewView, patch=ViewFields, answer=View
)
