"""Selection: the elements of a model, a folder or an agency, and all that joins them; also as text for other tools."""

from collections import Counter
from dataclasses import replace
from typing import Annotated

from diagrams.colouring import ColourBy, coloured
from diagrams.columns import together
from diagrams.concepts import edge_of, joined, layers_of, moment_of, name_of, node_of, owners_of
from diagrams.drawing import Drawing, Edge, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.summarising import Collapse, strongest, summarised
from ea_repo.catalogue import viewpoint
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 60
#: Names beside more lines than this would hide the picture, and so would more lines than that.
_MOST_NAMED, _MOST_LINES = 60, 120


@viewpoint(example={"model": "roadmap", "type": ("Goal", "Initiative", "Plateau")})
def selection(
    state: State,
    *,
    model: Annotated[str | None, "Only of this model."] = None,
    folder: Annotated[str | None, "Only in this folder."] = None,
    owner: Annotated[str | None, "Only what this agency and those below it own."] = None,
    type: Annotated[tuple[str, ...], "Only of these types; left out, all."] = (),
    collapse: Collapse = None,
    colour: ColourBy = None,
    limit: Annotated[
        int | None,
        "The most boxes; of more, those with most relationships in the selection. Left out, 60, and 24 of a summary.",
        range(1, 5_001),
    ] = None,
) -> Drawing:
    """What is selected, with every relationship inside the selection."""
    query = Query(kind="element", model=model, folder=folder, owner=owner, types=type)
    chosen = {each.uid: each for each in state.iterate(query)}
    inside = [
        each for each in state.iterate(Query(kind="relationship")) if each.source in chosen and each.target in chosen
    ]
    shown = _most_joined(chosen, inside, limit or MOST_SHOWN)
    owners, layers = owners_of(state, shown.values()), layers_of(state.metamodel, shown.values())
    lines = [each for each in inside if each.source in shown and each.target in shown]
    edges, left_out = _told([edge_of(state.metamodel, each, layers=layers) for each in lines])
    hidden = len(chosen) - len(shown)
    notes: list[Words] = [phrase("selection_left_out", shown=len(shown), count=len(chosen))] if hidden else []
    notes += left_out
    if not chosen:
        notes.append(phrase("nothing_selected"))
    drawing = Drawing(
        title=_title(state, model, folder, owner),
        nodes=tuple(node_of(state.metamodel, each, owners=owners) for each in shown.values()),
        edges=tuple(edges),
        subtitle=joined([*filters(state, type=type), *moment_of(state)]),
        notes=tuple(notes),
        viewpoint="selection",
    )
    drawing = coloured(state, drawing, shown.values(), colour)
    return summarised(state, drawing, chosen.values(), inside, collapse, limit)


def _told(edges: list[Edge]) -> tuple[list[Edge], tuple[Words, ...]]:
    """The lines; many without their names, and of very many one for all that join the same two boxes."""
    if len(edges) <= _MOST_NAMED:
        return edges, ()
    named = any(edge.name for edge in edges)
    notes: tuple[Words, ...] = (phrase("line_names_in_tooltips"),) if named else ()
    edges = [replace(edge, name="") for edge in edges]
    if len(edges) <= _MOST_LINES:
        return edges, notes
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    kept, left_out = strongest(together(edges, {end: end for end in ends}, ranks={}), _MOST_LINES)
    return kept, (*notes, *left_out)


def _most_joined(chosen: dict[str, Concept], inside: list[Concept], limit: int) -> dict[str, Concept]:
    """Those drawn, in order of uid."""
    if len(chosen) <= limit:
        return chosen
    degrees = Counter(end for each in inside for end in (each.source, each.target))
    kept = sorted(chosen, key=lambda uid: (-degrees[uid], uid))[: max(limit, 1)]
    return {uid: chosen[uid] for uid in sorted(kept)}


def _title(state: State, model: str | None, folder: str | None, owner: str | None) -> Words:
    names: list[Words] = []
    if model is not None:
        names.append(name_of(state.model(model)))
    if folder is not None:
        names.append(name_of(state.folder(folder)))
    if owner is not None:
        names.append(name_of(state.get(owner)))
    return joined(names, ", ") if names else phrase("selection_title")
