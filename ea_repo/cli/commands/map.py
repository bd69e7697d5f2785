"""Write a first mapping for an inventory, from its headers and values."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ea_repo.cli.options import database_url, new_app, repository
from ea_repo.cli.output import note

if TYPE_CHECKING:
    from ea_repo.metamodel import Metamodel

app = new_app()


@app.callback()
def map_() -> None:
    """Write a first mapping for an inventory, from its headers and values."""


@app.command()
def suggest(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The inventory: .csv, .xlsx or .json.")],
    type_name: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="What its rows are; else the likeliest type.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; else standard output.")
    ] = None,
) -> None:
    """Write a first mapping (TOML) for an inventory, with comments where something was guessed or is left to decide."""
    from ea_repo.exchange.inventory.suggesting import suggest as suggested
    from ea_repo.exchange.reading import open_source

    source = open_source(file)
    text = suggested(source, _metamodel(ctx), type_name)
    if output is None:
        typer.echo(text, nl=False)
        return
    with output.open("x", encoding="utf-8") as written:  # a mapping that somebody completed is never written over
        written.write(text)
    note(f"wrote {output}; complete it, then: ea-repo import {file} --map {output} --model KEY --dry-run")


def _metamodel(ctx: typer.Context) -> "Metamodel":
    """That of the repository; where there is none yet, what comes built in."""
    from ea_repo.metamodel import standard
    from ea_repo.store.engine import parse_url
    from ea_repo.store.schema import is_empty

    if is_empty(parse_url(database_url(ctx))):
        note("there is no repository yet (ea-repo db upgrade makes one); the built-in types are used")
        return standard()
    with repository(ctx) as opened:
        return opened.metamodel
