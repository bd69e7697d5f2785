"""The reference models that a repository holds, with what is wrong with them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.joins import joined, mask_of, rows_of
from ea_repo.catalogue import report
from ea_repo.planning.informatization.category_tree import CATEGORY, CategoryTree, classified
from ea_repo.planning.informatization.reference_loading import SOURCE
from ea_repo.store.labels import ids_of, uids
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.told import told as told_in

_said = partial(told_in, "ea_repo.planning")


@dataclass(frozen=True, slots=True)
class ReferenceModel:
    """One coded tree: how many categories it has, locked ones among them, and how often something is classified there.

    `versions` are those that its categories say. `faults` are sentences: codes that are there twice, categories that
    hang nowhere, and locked ones that somebody changed, moved, unlocked or deleted in another way than by loading a version.
    """

    code: str
    model: str
    root: str | None
    name: str
    versions: tuple[str, ...]
    categories: int
    locked: int
    reserved: int
    depth: int
    classifications: int
    faults: tuple[str, ...]


@report(example={})
def reference_models(state: State) -> Answer[ReferenceModel]:
    """The reference models that are here, with versions, size, use and faults, such as a locked category edited by hand."""
    groups: defaultdict[tuple[str, str], list[Concept]] = defaultdict(list)
    for each in state.iterate(Query(types=(CATEGORY,))):
        groups[_of(each)].append(each)
    by_hand = _by_hand(state, {each.uid: each for some in groups.values() for each in some})
    for key in by_hand:
        _ = groups[key]  # all of a model may have been deleted
    graph: Graph = state.graph
    tree = CategoryTree.of(state)
    used = Counter(classified(state, np.ones(len(graph), bool))[0].tolist())
    ids = ids_of(state, (each.uid for some in groups.values() for each in some))
    rows = {uid: row for uid, id_ in ids.items() if (row := graph.row(id_)) is not None}
    answer = []
    for (code, model), some in sorted(groups.items()):
        roots = [each for each in some if each.uid in rows and tree.parents[rows[each.uid]] < 0]
        root = next((each for each in roots if each.attributes.get("code") == code), roots[0] if roots else None)
        answer.append(
            ReferenceModel(
                code, model, root.uid if root else None, root.name if root else code,
                tuple(sorted({str(each.attributes["reference_version"]) for each in some
                              if "reference_version" in each.attributes})),
                len(some), sum(bool(each.attributes.get("locked")) for each in some),
                sum(bool(each.attributes.get("reserved")) for each in some),
                max((tree.depth(rows[each.uid]) for each in some if each.uid in rows), default=0),
                sum(used[rows[each.uid]] for each in some if each.uid in rows),
                (*_faults(some, [each for each in roots if each is not root]), *by_hand.get((code, model), ())),
            )
        )  # fmt: skip
    return Answer.of(state, answer)


def _of(category: Concept) -> tuple[str, str]:
    """Its reference model, and the model that it is kept in."""
    return str(category.attributes.get("reference_model", "")), category.model


def _faults(categories: Sequence[Concept], loose: Sequence[Concept]) -> Iterator[str]:
    codes: Mapping[str, int] = Counter(str(each.attributes.get("code", "")) for each in categories)
    for code, count in codes.items():
        if count > 1:
            yield _said("code_repeated", code=code or _said("no_code"), count=count)
    yield from (_said("no_parent", code=each.attributes.get("code", each.uid)) for each in loose)


def _by_hand(state: State, categories: Mapping[str, Concept]) -> dict[tuple[str, str], list[str]]:
    """What was done to locked categories in another way than by loading a version: changed, unlocked, moved or deleted."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)

    def told(category: Concept, number: int, what: str) -> None:
        changeset = state.changeset(number)
        if changeset.source != SOURCE:
            code = category.attributes.get("code", category.uid)
            found[_of(category)].append(_said(f"locked_{what}", code=code, author=changeset.author, number=number))

    locked = {uid: each for uid, each in categories.items() if each.attributes.get("locked")}
    for each in locked.values():
        if each.version > 1:
            told(each, each.written, "changed")
    places = joined(state, ("Composition",), targets=mask_of(state, rows_of(state, locked)))
    ids = state.graph.relationship_ids[places.by].tolist()
    for join in state.get_many(uids(state, ids).values()).values():
        if join.version > 1:
            told(locked[str(join.target)], join.written, "moved")
    for uid, versions in state.former_versions().items():
        last = versions[-1]
        before = last.record
        was_locked = isinstance(before, Concept) and before.type == CATEGORY and before.attributes.get("locked")
        if was_locked and uid not in locked and last.replaced is not None:
            told(before, last.replaced, "unlocked" if uid in categories else "deleted")
    return dict(found)
