"""Relationships: how concepts are joined. One may join a relationship, too."""

from fastapi import Request, Response

from api.access import Reader
from api.concepts import LISTED, listed
from api.dependencies import ConceptQuery, Fields, OpenState
from api.record_routes import add_record_routes
from api.records import Collection, concept_of
from api.routes import RememberingRoute, new_router
from api.schemas.answers import Concept
from api.schemas.bodies import NewRelationship, RelationshipPatch

router = new_router("relationships")
RELATIONSHIPS = Collection("relationships", "concept", concept_of("relationship"))


def list_relationships(
    request: Request, user: Reader, open_state: OpenState, query: ConceptQuery, fields: Fields = None
) -> Response:
    """The relationships that answer all conditions, page by page. Send `Accept: text/csv` for CSV."""
    return listed(request, open_state, "relationship", query, fields)


router.add_api_route("/relationships", list_relationships, route_class_override=RememberingRoute, **LISTED)


add_record_routes(
    router, RELATIONSHIPS, noun="relationship", new=NewRelationship, patch=RelationshipPatch, answer=Concept
)
