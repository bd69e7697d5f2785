"""Export everything, a model, a folder, an agency or what a question found, in any format."""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal, cast

import typer

from ea_repo.cli.options import AsJson, AsOf, DraftId, On, by_name, new_app, settings, state
from ea_repo.cli.output import STDOUT, Output, note, text_of

if TYPE_CHECKING:
    from ea_repo.exchange.selection import Selection
    from ea_repo.exchange.writing import Written
    from ea_repo.store.state import State

app = new_app()

FormatName = Annotated[
    str | None,
    typer.Argument(metavar="FORMAT", help="Its name; left out, what the file's name ends with. ? lists them."),
]
OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Where to; a name without an end is a folder. -: standard output."
    ),
]
FolderUid = Annotated[str | None, typer.Option("--folder", metavar="UID", help="What is in this folder and below it.")]
OwnerUid = Annotated[
    str | None, typer.Option("--owner", metavar="UID", help="This agency and those below it, and what they own.")
]
QuestionName = Annotated[
    str | None, typer.Option("--question", metavar="NAME", help="What this question finds, such as impact.")
]
Arguments = Annotated[
    list[str] | None,
    typer.Option("--argument", metavar="NAME=VALUE", help="What the question asks for, such as uid=finance:tax."),
]
Language = Annotated[
    Literal["en", "id", "ko"] | None, typer.Option(help="Of what is written for people; else that of the settings.")
]
FormatOptions = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="An option of the format, such as type=System; ? lists them."),
]


@app.command(name="export")
def export(
    ctx: typer.Context,
    format: FormatName = None,
    output: OutputFile = None,
    model: Annotated[str | None, typer.Option("--model", metavar="KEY", help="This model.")] = None,
    folder: FolderUid = None,
    owner: OwnerUid = None,
    question: QuestionName = None,
    arguments: Arguments = None,
    language: Language = None,
    options: FormatOptions = None,
    on: On = None,
    as_of: AsOf = None,
    draft: DraftId = None,
    as_json: AsJson = False,
) -> None:
    """Export everything, a model, a folder, an agency or what a question found, in any format.

    What the format cannot carry is told on standard error; docs/how-to/exchange.md lists it for each.
    """
    if format == "?":
        _list(as_json)
        return
    if output is None:
        raise typer.BadParameter("--output FILE says where to; -o - is standard output")
    if arguments and question is None:
        raise typer.BadParameter("--argument belongs to a --question")
    from ea_repo.exchange.writing import format_of

    name = format or format_of(output)
    how = {"language": language or settings().language, "options": by_name(options or (), "an option of the format")}
    with state(ctx, on, as_of, draft) as found:
        selection = _selection(found, model, folder, owner, question, arguments or ())
        written = _written(found, name, output, selection, how)
    _tell(written, output, as_json)


def _selection(
    found: "State", model: str | None, folder: str | None, owner: str | None, question: str | None,
    arguments: Sequence[str],
) -> "Selection":  # fmt: skip
    from ea_repo.exchange.selection import Selection, found_by

    uids = None
    if question is not None:
        given: dict[str, list[str]] = {}
        for each in arguments:
            for key, value in by_name([each], "an argument").items():
                given.setdefault(key, []).append(value)
        uids = found_by(found, question, given)
    return Selection(model, folder, owner, uids)


def _written(found: "State", name: str, output: Path, selection: "Selection", how: Mapping[str, Any]) -> "Written":
    """Writes the file, or by way of one that is temporary what goes to standard output: formats go back and forth in it."""
    from ea_repo.exchange.writing import export as write

    if output != STDOUT:
        return write(found, name, output, selection, **how)
    with tempfile.TemporaryFile() as file:
        written = write(found, name, cast(BinaryIO, file), selection, **how)
        _print(cast(BinaryIO, file))
    return written


def _print(file: BinaryIO) -> None:
    from ea_repo.exchange.writing import copied

    copied(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _tell(written: "Written", output: Path, as_json: bool) -> None:
    if as_json and output != STDOUT:
        findings = [each.to_json() for each in written.findings]
        Output(True).one({"file": str(output), "format": written.format, "findings": findings}, ())
        return
    for each in written.findings:
        note(f"{each.severity}: {text_of(each.message)}")
    if output != STDOUT:
        note(f"wrote {output}")


def _list(as_json: bool) -> None:
    from ea_repo.catalogue import entry
    from ea_repo.exchange.writing import options_of, writers

    rows = [
        {
            "format": name,
            "suffix": each.suffix,
            "summary": entry("format", name).summary,
            "options": "; ".join(f"{option}: {text}" for option, text in options_of(each).items()),
        }
        for name, each in writers().items()
    ]
    Output(as_json).rows(rows, ("format", "suffix", "summary", "options"))
