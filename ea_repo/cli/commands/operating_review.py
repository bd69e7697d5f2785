"""Keep operating-performance reviews: what was decided of running systems, and the figures it was decided on."""

from datetime import date
from typing import Annotated

import typer

from ea_repo.cli.options import AsJson, Author, day, new_app, repository, settings
from ea_repo.cli.output import Output, note
from ea_repo.planning.resources.decisions import Decision

app = new_app()


@app.callback()
def operating_review() -> None:
    """Keep operating-performance reviews: what was decided of running systems, and the figures it was decided on."""


Reasons = Annotated[str, typer.Option("--reasons", metavar="TEXT", help="Why it was decided so.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who reviewed it, if not the author.")]
Value = Annotated[
    float | None,
    typer.Option(
        "--value-cut-off", min=0, max=100, help="From this score on, business value is high; as set if left out."
    ),
]
Cost = Annotated[
    float | None,
    typer.Option(
        "--cost-cut-off", min=0, max=100, help="From this score on, cost effectiveness is high; as set if left out."
    ),
]
Age = Annotated[
    int | None,
    typer.Option(
        "--least-age-years", min=0, max=100, help="A system is reviewed when it has run so long; as set if left out."
    ),
]


@app.command()
def record(
    ctx: typer.Context,
    systems: Annotated[list[str], typer.Argument(metavar="UID...", help="The running systems that were reviewed.")],
    decision: Annotated[
        Decision | None, typer.Option("--decision", help="How the review ended, if not as the scores say.")
    ] = None,
    reasons: Reasons = "",
    by: By = "",
    reviewed_on: Annotated[
        date | None,
        typer.Option("--reviewed-on", metavar="DATE", parser=day, help="The day of the review, if not today."),
    ] = None,
    value_cut_off: Value = None,
    cost_cut_off: Cost = None,
    least_age_years: Age = None,
    model: Annotated[str | None, typer.Option("--model", metavar="KEY", help="The model to keep them in.")] = None,
    author: Author = None,
    as_json: AsJson = False,
) -> None:
    """Keep a review of each system, with its scores, users and running cost of that day."""
    from ea_repo.planning.resources.recording_reviews import record_reviews

    given = {"value_cut_off": value_cut_off, "cost_cut_off": cost_cut_off, "least_age_years": least_age_years}
    with repository(ctx) as opened:
        applied = record_reviews(
            opened, systems, decision, reasons, author=author or settings().author, reviewed_by=by,
            reviewed_on=reviewed_on, model=model,
            **{name: value for name, value in given.items() if value is not None},  # type: ignore[arg-type]
        )  # fmt: skip
        uids = [uid for kind, uid in applied.versions if kind == "concept"]
        with opened.state() as state:
            kept = state.get_many(uids)
    lines = [f"{uid}: {kept[uid].attributes['decision']}" for uid in uids]
    Output(as_json).one({"items": [kept[uid] for uid in uids]}, lines)


@app.command()
def decide(
    ctx: typer.Context,
    uid: Annotated[str, typer.Argument(metavar="UID", help="The review.")],
    decision: Annotated[Decision, typer.Option("--decision", help="How the review ended.")],
    reasons: Reasons = "",
    by: By = "",
    reviewed_on: Annotated[
        date | None,
        typer.Option("--reviewed-on", metavar="DATE", parser=day, help="Another day of the review."),
    ] = None,
    author: Author = None,
) -> None:
    """Decide a review anew on its figures; what was decided before stays in its history."""
    from ea_repo.planning.resources.recording_reviews import decide_review

    with repository(ctx) as opened:
        decide_review(
            opened, uid, decision, reasons, author=author or settings().author, reviewed_by=by,
            reviewed_on=reviewed_on,
        )  # fmt: skip
    note(f"{uid} is {decision} now")
