"""Say what this installation found, and what to do about what is missing."""

from dataclasses import asdict

import typer

from ea_repo.cli.options import AsJson, database_url, new_app, settings
from ea_repo.cli.output import print_table, say
from ea_repo.cli.telling import print_json

app = new_app()


@app.command()
def doctor(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Say what this installation found, and what to do about what is missing."""
    from ea_repo.cli.checks import checks
    from ea_repo.settings import shown

    choices = [asdict(each) for each in shown(settings())]
    found = [asdict(each) for each in checks(database_url(ctx))]
    problems = sum(row["verdict"] == "problem" for row in found)
    if as_json:
        print_json({"checks": found, "settings": choices, "problems": problems})
    else:
        print_table(found, ("part", "verdict", "found", "advice"))
        say("")
        print_table(choices, ("name", "value", "source"))
        say("", f"problems: {problems}" if problems else "all is well")
    if problems:
        raise typer.Exit(1)
