"""Keep files as evidence of anything, and get and verify them."""

from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from ea_repo.cli.options import AsCsv, AsJson, AsOf, Author, Reason, day, new_app, repository, settings, state
from ea_repo.cli.output import Output, fields_of, note, write_file

app = new_app()
File = Annotated[Path, typer.Argument(metavar="FILE", help="The file, of any kind.")]
Uid = Annotated[str, typer.Argument(metavar="UID", help="The document.")]
MediaType = Annotated[
    str | None, typer.Option("--media-type", metavar="TYPE", help="Left out, told from the file's name.")
]


@app.callback()
def document() -> None:
    """Keep files as evidence of anything, and get and verify them."""


@app.command()
def add(
    ctx: typer.Context,
    file: File,
    model: Annotated[str, typer.Option("--model", metavar="KEY", help="The model it becomes an element of.")],
    to: Annotated[list[str] | None, typer.Option("--to", metavar="UID", help="What it is evidence of.")] = None,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="Its title, if not the file's name.")] = "",
    series: Annotated[
        str | None, typer.Option("--series", metavar="UID", help="The record series, whose schedule says how long.")
    ] = None,
    dated_on: Annotated[
        str | None, typer.Option("--dated-on", metavar="DATE", help="The day that it bears, such as 2026-11-01.")
    ] = None,
    media_type: MediaType = None,
    author: Author = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Keep a file as a new document."""
    from ea_repo.planning.records import documents

    with repository(ctx) as opened, _opened(file) as content:
        applied = documents.attach(
            opened, content, model=model, author=author or settings().author, file_name=file.name,
            most_bytes=settings().upload_bytes, name=name, media_type=media_type, attached_to=to or (), reason=reason or "",
            attributes=documents.filing(series, None if dated_on is None else day(dated_on)),
        )  # fmt: skip
        uid = next(uid for record, uid in applied.versions if record == "concept")
        with opened.state() as found:
            kept = found.get(uid)
    Output(as_json).one(kept, [f"{uid}: {kept.attributes['size_bytes']:,} bytes, SHA-256 {kept.attributes['sha256']}"])


@app.command()
def revise(
    ctx: typer.Context, uid: Uid, file: File, media_type: MediaType = None, author: Author = None, reason: Reason = None
) -> None:
    """Keep a file as the new version of a document; those before stay readable with --as-of."""
    from ea_repo.planning.records import documents

    with repository(ctx) as opened, _opened(file) as content:
        with opened.state() as found:
            version = documents.document(found, uid).version
        applied = documents.revise(
            opened, uid, content, author=author or settings().author, file_name=file.name,
            most_bytes=settings().upload_bytes, base_version=version, media_type=media_type, reason=reason or "",
        )  # fmt: skip
    note(f"written as changeset {applied.number}" if applied.changed else "nothing has changed")


@app.command()
def get(
    ctx: typer.Context,
    uid: Uid,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to, if not its own name; -: the terminal."),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Write a document's file, verified against its SHA-256."""
    from ea_repo.planning.records import documents

    with repository(ctx) as repository_, repository_.state(as_of=as_of) as found:
        kept = documents.document(found, uid)
        with documents.opened(repository_, kept) as content:
            path = output or Path(Path(kept.attributes.get("file_name", "document")).name)
            if output is None and path.exists():
                raise typer.BadParameter(f"{path} exists; name another with --output, or {path} itself to replace it")
            write_file(path, content.read())


@app.command(name="list")
def list_(ctx: typer.Context, uid: Annotated[str, typer.Argument(metavar="UID", help="Anything.")], as_of: AsOf = None,
          as_json: AsJson = False, as_csv: AsCsv = False) -> None:  # fmt: skip
    """List the documents attached to something."""
    from ea_repo.planning.records import documents

    output = Output(as_json, as_csv)
    with state(ctx, None, as_of) as found:
        rows = [{"uid": each.uid, "name": each.name, **each.attributes} for each in documents.attached(found, uid)]
    output.rows(rows, ("uid", "name", "file_name", "media_type", "size_bytes", "sha256"))


@app.command()
def verify(ctx: typer.Context, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Read every document's file and say which are missing or damaged; exit 1 where any is."""
    from ea_repo.planning.records import documents

    with repository(ctx) as opened:
        found = documents.faults(opened)
    Output(as_json, as_csv).rows(
        map(fields_of, found), ("uid", "name", "sha256", "what"), empty="every document is whole"
    )
    if found:
        raise typer.Exit(1)


def _opened(file: Path) -> BinaryIO:
    from ea_repo.errors import NotFound

    if not file.is_file():
        raise NotFound(f'there is no file "{file}"')
    return file.open("rb")
