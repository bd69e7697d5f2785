"""Differences: two models, two moments, or a draft and the present, record by record."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Response
from pydantic import BaseModel, Field

from api.access import Reader
from api.dependencies import CurrentSettings, ModelQuery, OpenRepository
from api.encoding import json_response
from api.routes import READS, new_router, problems
from api.schemas.answers import Change
from diagrams import render
from diagrams.differences import MOST_SHOWN, drawing_of
from ea_repo.exchange.comparing import Compared, compare, point
from ea_repo.exchange.difference_page import page

router = new_router("differences")

_KEY = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_PATTERN = rf"^(now|changeset:[0-9]{{1,9}}|draft:[1-9][0-9]{{0,8}}|date:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|model:{_KEY})$"
Moment = Annotated[
    str,
    Query(
        pattern=_PATTERN,
        description="`now`, `changeset:5`, `date:2028-01-31`, `draft:7`, or `model:finance`.",
        examples=["changeset:1"],
    ),
]
Match = Annotated[
    Literal["identifier", "name"],
    Query(description="What else is taken for the same where identifiers differ: of the same type and name."),
]
Lang = Annotated[Literal["en", "id", "ko"] | None, Query(description="None: the service's.")]
Shown = Annotated[int, Query(alias="limit", ge=1, le=1_000, description="At most so many elements drawn.")]


class DifferencePage(BaseModel):
    """What differs from one to the other, page by page."""

    before: str
    after: str
    counts: dict[str, dict[str, int]] = Field(
        description="By sort and action. How many are unchanged is not counted between changesets."
    )
    items: list[Change]
    next: int | None = Field(description="The cursor of the next page.")


async def _compared(
    repository: OpenRepository,
    before: Moment,
    after: Moment = "now",
    model: ModelQuery = None,
    match: Match = "identifier",
) -> Callable[[], Compared]:
    def compared() -> Compared:
        points = point(before, files=False), point(after, files=False)
        return compare(*points, repository, model=model, match=match)

    return compared


#: Compares what was asked for. The endpoint calls it, so that one thread reads both sides.
Comparison = Annotated[Callable[[], Compared], Depends(_compared)]


def _file(media_type: str) -> dict[str, Any]:
    """What the routes of the page and the drawing have in common."""
    content = {media_type: {"schema": {"type": "string"}}}
    return {"response_class": Response, "responses": {200: {"content": content}, **problems(*READS)}}


@router.get("/differences", response_model=DifferencePage, responses=problems(*READS))
def list_differences(
    compared: Comparison,
    user: Reader,
    cursor: Annotated[int, Query(ge=0, le=2**31 - 1, description="Where the page before ended: its `next`.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Response:
    """What differs between two moments, two models, or a model then and now. A file is compared by importing it."""
    both = compared()
    found = both.changes
    answer: dict[str, Any] = {
        "before": both.before.title,
        "after": both.after.title,
        "counts": both.difference.counts,
        "items": [each.to_json() for each in found[cursor : cursor + limit]],
        "next": cursor + limit if cursor + limit < len(found) else None,
    }
    return json_response(answer)


@router.get("/differences.html", **_file("text/html"))
def difference_page(compared: Comparison, user: Reader, settings: CurrentSettings, lang: Lang = None) -> Response:
    """The same as a page that stands by itself."""
    return Response(page(compared(), lang or settings.language), media_type="text/html")


@router.get("/differences.svg", **_file("image/svg+xml"))
def difference_drawing(
    compared: Comparison, user: Reader, settings: CurrentSettings, lang: Lang = None, limit: Shown = MOST_SHOWN
) -> Response:
    """The same as a drawing, with what was added, removed and changed marked."""
    drawing = drawing_of(compared(), limit=limit)
    return Response(render(drawing, "svg", lang=lang or settings.language), media_type="image/svg+xml")
