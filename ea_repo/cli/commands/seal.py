"""Seal the architecture as it is at a moment, and prove later that nothing changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ea_repo.cli.options import AsJson, AsOf, On, new_app, repository, state
from ea_repo.cli.output import Output, fields_of

if TYPE_CHECKING:
    from ea_repo.planning.records.seal import Seal

app = new_app()


@app.callback()
def seal() -> None:
    """Seal the architecture as it is at a moment, and prove later that nothing changed.

    A seal is a BagIt bag with every model, folder, concept and view of one changeset, on one date if wanted.
    """


@app.command()
def write(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A new .zip, .tar or .tar.gz; a folder, if it has no such ending.")
    ],
    on: On = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Seal a moment into a new file. Note the fingerprint elsewhere: it finds also what is altered with care."""
    from ea_repo.planning.records import seal as seals

    with state(ctx, on, as_of) as found:
        sealed = seals.write(found, file)
    Output(as_json).one(sealed, _lines(sealed, f"sealed {file}"))


@app.command()
def verify(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The seal.")],
    fingerprint: Annotated[
        str | None, typer.Option(metavar="SHA256", help="What `seal write` told: finds also what is altered with care.")
    ] = None,
    repository_too: Annotated[
        bool, typer.Option("--repository", help="Hold the repository's history to the seal as well.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read all of a seal: code 4, naming the file, if it was altered; with --repository 1 if the history was."""
    from ea_repo.planning.records import seal as seals

    sealed = seals.verify(file, fingerprint=fingerprint)
    if not repository_too:
        Output(as_json).one(sealed, _lines(sealed, f"{file} is whole"))
        return
    with repository(ctx) as opened:
        found = seals.changes(opened, file, fingerprint=fingerprint)
    if found:
        Output(as_json).rows(map(fields_of, found), ("kind", "uid", "what"))
        raise typer.Exit(1)
    Output(as_json).one(sealed, _lines(sealed, f"{file} is whole, and the repository still has just that"))


def _lines(sealed: "Seal", done: str) -> Iterator[str]:
    when = "" if sealed.on is None else f", on {sealed.on}"
    yield f"{done}: changeset {sealed.changeset:,} of {sealed.applied_at[:10]}{when}"
    yield f"holds {', '.join(f'{count:,} {kind}' for kind, count in sorted(sealed.records.items(), key=_most))}"
    yield f"fingerprint: {sealed.fingerprint}"


def _most(counted: tuple[str, int]) -> int:
    return -counted[1]
