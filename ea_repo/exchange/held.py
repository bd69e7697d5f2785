"""What a model holds now, to compare a file with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ea_repo.exchange.bundle import BundleFolder
from ea_repo.exchange.plan import Missed
from ea_repo.store.operations import Delete
from ea_repo.store.query import Query
from ea_repo.store.records import Concept, Folder, Model, View
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Held:
    """The records of a model by uid; `model` is None where there is none."""

    model: Model | None
    folders: Mapping[str, Folder]
    concepts: Mapping[str, Concept]
    views: Mapping[str, View]

    def missed(self, deletion: Delete) -> Missed:
        """What a deletion would take away."""
        if deletion.record == "concept":
            return Missed.concept(self.concepts[deletion.uid])
        named = self.views if deletion.record == "view" else self.folders
        return Missed(deletion.record, deletion.uid, "", named[deletion.uid].name)


def held_by(state: State, model: str) -> Held:
    """All of a model. O(model)."""
    known = {each.uid: each for each in state.models()}
    if model not in known:
        return Held(None, {}, {}, {})
    return Held(
        known[model],
        {folder.uid: folder for folder in state.folders(model)},
        {concept.uid: concept for concept in state.iterate(Query(model=model))},
        {view.uid: state.view(view.uid) for view in state.views(model)},
    )


def positions(folders: Sequence[BundleFolder], uids: Mapping[str, str], held: Mapping[str, Folder]) -> dict[str, int]:
    """The position of each folder: as held, where siblings stand in the same order; numbers between them mean nothing."""
    found = {folder.identifier: folder.position for folder in folders}
    siblings: dict[str | None, list[BundleFolder]] = {}
    for folder in folders:
        siblings.setdefault(folder.parent, []).append(folder)
    for each in siblings.values():
        there = [held.get(uids[folder.identifier]) for folder in sorted(each, key=lambda folder: folder.position)]
        places = [folder.position for folder in there if folder is not None]
        if len(places) == len(each) and places == sorted(places):
            found.update((folder.identifier, held[uids[folder.identifier]].position) for folder in each)
    return found
