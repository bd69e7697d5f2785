"""Which part of a repository is published: all, one model, or one agency with what it and its sub-agencies own."""

from collections.abc import Container
from dataclasses import dataclass

from ea_repo.store.integrity import drawn_concepts
from ea_repo.store.query import Query
from ea_repo.store.records import View
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Scope:
    """`model` is the key of a model, `owner` the uid of an agency; with both, what the agency owns in the model.

    Elements outside are named where something published is joined to them; they have no page.
    """

    model: str | None = None
    owner: str | None = None

    @property
    def is_whole(self) -> bool:
        return self.model is None and self.owner is None

    def elements(self, state: State) -> set[str]:
        """The uids of the elements that get a page; `NotFound` for a model or agency that there is not."""
        found = {each.uid for each in state.iterate(Query(kind="element", model=self.model, owner=self.owner))}
        if self.owner is not None:
            own = state.sub_agencies(self.owner)
            found |= {uid for uid in own if self.model is None or uid.startswith(f"{self.model}:")}
        return found

    def has_view(self, view: View, elements: Container[str]) -> bool:
        """Whether a stored view gets a page: those of the model; of an agency, those that show something of it."""
        if self.model is not None and view.model != self.model:
            return False
        return self.owner is None or any(uid in elements for uid in drawn_concepts(view.content or {}))
