"""The views of a file, as the model that it goes into would keep them."""

from typing import Any

from ea_repo.errors import NotFound
from ea_repo.exchange.bundle import Bundle, BundleView
from ea_repo.exchange.held import Held
from ea_repo.exchange.identifiers import uid_of
from ea_repo.exchange.naming import FileNames
from ea_repo.store.fields import model_of
from ea_repo.store.records import View
from ea_repo.store.state import State


class FileViews:
    """`held` are the views of the repository that those of the file are, by their identifiers in the file."""

    def __init__(self, state: State, bundle: Bundle, names: FileNames, there: Held) -> None:
        self._state = state
        self._names = names
        self._there = there
        self._says_folders = bool(bundle.folders)
        self.held = {view.identifier: self._held_view(view) for view in bundle.views}

    def uid(self, identifier: str) -> str:
        held = self.held.get(identifier)
        return uid_of(self._names.model, identifier) if held is None else held.uid

    def _held_view(self, view: BundleView) -> View | None:
        if view.uid is None or model_of(view.uid) == self._names.model:
            return self._there.views.get(view.uid or uid_of(self._names.model, view.identifier))
        try:
            return self._state.view(view.uid)
        except NotFound:
            return None

    def fields(self, view: BundleView) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "name": view.name,
            "description": view.description or None,
            "viewpoint": view.viewpoint or None,
            "kind": view.kind,
            "properties": view.properties,
            "translations": view.translations,
            "content": self._content(view),
        }
        if self._says_folders and view.uid is None:
            fields["folder"] = None if view.folder is None else uid_of(self._names.model, view.folder)
        return fields

    def _content(self, view: BundleView) -> dict[str, Any]:
        """The view's content with uids for the identifiers of the file."""
        content = view.content.to_json(self._names.uids.__getitem__, self.uid)
        held = self.held[view.identifier]
        if held is not None and held.content:
            # The order of lines means nothing, and formats that put a line where it begins have one of their own.
            order = {line["id"]: at for at, line in enumerate(held.content.get("connections", ()))}
            content["connections"].sort(key=lambda line: order.get(line["id"], len(order)))
        return content
