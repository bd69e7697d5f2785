"""Make, list or revoke the tokens with which programs sign in."""

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from ea_repo.cli.options import AsCsv, AsJson, day, new_app, repository
from ea_repo.cli.output import Output

if TYPE_CHECKING:
    from ea_repo.store.accounts import Scope, Token

app = new_app()
Name = Annotated[str, typer.Argument(metavar="NAME", help="Who uses it; the author of what it writes.")]


@app.callback()
def token() -> None:
    """Make, list or revoke the tokens with which programs sign in."""


@app.command()
def create(
    ctx: typer.Context,
    name: Name,
    scopes: Annotated[
        list[str] | None,
        typer.Option("--scope", help="read (the default), write or admin; each includes those before."),
    ] = None,
    expires: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="Valid until the end of this day (UTC).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and print its secret, which is shown this once."""
    expires_at = None if expires is None else datetime.combine(expires, time.max, UTC)
    with repository(ctx) as opened:
        made, secret = opened.accounts.create_token(name, cast("list[Scope]", scopes or ["read"]), expires_at)
    Output(as_json).one({**_row(made), "secret": secret}, [secret])


@app.command(name="list")
def list_(ctx: typer.Context, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List the tokens, without their secrets."""
    output = Output(as_json, as_csv)
    with repository(ctx) as opened:
        found = opened.accounts.tokens()
    output.rows(map(_row, found), ("name", "scopes", "live", "created_at", "expires_at", "revoked_at"))


@app.command()
def revoke(ctx: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """End a token at once."""
    with repository(ctx) as opened:
        ended = opened.accounts.revoke_token(name)
    Output(as_json).one(_row(ended), [f"token {ended.name} is revoked"])


def _row(found: "Token") -> dict[str, Any]:
    return {
        "name": found.name,
        "scopes": found.scopes,
        "live": found.is_live,
        "created_at": found.created_at,
        "expires_at": found.expires_at,
        "revoked_at": found.revoked_at,
    }
