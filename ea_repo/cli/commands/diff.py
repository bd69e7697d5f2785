"""Compare two files, models, dates or changesets, or a file with the repository."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ea_repo.cli.options import AsJson, new_app, repository, settings
from ea_repo.cli.output import jsonable, say, text_of, write_file
from ea_repo.cli.telling import print_json

if TYPE_CHECKING:
    from ea_repo.exchange.comparing import Compared
    from ea_repo.store.difference import Action

app = new_app()
#: How many did not differ is not counted where only what was written between two changesets is read.
_TOLD: tuple["Action", ...] = ("created", "changed", "deleted")


@app.command(name="diff")
def diff(
    ctx: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help="A file, a model's key, a changeset, a date, or now.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The other.")],
    model: Annotated[
        str | None, typer.Option("--model", metavar="KEY", help="Only this model; the one a file is compared with.")
    ] = None,
    match: Annotated[
        Literal["identifier", "name"],
        typer.Option(help="What else is taken for the same where identifiers differ: of the same type and name."),
    ] = "identifier",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A page (.html), a drawing (.svg, .png, .pdf) or .json."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, metavar="N", help="At most so many elements drawn.")] = 60,
    lang: Annotated[Literal["en", "id", "ko"] | None, typer.Option(help="Of page and drawing.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two files, models, dates or changesets, or a file with the repository.

    What A and B are is told from what they look like; file:, model:, changeset:, date: or draft: in front say it plainly.
    """
    from ea_repo.exchange import comparing

    points = comparing.point(before), comparing.point(after)
    with ExitStack() as stack:
        opened = None
        if {each.kind for each in points} != {"file"}:
            opened = stack.enter_context(repository(ctx))
        compared = comparing.compare(*points, opened, model=model, match=match)
    language = lang or settings().language
    if output is not None and output.suffix != ".json":
        write_file(output, _rendered(compared, output, language, limit))
    elif output is not None:
        write_file(output, _json(compared))
    elif as_json:
        print_json(jsonable(compared.to_json()))
    else:
        _print(compared)


def _json(compared: "Compared") -> bytes:
    import json

    return json.dumps(jsonable(compared.to_json()), ensure_ascii=False, indent=2).encode()


def _rendered(compared: "Compared", output: Path, language: str, limit: int) -> bytes:
    from diagrams import format_of, render
    from diagrams.differences import drawing_of
    from ea_repo.exchange.difference_page import page

    drawing = drawing_of(compared, limit=limit)
    if output.suffix.lower() not in (".html", ".htm"):
        return render(drawing, format_of(output), lang=language)
    picture = render(drawing, "svg", lang=language).decode() if drawing.nodes else ""
    return page(compared, language, picture[picture.find("<svg") :]).encode()


def _print(compared: "Compared") -> None:
    from ea_repo.cli.commands.changes import print_changes

    say(f"{text_of(compared.before.title)} → {text_of(compared.after.title)}")
    for sort, counts in compared.difference.counts.items():
        if any(counts[action] for action in _TOLD):
            say(f"{sort}s: " + ", ".join(f"{counts[action]:,} {action}" for action in _TOLD))
    if compared.changes:
        print_changes(compared.changes)
    else:
        say("nothing differs")
