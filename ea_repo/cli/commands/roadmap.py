"""Make the draft that turns an initiative of the roadmap from plan into what is."""

from datetime import date
from typing import Annotated

import typer

from ea_repo.cli.commands.changes import print_difference
from ea_repo.cli.options import AsJson, Author, Reason, day, new_app, repository, settings
from ea_repo.cli.output import Output

app = new_app()


@app.callback()
def roadmap() -> None:
    """Make the draft that turns an initiative of the roadmap from plan into what is."""


@app.command()
def draft(
    ctx: typer.Context,
    uid: Annotated[str, typer.Argument(metavar="UID", help="The initiative.")],
    completed: Annotated[
        date | None,
        typer.Option("--completed", metavar="DATE", parser=day, help="When it is completed, if not at its end."),
    ] = None,
    author: Author = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Make the draft of an initiative: what it introduces is in use, what it retires is not, and it is done.

    `ea-repo changes show ID --draft` shows it, `changes apply ID` applies it, `--draft ID` answers as if it were applied.
    """
    from ea_repo.planning.roadmap import drafting

    with repository(ctx) as opened:
        kept = drafting.draft(opened, uid, author=author or settings().author, on=completed, reason=reason or "")
        difference = opened.difference(kept.id)
    Output(as_json).one(
        {"draft": kept.id, **difference.to_json()},
        [f"draft {kept.id} of {uid}; `ea-repo changes apply {kept.id}` applies it:"],
    )
    if not as_json:
        print_difference(difference)
