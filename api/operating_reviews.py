"""Operating-performance reviews: what was decided of running systems, with the figures of the day. Their list is the report."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from api.access import Writer
from api.concepts import written
from api.dependencies import IfMatch, OpenRepository, UidPath, version_in
from api.encoding import json_response
from api.problems import in_body
from api.routes import CHANGES, CREATES, new_router, problems
from api.schemas.answers import Concept
from api.schemas.values import Body, DayDate, ModelKey, Text, Uid, example
from ea_repo.planning.resources import decisions
from ea_repo.planning.resources import recording_reviews as reviews
from ea_repo.planning.resources.register import rules

router = new_router("planning")
_RULES = rules("review")
Score = Annotated[float, Field(ge=0, le=100)]
Reasons = Annotated[
    Text, Field(max_length=20_000, description="Why. Needed where the decision is not what the scores say.")
]
ReviewedBy = Annotated[Text, Field(max_length=500, description="Who reviewed, if not the author.")]


class NewReviews(Body):
    """A review of each of these systems, on the scores, users and running cost that the register has for the day."""

    model_config = example(
        systems=["finance:TAXLEGACY"], decision="redevelop", reasons="The mainframe is not supported"
    )

    systems: list[Uid] = Field(min_length=1, max_length=1_000)
    decision: decisions.Decision | None = Field(None, description="None: what the scores of each say.")
    reasons: Reasons = ""
    value_cut_off: Score = Field(_RULES["value_cut_off"], description="From this score on, business value is high.")
    cost_cut_off: Score = Field(_RULES["cost_cut_off"], description="From this score on, cost effectiveness is high.")
    least_age_years: int = Field(
        _RULES["least_age_years"], ge=0, le=100, description="A system is reviewed when it has run for so many years."
    )
    reviewed_by: ReviewedBy = ""
    reviewed_on: DayDate | None = Field(None, description="None: today.")
    model: ModelKey | None = Field(None, description="The model to keep them in. None: that of each system.")


class OperatingDecision(Body):
    """What is decided instead of what was, on the same figures. The decision before stays in the history."""

    decision: decisions.Decision
    reasons: Reasons = ""
    reviewed_by: ReviewedBy = ""
    reviewed_on: DayDate | None = Field(None, description="None: the day stays.")


class KeptReviews(BaseModel):
    """The reviews, in the order of the systems."""

    changeset: int | None
    items: list[Concept]


@router.post(
    "/planning/operating-reviews", response_model=KeptReviews, status_code=201, responses=problems(*CREATES)
)  # fmt: skip
def record_operating_reviews(repository: OpenRepository, user: Writer, body: NewReviews) -> Response:
    """Keep reviews of running systems, as one changeset."""
    with in_body():
        applied = reviews.record_reviews(
            repository, body.systems, body.decision, body.reasons, author=user.name, value_cut_off=body.value_cut_off,
            cost_cut_off=body.cost_cut_off, least_age_years=body.least_age_years, reviewed_by=body.reviewed_by,
            reviewed_on=body.reviewed_on, model=body.model,
        )  # fmt: skip
    uids = [uid for record, uid in applied.versions if record == "concept"]
    with repository.state() as state:
        found = state.get_many(uids)
    return json_response({"changeset": applied.number, "items": [found[uid] for uid in uids]}, 201)


@router.put("/planning/operating-reviews/{uid}", response_model=Concept, responses=problems(*CHANGES))
def decide_operating_review(
    repository: OpenRepository, user: Writer, uid: UidPath, body: OperatingDecision, if_match: IfMatch = ""
) -> Response:
    """Decide a review anew, from the version that was read."""
    version = version_in(if_match)
    with in_body():
        reviews.decide_review(
            repository, uid, body.decision, body.reasons, author=user.name, base_version=version,
            reviewed_by=body.reviewed_by, reviewed_on=body.reviewed_on,
        )  # fmt: skip
    return written(repository, uid, 200)
