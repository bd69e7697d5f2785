"""Difference: what is added, removed and changed from another moment to this one, or by a draft."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from diagrams.agencies import Owners
from diagrams.changes import ORDER, SWATCHES, Change, counted, drawn_lines, gathered, marked, notes_of
from diagrams.concepts import edge_of, joined, moment_of, node_of
from diagrams.drawing import Cluster, Drawing, Edge, Node, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.relating import relationships_among
from diagrams.summarising import Collapse, summarised
from ea_repo.analysis.dependency_difference import dependency_difference
from ea_repo.analysis.moments import other_moment
from ea_repo.catalogue import viewpoint
from ea_repo.store.labels import uids
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 60
_MOST_FIELDS = 3
#: Of very many changed records, so many of the last are compared.
_MOST_COMPARED = 20_000


@viewpoint(example={"from_on": date(2024, 1, 1), "owner": ("finance:MOF",)})
def difference(
    state: State,
    *,
    from_on: Annotated[date | None, "Compared with how it holds on this date."] = None,
    from_as_of: Annotated[int | None, "Compared with how it was known after this changeset.", range(2**31 - 1)] = None,
    type: Annotated[tuple[str, ...], "Only concepts of these types, refinements included."] = (),
    model: Annotated[tuple[str, ...], "Only concepts of these models."] = (),
    owner: Annotated[tuple[str, ...], "Only what these agencies, or agencies below them, own."] = (),
    collapse: Collapse = None,
    limit: Annotated[
        int | None,
        "The most elements drawn one by one; what is added or removed comes first. Left out, 60, and 24 of a summary.",
        range(1, 1_001),
    ] = None,
) -> Drawing:
    """What is added, removed and changed from another date or changeset to this one, or by a draft."""
    found = _Compared(state, other_moment(state, from_on, from_as_of))
    rows = dependency_difference(state, from_on=from_on, from_as_of=from_as_of, type=type, model=model, owner=owner)
    found.read((each.uid for each in rows), type, model, owner)
    shown, rest = found.chosen(max(limit or MOST_SHOWN, 1))
    owners = Owners(state, {uid: found.elements[uid] for uid in shown})
    lines, left_out = drawn_lines(found.lines(shown))
    frames = _frames(owners, shown)
    nodes = [found.node(uid, f"in {owners.owner_of(uid)}") for uid in shown]
    nodes += gathered(state.metamodel, ((found.changes[uid], found.elements[uid].type) for uid in rest))
    drawing = Drawing(
        title=phrase("changes_title"),
        nodes=tuple(nodes),
        edges=tuple(lines),
        clusters=tuple(frames),
        subtitle=joined(
            [
                *filters(state, owner=owner, model=model, type=type),
                *counted(found.changes.values()),
                _moments(state, found.before),
            ]
        ),
        notes=(*notes_of(len(shown), len(rest)), *left_out),
        viewpoint="difference",
        arrangement="map" if len(frames) > 1 else "layers",  # packed in one frame, lines would wind around boxes
        swatches=tuple(SWATCHES.values()),
        swatches_name=phrase("change"),
    )
    if collapse is None:
        return drawing
    among = found.relationships(list(found.elements)).values()
    return summarised(state, drawing, found.elements.values(), among, collapse, limit, found.counted)


def _moments(state: State, before: State) -> Words:
    """From when to when: only what differs between the two is said of both."""
    dated = state.on is not None or before.on is not None
    written = before.number != state.number or before.draft is not state.draft
    then, now = ([*_when(each, dated=dated, written=written)] for each in (before, state))
    if state.draft is not None and before.draft is None and not dated:
        then = [phrase("without_draft")]
    same = [] if written else moment_of(state)[:1]
    return joined([phrase("from_to", before=joined(then, ", "), after=joined(now, ", ")), *same])


def _when(state: State, *, dated: bool, written: bool) -> Iterator[Words]:
    if dated:
        yield state.on.isoformat() if state.on is not None else phrase("any_date")
    if written and state.draft is not None:
        yield phrase("draft_number", id=state.draft.id)
    elif written:
        yield phrase("changeset_number", number=state.number)


def _frames(owners: Owners, shown: Iterable[str]) -> list[Cluster]:
    found = []
    for owner in sorted({owners.owner_of(uid) for uid in shown}):
        box = owners.box(owner)
        found.append(Cluster(f"in {owner}", box.name, box.kind, box.uid, tooltip=box.tooltip))
    return found


@dataclass(slots=True)
class _Compared:
    """The elements that differ, and those that only what they are joined to does, as they are or, if gone, were."""

    after: State
    before: State
    elements: dict[str, Concept]
    changes: dict[str, Change]
    fields: dict[str, Words]

    def __init__(self, after: State, before: State) -> None:
        self.after, self.before = after, before
        self.elements, self.changes, self.fields = {}, {}, {}

    def read(self, differing: Iterable[str], type: Sequence[str], model: Sequence[str], owner: Sequence[str]) -> None:
        """Those whose dependencies differ, and those that were written in between and fit the conditions."""
        dependencies = set(differing)
        written = self._written() - dependencies
        wanted = dependencies | written
        now, then = self.after.get_many(sorted(wanted)), self.before.get_many(sorted(wanted))
        fits = self._fitting(type, model, owner)
        for uid in sorted(wanted):
            one, other = self._held(self.after, now.get(uid)), self._held(self.before, then.get(uid))
            concept = one or other
            if concept is None or concept.kind != "element" or (uid in written and not fits(concept)):
                continue
            change = self._change(uid, one, other)
            if change == "unchanged" and uid in written:
                continue
            self.elements[uid], self.changes[uid] = concept, change

    @staticmethod
    def _held(state: State, concept: Concept | None) -> Concept | None:
        """The concept, where it holds on the state's date."""
        if concept is None or state.on is None:
            return concept
        begun = concept.valid_from is None or concept.valid_from <= state.on
        return concept if begun and (concept.valid_until is None or state.on <= concept.valid_until) else None

    def _written(self) -> set[str]:
        """What was written between the two, by uid."""
        if self.after.draft is not None and self.before.draft is None:
            return set(uids(self.after, self.after.draft.overlay.changed).values())
        if self.before.number >= self.after.number:
            return set()
        found: set[str] = set()
        for each in self.after.iterate(Query(sort="-written")):
            if each.written <= self.before.number or len(found) >= _MOST_COMPARED:
                break
            found.add(each.uid)
        return found

    def _fitting(self, type: Sequence[str], model: Sequence[str], owner: Sequence[str]) -> Callable[[Concept], bool]:
        types = {each for name in type for each in self.after.metamodel.descendants(name)}
        agencies = {each for uid in owner for each in self.after.sub_agencies(uid)}
        return lambda each: (
            (not type or each.type in types)
            and (not model or each.model in model)
            and (not owner or each.owner in agencies)
        )

    def _change(self, uid: str, one: Concept | None, other: Concept | None) -> Change:
        if one is None or other is None:
            return "removed" if one is None else "added"
        names = _differing(self.after, other, one)
        if not names:
            return "unchanged"
        told = names[:_MOST_FIELDS] + (
            [phrase("more", count=len(names) - _MOST_FIELDS)] if len(names) > _MOST_FIELDS else []
        )
        self.fields[uid] = phrase("changed_fields", names=joined(told, ", "))
        return "changed"

    def chosen(self, limit: int) -> tuple[list[str], list[str]]:
        order = sorted(
            self.elements,
            key=lambda uid: (ORDER.index(self.changes[uid]), self.elements[uid].type, self.elements[uid].name, uid),
        )
        return order[:limit], order[limit:]

    def node(self, uid: str, cluster: str) -> Node:
        change = self.changes[uid]
        known = self.before if change == "removed" else self.after
        node = node_of(known.metamodel, self.elements[uid], cluster=cluster)
        return marked(node, change, self.fields.get(uid, ""))

    def counted(self, members: Iterable[str]) -> Words:
        """How many of these are added, removed and changed."""
        return joined(counted(self.changes[uid] for uid in members), "\n")

    def relationships(self, shown: Sequence[str]) -> dict[str, Concept]:
        """What joins those shown, at either moment."""
        return {each.uid: each for state in (self.before, self.after) for each in relationships_among(state, shown)}

    def lines(self, shown: Sequence[str]) -> Iterator[tuple[Change, Edge]]:
        """What joins those shown, each as gained, lost, changed or kept."""
        now = {each.uid: each for each in relationships_among(self.after, shown)}
        then = {each.uid: each for each in relationships_among(self.before, shown)}
        for uid in sorted(now.keys() | then.keys()):
            change: Change = "removed" if uid not in now else "added" if uid not in then else "unchanged"
            if change == "unchanged" and now[uid].version != then[uid].version:
                change = "changed"
            state = self.before if change == "removed" else self.after
            yield change, edge_of(state.metamodel, now.get(uid) or then[uid])


def _differing(state: State, before: Concept, after: Concept) -> list[Words]:
    """What of a concept differs, by the names of its fields and attributes."""
    found: list[Words] = []
    if before.version == after.version and before.written == after.written:
        return found
    for name in ("name", "description", "owner", "type"):
        if getattr(before, name) != getattr(after, name):
            found.append(phrase(f"field_{name}"))
    if (before.valid_from, before.valid_until) != (after.valid_from, after.valid_until):
        found.append(phrase("field_valid"))
    declared = state.metamodel.attributes(after.type)
    for name in sorted(before.attributes.keys() | after.attributes.keys()):
        if before.attributes.get(name) != after.attributes.get(name):
            found.append(declared[name].label if name in declared else name)
    return found or [phrase("changed")]
