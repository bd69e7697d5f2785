"""Record what a duplicate-investment review decided."""

from typing import Annotated, Literal

import typer

from ea_repo.cli.options import AsJson, Author, day, new_app, repository, settings
from ea_repo.cli.output import Output

app = new_app()


@app.callback()
def review() -> None:
    """Record what a duplicate-investment review decided."""


@app.command()
def record(
    ctx: typer.Context,
    system: Annotated[str, typer.Argument(metavar="UID", help="The planned or existing system that was reviewed.")],
    decision: Annotated[
        Literal["proceed", "link", "merge", "reuse", "stop"], typer.Option("--decision", help="How the review ended.")
    ],
    reasons: Annotated[str, typer.Option("--reasons", metavar="TEXT", help="Why it was decided so.")],
    candidate: Annotated[
        list[str] | None, typer.Option("--candidate", metavar="UID", help="A system that it was compared with.")
    ] = None,
    saved: Annotated[float | None, typer.Option("--saved", min=0, metavar="N", help="The amount saved.")] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CODE", help="Its currency, such as IDR.")
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who reviewed it, if not the author.")] = "",
    reviewed_on: Annotated[
        str | None, typer.Option("--reviewed-on", metavar="DATE", help="The day of the review, if not today.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="KEY", help="The model to keep it in.")] = None,
    author: Author = None,
    as_json: AsJson = False,
) -> None:
    """Keep a review with its decision, reasons and the amount saved."""
    from ea_repo.planning.informatization.investment_reviews import record_review

    with repository(ctx) as opened:
        applied = record_review(
            opened, system, decision, reasons, author=author or settings().author, candidates=candidate or (),
            amount_saved=saved, currency=currency, reviewed_by=by,
            reviewed_on=None if reviewed_on is None else day(reviewed_on), model=model,
        )  # fmt: skip
        uid = next(uid for kind, uid in applied.versions if kind == "concept")
        with opened.state() as state:
            kept = state.get(uid)
    Output(as_json).one(kept, [f"{uid}: {decision}"])
