"""Load reference models: coded trees of functions, services, data or applications."""

from pathlib import Path
from typing import Annotated

import typer

from ea_repo.cli.options import AsJson, Author, new_app, repository, settings
from ea_repo.cli.output import Output, note

app = new_app()


@app.callback()
def reference_model() -> None:
    """Load reference models: coded trees of functions, services, data or applications."""


@app.command()
def load(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV with the columns code and name, name_en, ...")],
    code: Annotated[
        list[str], typer.Option("--code", metavar="CODE", help="The reference model, such as RAB; several for several.")
    ],
    model: Annotated[str, typer.Option("--model", metavar="KEY", help="The model to load into; made if need be.")],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What the reference model is called.")] = "",
    reference_version: Annotated[
        str, typer.Option("--reference-version", metavar="TEXT", help="The version, such as 2026.")
    ] = "",
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", help="A CSV with the columns old and new: codes moved or renamed."),
    ] = None,
    locked_to: Annotated[
        int | None,
        typer.Option("--locked-to", metavar="N", min=0, max=9, help="Levels down to this one are fixed nationally."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    author: Author = None,
    as_json: AsJson = False,
) -> None:
    """Load a reference model from a file; again, it brings what is there up to date."""
    from ea_repo.planning.informatization import reference_file
    from ea_repo.planning.informatization.reference_loading import load_reference_models

    moved = reference_file.mapping(_content(mapping)) if mapping else {}
    with repository(ctx) as opened:
        done = load_reference_models(
            opened, _content(file), codes=code, model=model, author=author or settings().author,
            version=reference_version, mapping=moved, locked_to=locked_to, name=name, dry_run=dry_run,
        )  # fmt: skip
    told = f"{done.created} created, {done.updated} updated, {done.deleted} deleted, {done.carried} classifications carried"
    Output(as_json).one(done, [f"{', '.join(code)}: {told}"])
    for each in done.kept:
        note(f"{each} is not in the file any more; kept, as it is in use and mapped to no other code")


def _content(file: Path) -> bytes:
    from ea_repo.errors import NotFound

    if not file.is_file():
        raise NotFound(f'there is no file "{file}"')
    return file.read_bytes()
