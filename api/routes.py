"""The router that all endpoints hang on: what every one of them declares, and checks before it runs."""

import difflib
import email.message
import functools
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response, params
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from api.access import documented, reader
from api.problems import MEDIA_TYPE
from ea_repo.errors import InvalidInput, Problem, UnknownFormat

_MEANINGS = {
    304: "Not changed since the ETag in If-None-Match.",
    400: "The body cannot be read.",
    401: "A token is needed.",
    403: "The token, host or page may not do this.",
    404: "Something that the request names does not exist.",
    410: "It was here, and was destroyed on purpose.",
    409: "It, or the draft named, contradicts what is stored.",
    412: "Somebody else changed the same field in the meantime.",
    413: "The body is too large.",
    415: "The content is in a format not understood here.",
    422: "The request says something that is not allowed.",
    428: "The header If-Match is needed.",
    500: "A defect of the service, with its incident number.",
    501: "An optional part is not installed on the server.",
    503: "The repository is busy, or of another version.",
}
_ALWAYS = (401, 403, 404, 422, 500, 503)
READS = (*_ALWAYS, 409, 412)  # a draft that is laid over may contradict what was written since
CREATES = (*_ALWAYS, 400, 409, 413, 415)
CHANGES = (*CREATES, 412, 428)
DELETES = (*_ALWAYS, 409, 412, 428)

#: How many query strings a list remembers.
_REMEMBERED = 1_000

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem documents that an operation may answer with."""
    document = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    return {
        status: {"description": _MEANINGS[status], **(document if status >= 400 else {})} for status in sorted(statuses)
    }


class Route(APIRoute):
    """Refuses query parameters that the operation does not have, and bodies that are not JSON where it takes JSON."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        asked = get_flat_params(self.dependant)
        known = {field.alias for field in asked if isinstance(field.field_info, params.Query)}
        takes_json = self.body_field is not None

        async def checked(request: Request) -> Response:
            if request.scope["query_string"]:
                _check_query(request, known)
            if takes_json:
                _check_content_type(request)
            return await handle(request)

        return checked


class RememberingRoute(Route):
    """For lists that are asked for often: what the query parameters mean is worked out once for each query string.

    The endpoint's `request` and `user` are each request's own; everything else must follow from the query string.
    """

    def __init__(self, path: str, endpoint: Callable[..., Response], **options: Any) -> None:
        self._ask = endpoint

        @functools.wraps(endpoint)
        def remembering(**values: Any) -> Response:
            own = {name: value for name, value in values.items() if name not in ("request", "user")}
            known = self._known(values["request"])
            known[values["request"].scope["query_string"]] = own
            if len(known) > _REMEMBERED:
                known.popitem(last=False)
            return endpoint(**values)

        super().__init__(path, remembering, **options)

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def ask(request: Request) -> Response:
            values = self._known(request).get(request.scope["query_string"])
            if values is None:
                return await handle(request)
            user = await reader(request)
            return await run_in_threadpool(self._ask, request=request, user=user, **values)

        return ask

    def _known(self, request: Request) -> OrderedDict[bytes, dict[str, Any]]:
        """What this application remembers: a route serves every application of the process."""
        remembered: dict[str, OrderedDict[bytes, dict[str, Any]]] = request.app.state.remembered
        return remembered.setdefault(self.path, OrderedDict())


def new_router(tag: str) -> APIRouter:
    return APIRouter(route_class=Route, tags=[tag], dependencies=[documented])


def _check_query(request: Request, known: set[str]) -> None:
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        near = difflib.get_close_matches(unknown[0], known, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(sorted(known)) or 'none'}"
        problems = [
            Problem(f"/{name}", "is not a parameter of this operation", "unknown-parameter") for name in unknown
        ]
        raise InvalidInput(f'there is no parameter "{unknown[0]}" here; {hint}', errors=problems)


def _check_content_type(request: Request) -> None:
    message = email.message.Message()
    message["content-type"] = request.headers.get("content-type", "")
    subtype = message.get_content_subtype()
    if message.get_content_maintype() != "application" or not (subtype == "json" or subtype.endswith("+json")):
        raise UnknownFormat("this takes JSON; send it with Content-Type: application/json")
