"""Selection: the elements of a model, a folder or an agency, and all that joins them; also as text for other tools."""

from collections import Counter
from typing import Annotated

from diagrams.colouring import ColourBy, coloured
from diagrams.concepts import edge_of, joined, layers_of, moment_of, name_of, node_of, owners_of, type_names
from diagrams.drawing import Drawing, Words
from diagrams.notation import phrase
from ea_repo.catalogue import viewpoint
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 80


@viewpoint(example={"model": "roadmap", "type": ("Goal", "Initiative", "Plateau")})
def selection(
    state: State,
    *,
    model: Annotated[str | None, "Only of this model."] = None,
    folder: Annotated[str | None, "Only in this folder."] = None,
    owner: Annotated[str | None, "Only what this agency and those below it own."] = None,
    type: Annotated[tuple[str, ...], "Only of these types; left out, all."] = (),
    colour: ColourBy = None,
    limit: Annotated[
        int, "The most boxes; of more, those with most relationships in the selection.", range(1, 5_001)
    ] = MOST_SHOWN,
) -> Drawing:
    """What is selected, with every relationship inside the selection."""
    query = Query(kind="element", model=model, folder=folder, owner=owner, types=type)
    chosen = {each.uid: each for each in state.iterate(query)}
    inside = [
        each for each in state.iterate(Query(kind="relationship")) if each.source in chosen and each.target in chosen
    ]
    shown = _most_joined(chosen, inside, limit)
    owners, layers = owners_of(state, shown.values()), layers_of(state.metamodel, shown.values())
    lines = [each for each in inside if each.source in shown and each.target in shown]
    hidden = len(chosen) - len(shown)
    notes: list[Words] = [phrase("selection_left_out", shown=len(shown), count=len(chosen))] if hidden else []
    if not chosen:
        notes.append(phrase("nothing_selected"))
    drawing = Drawing(
        title=_title(state, model, folder, owner),
        nodes=tuple(node_of(state.metamodel, each, owners=owners) for each in shown.values()),
        edges=tuple(edge_of(state.metamodel, each, layers=layers) for each in lines),
        subtitle=joined(
            [*([phrase("only_types", names=type_names(state.metamodel, type))] if type else []), *moment_of(state)]
        ),
        notes=tuple(notes),
        viewpoint="selection",
    )
    return coloured(state, drawing, shown.values(), colour)


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
        names.append(state.model(model).name)
    if folder is not None:
        names.append(state.folder(folder).name)
    if owner is not None:
        names.append(name_of(state.get(owner)))
    return joined(names, ", ") if names else phrase("selection_title")
