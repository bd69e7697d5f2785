"""Summaries: one box for all that an agency owns, that is of one type, or that is related most; lines counted.

Any viewpoint of boxes and lines can be asked for one, and then gives all that it would draw, however much that is.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from diagrams.agencies import Owners
from diagrams.concepts import counted_types, edge_of, joined, kind_of, name_of, node_of, plural
from diagrams.drawing import Drawing, Edge, Kind, Node, Words
from diagrams.notation import phrase
from ea_repo.store.records import Concept
from ea_repo.store.state import State

By = Literal["agency", "type", "community"]
Collapse = Annotated[
    By | None,
    "One box for all that an agency owns, that is of one type, or that is related to each other more than to others "
    "(community), with the lines between them counted.",
]
MOST_SHOWN = 24
#: Of very many, so many of the first are summarised.
MOST_SUMMARISED = 10_000
#: More lines than this hide what they show.
_MOST_LINES = 60
_REST = "all others"
_ALONE = "without relationships"


def summarised(
    state: State,
    drawing: Drawing,
    concepts: Iterable[Concept],
    relationships: Iterable[Concept],
    by: By | None,
    limit: int | None,
    detail: Callable[[Sequence[str]], Words] | None = None,
) -> Drawing:
    """The drawing with a box for each group of these concepts in place of what it shows; as it is where `by` is None.

    What the drawing has in focus keeps a box of its own. Of more than `limit` groups (24 if None) the heaviest are shown and
    the others stand in one box: what weighs is how many elements and lines a group has. `detail` says in a box what its
    elements are, given by uid; None: how many of each type. O(concepts + relationships).
    """
    if by is None:
        return drawing
    elements = {each.uid: each for each in concepts if each.kind == "element"}
    lines = [each for each in relationships if each.source in elements and each.target in elements]
    focus = {node.uid for node in drawing.nodes if node.emphasis == "focus" and node.uid in elements}
    group_of = {**_groups(state, elements, lines, by), **{uid: uid for uid in focus if uid}}
    weights = Counter(group_of.values())
    for line in lines:
        weights.update({group_of[line.source or ""]: 1, group_of[line.target or ""]: 1})
    order = sorted(weights, key=lambda group: (group not in focus, -weights[group], group))
    most = max(limit or MOST_SHOWN, 1)
    # A box for all others that stands for one says less than that one.
    shown = order if len(order) <= most + 1 else order[:most]
    place = dict.fromkeys(order, _REST) | {group: group for group in shown}
    members: defaultdict[str, list[str]] = defaultdict(list)
    for uid, group in group_of.items():
        members[place[group]].append(uid)
    degrees = Counter(end for line in lines for end in (line.source or "", line.target or ""))
    boxes = _Boxes(state, elements, degrees, by, detail)
    nodes = [
        boxes.rest(len(order) - len(shown), members[name])
        if name == _REST
        else boxes.box(name, members[name], name in focus)
        for name in members
    ]
    edges, left_out = strongest(
        _counted(state, lines, {uid: place[group] for uid, group in group_of.items()}), _MOST_LINES
    )
    notes = [phrase(f"summary_{by}", count=len(elements), groups=len(weights) - (_ALONE in weights))]
    if len(shown) < len(order):
        notes.append(phrase("top_groups", shown=len(shown), count=len(order), rest=len(order) - len(shown)))
    return replace(
        drawing, nodes=tuple(sorted(nodes, key=lambda node: node.id)), edges=tuple(edges), clusters=(),
        notes=(*notes, *left_out), arrangement="layers", rank_names={}, swatches=(), swatches_name="",
    )  # fmt: skip


def strongest(edges: Sequence[Edge], most: int) -> tuple[list[Edge], tuple[Words, ...]]:
    """At most so many lines, in their order, and a note where some are left out.

    First of each box the line that stands for most, so that no box is left alone; then those that stand for most.
    """
    if len(edges) <= most:
        return list(edges), ()
    ranked = sorted(range(len(edges)), key=lambda at: (-edges[at].count, at))
    first: dict[int, None] = {}
    joined_up: set[str] = set()
    for at in ranked:
        ends = {edges[at].source, edges[at].target}
        if not ends <= joined_up:
            first[at] = None
            joined_up |= ends
    kept = sorted([*first, *(at for at in ranked if at not in first)][:most])
    return [edges[at] for at in kept], (phrase("strongest_lines", shown=len(kept), count=len(edges)),)


def _groups(state: State, elements: Mapping[str, Concept], lines: Sequence[Concept], by: By) -> dict[str, str]:
    """The group of each element: its type, the uid of its owner, or the number of its community."""
    if by == "type":
        return {uid: each.type for uid, each in elements.items()}
    if by == "agency":
        owners = Owners(state, elements)
        return {uid: owners.owner_of(uid) for uid in elements}
    from diagrams.related_most import communities  # noqa: PLC0415 - brings NumPy, which few drawings need

    touched = {end for each in lines if each.source != each.target for end in (each.source, each.target)}
    of_uid = communities(elements, [(each.source or "", each.target or "") for each in lines])
    return {uid: f"community {of_uid[uid]}" if uid in touched else _ALONE for uid in sorted(elements)}


@dataclass(frozen=True, slots=True)
class _Boxes:
    """What stands for a group: the agency, the type, or of a community the element with most lines."""

    state: State
    elements: Mapping[str, Concept]
    degrees: Mapping[str, int]
    by: By
    detail: Callable[[Sequence[str]], Words] | None = None

    def box(self, group: str, members: Sequence[str], in_focus: bool) -> Node:
        metamodel = self.state.metamodel
        if in_focus or (self.by != "agency" and len(members) == 1):
            node = node_of(metamodel, self.elements[members[0]])
            said = "" if self.detail is None or in_focus else self.detail(members)
            return replace(node, emphasis="focus" if in_focus else "normal", detail=said or node.detail)
        if self.by == "agency":
            return Owners(self.state, {uid: self.elements[uid] for uid in members[:1]}).box(group, self._told(members))
        if group == _ALONE:
            return Node(group, phrase("unrelated"), Kind("Summary"), detail=self._told(members))
        first = min(members, key=lambda uid: (-self.degrees.get(uid, 0), self.elements[uid].name, uid))
        kind = kind_of(metamodel, self.elements[first])
        if self.by == "type":
            name = phrase("counted", count=len(members), name=plural(metamodel, group, len(members)))
            said = "" if self.detail is None else self.detail(members)
            return Node(group, name, replace(kind, label=metamodel.type(group).label), icon=True, detail=said)
        name = phrase("and_more", name=name_of(self.elements[first]), count=len(members) - 1)
        return Node(group, name, Kind("Summary"), detail=self._told(members), tooltip=self._names(members))

    def rest(self, groups: int, members: Sequence[str]) -> Node:
        return Node(_REST, phrase("more", count=groups), Kind("Summary"), detail=self._told(members))

    def _told(self, members: Sequence[str]) -> Words:
        if self.detail is not None:
            return self.detail(members)
        return joined(counted_types(self.state.metamodel, Counter(self.elements[uid].type for uid in members)), "\n")

    def _names(self, members: Sequence[str]) -> Words:
        order = sorted(members, key=lambda uid: (-self.degrees.get(uid, 0), self.elements[uid].name, uid))
        return joined([name_of(self.elements[uid]) for uid in order[:_MOST_TOLD]], "\n")


_MOST_TOLD = 30


def _counted(state: State, lines: Iterable[Concept], place: Mapping[str, str]) -> list[Edge]:
    """One line for all relationships from one box to another, with their number."""
    together: defaultdict[tuple[str, str], list[Concept]] = defaultdict(list)
    for line in lines:
        ends = place[line.source or ""], place[line.target or ""]
        if ends[0] != ends[1]:
            together[ends].append(line)
    found = []
    for (source, target), group in sorted(together.items()):
        types = Counter(each.type for each in group)
        first = edge_of(state.metamodel, group[0])
        kind = first.kind if len(types) == 1 else Kind("Several", "", phrase("several"))
        tooltip = joined(counted_types(state.metamodel, types, most=len(types)), "\n")
        found.append(
            Edge(f"{source} to {target}", source, target, kind, str(len(group)), tooltip=tooltip, count=len(group))
        )
    return found
