"""Give a report of planning: roadmap, coverage, sharing, index, resources, records."""

from typing import Any

import typer
from typer.core import TyperGroup

from ea_repo.catalogue import entries
from ea_repo.cli.lazy import LazyCommands
from ea_repo.cli.options import AsCsv, AsJson, new_app
from ea_repo.cli.output import Output
from ea_repo.cli.questions import question_command


class Reports(TyperGroup):
    """One command a report of the catalogue, and the list of them."""

    def __init__(self, **options: Any) -> None:
        listed = dict(options.pop("commands", None) or {})
        super().__init__(**options)
        self.commands = LazyCommands(
            lambda: [*listed, *entries("report")],
            lambda name: listed[name] if name in listed else question_command(name, "report"),
        )


app = new_app(cls=Reports)


@app.callback()
def report() -> None:
    """Give a report of planning: roadmap, coverage, sharing, index, resources, records."""


@app.command(name="list")
def list_(ctx: typer.Context, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List the reports there are."""
    rows = [{"report": name, "summary": each.summary} for name, each in entries("report").items()]
    Output(as_json, as_csv).rows(rows, ("report", "summary"))
