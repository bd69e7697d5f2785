"""Which elements and relationships a selection means."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from ea_repo.exchange.grounding import grounded
from ea_repo.exchange.selection import Selection
from ea_repo.store.fields import model_of
from ea_repo.store.query import Query
from ea_repo.store.records import Concept, Folder, View
from ea_repo.store.state import State
from ea_repo.store.view_content import ViewContent


class Chosen:
    """What a selection means in a state; each part is looked up once, when it is asked for."""

    def __init__(self, state: State, selection: Selection) -> None:
        self.state = state
        self.selection = selection

    @cached_property
    def elements(self) -> frozenset[str] | None:
        """The uids of the elements selected one by one; None where whole models are."""
        chosen: frozenset[str] | None = None
        for found in self._conditions():
            chosen = found if chosen is None else chosen & found
        return chosen

    def _conditions(self) -> Iterator[frozenset[str]]:
        selection, state = self.selection, self.state
        if selection.owner is not None:
            owned = state.iterate(Query(kind="element", owner=selection.owner, model=selection.model))
            agencies = (uid for uid in state.sub_agencies(selection.owner) if self._is_of_the_model(uid))
            yield frozenset((*agencies, *(each.uid for each in owned)))
        if selection.folder is not None:
            yield frozenset(self._in_folder(selection.folder))
        if selection.uids is not None:
            found = state.get_many(selection.uids)
            for uid in selection.uids:
                if uid not in found:
                    state.get(uid)  # says what is near
            pending = list(found.values())
            ends: dict[str, Concept] = dict(found)
            while pending:
                named = {end for each in pending for end in (each.source, each.target) if end is not None}
                new = state.get_many(named - ends.keys())
                ends |= new
                pending = list(new.values())
            yield frozenset(
                each.uid for each in ends.values() if each.kind == "element" and self._is_of_the_model(each.uid)
            )

    def _is_of_the_model(self, uid: str) -> bool:
        return self.selection.model in (None, model_of(uid))

    def _in_folder(self, folder: str) -> Iterator[str]:
        """The elements in a folder and those below it, and those that the views in them show."""
        below = _below(self.state.folders(self.state.folder(folder).model), folder)
        for each in sorted(below):
            yield from (found.uid for found in self.state.iterate(Query(kind="element", folder=each)))
        drawn: set[str] = set()
        for view in self.state.views(model_of(folder)):
            if view.folder in below:
                drawn |= shown(self.state.view(view.uid))
        yield from (each.uid for each in self.state.get_many(drawn).values() if each.kind == "element")

    @cached_property
    def relationships(self) -> frozenset[str]:
        """The relationships among what was chosen, over any number of ends that are relationships."""
        rows = self.state.iterate(Query(kind="relationship", model=self.selection.model))
        ends = [(each.uid, each.source or "", each.target or "") for each in rows]
        return frozenset(grounded(self.elements or frozenset(), ends))

    @cached_property
    def all(self) -> frozenset[str]:
        """Both."""
        return (self.elements or frozenset()) | self.relationships


def shown(view: View) -> set[str]:
    """The concepts that a view draws."""
    return ViewContent.from_json(view.content or {}).concepts()


def _below(folders: Iterable[Folder], folder: str) -> set[str]:
    """The folder and all below it."""
    inside: dict[str | None, list[str]] = {}
    for each in folders:
        inside.setdefault(each.parent, []).append(each.uid)
    found, pending = {folder}, [folder]
    while pending:
        new = inside.get(pending.pop(), [])
        found.update(new)
        pending.extend(new)
    return found
