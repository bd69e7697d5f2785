"""What stands in relation to a concept of a state: its relationships, what uses it, the views and agencies it is in."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import or_

from ea_repo.store import concept_rows, images, integrity
from ea_repo.store.by_query import ByQuery
from ea_repo.store.operations import RecordKind
from ea_repo.store.query import Query
from ea_repo.store.records import Concept, View


class ByRelationship(ByQuery):
    """Concepts, views and agencies by what joins them."""

    def relationships(self, uid: str, *, direction: str = "both", types: Sequence[str] = ()) -> list[Concept]:
        """The relationships at a concept, by uid: "out" those from it, "in" those to it."""
        table, statement = concept_rows.selected(self.as_of)
        id_ = self._id("concept", uid)
        ends = {"out": [table.c.source_id], "in": [table.c.target_id]}.get(
            direction, [table.c.source_id, table.c.target_id]
        )
        conditions = self._conditions(Query(types=tuple(types), kind="relationship"), table)
        found = statement.where(or_(*(end == id_ for end in ends)), *conditions).order_by(table.c.uid)
        return concept_rows.concepts(self.connection.execute(found).all())

    def users_of(self, uid: str) -> list[tuple[RecordKind, str, str]]:
        """(kind of record, uid, field) of everything that uses a concept now."""
        id_ = self._id("concept", uid)
        return [(kind, user, name) for kind, user, name, _ in integrity.users(self.connection, "concept", [id_])]

    def sub_agencies(self, uid: str) -> frozenset[str]:
        """The agency and all below it: wholes to parts among actors. O(agencies reached)."""
        ids = self._sub_agency_ids(uid)
        return frozenset(images.uids_by_id(self.connection, "concept", ids).values())

    def views_showing(self, uid: str) -> list[View]:
        """Stored views (without content) that show a concept."""
        if self.is_past:
            shown = [view for view in self._in_model("view", None, "name")
                     if uid in integrity.drawn_concepts(view.content or {})]  # fmt: skip
            return [replace(view, content=None) for view in shown]
        uids = [user for kind, user, _ in self.users_of(uid) if kind == "view"]
        return [replace(self.view(user), content=None) for user in uids]
