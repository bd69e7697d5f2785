"""Reviews of investments: what was decided of a planned or existing system, and why. Their list is the report of that name."""

from typing import Annotated

from fastapi import Response
from pydantic import Field

from api.access import Writer
from api.concepts import written
from api.dependencies import IfMatch, OpenRepository, UidPath, version_in
from api.problems import in_body
from api.routes import CHANGES, CREATES, new_router, problems
from api.schemas.answers import Concept
from api.schemas.values import Body, DayDate, ModelKey, Text, Uid, example
from ea_repo.planning.informatization import decisions
from ea_repo.planning.informatization import investment_reviews as reviews

router = new_router("planning")
Reasons = Annotated[Text, Field(min_length=1, max_length=20_000, description="Why it was decided so.")]


class _Decided(Body):
    decision: decisions.Decision
    reasons: Reasons
    candidates: list[Uid] = Field([], max_length=100, description="The systems that it was compared with.")
    amount_saved: Annotated[float, Field(ge=0, le=1e15)] | None = Field(None, description="With its currency.")
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["IDR"])] | None = None
    reviewed_by: Text = Field("", max_length=500, description="Who reviewed it, if not the author.")
    reviewed_on: DayDate | None = Field(None, description="None: today.")


class NewReview(_Decided):
    """A review with its decision."""

    model_config = example(
        system="finance:TAXHR", decision="merge", reasons="It does what the personnel system does",
        candidates=["centre:PERSONNEL"], amount_saved=1_700_000_000, currency="IDR",
    )  # fmt: skip

    system: Uid
    model: ModelKey | None = Field(None, description="The model to keep it in. None: the system's.")


class Decision(_Decided):
    """What is decided instead of what was. The decision before stays in the history."""


@router.post(
    "/planning/investment-reviews", response_model=Concept, status_code=201, responses=problems(*CREATES)
)  # fmt: skip
def record_review(repository: OpenRepository, user: Writer, body: NewReview) -> Response:
    """Keep a review of a system with its decision, reasons and the amount saved."""
    with in_body():
        applied = reviews.record_review(
            repository, body.system, body.decision, body.reasons, author=user.name, candidates=body.candidates,
            amount_saved=body.amount_saved, currency=body.currency, reviewed_by=body.reviewed_by,
            reviewed_on=body.reviewed_on, model=body.model,
        )  # fmt: skip
    return written(repository, next(uid for record, uid in applied.versions if record == "concept"), 201)


@router.put("/planning/investment-reviews/{uid}", response_model=Concept, responses=problems(*CHANGES))
def decide_review(
    repository: OpenRepository, user: Writer, uid: UidPath, body: Decision, if_match: IfMatch = ""
) -> Response:
    """Decide a review anew, from the version that was read."""
    version = version_in(if_match)
    with in_body():
        reviews.decide_review(
            repository, uid, body.decision, body.reasons, author=user.name, base_version=version,
            candidates=body.candidates, amount_saved=body.amount_saved, currency=body.currency,
            reviewed_by=body.reviewed_by, reviewed_on=body.reviewed_on,
        )  # fmt: skip
    return written(repository, uid, 200)
