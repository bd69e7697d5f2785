"""Whether the service works, and which version it is. No token is needed to ask."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.dependencies import OpenRepository
from api.encoding import VERSION, json_response
from api.routes import Route, problems
from ea_repo.store import schema

router = APIRouter(route_class=Route, tags=["health"])
SCHEMA = schema.head()


class Health(BaseModel):
    status: Literal["ok"]
    changeset: int
    schema_: str = Field(alias="schema", description="Revision of the database schema.")


class Version(BaseModel):
    name: str
    version: str
    api: str


@router.get("/health", response_model=Health, responses=problems(403, 422, 500, 503))
def health(repository: OpenRepository) -> Response:
    """Reads the number of the latest changeset, so it tells whether the database answers."""
    with repository.state() as state:
        return json_response({"status": "ok", "changeset": state.number, "schema": SCHEMA})


@router.get("/version", response_model=Version, responses=problems(403, 422, 500, 503))
def show_version() -> Response:
    """Name and version of the program, and of this API."""
    return json_response({"name": "ea-repo", "version": VERSION, "api": "v1"})
