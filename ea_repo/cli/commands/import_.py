"""Import a file of any format that can be read: a model, a workbook, a table, or with a mapping any inventory."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ea_repo.cli.options import AsJson, Author, Reason, new_app, progress_bar, repository, settings
from ea_repo.cli.output import Output, print_table, say, text_of

if TYPE_CHECKING:
    from ea_repo.exchange.importing import ImportReport

app = new_app()
_MOST_FINDINGS = 20
_MOST_SHOWN = 50
_HOLDS = {
    "file": "the file wins",
    "keep": "what is here is kept",
    "refuse": "the import is refused until you say --conflicts file or keep",
}
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
    conflicts: Annotated[
        Literal["file", "keep", "refuse"] | None,
        typer.Option(
            help="Where a field was changed here since: the file wins, what is here is kept, or nothing is imported. "
            "Else: the file wins; an edited workbook or table is refused."
        ),
    ] = None,
    base: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="The changeset the file was exported at; else what it says, or the model's last import."
        ),
    ] = None,
    author: Author = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Import a file of any format that can be read: a model, a workbook, a table, or with a mapping any inventory."""
    from ea_repo.exchange.importing import import_file
    from ea_repo.exchange.inventory.planner import Inventory

    by = author or settings().author
    with repository(ctx) as opened, progress_bar(file.name) as progress:
        report = import_file(
            opened, file, model=model, author=by, reason=reason, strict=strict, dry_run=dry_run, missing=missing,
            conflicts=conflicts, base=base, progress=progress,
            inventory=None if mapping is None else Inventory.of_file(mapping),
        )  # fmt: skip
    if dry_run and not as_json:
        _print_preview(report, missing)
    Output(as_json).one(report.details_json() if dry_run else report.to_json(), _lines(report, dry_run))


def _print_preview(report: "ImportReport", missing: str) -> None:
    """What would change, field by field; what is missing from the file; where newer work is written over."""
    from ea_repo.cli.commands.changes import print_changes

    if report.changes:
        print_changes(report.changes)
    if report.missing:
        say(f"missing from the file, and {'deleted' if missing == 'delete' else 'kept'}: {len(report.missing):,}")
        print_table([each.to_json() for each in report.missing[:_MOST_SHOWN]], ("uid", "type", "name"))
    if report.conflicts:
        wins = _HOLDS[report.holds]
        say(f"changed here since changeset {report.base}, and otherwise in the file; {wins}: {len(report.conflicts):,}")
        rows = [{**each.to_json(), "here": each.theirs, "file": each.mine} for each in report.conflicts[:_MOST_SHOWN]]
        print_table(rows, ("uid", "field", "base", "here", "file", "changeset"))


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
