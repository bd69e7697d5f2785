"""Give a report of planning: roadmap, coverage, sharing, index, resources, records."""

from typing import Any

import typer
from typer.core import TyperGroup

from ea_repo.catalogue import entries
from ea_repo.cli.lazy import LazyCommands
from ea_repo.cli.options import AsCsv, AsJson, new_app, settings
from ea_repo.cli.output import Output
from ea_repo.cli.questions import InLanguage, question_command
from ea_repo.exchange.row_words import summary


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
def list_(ctx: typer.Context, as_json: AsJson = False, as_csv: AsCsv = False, language: InLanguage = None) -> None:
    """List the reports there are."""
    told_in = language or settings().language
    rows = [{"report": name, "summary": summary(each, told_in)} for name, each in entries("report").items()]
    Output(as_json, as_csv).rows(rows, ("report", "summary"), language=told_in)
