"""Search names, descriptions, attributes and properties for words."""

from typing import Annotated

import typer

from ea_repo.cli.concepts import concept_json
from ea_repo.cli.options import AsCsv, AsJson, AsOf, DraftId, ModelKey, On, new_app, state
from ea_repo.cli.output import Output

app = new_app()


@app.command()
def search(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="TEXT", help="All of these words; the end may be left out.")],
    types: Annotated[
        list[str] | None, typer.Option("--type", metavar="TYPE", help="Only of this type; may be repeated.")
    ] = None,
    model: ModelKey = None,
    on: On = None,
    as_of: AsOf = None,
    draft: DraftId = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, metavar="N", help="At most so many.")] = 20,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Search names, descriptions, attributes and properties for words."""
    output = Output(as_json, as_csv)
    with state(ctx, on, as_of, draft) as found:
        hits = found.search(" ".join(words), types=tuple(types or ()), model=model, limit=limit)
    rows = [{"score": hit.score, **concept_json(hit.concept)} for hit in hits]
    output.rows(rows, ("score", "uid", "name", "type", "owner"))
