"""What endpoints ask for: the repository, a state of it, a query for a list, the version to change."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Path, Query, Request
from pydantic import BeforeValidator, WithJsonSchema

from api.filter_pattern import FILTER_PATTERN
from api.schemas.values import TEXT_PATTERN, Line, ModelKey, TypeName, Uid
from ea_repo.errors import PreconditionRequired
from ea_repo.repository import Repository
from ea_repo.settings import Settings
from ea_repo.store import query as store_query
from ea_repo.store.query import MOST_ROWS
from ea_repo.store.state import State

#: How the ETag of a version is written.
TAG_PATTERN = '^"([1-9][0-9]{0,8})"$'
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TAG = re.compile(TAG_PATTERN)
MOST_CHARACTERS = 2_000


def _repository(request: Request) -> Repository:
    found: Repository = request.app.state.repository
    return found


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("is not a date; write it as 2028-01-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is not a day of the calendar") from None


# Dependencies are coroutines where they only look something up: a plain function would cost a change of thread.
async def _current_repository(request: Request) -> Repository:
    return _repository(request)


async def _settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


OpenRepository = Annotated[Repository, Depends(_current_repository)]
CurrentSettings = Annotated[Settings, Depends(_settings)]
DateQuery = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
On = Annotated[
    DateQuery | None, Query(description="As it holds on this date, such as 2028-01-31. None: no matter when.")
]
AsOf = Annotated[int | None, Query(ge=0, le=2**31 - 1, description="As it was known after this changeset. None: now.")]


DraftId = Annotated[
    int | None,
    Query(ge=1, le=2**31 - 1, description="As if this draft or submitted changeset (its id) were applied now."),
]


async def _open_state(
    request: Request, on: On = None, as_of: AsOf = None, draft: DraftId = None
) -> Callable[[], State]:
    return partial(_repository(request).state, on=on, as_of=as_of, draft=draft)


#: Opens the state that `on`, `as_of` and `draft` ask for: `with open_state() as state`. The endpoint opens it, so that one
#: thread reads all of it and an error on opening is an answer like any other.
OpenState = Annotated[Callable[[], State], Depends(_open_state)]

UidPath = Annotated[str, Path(max_length=500, pattern=TEXT_PATTERN, examples=["kemenkeu:SAKTI"])]
ModelPath = Annotated[str, Path(max_length=500, pattern=TEXT_PATTERN, examples=["kemenkeu"])]
ChangesetId = Annotated[int, Path(ge=1, le=2**31 - 1, description="The changeset's id, not its number.")]
Reason = Annotated[Line | None, Query(description="Why; kept with the change. None: what is done is said.")]
DryRun = Annotated[bool, Query(description="Only tell what would be done.")]
Total = Annotated[bool, Query(description="Count all that there are, too.")]
ModelQuery = Annotated[ModelKey | None, Query(description="Only of this model.")]
TypesQuery = Annotated[
    list[TypeName], Query(alias="type", description="Only of this type or its refinements; may be repeated.")
]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="How many at most.")]
Search = Annotated[
    str, Query(max_length=1_000, pattern=TEXT_PATTERN, description="Words; the end of each may be left out.")
]
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=50,
        description='The ETag of the version that the change was made from, such as "3".',
    ),
]
Fields = Annotated[
    str | None,
    Query(
        pattern="^[a-z][a-z0-9_]{0,62}(,[a-z][a-z0-9_]{0,62}){0,99}$",
        description="Only these fields and attributes, separated by commas; the uid is always there.",
        examples=["name,owner,criticality"],
    ),
]
Sort = Literal[
    "uid", "name", "type", "written", "version", "-uid", "-name", "-type", "-written", "-version"
]  # SORTABLE, as a type


async def _concept_query(
    type_: TypesQuery = [],  # noqa: B006 - read only
    model: ModelQuery = None,
    owner: Annotated[Uid | None, Query(description="Only of this agency and those below it.")] = None,
    folder: Annotated[Uid | None, Query(description="Only in this folder.")] = None,
    q: Annotated[Search | None, Query()] = None,
    filter_: Annotated[
        str | None,
        Query(
            alias="filter",
            max_length=MOST_CHARACTERS,
            description="An OData expression over fields and attributes.",
            examples=["criticality eq 'vital' and startswith(name, 'Tax')"],
            json_schema_extra={"pattern": FILTER_PATTERN},
        ),
    ] = None,
    sort: Annotated[Sort, Query(description='The order; with "-" in front, descending.')] = "uid",
    limit: Limit = 50,
    cursor: Annotated[
        str | None, Query(pattern="^[A-Za-z0-9_-]{1,4000}$", description="Where the page before ended: its `next`.")
    ] = None,
    total: Total = False,
) -> store_query.Query:
    return store_query.Query(
        types=tuple(type_), model=model, owner=owner, folder=folder, q=q, filter=filter_, sort=sort, limit=limit,
        cursor=cursor, total=total,
    )  # fmt: skip


ConceptQuery = Annotated[store_query.Query, Depends(_concept_query)]


def version_in(if_match: str) -> int:
    """The version that an If-Match names. `*` names none: it would overwrite what nobody has seen."""
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise PreconditionRequired('the header If-Match must name the version that was read by its ETag, such as "3"')
    return int(found[1])
