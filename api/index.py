"""The e-government index: levels recorded with who and when. Scores and rankings are reports under `/planning`."""

from typing import Annotated, Literal

from fastapi import Path, Response
from pydantic import BaseModel, Field

from api.access import Writer
from api.dependencies import OpenRepository, UidPath
from api.encoding import json_response
from api.routes import CREATES, new_router, problems
from api.schemas.values import TEXT_PATTERN, Body, Keyed, Line, ModelKey, Uid
from ea_repo.planning.index import rounds, taking
from ea_repo.store.changesets import Applied

router = new_router("planning")
Code = Annotated[str, Path(max_length=100, pattern=TEXT_PATTERN, examples=["spbe-2020"])]


class Levels(Body):
    """What an agency is given in a round. Indicators that are not named keep what they have."""

    levels: Keyed[int | float] = Field(min_length=1, max_length=2_000, examples=[{"11": 3, "12": 4}])
    stage: Literal["self", "review", "final"] = "self"
    evidence: Keyed[list[Uid]] = Field(default_factory=dict, description="Uids by indicator.")
    model: ModelKey | None = Field(None, description="Where new ones go. None: the agency's own model.")
    reason: Line | None = None


class Taken(Body):
    """The indicators whose proposed levels an agency takes as its own."""

    indicators: list[Line] = Field(min_length=1, max_length=2_000, examples=[["11", "13"]])
    model: ModelKey | None = Field(None, description="Where new ones go. None: the agency's own model.")
    reason: Line | None = None


class Judged(Body):
    """What a reviewer says of the evidence, by indicator."""

    states: Keyed[rounds.EvidenceState] = Field(min_length=1, max_length=2_000, examples=[{"11": "accepted"}])
    reason: Line | None = None


Year = Annotated[int, Path(ge=1990, le=2200)]


class Recorded(BaseModel):
    changeset: int | None
    changed: bool


@router.post(
    "/planning/index/{framework}/{year}/{agency}",
    response_model=Recorded,
    status_code=201,
    responses=problems(*CREATES),
)
def assess(
    repository: OpenRepository,
    user: Writer,
    framework: Code,
    year: Year,
    agency: UidPath,
    body: Levels,
) -> Response:
    """Record an agency's levels in a round of a framework, as one changeset. Levels out of range are refused, all at once."""
    applied = rounds.assess(
        repository, agency, framework, year, body.levels, author=user.name, stage=body.stage, model=body.model,
        evidence=body.evidence, reason=body.reason or "",
    )  # fmt: skip
    return _recorded(applied)


@router.post(
    "/planning/index/{framework}/{year}/{agency}/proposals",
    response_model=Recorded,
    status_code=201,
    responses=problems(*CREATES),
)
def take_proposals(
    repository: OpenRepository,
    user: Writer,
    framework: Code,
    year: Year,
    agency: UidPath,
    body: Taken,
) -> Response:
    """Take the levels that the repository proposes as the agency's self-assessment, with what shows them as evidence."""
    applied = taking.take(
        repository,
        agency,
        framework,
        year,
        body.indicators,
        author=user.name,
        model=body.model,
        reason=body.reason or "",
    )
    return _recorded(applied)


@router.post(
    "/planning/index/{framework}/{year}/{agency}/evidence",
    response_model=Recorded,
    status_code=201,
    responses=problems(*CREATES),
)
def judge_evidence(
    repository: OpenRepository,
    user: Writer,
    framework: Code,
    year: Year,
    agency: UidPath,
    body: Judged,
) -> Response:
    """Say of the evidence for indicators whether it is accepted or is to be revised, with who and when. Levels stay."""
    applied = rounds.judge_evidence(
        repository, agency, framework, year, body.states, author=user.name, reason=body.reason or ""
    )
    return _recorded(applied)


def _recorded(applied: Applied) -> Response:
    return json_response({"changeset": applied.number, "changed": applied.changed}, 201)
