"""Show the types that may be used, or check and apply a profile of your own."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ea_repo.cli.files import read_text
from ea_repo.cli.options import AsCsv, AsJson, Author, Reason, new_app, repository, settings
from ea_repo.cli.output import Output, print_table, say, text_of, write_file
from ea_repo.cli.telling import print_json

if TYPE_CHECKING:
    from ea_repo.metamodel import Attribute, Metamodel, Type

app = new_app()
Profile = Annotated[Path, typer.Argument(metavar="FILE", help="A profile in TOML.")]
OutputFile = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to. -: standard output.")]
InForce = Annotated[
    bool,
    typer.Option(
        "--in-force", help="The types of the repository, a profile of its own included; not the built-in ones."
    ),
]
Standard = Annotated[bool, typer.Option("--built-in", help="Only what is built in; no repository is opened.")]


@app.callback()
def metamodel() -> None:
    """Show the types that may be used, or check and apply a profile of your own."""


@app.command()
def show(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="TYPE", help="One type with its attributes. None: all types.")
    ] = None,
    built_in: Standard = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show all types, or one with its attributes."""
    output = Output(as_json, as_csv)
    found = _metamodel(ctx, built_in)
    language = settings().language
    if name is None:
        output.rows(_type_rows(found, language), ("name", "label", "kind", "refines", "layer", "profile"))
    else:
        _show_type(found, found.type(name), language, output)


@app.command()
def check(ctx: typer.Context, file: Profile, as_json: AsJson = False) -> None:
    """Check a profile; say every wrong line and what would be right."""
    from ea_repo.metamodel import merge, standard

    merged = merge(standard(), read_text(file, "a profile in TOML"), source=file.name)
    added = [name for name in merged.types if name not in standard().types]
    Output(as_json).one(
        {"types": added, "fingerprint": merged.fingerprint},
        [f"{file.name} fits; it adds {', '.join(added) or 'no types'}"],
    )


@app.command()
def apply(
    ctx: typer.Context,
    file: Profile,
    author: Author = None,
    reason: Reason = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a profile in force, as a changeset; refused where data uses what it no longer has."""
    output = Output(as_json)
    with repository(ctx) as opened:
        pending = opened.apply_profile(
            read_text(file, "a profile in TOML"),
            author or settings().author,
            reason or f"Apply the profile {file.name}",
        )
        if dry_run:
            difference, number = pending.preview(), None
        else:
            applied = pending.apply()
            difference, number = applied.difference, applied.number if applied.changed else None
    told = (
        "dry run: nothing was written"
        if dry_run
        else f"in force by changeset {number}"
        if number
        else "nothing differs"
    )
    output.one({"changeset": number, **difference.to_json()}, [told])


@app.command()
def reference(ctx: typer.Context, output: OutputFile = Path("docs/metamodel.md"), in_force: InForce = False) -> None:
    """Write the reference page of the types, in Markdown."""
    from ea_repo.metamodel.reference import reference_page

    write_file(output, reference_page(_metamodel(ctx, not in_force)).encode())


@app.command()
def stub(ctx: typer.Context, output: OutputFile = Path("ea_repo/store/classes.pyi"), in_force: InForce = False) -> None:
    """Write a Python stub of the types, so that editors and mypy know them."""
    from ea_repo.store.class_stub import stub as stub_of

    write_file(output, stub_of(_metamodel(ctx, not in_force)).encode())


def _metamodel(ctx: typer.Context, built_in: bool) -> "Metamodel":
    if built_in:
        from ea_repo.metamodel import standard

        return standard()
    with repository(ctx) as opened:
        return opened.metamodel


def _type_rows(found: "Metamodel", language: str) -> Iterator[dict[str, Any]]:
    for type_ in found.types.values():
        yield {
            "name": type_.name,
            "label": type_.label.get(language),
            "kind": type_.kind,
            "refines": type_.refines,
            "layer": type_.layer,
            "aspect": type_.aspect,
            "profile": type_.profile,
        }


def _show_type(found: "Metamodel", type_: "Type", language: str, output: Output) -> None:
    attributes = found.attributes(type_.name)
    rows = [_attribute_row(each, language) for each in attributes.values()]
    columns = ("name", "label", "kind", "unit", "values", "many", "required")
    if output.as_csv:
        output.rows(rows, columns)
        return
    if output.as_json:
        print_json(
            {**next(row for row in _type_rows(found, language) if row["name"] == type_.name), "attributes": rows}
        )
        return
    line = " > ".join(reversed(found.ancestry(type_.name)))
    say(
        f"{line}  {text_of(type_.label.get(language))}",
        *([text_of(type_.help.get(language))] if type_.help else []),
        "",
    )
    if rows:
        print_table(rows, columns)
    below = sorted(found.descendants(type_.name) - {type_.name})
    if below:
        say("", f"refined by {', '.join(below)}")


def _attribute_row(attribute: "Attribute", language: str) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "label": attribute.label.get(language),
        "kind": attribute.kind.name,
        "many": attribute.many,
        "unit": attribute.unit,
        "values": [choice.name for choice in attribute.values] or attribute.target,
        "required": attribute.required,
    }
