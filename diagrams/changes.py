"""How a difference is drawn, whatever is compared: swatches and signs, what comes first, and what is only counted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from diagrams.concepts import summary_node
from diagrams.drawing import Edge, Node, Swatch, Words
from diagrams.notation import phrase
from ea_repo.metamodel import Metamodel

Change = Literal["added", "removed", "changed", "unchanged"]
SWATCHES: Mapping[Change, Swatch] = {
    "added": Swatch("added", phrase("added")),
    "removed": Swatch("removed", phrase("removed"), dashed=True),
    "changed": Swatch("changed", phrase("changed")),
    "unchanged": Swatch("same", phrase("unchanged")),
}
#: What is gone or new is drawn first.
ORDER: tuple[Change, ...] = ("removed", "added", "changed", "unchanged")
#: Beside a line; the boxes say it in words.
_SIGNS: Mapping[Change, str] = {"added": "+", "removed": "−", "changed": "±"}
_MOST_LINES = 80


def marked(node: Node, change: Change, value: Words = "") -> Node:
    """The box as what it is a case of; `value` says more exactly what changed."""
    return replace(node, swatch=SWATCHES[change], value=value)


def marked_line(edge: Edge, change: Change) -> Edge:
    """The line in the colour of its change, with a sign for a name, thicker where it changed."""
    sign = _SIGNS.get(change, "")
    return replace(edge, name=sign, swatch=SWATCHES[change], emphasis="focus" if sign else "normal")


def drawn_lines(lines: Iterable[tuple[Change, Edge]]) -> tuple[list[Edge], list[Words]]:
    """The lines, those first that are gone or new, and a note where they are too many to draw all."""
    found = [marked_line(edge, change) for change, edge in sorted(lines, key=lambda pair: ORDER.index(pair[0]))]
    notes = [phrase("lines_dropped", shown=_MOST_LINES, count=len(found))] if len(found) > _MOST_LINES else []
    return found[:_MOST_LINES], notes


def gathered(metamodel: Metamodel, rest: Iterable[tuple[Change, str]]) -> list[Node]:
    """One box with a shadow for what is added, one for what is removed, and so on, of the types that are not drawn."""
    by_change: defaultdict[Change, Counter[str]] = defaultdict(Counter)
    for change, type_name in rest:
        by_change[change][type_name] += 1
    return [marked(summary_node(metamodel, change, by_change[change]), change) for change in ORDER if by_change[change]]


def notes_of(shown: int, rest: int) -> list[Words]:
    """What the picture says where it does not show everything, or where there is nothing."""
    if rest:
        return [phrase("changes_left_out", shown=shown, count=shown + rest, rest=rest)]
    return [] if shown else [phrase("nothing_changes")]


def counted(changes: Iterable[Change]) -> list[Words]:
    """How many are added, removed, changed and stay."""
    counts = Counter(changes)
    return [
        phrase("counted_effect", count=counts[change], name=swatch.label)
        for change, swatch in SWATCHES.items()
        if counts[change]
    ]
