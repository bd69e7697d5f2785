"""Record what a duplicate-investment review decided, and decide it anew."""

from datetime import date
from typing import Annotated

import typer

from ea_repo.cli.options import AsJson, Author, day, new_app, repository, settings
from ea_repo.cli.output import Output, note
from ea_repo.planning.informatization.decisions import Decision

app = new_app()


@app.callback()
def review() -> None:
    """Record what a duplicate-investment review decided, and decide it anew."""


How = Annotated[Decision, typer.Option("--decision", help="How the review ended.")]
Reasons = Annotated[str, typer.Option("--reasons", metavar="TEXT", help="Why it was decided so.")]
Candidates = Annotated[
    list[str] | None, typer.Option("--candidate", metavar="UID", help="A system that it was compared with.")
]
Saved = Annotated[float | None, typer.Option("--saved", min=0, metavar="N", help="The amount saved.")]
Currency = Annotated[str | None, typer.Option("--currency", metavar="CODE", help="Its currency, such as IDR.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who reviewed it, if not the author.")]
ReviewedOn = Annotated[
    str | None, typer.Option("--reviewed-on", metavar="DATE", help="The day of the review, if not today.")
]


@app.command()
def record(
    ctx: typer.Context,
    system: Annotated[str, typer.Argument(metavar="UID", help="The planned or existing system that was reviewed.")],
    decision: How,
    reasons: Reasons,
    candidate: Candidates = None,
    saved: Saved = None,
    currency: Currency = None,
    by: By = "",
    reviewed_on: ReviewedOn = None,
    model: Annotated[str | None, typer.Option("--model", metavar="KEY", help="The model to keep it in.")] = None,
    author: Author = None,
    as_json: AsJson = False,
) -> None:
    """Keep a review with its decision, reasons and the amount saved."""
    from ea_repo.planning.informatization.investment_reviews import record_review

    with repository(ctx) as opened:
        applied = record_review(
            opened, system, decision, reasons, author=author or settings().author, candidates=candidate or (),
            amount_saved=saved, currency=currency, reviewed_by=by, reviewed_on=_day(reviewed_on), model=model,
        )  # fmt: skip
        uid = next(uid for kind, uid in applied.versions if kind == "concept")
        with opened.state() as state:
            kept = state.get(uid)
    Output(as_json).one(kept, [f"{uid}: {decision}"])


@app.command()
def decide(
    ctx: typer.Context,
    uid: Annotated[str, typer.Argument(metavar="UID", help="The review.")],
    decision: How,
    reasons: Reasons,
    candidate: Candidates = None,
    saved: Saved = None,
    currency: Currency = None,
    by: By = "",
    reviewed_on: ReviewedOn = None,
    author: Author = None,
) -> None:
    """Decide a review anew; what was decided before stays in its history."""
    from ea_repo.planning.informatization.investment_reviews import decide_review

    with repository(ctx) as opened:
        decide_review(
            opened, uid, decision, reasons, author=author or settings().author, candidates=candidate or (),
            amount_saved=saved, currency=currency, reviewed_by=by, reviewed_on=_day(reviewed_on),
        )  # fmt: skip
    note(f"{uid} is {decision} now")


def _day(text: str | None) -> date | None:
    return None if text is None else day(text)
