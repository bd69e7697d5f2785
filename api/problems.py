"""Errors as RFC 9457 problem documents: one shape for ours, for validation, for HTTP's own, and for defects.

`/problems/{code}` explains each code; the texts are in `problems.toml`.
"""

import json
import logging
import secrets
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.schemas.operations import OPERATIONS
from ea_repo.errors import (
    Busy,
    Conflict,
    InvalidInput,
    MalformedRequest,
    NotFound,
    NotSignedIn,
    Problem,
    RepositoryError,
    StaleVersion,
    TimedOut,
    TooLarge,
    UnknownFormat,
)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
log = logging.getLogger("ea_repo.api")


class MethodNotAllowed(RepositoryError):
    code, status, exit_code, title = "method-not-allowed", 405, 2, "This cannot be done here"


#: What an input is called when one of its places has this code, whatever else is wrong with it: first what it was
#: made from, then what it names, then what stands in its way, and only then what it says.
_OUTRANKING: Sequence[tuple[frozenset[str], type[RepositoryError]]] = (
    (frozenset({"unknown-version"}), StaleVersion),
    (frozenset({"not-found", "no-model", "dangling", "unknown-type", "unknown-field", "unknown-cursor"}), NotFound),
    (frozenset({"exists", "cycle"}), Conflict),
)
_BY_STATUS: Mapping[int, type[RepositoryError]] = {
    400: MalformedRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnknownFormat,
}
_ON_PAGES = frozenset({"www-authenticate", "retry-after"})
#: pydantic's names of what is wrong, as ours.
_CODES: Mapping[str, str] = {"missing": "required", "extra_forbidden": "unknown-key"}


@dataclass(frozen=True, slots=True)
class Page:
    """What people read about a code."""

    code: str
    status: int
    title: str
    meaning: str
    remedy: str


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem document."""
    app.add_exception_handler(RepositoryError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)


def answer(error: RepositoryError, path: str) -> Response:
    """The problem document of an error. `path` is what was asked for."""
    told = _outranked(error)
    body = {**told.to_json(), "instance": path}
    headers = {}
    if isinstance(told, NotSignedIn):
        headers["WWW-Authenticate"] = 'Bearer realm="ea-repo", Basic realm="ea-repo (the password is a token)"'
    if isinstance(told, Busy | TimedOut):
        headers["Retry-After"] = str(RETRY_SECONDS)
    # Escaped to ASCII: a detail may quote half a surrogate pair, which UTF-8 cannot say.
    return Response(json.dumps(body, default=str), told.status, headers, MEDIA_TYPE)


def incident(error: Exception, method: str, path: str) -> Response:
    """The answer to a defect: a number that the log has too, and nothing of what happened."""
    number = secrets.token_hex(4)
    log.error("incident %s: %s %s", number, method, path, exc_info=error)
    detail = f"this is a defect of the service; whoever runs it finds it in the log as incident {number}"
    return answer(RepositoryError(detail, incident=number), path)


@contextmanager
def in_body() -> Iterator[None]:
    """For an operation made from the body of one resource: places are told as places of that body."""
    try:
        yield
    except RepositoryError as error:
        places = [Problem(_in_body(each.pointer), each.detail, each.code, each.expected) for each in error.errors]
        raise type(error)(error.detail, errors=places, **error.facts) from error


@cache
def pages() -> Mapping[str, Page]:
    """Every code that an answer may have, with its explanation."""
    texts = tomllib.loads(files("api").joinpath("problems.toml").read_text("utf-8"))
    classes = {each.code: each for each in error_classes()}
    return {
        code: Page(code, classes[code].status, classes[code].title, text["meaning"], text["remedy"])
        for code, text in texts.items()
    }


def error_classes(root: type[RepositoryError] = RepositoryError) -> Iterator[type[RepositoryError]]:
    """The error tree, root first."""
    yield root
    for each in root.__subclasses__():
        yield from error_classes(each)


def _outranked(error: RepositoryError) -> RepositoryError:
    if not isinstance(error, InvalidInput):
        return error
    codes = {problem.code for problem in error.errors}
    for outranking, kind in _OUTRANKING:
        if codes & outranking:
            return kind(error.detail, errors=error.errors, **error.facts)
    return error


def _in_body(pointer: str) -> str:
    return pointer.removeprefix("/operations/0").removeprefix("/fields")


async def _of_ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, RepositoryError):
        raise error
    if error.status >= 500:
        log.warning("%s %s: %s", request.method, request.url.path, error.detail)
    return _told(request, error)


def _told(request: Request, error: RepositoryError) -> Response:
    """As a page for a reader of the pages, as a document for everybody else."""
    response = answer(error, request.url.path)
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    if not wants_page:
        return response
    page: Response = request.app.state.error_page(request, _outranked(error), response.status_code)
    page.headers.update({name: value for name, value in response.headers.items() if name in _ON_PAGES})
    return page


async def _of_validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return _told(request, _not_json(error))
    problems = [_problem(each) for each in found]
    more = "" if len(problems) == 1 else f" (and {len(problems) - 1} more)"
    first = problems[0]
    return _told(request, InvalidInput(f"{first.pointer or 'the body'}: {first.detail}{more}", errors=problems))


async def _of_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    told: RepositoryError
    if error.status_code == 404:
        told = NotFound(f"there is nothing at {request.url.path}; /docs lists what there is")
    elif error.status_code == 405:
        allowed = request.app.state.methods_at(request.url.path)
        told = MethodNotAllowed(f"{request.method} is not possible here; use {', '.join(allowed)}", allowed=allowed)
        response = _told(request, told)
        response.headers["Allow"] = ", ".join(allowed)
        return response
    else:
        told = _BY_STATUS.get(error.status_code, MalformedRequest)(str(error.detail))
    return _told(request, told)


def _not_json(error: RequestValidationError) -> RepositoryError:
    found = error.errors()[0]
    text, position = str(error.body)[: found["loc"][-1]], found["loc"][-1]
    line, column = text.count("\n") + 1, position - text.rfind("\n")
    detail = f"the body is not JSON: {found['ctx']['error']} at line {line}, column {column}"
    return MalformedRequest(detail, errors=[Problem(f"{line}:{column}", str(found["ctx"]["error"]), "not-json")])


def _problem(found: Mapping[str, Any]) -> Problem:
    place, *path = (part for part in found["loc"] if part not in OPERATIONS and part != "[key]")
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    message = str(found["msg"]).removeprefix("Value error, ")
    expected = found.get("ctx", {}).get("expected") or found.get("ctx", {}).get("pattern")
    code = _CODES.get(found["type"], "invalid")
    where = "" if place == "body" else f" ({place} parameter)"
    return Problem(pointer, f"{message[:1].lower()}{message[1:]}{where}", code, expected and str(expected))
