"""Impact: what depends on a concept, in layers by distance, with the chains that explain it."""

from collections import Counter, defaultdict
from typing import Annotated

from diagrams.colouring import ColourBy, coloured
from diagrams.concepts import joined, moment_of, name_of
from diagrams.drawing import Drawing
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.reached_layers import MOST_TOLD, ReachedLayers, beyond, gathered, picked, rank_names
from diagrams.relating import relationships_among
from diagrams.summarising import MOST_SUMMARISED, Collapse, summarised
from ea_repo.analysis.impact import impact as what_depends
from ea_repo.analysis.reach import Depth, Reach
from ea_repo.catalogue import viewpoint
from ea_repo.store.state import State

MOST_SHOWN = 36


@viewpoint(example={"uid": "centre:HUB", "depth": 2})
def impact(
    state: State,
    uid: Annotated[str, "The concept that would stop or change."],
    *,
    depth: Depth = None,
    type: Annotated[tuple[str, ...], "Only concepts of these types, refinements included."] = (),
    model: Annotated[tuple[str, ...], "Only concepts of these models."] = (),
    owner: Annotated[tuple[str, ...], "Only what these agencies, or agencies below them, own."] = (),
    collapse: Collapse = None,
    colour: ColourBy = None,
    limit: Annotated[
        int | None,
        "The most elements drawn one by one; the rest is gathered by layer. Left out, 36, and 24 of a summary.",
        range(1, 1_001),
    ] = None,
) -> Drawing:
    """What depends on a concept, in layers, with the chains that explain it."""
    reach = what_depends(state, uid, depth=depth, type=type, model=model, owner=owner)
    told = reach[:MOST_TOLD]
    drawn = ReachedLayers(state, (uid,), picked(told, limit or MOST_SHOWN), told)
    notes = drawn.notes()
    if len(reach) > len(drawn.rows):
        notes.append(phrase("left_out", shown=len(drawn.rows), count=len(reach), rest=len(reach) - len(drawn.rows)))
    centre = drawn.concepts[uid]
    steps = phrase("all_steps") if depth is None else phrase("steps", count=depth)
    chosen = filters(state, owner=owner, model=model, type=type)
    counts = _counts(state, reach)
    rest, lines = gathered(drawn, counts)
    drawing = Drawing(
        title=phrase("impact_title", name=name_of(centre)),
        nodes=(*drawn.nodes(), *rest),
        edges=(*drawn.edges(), *lines),
        subtitle=joined([phrase("impact_found", count=len(reach)), steps, *chosen, *moment_of(state)]),
        notes=tuple(notes),
        description=centre.description or "",
        viewpoint="impact",
        rank_names=rank_names({*drawn.ranks.values(), *(node.rank or 0 for node in rest)}, beyond(drawn, counts)),
    )
    drawing = coloured(state, drawing, drawn.concepts.values(), colour)
    if collapse is None:
        return drawing
    found = {uid: centre, **state.get_many(sorted(each.uid for each in reach[:MOST_SUMMARISED]))}
    return summarised(state, drawing, found.values(), relationships_among(state, found), collapse, limit)


def _counts(state: State, reach: Reach) -> dict[int, Counter[str]]:
    """How many of each type are reached at each distance."""
    graph = state.graph
    names = graph.type_names
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row_type, distance in zip(graph.types[reach.rows].tolist(), reach.distances.tolist(), strict=True):
        found[distance][names[row_type]] += 1
    return found
