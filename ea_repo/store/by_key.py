"""What a state knows by its key: concepts, models, folders and stored views."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from ea_repo.store import concept_rows, images
from ea_repo.store.operations import RecordKind
from ea_repo.store.reading import Reading, record_of
from ea_repo.store.records import Concept, Folder, Model, View


class ByKey(Reading):
    """Records by their uid, and all of a kind."""

    def get(self, uid: str) -> Concept:
        """One concept; `NotFound` names the nearest uids. `on` does not hide it."""
        found = self.get_many([uid])
        if uid not in found:
            raise self._not_found("concept", uid)
        return found[uid]

    def get_many(self, uids: Iterable[str]) -> dict[str, Concept]:
        """The concepts that exist among these, by uid."""
        table, statement = concept_rows.selected(self.as_of)
        rows: list[Any] = []
        for chunk in images.chunks(dict.fromkeys(uids)):
            rows.extend(self.connection.execute(statement.where(table.c.uid.in_(chunk))))
        return {concept.uid: concept for concept in concept_rows.concepts(rows)}

    def models(self) -> list[Model]:
        table = self.table("model")
        rows = self.connection.execute(select(table).order_by(table.c.uid)).all()
        return [self._made("model", row) for row in rows]

    def model(self, uid: str) -> Model:
        return self._one("model", uid)  # type: ignore[no-any-return]

    def folders(self, model: str | None = None) -> list[Folder]:
        return self._in_model("folder", model, "position")

    def folder(self, uid: str) -> Folder:
        return self._one("folder", uid)  # type: ignore[no-any-return]

    def views(self, model: str | None = None, *, content: bool = False) -> list[View]:
        """Stored views, with their content only where that is asked for."""
        found = self._in_model("view", model, "name")
        return found if content else [replace(view, content=None) for view in found]

    def view(self, uid: str) -> View:
        """A stored view with its content."""
        return self._one("view", uid)  # type: ignore[no-any-return]

    def _one(self, record: RecordKind, uid: str) -> Any:
        table = self.table(record)
        row = self.connection.execute(select(table).where(table.c.uid == uid)).first()
        if row is None:
            raise self._not_found(record, uid)
        return self._made(record, row)

    def _in_model(self, record: RecordKind, model: str | None, order: str) -> list[Any]:
        table = self.table(record)
        query = select(table).order_by(table.c[order], table.c.uid)
        if model is not None:
            query = query.where(table.c.model_id == self._id("model", model))
        rows = self.connection.execute(query).all()
        names = images.linked_uids(self.connection, record, rows)
        return [
            record_of(record, row.uid, images.image_of(record, row, names), row.version, row.written) for row in rows
        ]

    def _made(self, record: RecordKind, row: Any) -> Any:
        names = images.linked_uids(self.connection, record, [row])
        image = images.image_of(record, row, names)
        return record_of(record, row.uid, image, row.version, row.written)
