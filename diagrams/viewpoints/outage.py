"""Outage: what stops, what degrades and who is hit when some things stop, in the order in which it happens."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from diagrams.concepts import joined, moment_of, name_of
from diagrams.drawing import Drawing, Node, Swatch, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.reached_layers import ReachedLayers, beyond, gathered, picked
from diagrams.relating import relationships_among
from diagrams.round_numbers import number_in_words
from diagrams.summarising import Collapse, summarised
from ea_repo.analysis.outage import Affected, Effect
from ea_repo.analysis.outage import outage as what_stops
from ea_repo.catalogue import viewpoint
from ea_repo.store.state import State

MOST_SHOWN = 36
#: Of more than these only the first are counted and drawn: a second or two.
_MOST_TOLD = 10_000
_SWATCHES: Mapping[Effect, Swatch] = {
    "stops": Swatch("removed", phrase("stops"), dashed=True),
    "degrades": Swatch("changed", phrase("degrades")),
    "hit": Swatch("same", phrase("hit")),
}


@viewpoint(example={"uid": ("shared:DC-CANDRA",), "type": ("PublicService",)})
def outage(
    state: State,
    uid: Annotated[tuple[str, ...], "What stops: a data centre, a system, a supplier; several may stop at once."],
    *,
    type: Annotated[tuple[str, ...], "Only concepts of these types, refinements included."] = (),
    model: Annotated[tuple[str, ...], "Only concepts of these models."] = (),
    owner: Annotated[tuple[str, ...], "Only what these agencies, or agencies below them, own."] = (),
    collapse: Collapse = None,
    limit: Annotated[
        int | None,
        "The most concepts drawn one by one; the rest is gathered by round. Left out, 36, and 24 of a summary.",
        range(1, 1_001),
    ] = None,
) -> Drawing:
    """What stops, degrades or is hit when these stop, round by round, with the chains that explain it."""
    answer = what_stops(state, uid, type=type, model=model, owner=owner)
    told: Sequence[Affected] = answer[:_MOST_TOLD]
    drawn = ReachedLayers(state, tuple(dict.fromkeys(uid)), picked(told, limit or MOST_SHOWN), told)
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for each in told:
        counts[each.round][each.type] += 1
    rest, lines = gathered(drawn, counts)
    notes = drawn.notes()
    if len(told) > len(drawn.rows):
        notes.append(phrase("left_out", shown=len(drawn.rows), count=len(told), rest=len(told) - len(drawn.rows)))
    if len(answer) > len(told):
        notes.append(phrase("only_first", shown=len(told), count=len(answer)))
    chosen = filters(state, owner=owner, model=model, type=type)
    begin = [name_of(drawn.concepts[each]) for each in drawn.centres]
    ranks = {*drawn.ranks.values(), *(node.rank or 0 for node in rest)}
    by_uid = {each.uid: each for each in told}
    drawing = Drawing(
        title=phrase("outage_title", name=joined(begin, " + ") if len(begin) <= _MOST_NAMED else _several(begin)),
        nodes=(*(_told(node, by_uid) for node in drawn.nodes()), *rest),
        edges=(*drawn.edges(), *lines),
        subtitle=joined([*_effects(told), *chosen, *moment_of(state)]),
        notes=tuple(notes),
        viewpoint="outage",
        rank_names={rank: _round(rank, beyond(drawn, counts)) for rank in sorted(ranks)},
        swatches=tuple(_SWATCHES.values()),
        swatches_name=phrase("effect"),
    )
    if collapse is None:
        return drawing
    found = {**drawn.concepts, **state.get_many(sorted(by_uid))}
    return summarised(state, drawing, found.values(), relationships_among(state, found), collapse, limit)


_MOST_NAMED = 3


def _round(rank: int, last: int | None) -> Words:
    if not rank:
        return phrase("begin")
    return phrase("round_and_later" if rank == last else "round", count=rank)


def _several(begin: Sequence[Words]) -> Words:
    return joined([*begin[:_MOST_NAMED], phrase("more", count=len(begin) - _MOST_NAMED)], " + ")


def _told(node: Node, by_uid: Mapping[str, Affected]) -> Node:
    """In the colour of its effect, with the people it serves."""
    found = by_uid.get(node.id)
    if found is None:
        return node
    swatch = _SWATCHES[found.effect]
    if not found.people:
        return replace(node, swatch=swatch)
    people = phrase("people_count", count=number_in_words(found.people))
    return replace(node, swatch=swatch, value=joined([swatch.label, people]))


def _effects(told: Sequence[Affected]) -> list[Words]:
    """How many stop, degrade and are hit."""
    counts = Counter(each.effect for each in told)
    return [
        phrase("counted_effect", count=counts[effect], name=swatch.label)
        for effect, swatch in _SWATCHES.items()
        if counts[effect]
    ] or [phrase("nothing_affected")]
