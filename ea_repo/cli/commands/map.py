"""Write a first mapping for an inventory, from its headers and values."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ea_repo.cli.options import database_url, new_app, repository
from ea_repo.cli.output import note

if TYPE_CHECKING:
    from ea_repo.store.state import State

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
    from ea_repo.metamodel import standard

    source = open_source(file)
    with _state(ctx) as state:
        text = suggested(source, standard() if state is None else state.metamodel, type_name, state)
    if output is None:
        typer.echo(text, nl=False)
        return
    with output.open("x", encoding="utf-8") as written:  # a mapping that somebody completed is never written over
        written.write(text)
    note(f"wrote {output}; complete it, then: ea-repo import {file} --map {output} --model KEY --dry-run")


@contextmanager
def _state(ctx: typer.Context) -> Iterator["State | None"]:
    """That of the repository; None where there is none yet."""
    from ea_repo.store.engine import parse_url
    from ea_repo.store.schema import is_empty

    if is_empty(parse_url(database_url(ctx))):
        note("there is no repository yet (ea-repo db upgrade makes one); the built-in types are used")
        yield None
        return
    with repository(ctx) as opened, opened.state() as state:
        yield state
