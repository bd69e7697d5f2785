"""Models: the parts a repository is kept in, such as one an agency or an imported file."""

from typing import Any

from fastapi import Response

from api.access import Reader
from api.dependencies import ModelPath, OpenState
from api.encoding import json_response, record_json
from api.record_routes import add_record_routes
from api.records import Collection
from api.routes import READS, new_router, problems
from api.schemas.answers import Model, ModelList
from api.schemas.bodies import ModelFields, NewModel
from ea_repo.store.state import State

router = new_router("models")


def _find(state: State, uid: str) -> Any:
    return state.model(uid)


def _counts(state: State, model: Any) -> dict[str, Any]:
    return {"counts": state.counts_by_type(model.uid)}


@router.get("/models", response_model=ModelList, responses=problems(*READS))
def list_models(user: Reader, open_state: OpenState) -> Response:
    """All models, by key, with how many concepts of each type they have."""
    with open_state() as state:
        items = [record_json(model, _counts(state, model)) for model in state.models()]
        return json_response({"items": items, "changeset": state.number})


add_record_routes(
    router,
    Collection("models", "model", _find, _counts),
    noun="model",
    new=NewModel,
    patch=ModelFields,
    answer=Model,
    uid_path=ModelPath,
)
