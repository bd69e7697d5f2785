"""Headings for the rows or columns of a matrix: the concepts themselves, or where they are many what they belong to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diagrams.agencies import NOBODY
from diagrams.charts.matrix import Heading
from diagrams.concepts import kind_of, name_of, tooltip
from diagrams.drawing import Words, said
from diagrams.notation import phrase
from ea_repo.store.records import Concept
from ea_repo.store.state import State

REST = "rest"


@dataclass(frozen=True, slots=True)
class Gathered:
    """`key_of` leads from each concept to its heading. `left_out` are the headings beyond the limit, gathered in one."""

    headings: tuple[Heading, ...]
    key_of: Mapping[str, str]
    rolled_up: bool = False
    left_out: int = 0


def gathered(
    state: State, concepts: Mapping[str, Concept], weights: Counter[str], limit: int, *, groups: bool = True
) -> Gathered:
    """Each concept a heading, ordered by owner and name; of more than `limit` the owner stands for what it has.

    Of more owners than `limit` those of most weight are shown, and the others stand together.
    """
    owners = state.get_many(sorted({each.owner for each in concepts.values() if each.owner}))
    if len(concepts) <= limit:
        ordered = sorted(concepts.values(), key=lambda each: (*_owner_key(each, owners), each.name, each.uid))
        # Groups of one row each would only make the matrix longer.
        named = owners if groups and len(owners) * 2 <= len(ordered) else {}
        headings = tuple(_heading(state, each, named) for each in ordered)
        return Gathered(headings, {uid: uid for uid in concepts})
    key_of = {uid: each.owner if each.owner in owners else NOBODY for uid, each in concepts.items()}
    heavy: Counter[str] = Counter()
    for uid, key in key_of.items():
        heavy[str(key)] += weights[uid]
    if set(heavy) == {NOBODY}:  # no owners: the heaviest themselves
        return _heaviest(state, concepts, weights, limit)
    shown = sorted(heavy, key=lambda key: (-heavy[key], key))[:limit]
    headings = tuple(
        _heading(state, owners[key], {}) if key in owners else Heading(NOBODY, phrase("no_owner"))
        for key in sorted(shown, key=lambda key: (key == NOBODY, owners[key].name if key in owners else "", key))
    )
    return _with_rest(headings, {uid: str(key) for uid, key in key_of.items()}, len(heavy) - len(shown), True)


def _heaviest(state: State, concepts: Mapping[str, Concept], weights: Counter[str], limit: int) -> Gathered:
    shown = sorted(concepts, key=lambda uid: (-weights[uid], uid))[:limit]
    ordered = sorted((concepts[uid] for uid in shown), key=lambda each: (each.name, each.uid))
    headings = tuple(_heading(state, each, {}) for each in ordered)
    return _with_rest(headings, {uid: uid for uid in concepts}, len(concepts) - len(shown), False)


def _with_rest(headings: tuple[Heading, ...], key_of: Mapping[str, str], left: int, rolled_up: bool) -> Gathered:
    known = {each.key for each in headings}
    if left:
        headings = (*headings, Heading(REST, phrase("more", count=left)))
    return Gathered(headings, {uid: key if key in known else REST for uid, key in key_of.items()}, rolled_up, left)


def _owner_key(concept: Concept, owners: Mapping[str, Concept]) -> tuple[bool, str]:
    owner = owners.get(concept.owner or "")
    return owner is None, owner.name if owner is not None else ""


def _heading(state: State, concept: Concept, owners: Mapping[str, Concept]) -> Heading:
    owner = owners.get(concept.owner or "")
    group: Words = name_of(owner) if owner is not None else phrase("no_owner") if owners else ""
    kind = kind_of(state.metamodel, concept)
    return Heading(
        concept.uid, name_of(concept), concept.uid, kind.type, tooltip(state.metamodel, concept, owner), group
    )


def names_of(headings: Iterable[Heading]) -> dict[str, Words]:
    return {each.key: each.name for each in headings}


def pair_words(one: Words, other: Words, details: Iterable[Words]) -> Words:
    """The tooltip of a cell: its row and column, and what joins them, a line each."""
    told = list(details)
    return {
        lang: "\n".join([f"{said(one, lang)} × {said(other, lang)}", *(said(each, lang) for each in told)])
        for lang in ("en", "id", "ko")
    }
