"""The reference models that a repository holds, with what is wrong with them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.graph import Graph
from ea_repo.catalogue import report
from ea_repo.planning.informatization.category_tree import CATEGORY, CategoryTree, classified
from ea_repo.planning.informatization.reference_loading import SOURCE
from ea_repo.store.labels import ids_of
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class ReferenceModel:
    """One coded tree: how many categories it has, locked ones among them, and how often something is classified there.

    `versions` are those that its categories say. `faults` are sentences: codes that are there twice, categories that
    hang nowhere, and locked ones that somebody changed in another way than by loading a version.
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
        groups[str(each.attributes.get("reference_model", "")), each.model].append(each)
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
                tuple(_faults(state, some, [each for each in roots if each is not root])),
            )
        )  # fmt: skip
    return Answer.of(state, answer)


def _faults(state: State, categories: Sequence[Concept], loose: Sequence[Concept]) -> Iterator[str]:
    codes: Mapping[str, int] = Counter(str(each.attributes.get("code", "")) for each in categories)
    yield from (f"{code or 'no code'} is there {count} times" for code, count in codes.items() if count > 1)
    yield from (f"{each.attributes.get('code', each.uid)} is below no category" for each in loose)
    for each in categories:
        if each.attributes.get("locked") and each.version > 1:
            changeset = state.changeset(each.written)
            if changeset.source != SOURCE:
                code = each.attributes.get("code", each.uid)
                yield f"{code} is fixed nationally, but {changeset.author} changed it in changeset {each.written}"
