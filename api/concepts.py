"""Concepts in answers: lists of them, for elements and relationships alike, and one that was written."""

import difflib
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response

from api.encoding import (
    CONCEPT_FIELDS,
    CSV,
    address,
    chosen_response,
    json_response,
    list_tag,
    not_modified,
    page_response,
    version_tag,
    wants_csv,
)
from api.records import OpenState
from api.routes import READS, problems
from api.schemas.answers import ConceptPage
from ea_repo.errors import NotFound
from ea_repo.metamodel import Metamodel
from ea_repo.repository import Repository
from ea_repo.store import query as store_query
from ea_repo.store.records import ConceptKind

#: How a list is declared.
LISTED: dict[str, Any] = {
    "response_model": ConceptPage,
    "responses": {
        **problems(304, *READS),
        200: {
            "description": "A page of the list.",
            "content": {CSV: {"schema": {"type": "string"}}},
            "headers": {
                "Link": {"description": "The next page (RFC 8288).", "schema": {"type": "string"}},
                "ETag": {"description": "For If-None-Match.", "schema": {"type": "string"}},
            },
        },
    },
}


Direction = Annotated[Literal["both", "out", "in"], Query(description="out: from it; in: to it.")]


def written(repository: Repository, uid: str, status: int) -> Response:
    """The answer to a write by a planner: the element as it is now, with its version and address."""
    with repository.state() as state:
        found = state.get(uid)
    return json_response(found, status, {"ETag": version_tag(found.version), "Location": address("elements", uid)})


def listed(
    request: Request, open_state: OpenState, kind: ConceptKind, query: store_query.Query, fields: str | None
) -> Response:
    """One page, as JSON or, where the asker prefers it, CSV."""
    with open_state() as state:
        tag = list_tag(state)
        if same := not_modified(request, tag):
            return same
        asked = replace(query, kind=kind)
        if fields is None and not wants_csv(request):
            return page_response(request, state.find_json(asked), state.number, tag)
        chosen = None if fields is None else _chosen(fields, state.metamodel)
        return chosen_response(request, state.find(asked), chosen, state.number, tag)


def _chosen(fields: str, metamodel: Metamodel) -> list[str]:
    """The fields asked for, the uid first; `NotFound` names one that no concept has."""
    names = list(dict.fromkeys(["uid", *fields.split(",")]))
    unknown = [name for name in names if name not in CONCEPT_FIELDS and name not in _attributes(metamodel)]
    if unknown:
        near = difflib.get_close_matches(unknown[0], [*CONCEPT_FIELDS, *_attributes(metamodel)], n=3)
        raise NotFound(f'no concept has a field "{unknown[0]}"', nearest=near)
    return names


def _attributes(metamodel: Metamodel) -> set[str]:
    return {name for type_name in metamodel.types for name in metamodel.attributes(type_name)}
