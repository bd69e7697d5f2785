"""Impact: what depends on a concept, in layers by distance, with the chains that explain it."""

from collections import Counter, defaultdict
from typing import Annotated

from diagrams.colouring import ColourBy, coloured
from diagrams.concepts import joined, moment_of, name_of, type_names
from diagrams.drawing import Drawing, Words
from diagrams.notation import phrase
from diagrams.reached_layers import MOST_TOLD, ReachedLayers, gathered, picked, rank_names
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
    colour: ColourBy = None,
    limit: Annotated[
        int, "The most elements drawn one by one; the rest is gathered by layer.", range(1, 1_001)
    ] = MOST_SHOWN,
) -> Drawing:
    """What depends on a concept, in layers, with the chains that explain it."""
    reach = what_depends(state, uid, depth=depth, type=type, model=model, owner=owner)
    told = reach[:MOST_TOLD]
    drawn = ReachedLayers(state, (uid,), picked(told, max(limit, 1)), told)
    notes: tuple[Words, ...] = ()
    if len(reach) > len(drawn.rows):
        notes = (phrase("left_out", shown=len(drawn.rows), count=len(reach), rest=len(reach) - len(drawn.rows)),)
    centre = drawn.concepts[uid]
    steps = phrase("all_steps") if depth is None else phrase("steps", count=depth)
    chosen = [phrase("only_types", names=type_names(state.metamodel, type))] if type else []
    rest, lines = gathered(drawn, _counts(state, reach))
    drawing = Drawing(
        title=phrase("impact_title", name=name_of(centre)),
        nodes=(*drawn.nodes(), *rest),
        edges=(*drawn.edges(), *lines),
        subtitle=joined([phrase("impact_found", count=len(reach)), steps, *chosen, *moment_of(state)]),
        notes=notes,
        description=centre.description or "",
        viewpoint="impact",
        direction="right",
        rank_names=rank_names({*drawn.ranks.values(), *(node.rank or 0 for node in rest)}),
    )
    return coloured(state, drawing, drawn.concepts.values(), colour)


def _counts(state: State, reach: Reach) -> dict[int, Counter[str]]:
    """How many of each type are reached at each distance."""
    graph = state.graph
    names = graph.type_names
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row_type, distance in zip(graph.types[reach.rows].tolist(), reach.distances.tolist(), strict=True):
        found[distance][names[row_type]] += 1
    return found
