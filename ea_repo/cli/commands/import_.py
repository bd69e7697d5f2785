"""Import a model file: ArchiMate exchange, Archi, coArchi folder or archive, NDJSON."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ea_repo.cli.options import AsJson, Author, Reason, new_app, progress_bar, repository, settings
from ea_repo.cli.output import Output, text_of

if TYPE_CHECKING:
    from ea_repo.exchange.importing import ImportReport

app = new_app()
_MOST_FINDINGS = 20
_SEVERITIES = ("error", "warning", "note")


@app.command(name="import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file or folder; its format is recognised.")],
    model: Annotated[
        str, typer.Option("--model", metavar="KEY", help="The model it becomes or updates, such as kemenkeu.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; write nothing.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse the file on any finding.")] = False,
    missing: Annotated[
        Literal["keep", "delete"], typer.Option(help="What is in the model but no longer in the file.")
    ] = "keep",
    mapping: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="A mapping of an inventory of any shape; `map suggest` begins one."),
    ] = None,
    author: Author = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Import a model file: ArchiMate exchange, Archi, coArchi folder or archive, NDJSON."""
    from ea_repo.exchange.importing import import_file
    from ea_repo.exchange.inventory.planner import Inventory

    by = author or settings().author
    with repository(ctx) as opened, progress_bar(file.name) as progress:
        report = import_file(
            opened, file, model=model, author=by, reason=reason, strict=strict, dry_run=dry_run, missing=missing,
            progress=progress, inventory=None if mapping is None else Inventory.of_file(mapping),
        )  # fmt: skip
    Output(as_json).one(report.to_json(), _lines(report, dry_run))


def _lines(report: "ImportReport", dry_run: bool) -> Iterator[str]:
    found = report.to_json()
    for sort in ("elements", "relationships", "views"):
        counts = dict(found[sort])
        in_file = counts.pop("in_file")
        yield f"{sort}: {in_file} in the file; " + ", ".join(f"{number} {name}" for name, number in counts.items())
    if report.loaded is not None:
        lines, seconds = report.loaded.lines, report.loaded.seconds
        yield f"{lines:,} rows in {seconds:,.1f} s: {lines / seconds:,.0f} rows a second"
    worst_first = sorted(found["findings"], key=lambda finding: _SEVERITIES.index(finding["severity"]))
    for finding in worst_first[:_MOST_FINDINGS]:
        yield _finding_line(finding)
    if len(found["findings"]) > _MOST_FINDINGS:
        yield f"and {len(found['findings']) - _MOST_FINDINGS} more findings; --json shows all"
    if dry_run:
        yield "dry run: nothing was written"
    elif found["changeset"] is None:
        yield "nothing has changed since the last import"
    else:
        yield f"written as changeset {found['changeset']}"


def _finding_line(finding: dict[str, object]) -> str:
    place = ", ".join(f"{name} {finding[name]}" for name in ("file", "line") if name in finding)
    return f"{finding['severity']}: {text_of(finding['message'])}" + (f" ({place})" if place else "")
