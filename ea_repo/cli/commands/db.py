"""Bring the database's schema up or down, or say where it stands."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from ea_repo.cli.options import AsCsv, AsJson, database_url, new_app
from ea_repo.cli.output import Output

app = new_app()


@app.callback()
def db() -> None:
    """Bring the database's schema up or down, or say where it stands."""


@app.command()
def upgrade(
    ctx: typer.Context,
    revision: Annotated[str, typer.Argument(metavar="REVISION", help="How far.")] = "head",
    as_json: AsJson = False,
) -> None:
    """Bring the schema up; an empty database becomes a repository."""
    from ea_repo.store import schema

    reached = schema.upgrade(_url(ctx), revision)
    Output(as_json).one({"revision": reached}, [f"the schema is at {reached}"])


@app.command()
def downgrade(
    ctx: typer.Context,
    revision: Annotated[str, typer.Argument(metavar="REVISION", help="How far: base takes everything away.")],
    as_json: AsJson = False,
) -> None:
    """Bring the schema down; tables that go take their rows with them."""
    from ea_repo.store import schema

    reached = schema.downgrade(_url(ctx), revision)
    Output(as_json).one({"revision": reached}, [f"the schema is at {reached or 'nothing'}"])


@app.command()
def current(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Say at which revision the schema is, and which this program needs."""
    from ea_repo.store import schema

    url = _url(ctx)
    found, needed = None if schema.is_empty(url) else schema.current(url), schema.head()
    said = f"at {found}" if found else "empty"
    Output(as_json).one(
        {"revision": found, "needed": needed},
        [f"{said}, as this program needs" if found == needed else f"{said}; this program needs {needed}"],
    )


@app.command()
def history(ctx: typer.Context, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List the revisions of the schema, oldest first."""
    from ea_repo.store import schema

    rows = [asdict(step) for step in schema.history(_url(ctx))]
    Output(as_json, as_csv).rows(rows, ("revision", "summary", "is_current"))


@app.command()
def check(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Look for what is wrong with the schema; code 1 if anything is."""
    from ea_repo.store import schema

    faults = schema.check(_url(ctx))
    Output(as_json).one({"faults": faults}, faults or ["the schema is right"])
    if faults:
        raise typer.Exit(1)


def _url(ctx: typer.Context) -> Any:
    from ea_repo.store.engine import parse_url

    return parse_url(database_url(ctx))
