"""Draw a question, a landscape or a stored view to a file."""

import inspect
import tempfile
import webbrowser
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ea_repo.catalogue import entries, entry, has
from ea_repo.cli import kept_export
from ea_repo.cli.entries import Extra, entry_command
from ea_repo.cli.files import read_text
from ea_repo.cli.lazy import LazyCommands
from ea_repo.cli.options import AsCsv, AsJson, AsOf, DraftId, ModelKey, On, database_url, new_app, settings, state
from ea_repo.cli.output import STDOUT, Output, note, say, write_file
from ea_repo.errors import MissingPart

OutputFile = Annotated[
    Path,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Where to; its ending says the format. -: standard output, as SVG."
    ),
]
FormatName = Annotated[
    str | None, typer.Option("--format", metavar="NAME", help="The format, where the ending does not say it.")
]

Opened = Annotated[bool, typer.Option("--open", help="Open it as SVG in the browser or viewer of this machine.")]

_MOMENT: tuple[Extra, ...] = (("on", On, None), ("as_of", AsOf, None), ("draft", DraftId, None))


class Exported(TyperGroup):
    """One command a viewpoint of the catalogue, to a file."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = LazyCommands(lambda: entries("viewpoint"), _export_command, _is_viewpoint)


class Shown(TyperGroup):
    """One command a viewpoint of the catalogue, to the terminal or a viewer."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = LazyCommands(lambda: entries("viewpoint"), _show_command, _is_viewpoint)


app = new_app()
export_app = new_app(cls=Exported, invoke_without_command=True)
show_app = new_app(
    cls=Shown, help="Show one as text in the terminal, or in a viewer; each viewpoint has its own options."
)
app.add_typer(export_app, name="export")
app.add_typer(show_app, name="show")


@export_app.callback()
def export(
    ctx: typer.Context,
    book: Annotated[
        Path | None, typer.Option("--all", metavar="BOOK", help="Draw every diagram of a book, which is a TOML file.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="PATH", help="Of a book: a folder, a .zip, or a .pdf of all.")
    ] = Path(),
    on: On = None,
    as_of: AsOf = None,
    draft: DraftId = None,
) -> None:
    """Draw one to a file, or a whole book of them; each viewpoint has its own options."""
    if book is None:
        if ctx.invoked_subcommand is None:
            say(ctx.get_help())
        return
    if ctx.invoked_subcommand is not None:
        raise typer.BadParameter("--all draws the diagrams of a book and takes no viewpoint beside it")
    from diagrams import book as books

    declared = books.read(read_text(book, "a book in TOML"), book.name)
    with state(ctx, on, as_of, draft) as found:
        drawn = books.pictures(found, declared)
    lang = settings().language
    if output.suffix.lower() == ".pdf":
        write_file(output, books.bound(declared, drawn, lang))
    elif output.suffix.lower() == ".zip":
        write_file(output, books.archive(declared, drawn, lang))
    else:
        output.mkdir(parents=True, exist_ok=True)
        for name, content in books.files(declared, drawn, lang):
            write_file(output / name, content)


@app.callback()
def diagram() -> None:
    """Draw a question, a landscape or a stored view to a file."""


@app.command(name="list")
def list_(
    ctx: typer.Context,
    views: Annotated[bool, typer.Option("--views", help="The stored views of the repository instead.")] = False,
    model: ModelKey = None,
    on: On = None,
    as_of: AsOf = None,
    draft: DraftId = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the viewpoints there are, or the stored views."""
    output = Output(as_json, as_csv)
    if not views and model is None:
        rows = [{"viewpoint": name, "summary": each.summary} for name, each in entries("viewpoint").items()]
        output.rows(rows, ("viewpoint", "summary"))
        return
    with state(ctx, on, as_of, draft) as found:
        stored = [{"uid": view.uid, "name": view.name, "viewpoint": view.viewpoint} for view in found.views(model)]
    output.rows(stored, ("uid", "name", "viewpoint"))


def _is_viewpoint(name: str) -> bool:
    return has("viewpoint", name)


def _export_command(name: str) -> Any:
    from diagrams.options import offered

    def draw_it(
        ctx: typer.Context, arguments: Mapping[str, Any], options: Mapping[str, Any], output: Path, format: str | None,
        on: date | None, as_of: int | None, draft: int | None,
    ) -> None:  # fmt: skip
        from diagrams import draw, format_of, picture_format, render
        from diagrams.engines import failures

        wanted = format or ("svg" if output == STDOUT else format_of(output))
        picture_format(wanted)
        keep = kept_export.keeping(ctx.obj["arguments"], output, database_url(ctx))
        with state(ctx, on, as_of, draft) as found:
            drawing = draw(found, name, **arguments)
        failed = failures()
        picture = render(drawing, wanted, lang=settings().language, **options)
        write_file(output, picture)
        if failures() == failed:
            keep(picture)

    extras: tuple[Extra, ...] = (
        ("output", OutputFile, inspect.Parameter.empty),
        ("format", FormatName, None),
        *_MOMENT,
    )
    return entry_command(entry("viewpoint", name), extras, draw_it, options=offered())


def _show_command(name: str) -> Any:
    from diagrams.options import offered

    def show_it(
        ctx: typer.Context, arguments: Mapping[str, Any], options: Mapping[str, Any], open_: bool,
        on: date | None, as_of: int | None, draft: int | None,
    ) -> None:  # fmt: skip
        from diagrams import draw, render

        with state(ctx, on, as_of, draft) as found:
            drawing = draw(found, name, **arguments)
        written = render(drawing, "svg" if open_ else "text", lang=settings().language, **options)
        if not open_:
            say(*written.decode().rstrip("\n").split("\n"))
            return
        with tempfile.NamedTemporaryFile(prefix=f"{name}-", suffix=".svg", delete=False) as file:
            file.write(written)
        note(f"wrote {file.name}")
        if not webbrowser.open(Path(file.name).as_uri()):
            raise MissingPart(f"there is no viewer to open; look at {file.name}")

    extras: tuple[Extra, ...] = (("open_", Opened, False), *_MOMENT)
    return entry_command(entry("viewpoint", name), extras, show_it, options=offered())
