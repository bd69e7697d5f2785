"""Text search over everything that concepts say."""

from fastapi import Response

from api.access import Reader
from api.dependencies import Limit, ModelQuery, OpenState, Search, TypesQuery
from api.encoding import json_response
from api.routes import READS, new_router, problems
from api.schemas.answers import SearchAnswer

router = new_router("search")


@router.get("/search", response_model=SearchAnswer, responses=problems(*READS))
def search(
    user: Reader,
    open_state: OpenState,
    q: Search,
    types: TypesQuery = [],  # noqa: B006 - read only
    model: ModelQuery = None,
    limit: Limit = 20,
) -> Response:
    """Concepts that have every word, best first."""
    with open_state() as state:
        hits = state.search(q, types=types, model=model, limit=limit)
        return json_response({"items": hits, "changeset": state.number})
