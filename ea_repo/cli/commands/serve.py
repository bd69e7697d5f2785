"""Serve the API, its documentation and the pages over HTTP."""

from typing import Annotated

import typer

from ea_repo.cli.options import database_url, new_app

app = new_app()

Host = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Where to listen; beyond this machine there must be a token.")
]
Port = Annotated[int, typer.Option(min=0, max=65_535, metavar="N", help="0: any that is free.")]


@app.command()
def serve(
    ctx: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    allowed_hosts: Annotated[
        list[str] | None,
        typer.Option("--allowed-host", metavar="NAME", help="Name under which it is reached; may be repeated."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="How many processes share the work.")] = 1,
) -> None:
    """Serve the API, its documentation and the pages over HTTP."""
    from api.serve import serve as serve_api

    serve_api(database_url(ctx), host, port, workers=workers, hosts=allowed_hosts or ())
