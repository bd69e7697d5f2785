"""Relationships: how concepts are joined. One may join a relationship, too."""

from fastapi import Request, Response

from api.access import Reader
from api.concepts import LISTED, listed
from api.dependencies import ConceptQuery, Fields, OpenState
from api.record_routes import add_record_routes
from api.records import Collection, concept_of
from api.routes import new_router
from api.schemas import Concept, NewRelationship, RelationshipPatch

router = new_router("relationships")
RELATIONSHIPS = Collection("relationships", "concept", concept_of("relationship"))


@router.get("/relationships", **LISTED)
def list_relationships(
    request: Request, user: Reader, open_state: OpenState, query: ConceptQuery, fields: Fields = None
) -> Response:
    """The relationships that answer all conditions, page by page. Send `Accept: text/csv` for CSV."""
    return listed(request, open_state, "relationship", query, fields)


add_record_routes(
    router, RELATIONSHIPS, noun="relationship", new=NewRelationship, patch=RelationshipPatch, answer=Concept
)
