"""The OpenAPI document: what FastAPI makes of the endpoints, with what it cannot know."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.routing import compile_path

from api.dependencies import TAG_PATTERN
from api.schemas.answers import Problem, ProblemPlace

DESCRIPTION = """
The architecture of a government: what there is, what depends on what, and how it will change.

- **Reading** takes `on` (a date: what holds then) and `as_of` (a changeset number: what was known then) everywhere, or
  `draft` (a changeset's id: as if that draft were applied).
- **Writing** is a changeset each time: one author, one reason, all or nothing. A change names in `If-Match` the version
  it was made from; changes of different fields are merged.
- **Lists** give at most `limit` rows and a cursor for the next page, also as `Link` header; elements and
  relationships also as CSV (`Accept: text/csv`).
- **Errors** are problem documents (RFC 9457) with a stable `code`; `errors` lists every place that is wrong.
- Beyond this machine a token is needed: `Authorization: Bearer <token>`.
"""
TAGS = [
    {"name": "elements", "description": "What an architecture is made of."},
    {"name": "relationships", "description": "How elements, and relationships, are joined."},
    {"name": "models", "description": "The parts a repository is kept in."},
    {"name": "views", "description": "Stored drawings."},
    {"name": "folders", "description": "The tree of a modelling tool."},
    {"name": "changesets", "description": "Every write: made, proposed, undone."},
    {"name": "search", "description": "Words in everything."},
    {"name": "analysis", "description": "Questions of the dependency graph."},
    {"name": "planning", "description": "Reports for planners: what a government decides by."},
    {"name": "diagrams", "description": "Drawings as SVG, PNG, PDF and DOT."},
    {"name": "documents", "description": "Files kept as evidence of anything."},
    {"name": "imports", "description": "Model files."},
    {"name": "metamodel", "description": "What may be said."},
    {"name": "health", "description": "Whether the service works."},
]


class Methods:
    """Which methods each address takes, from the document: one path may have several routes."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._known = [
            (compile_path(path)[0], sorted(method.upper() for method in operations))
            for path, operations in document["paths"].items()
        ]

    def at(self, path: str) -> list[str]:
        found = {method for pattern, methods in self._known if pattern.match(path) for method in methods}
        return sorted(found | {"HEAD"} if "GET" in found else found) or ["GET", "HEAD"]


def document(app: FastAPI, *, token_needed: bool) -> dict[str, Any]:
    """The document. On this machine no token is needed, and it says so."""
    found = get_openapi(
        title=app.title, version=app.version, summary=app.summary, description=app.description,
        routes=app.routes, tags=TAGS,
    )  # fmt: skip
    schemas = found["components"]["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for model in (Problem, ProblemPlace):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    for operations in found["paths"].values():
        for operation in operations.values():
            _complete(operation, token_needed=token_needed)
    return found


def _complete(operation: dict[str, Any], *, token_needed: bool) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "If-Match":
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "pattern": TAG_PATTERN, "examples": ['"3"']}
    if "security" in operation and not token_needed:
        operation["security"] = [{}, *operation["security"]]
