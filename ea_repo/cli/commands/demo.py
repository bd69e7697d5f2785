"""Make a local repository with an illustrative government in it, and serve it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ea_repo.cli.commands.serve import Host, Port
from ea_repo.cli.options import new_app
from ea_repo.cli.output import note

if TYPE_CHECKING:
    from ea_repo.repository import Repository

app = new_app()

#: Never the database of the settings: that one may be a government's.
DATABASE = Path(".demo") / "ea-repo.db"


@app.command()
def demo(
    ctx: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Only make the repository.")] = False,
) -> None:
    """Make a local repository with an illustrative government in it, and serve it."""
    named = ctx.obj.get("database") or str(DATABASE)
    with _prepared(named) as repository:
        _load(repository, named)
    if not no_serve:
        from api.serve import serve as serve_api

        serve_api(named, host, port)


def _prepared(url: str) -> "Repository":
    """The repository, made or brought up to the present schema."""
    from ea_repo.repository import open_repository
    from ea_repo.store import schema
    from ea_repo.store.engine import parse_url

    parsed = parse_url(url)
    # Saves the half second that the migrations take to be imported.
    if schema.is_empty(parsed) or schema.current(parsed) != schema.head():
        schema.upgrade(parsed)
    return open_repository(url)


def _load(repository: "Repository", url: str) -> None:
    from ea_repo import sample
    from ea_repo.settings import masked
    from ea_repo.store.query import Query

    if sample.loaded(repository) is None:
        note("Loading the illustrative government ...")
    sample.load(repository)
    with repository.state() as state:
        elements, relationships = state.count(Query(kind="element")), state.count(Query(kind="relationship"))
    note(f"{elements} elements and {relationships} relationships of an invented government are in {masked(url)}.")
    note(f"Ask it: ea-repo -d {masked(url)} list System")
