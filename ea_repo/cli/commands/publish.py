"""Publish the repository, a model or an agency as a static site: pages for any browser, with no server."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ea_repo.cli.options import AsJson, AsOf, DraftId, ModelKey, On, new_app, progress_bar, repository
from ea_repo.cli.output import Output

if TYPE_CHECKING:
    from ea_repo.publishing.publication import Published

app = new_app()


@app.command()
def publish(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New, empty, or an earlier publication.")],
    model: ModelKey = None,
    owner: Annotated[
        str | None, typer.Option(metavar="UID", help="Only what this agency and those below it own.")
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(metavar="LANG", help="en, id, ko, one or more; left out, all, with a switch on every page."),
    ] = None,
    title: Annotated[str, typer.Option(metavar="TEXT", help="What stands at the top of every page.")] = "",
    no_drawings: Annotated[bool, typer.Option("--no-drawings", help="Only texts and tables.")] = False,
    seconds: Annotated[
        float, typer.Option(metavar="N", help="How long the layout of one drawing may take before a simpler one.")
    ] = 20.0,
    processes: Annotated[
        int | None, typer.Option(metavar="N", help="Processes that share the work; left out, one a processor.")
    ] = None,
    on: On = None,
    as_of: AsOf = None,
    draft: DraftId = None,
    as_json: AsJson = False,
) -> None:
    """Publish the repository, a model or an agency as a static site: pages for any browser, with no server."""
    from ea_repo.publishing.publication import publish as publish_site
    from ea_repo.wording import LANGUAGES

    with repository(ctx) as opened, progress_bar("pages") as progress:
        published = publish_site(
            opened, folder, model=model, owner=owner, languages=language or LANGUAGES, title=title, on=on, as_of=as_of,
            draft=draft, drawings=not no_drawings, seconds=seconds, processes=processes, progress=progress,
        )  # fmt: skip
    Output(as_json).one(published, _lines(published))


def _lines(published: "Published") -> Iterator[str]:
    yield (
        f"{published.elements:,} elements and {published.views:,} views as of changeset {published.changeset}"
        f"{'' if published.draft is None else f' with draft {published.draft}'}, in {', '.join(published.languages)}: {published.pages:,} pages"
    )
    yield f"pages: {published.pages - published.pages_standing:,} made, {published.pages_standing:,} unchanged"
    yield f"drawings: {published.drawings_made:,} made, {published.drawings_reused:,} unchanged"
    yield (
        f"files: {published.files:,} ({published.bytes / 1_000_000:,.1f} MB), {published.written:,} written, "
        f"{published.removed:,} removed, in {published.seconds:,.1f} s"
    )
    yield from (f"left out: {each}" for each in published.left_out)
    yield f"open {Path(published.folder) / 'index.html'}"
