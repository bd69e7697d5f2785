"""Folders: the tree in which a modelling tool keeps a model's concepts and views."""

from typing import Any

from fastapi import Response

from api.access import Reader
from api.dependencies import ModelQuery, OpenState
from api.encoding import json_response
from api.record_routes import add_record_routes
from api.records import Collection
from api.routes import READS, new_router, problems
from api.schemas.answers import Folder, FolderList
from api.schemas.bodies import FolderFields, NewFolder
from ea_repo.store.state import State

router = new_router("folders")


def _find(state: State, uid: str) -> Any:
    return state.folder(uid)


@router.get("/folders", response_model=FolderList, responses=problems(*READS))
def list_folders(user: Reader, open_state: OpenState, model: ModelQuery = None) -> Response:
    """The folders, each with its parent."""
    with open_state() as state:
        return json_response({"items": state.folders(model), "changeset": state.number})


add_record_routes(
    router, Collection("folders", "folder", _find), noun="folder", new=NewFolder, patch=FolderFields, answer=Folder
)
