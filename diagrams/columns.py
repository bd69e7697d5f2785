"""Concepts in columns, one kind of thing each: of too many in a column those with most lines, the rest in one box."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from diagrams.concepts import edge_of, joined, node_of, owners_of, summary_node
from diagrams.drawing import Edge, Kind, Node, Words
from diagrams.notation import phrase
from ea_repo.metamodel import Metamodel
from ea_repo.store.records import Concept
from ea_repo.store.state import State

#: More lines than this hide what they show.
_MOST_LINES = 60


@dataclass(slots=True)
class Columns:
    """What is drawn. `shown` are the uids of the boxes that stand for one concept."""

    nodes: list[Node]
    edges: list[Edge]
    notes: tuple[Words, ...]
    shown: frozenset[str]
    inside: Mapping[str, str]  # which boxes stand in what, by `within`


def columns(
    state: State,
    ranks: Mapping[str, int],
    concepts: Mapping[str, Concept],
    lines: Sequence[Edge],
    *,
    limit: int,
    focus: Collection[str] = (),
    within: Mapping[str, str] | None = None,
) -> Columns:
    """The concepts of `ranks` in their columns, at most `limit` of them one by one, those of `focus` always.

    `within` says what a concept stands in, as a server in a data centre: where that is drawn, the rest of what stands in
    it has a box for many of its own.

    A line of which one end is in a box for many goes to that box, one for all of them; parallel ones are drawn as one.
    """
    shown = _chosen(ranks, concepts, lines, limit, focus)
    # A box for many that stands for one says less than that one.
    shown |= {rest[0] for rest in _left_out(ranks, shown, within or {}).values() if len(rest) == 1}
    owners = owners_of(state, (concepts[uid] for uid in shown))
    nodes = [
        node_of(
            state.metamodel,
            concepts[uid],
            owners=owners,
            rank=ranks[uid],
            emphasis="focus" if uid in focus else "normal",
        )
        for uid in sorted(shown, key=lambda uid: _order(concepts[uid]))
    ]
    boxes = {uid: uid for uid in shown}
    inside = {uid: where for uid, where in (within or {}).items() if {uid, where} <= shown}
    for (rank, where), rest in sorted(_left_out(ranks, shown, within or {}).items()):
        name = f"in column {rank} {where}".rstrip()
        box = summary_node(state.metamodel, name, Counter(concepts[uid].type for uid in rest), rank=rank)
        nodes.append(box)
        boxes |= dict.fromkeys(rest, box.id)
        if where:
            inside[box.id] = where
    notes: tuple[Words, ...] = ()
    if len(shown) < len(ranks):
        rest_count = len(ranks) - len(shown)
        notes = (phrase("left_out", shown=len(shown), count=len(ranks), rest=rest_count),)
    box_ranks = _box_ranks(nodes)
    drawn = together(lines, boxes, ranks=box_ranks)
    kept = drawn if len(drawn) <= _MOST_LINES else _telling(drawn, box_ranks, focus)
    if len(kept) < len(drawn):
        notes = (*notes, phrase("lines_in_columns_left_out", count=len(drawn) - len(kept)))
    return Columns(nodes, kept, notes, shown, inside)


def _telling(lines: Sequence[Edge], ranks: Mapping[str, int], focus: Collection[str]) -> list[Edge]:
    """Without the lines inside a column, and without those that a chain of two others says too."""
    across: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        low, high = sorted((line.source, line.target), key=lambda end: ranks[end])
        across[low].add(high)
    kept: list[Edge] = []
    rest: list[Edge] = []
    for line in lines:
        low, high = sorted((line.source, line.target), key=lambda end: ranks[end])
        between = (end for end in across[low] if ranks[low] < ranks[end] < ranks[high])
        implied = ranks[low] == ranks[high] or any(high in across[end] for end in between)
        (rest if implied and not {low, high} & set(focus) else kept).append(line)
    joined_up = {end for line in kept for end in (line.source, line.target)}
    return [*kept, *(line for line in rest if not {line.source, line.target} <= joined_up)]


def together(lines: Iterable[Edge], boxes: Mapping[str, str], *, ranks: Mapping[str, int]) -> list[Edge]:
    """The lines between boxes: those that stand for one concept keep their own, the others are counted.

    With `ranks` each runs from the lower to the higher column in the layout, however it points.
    """
    found: defaultdict[tuple[str, str], list[Edge]] = defaultdict(list)
    for line in lines:
        ends = boxes.get(line.source), boxes.get(line.target)
        if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            found[ends[0], ends[1]].append(line)
    edges = []
    for (source, target), group in found.items():
        backward = ranks.get(source, 0) > ranks.get(target, 0)
        first = group[0]
        if len(group) == 1:
            edges.append(replace(first, source=source, target=target, backward=backward))
            continue
        kinds = {(each.kind.type, each.access, each.directed) for each in group}
        kind = first.kind if len(kinds) == 1 else Kind("Several", "", phrase("several"))
        edges.append(
            Edge(
                f"{source} to {target}", source, target, kind, tooltip=_names(group), count=len(group), backward=backward,
                access=first.access if len(kinds) == 1 else "", directed=first.directed and len(kinds) == 1,
            )
        )  # fmt: skip
    return edges


def relationship_edges(metamodel: Metamodel, relationships: Iterable[Concept]) -> list[Edge]:
    """A line each, without names: in columns they would hide the picture. The tooltips have them."""
    return [replace(edge_of(metamodel, each), name="") for each in relationships]


def _names(group: Sequence[Edge]) -> Words:
    return joined([each.tooltip for each in group[:8]], "\n")


def _chosen(
    ranks: Mapping[str, int], concepts: Mapping[str, Concept], lines: Sequence[Edge], limit: int, focus: Collection[str]
) -> frozenset[str]:
    """As many of each column as it can have of the limit: small ones whole, large ones alike."""
    weights = Counter(end for line in lines for end in (line.source, line.target))
    inside: defaultdict[int, list[str]] = defaultdict(list)
    for uid, rank in ranks.items():
        inside[rank].append(uid)
    room, found = max(limit, len(inside)), set[str]()
    most_in_column = max(limit // 3, 1)
    for done, (_, uids) in enumerate(sorted(inside.items(), key=lambda pair: (len(pair[1]), pair[0]))):
        share = min(room // (len(inside) - done), most_in_column)
        uids.sort(key=lambda uid: (uid not in focus, -weights[uid], _order(concepts[uid])))
        kept = uids[: max(share, sum(uid in focus for uid in uids))]
        found.update(kept)
        room = max(room - len(kept), 0)
    return frozenset(found)


def _left_out(
    ranks: Mapping[str, int], shown: Collection[str], within: Mapping[str, str]
) -> dict[tuple[int, str], list[str]]:
    """What is not drawn one by one, by column and what it stands in, where that is drawn."""
    rest: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for uid, rank in ranks.items():
        if uid not in shown:
            where = within.get(uid, "")
            rest[rank, where if where in shown else ""].append(uid)
    return rest


def _box_ranks(nodes: Iterable[Node]) -> dict[str, int]:
    return {node.id: node.rank or 0 for node in nodes}


def _order(concept: Concept) -> tuple[str, str, str]:
    return concept.type, concept.name, concept.uid
