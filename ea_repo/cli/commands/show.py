"""Show all that is known of one element, relationship or model."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ea_repo.cli.concepts import attribute_texts, concept_json
from ea_repo.cli.options import AsJson, AsOf, DraftId, On, new_app, settings, state
from ea_repo.cli.output import jsonable, print_pairs, print_table, say, text_of
from ea_repo.cli.telling import print_json

if TYPE_CHECKING:
    from ea_repo.store.records import Concept, Version
    from ea_repo.store.state import State

app = new_app()
_FIELDS = ("specialization", "owner", "source", "target", "folder", "valid_from", "valid_until")


@app.command()
def show(
    ctx: typer.Context,
    uid: Annotated[str, typer.Argument(metavar="UID", help="Such as kemenkeu:SAKTI, or the key of a model.")],
    on: On = None,
    as_of: AsOf = None,
    draft: DraftId = None,
    as_json: AsJson = False,
) -> None:
    """Show all that is known of one element, relationship or model."""
    with state(ctx, on, as_of, draft) as found:
        if ":" not in uid:
            _show_model(found, uid, as_json)
        elif as_json:
            print_json(_concept_document(found, uid))
        else:
            _show_concept(found, found.get(uid))


def _concept_document(found: "State", uid: str) -> dict[str, Any]:
    document: dict[str, Any] = jsonable(_all_of(found, uid))
    return document


def _all_of(found: "State", uid: str) -> dict[str, Any]:
    return {
        **concept_json(found.get(uid)),
        "relationships": [concept_json(each) for each in found.relationships(uid)],
        "views": [{"uid": view.uid, "name": view.name} for view in found.views_showing(uid)],
        "history": list(map(_version_row, found.history(uid))),
    }


def _show_model(found: "State", key: str, as_json: bool) -> None:
    model = found.model(key)
    counts = found.counts_by_type(key)
    views = [{"uid": view.uid, "name": view.name, "viewpoint": view.viewpoint} for view in found.views(key)]
    if as_json:
        print_json({**jsonable(model), "counts": counts, "views": views})
        return
    say(f"{model.uid}  {text_of(model.name)}", *_paragraph(model.description), "")
    _table("Concepts", [{"type": name, "number": number} for name, number in counts.items()])
    _table("Views", views)


def _show_concept(found: "State", concept: "Concept") -> None:
    base = found.metamodel.base(concept.type)
    kind = concept.type if base == concept.type else f"{concept.type} ({base})"
    say(f"{concept.uid}  {text_of(concept.name)}  {kind}", *_paragraph(concept.description), "")
    said = {name: getattr(concept, name) for name in _FIELDS if getattr(concept, name) is not None}
    said |= attribute_texts(concept, found.metamodel, settings().language)
    said |= {each.key: each.value for each in concept.properties}
    if said:
        print_pairs(said)
        say("")
    _table("Relationships", list(_relationship_rows(found, concept)))
    _table("Views", [{"uid": view.uid, "name": view.name} for view in found.views_showing(concept.uid)])
    _table("History", list(map(_version_row, found.history(concept.uid))))


def _relationship_rows(found: "State", concept: "Concept") -> Iterator[dict[str, Any]]:
    relationships = found.relationships(concept.uid)
    ends = {end for each in relationships for end in (each.source, each.target) if end}
    names = found.get_many(ends)
    for each in relationships:
        outwards = each.source == concept.uid
        other = (each.target if outwards else each.source) or ""
        yield {
            "": "to" if outwards else "from",
            "uid": other,
            "name": names[other].name,
            "relationship": each.type,
            "about": each.name,
        }


def _version_row(version: "Version") -> dict[str, Any]:
    changeset = version.changeset
    return {
        "version": version.record.version,
        "changeset": changeset.number,
        "when": changeset.applied_at,
        "author": changeset.author,
        "reason": changeset.reason,
    }


def _paragraph(text: str | None) -> list[str]:
    return [text_of(line) for line in text.splitlines()] if text else []


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        say(title)
        print_table(rows, tuple(rows[0]))
        say("")
