"""List elements or relationships of some types, with conditions."""

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ea_repo.cli.concepts import DEFAULT_COLUMNS, concept_rows, wanted_columns
from ea_repo.cli.options import AsCsv, AsJson, AsOf, DraftId, ModelKey, On, new_app, state
from ea_repo.cli.output import Output, note

if TYPE_CHECKING:
    from ea_repo.store.query import Query
    from ea_repo.store.state import State

app = new_app()
_PAGE = 1_000


@app.command(name="list")
def list_(
    ctx: typer.Context,
    types: Annotated[
        list[str] | None,
        typer.Argument(metavar="TYPE", help="Types, such as System; their refinements come along. None: all."),
    ] = None,
    on: On = None,
    as_of: AsOf = None,
    draft: DraftId = None,
    model: ModelKey = None,
    owner: Annotated[str | None, typer.Option(metavar="UID", help="Owned by this agency or one below it.")] = None,
    folder: Annotated[str | None, typer.Option(metavar="UID", help="In this folder of a model.")] = None,
    words: Annotated[str | None, typer.Option("--q", metavar="TEXT", help="Holding these words.")] = None,
    condition: Annotated[
        str | None,
        typer.Option("--filter", metavar="EXPRESSION", help="Such as: criticality eq 'vital' and users gt 1000"),
    ] = None,
    relationships: Annotated[
        bool, typer.Option("--relationships", help="Relationships instead of elements, where no type is named.")
    ] = False,
    sort: Annotated[
        str, typer.Option(metavar="FIELD", help="uid, name, type, written or version; -name descends.")
    ] = "uid",
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many.")] = 50,
    everything: Annotated[bool, typer.Option("--all", help="All, however many.")] = False,
    columns: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Fields and attributes to show, separated by commas."),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List elements or relationships of some types, with conditions."""
    from ea_repo.store.query import Query

    output = Output(as_json, as_csv)
    kind: Any = None if types else "relationship" if relationships else "element"
    query = Query(
        types=tuple(types or ()), kind=kind, model=model, owner=owner, folder=folder, q=words, filter=condition,
        sort=sort, limit=_PAGE if everything else min(limit, _PAGE), total=True,
    )  # fmt: skip
    with state(ctx, on, as_of, draft) as found:
        _print(found, query, None if everything else limit, columns, output)


def _print(found: "State", query: "Query", limit: int | None, columns: str | None, output: Output) -> None:
    shown = wanted_columns(columns, DEFAULT_COLUMNS, found.metamodel, query.types)
    page = found.find(query)
    total = page.total or 0
    concepts = page.rows
    if page.next is not None and (limit is None or limit > len(concepts)):
        concepts = list(islice(found.iterate(query), limit))
    output.rows(concept_rows(concepts, found.metamodel, as_text=not output.as_json and not output.as_csv),
                shown, total=total, changeset=found.number)  # fmt: skip
    if len(concepts) < total and not output.as_json:
        note(f"{len(concepts)} of {total} shown; --limit {total} or --all shows more")
