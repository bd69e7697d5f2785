"""The commands of `ea-repo`: which there are, and what all of them take."""

import importlib
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ea_repo.cli import listing
from ea_repo.cli.lazy import LazyCommands
from ea_repo.cli.options import new_app
from ea_repo.cli.words import command_of

NAME = "ea-repo"


def load(name: str) -> Any:
    """The command of that name, imported now."""
    module = listing.command_modules().get(name)
    if module is None:
        return importlib.import_module("ea_repo.cli.questions").question_command(name)
    command = command_of(importlib.import_module(module).app)
    command.name = name
    return command


class Root(TyperGroup):
    """Lists its commands from their sources, so that help imports none of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = LazyCommands(listing.summaries, load)

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for _, names in listing.sections() for name in names]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        known = listing.summaries()
        for title, names in listing.sections():
            if names:
                with formatter.section(title):
                    formatter.write_dl([(name, known[name]) for name in names])


app = new_app(cls=Root)


@app.callback()
def root(
    ctx: typer.Context,
    database: Annotated[
        str | None,
        typer.Option("--database", "-d", metavar="URL", help="Database to use instead of EA_REPO_DATABASE_URL."),
    ] = None,
) -> None:
    """The enterprise architecture of a government: what there is, what depends on what, and what will change."""
    ctx.obj = {"arguments": [], **(ctx.obj or {}), "database": database}
