"""Trees that composition or aggregation makes of elements of one kind, such as a reference model or capabilities."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_WHOLE_PART = ("Composition", "Aggregation")


@dataclass(frozen=True, slots=True)
class Tree:
    """`parts` are in the order of their codes or names; what is part of several wholes stands under the first."""

    concepts: Mapping[str, Concept]
    parts: Mapping[str, tuple[str, ...]]
    roots: tuple[str, ...]

    def below(self, uid: str) -> Iterator[str]:
        """The element itself and all that is below it."""
        yield uid
        for part in self.parts.get(uid, ()):
            yield from self.below(part)

    def leaves(self, uid: str, level: int) -> Iterator[str]:
        """What is shown as a leaf where so many levels below this one are shown."""
        parts = self.parts.get(uid, ())
        if level == 0 or not parts:
            yield uid
            return
        for part in parts:
            yield from self.leaves(part, level - 1)


def tree_of(state: State, types: tuple[str, ...], model: str | None = None) -> Tree:
    """The tree of the elements of these types. A whole that is a part of its own part is a root. O(elements)."""
    query = Query(types=types, kind="element", model=model)
    concepts = {each.uid: each for each in state.iterate(query)} if types else {}
    whole_of: dict[str, str] = {}
    if concepts:
        for each in state.iterate(Query(types=_WHOLE_PART, kind="relationship")):
            source, target = each.source or "", each.target or ""
            if (
                source in concepts
                and target in concepts
                and target not in whole_of
                and not _circle(whole_of, source, target)
            ):
                whole_of[target] = source
    parts: dict[str, list[str]] = {}
    for part, whole in whole_of.items():
        parts.setdefault(whole, []).append(part)

    def order(uid: str) -> tuple[str, str, str]:
        return str(concepts[uid].attributes.get("code") or ""), concepts[uid].name, uid

    return Tree(
        concepts,
        {uid: tuple(sorted(each, key=order)) for uid, each in parts.items()},
        tuple(sorted((uid for uid in concepts if uid not in whole_of), key=order)),
    )


def _circle(whole_of: Mapping[str, str], whole: str, part: str) -> bool:
    """Whether the whole is itself below the part."""
    at: str | None = whole
    while at is not None:
        if at == part:
            return True
        at = whole_of.get(at)
    return False
