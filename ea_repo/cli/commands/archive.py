"""Write the whole repository into one archive, verify an archive, or restore one."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ea_repo.cli.options import AsJson, database_url, new_app, progress_bar, repository
from ea_repo.cli.output import Output

if TYPE_CHECKING:
    from ea_repo.exchange.whole_archive import Contents

app = new_app()

Archive = Annotated[Path, typer.Argument(metavar="FILE", help="The archive: a .zip, .tar, .tar.gz or folder.")]
Fingerprint = Annotated[
    str | None,
    typer.Option(metavar="SHA256", help="What `archive write` told: finds also what somebody altered with care."),
]


@app.callback()
def archive() -> None:
    """Write the whole repository into one archive, verify an archive, or restore one.

    An archive holds everything, with all history and drafts, and fits SQLite and PostgreSQL alike; tokens are not in it.
    """


@app.command()
def write(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A new .zip, .tar or .tar.gz; a folder, if it has no such ending.")
    ],
    as_json: AsJson = False,
) -> None:
    """Write everything into a new archive, as it is at this moment."""
    from ea_repo.exchange import whole_archive

    with repository(ctx) as opened, progress_bar(file.name) as progress:
        contents = whole_archive.write(opened, file, progress)
    Output(as_json).one(contents.to_json(), _lines(contents, f"wrote {file}"))


@app.command()
def verify(file: Archive, fingerprint: Fingerprint = None, as_json: AsJson = False) -> None:
    """Read all of an archive: code 4, naming the file, if anything in it is damaged or was altered."""
    from ea_repo.exchange import whole_archive

    with progress_bar(file.name) as progress:
        contents = whole_archive.verify(file, fingerprint=fingerprint, progress=progress)
    Output(as_json).one(contents.to_json(), _lines(contents, f"{file} is whole"))


@app.command()
def restore(ctx: typer.Context, file: Archive, fingerprint: Fingerprint = None, as_json: AsJson = False) -> None:
    """Restore an archive into an empty database: all of it, or nothing."""
    from ea_repo.exchange import whole_archive

    with progress_bar(file.name) as progress:
        contents = whole_archive.restore(file, database_url(ctx), fingerprint=fingerprint, progress=progress)
    Output(as_json).one(contents.to_json(), _lines(contents, f"restored {file}"))


def _lines(contents: "Contents", done: str) -> Iterator[str]:
    rows = ", ".join(f"{count:,} {name}" for name, count in contents.rows.items() if count)
    yield f"{done}: up to changeset {contents.changeset:,}, schema {contents.revision}"
    yield f"rows: {rows or 'none'}"
    yield f"fingerprint: {contents.fingerprint}"
