"""Draw a question, a landscape or a stored view to a file."""

import inspect
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ea_repo.catalogue import entries, entry
from ea_repo.cli.entries import Extra, entry_command
from ea_repo.cli.lazy import LazyCommands
from ea_repo.cli.options import AsCsv, AsJson, AsOf, DraftId, ModelKey, On, new_app, settings, state
from ea_repo.cli.output import STDOUT, Output, write_file

OutputFile = Annotated[
    Path,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Where to; its ending says the format. -: standard output, as SVG."
    ),
]
FormatName = Annotated[
    str | None, typer.Option("--format", metavar="NAME", help="The format, where the ending does not say it.")
]

_MOMENT: tuple[Extra, ...] = (("on", On, None), ("as_of", AsOf, None), ("draft", DraftId, None))


class Viewpoints(TyperGroup):
    """One command a viewpoint of the catalogue."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = LazyCommands(lambda: entries("viewpoint"), _export_command)


app = new_app()
export_app = new_app(cls=Viewpoints, help="Draw one to a file; each viewpoint has its own options.")
app.add_typer(export_app, name="export")


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


def _export_command(name: str) -> Any:
    from diagrams.options import offered

    def draw_it(
        ctx: typer.Context, arguments: Mapping[str, Any], options: Mapping[str, Any], output: Path, format: str | None,
        on: date | None, as_of: int | None, draft: int | None,
    ) -> None:  # fmt: skip
        from diagrams import draw, format_of, picture_format, render

        wanted = format or ("svg" if output == STDOUT else format_of(output))
        picture_format(wanted)
        with state(ctx, on, as_of, draft) as found:
            drawing = draw(found, name, **arguments)
        write_file(output, render(drawing, wanted, lang=settings().language, **options))

    extras: tuple[Extra, ...] = (
        ("output", OutputFile, inspect.Parameter.empty),
        ("format", FormatName, None),
        *_MOMENT,
    )
    return entry_command(entry("viewpoint", name), extras, draw_it, options=offered())
