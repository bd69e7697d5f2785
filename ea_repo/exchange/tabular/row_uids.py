"""Which concept each row of a table is: the one it names, or a new one with an identifier made of its name."""

from collections.abc import Mapping

from ea_repo.exchange.identifiers import uid_of
from ea_repo.exchange.slugs import slug
from ea_repo.exchange.tabular.cells import text_of
from ea_repo.exchange.tabular.table import Row, Table
from ea_repo.metamodel import Finding
from ea_repo.store.state import State


def row_uids(state: State, table: Table, model: str) -> list[str | None]:
    """The uid of each row; None for one that is passed over, as another row has its uid. Such a row is a problem of the table.

    O(rows).
    """
    return _RowUids(state, table, model).all()


class _RowUids:
    def __init__(self, state: State, table: Table, model: str) -> None:
        self.state = state
        self.table = table
        self.base = table.base or state
        self.model = model

    def all(self) -> list[str | None]:
        """New rows without a uid get one made of the name."""
        first_of: dict[str, Row] = {}
        said = [self._said_uid(row) for row in self.table.rows]
        taken = {uid for uid in said if uid is not None}
        names = {
            uid_of(self.model, _slug(row))
            for row, uid in zip(self.table.rows, said, strict=True) if uid is None
        }  # fmt: skip
        there = {uid: concept.type for uid, concept in self.state.get_many(names).items()}
        before = set(self.base.get_many(names)) if self.table.base is not None else set()
        found: list[str | None] = []
        for row, uid in zip(self.table.rows, said, strict=True):
            if uid is None:
                uid = self._made_up(row, taken, there, before)
                taken.add(uid)
            elif uid in first_of:
                first = first_of[uid].place.words("uid")
                self.table.wrong(row, "uid", f'"{uid}" is there already: {first[0].lower()}{first[1:]}', "repeated")
                found.append(None)
                continue
            first_of[uid] = row
            found.append(uid)
        return found

    def _said_uid(self, row: Row) -> str | None:
        text = text_of(row.cells.get("uid")).strip()
        if not text:
            return None
        return text if ":" in text else uid_of(self.model, text)

    def _made_up(self, row: Row, taken: set[str], there: Mapping[str, str], before: set[str]) -> str:
        """An identifier that nothing else has. What the same row made when it was imported before is not something else."""
        name = _slug(row)
        uid, number = uid_of(self.model, name), 1
        while uid in taken or uid in before or there.get(uid, row.type) != row.type:
            number += 1
            uid = uid_of(self.model, f"{name}-{number}")
            if uid not in there and (found := self.state.get_many([uid])):
                there = {**there, uid: found[uid].type}
            if self.table.base is not None and self.base.get_many([uid]):
                before.add(uid)
        if number > 1:
            message = (
                f'{row.place.words("name")}: "{text_of(row.cells.get("name"))[:80]}" is the name of something else '
                f'too; the new row becomes "{uid}"'
            )
            self.table.findings.append(Finding("name-taken", "warning", message, uid))
        return uid


def _slug(row: Row) -> str:
    return slug(text_of(row.cells.get("name"))) or slug(row.type)
