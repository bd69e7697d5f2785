"""Elements: what an architecture is made of."""

from fastapi import Request, Response

from api.access import Reader
from api.concepts import LISTED, Direction, listed
from api.dependencies import ConceptQuery, Fields, OpenState, TypesQuery, UidPath
from api.encoding import json_response
from api.record_routes import add_record_routes
from api.records import Collection, concept_of
from api.routes import READS, RememberingRoute, new_router, problems
from api.schemas.answers import Concept, ConceptList
from api.schemas.bodies import ElementPatch, NewElement

router = new_router("elements")
ELEMENTS = Collection("elements", "concept", concept_of("element"))


def list_elements(
    request: Request, user: Reader, open_state: OpenState, query: ConceptQuery, fields: Fields = None
) -> Response:
    """The elements that answer all conditions, page by page. Send `Accept: text/csv` for CSV."""
    return listed(request, open_state, "element", query, fields)


router.add_api_route("/elements", list_elements, route_class_override=RememberingRoute, **LISTED)


@router.get("/elements/{uid}/relationships", response_model=ConceptList, responses=problems(*READS))
def element_relationships(
    user: Reader,
    open_state: OpenState,
    uid: UidPath,
    direction: Direction = "both",
    types: TypesQuery = [],  # noqa: B006 - read only
) -> Response:
    """The relationships that begin or end at an element."""
    with open_state() as state:
        found = state.relationships(uid, direction=direction, types=types)
        return json_response({"items": found, "changeset": state.number})


add_record_routes(router, ELEMENTS, noun="element", new=NewElement, patch=ElementPatch, answer=Concept)
