"""What rows of a table change: each compared with what it was made from, then with what there is now.

Only cells that differ from what was exported are edits. An edit of a field that somebody else changed since is a
conflict, of which the terms say what holds; where both say the same, or the fields differ, both stay.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from ea_repo.exchange.plan import Missed, Plan, Terms
from ea_repo.exchange.tabular.cell_edits import CellEdits
from ea_repo.exchange.tabular.cells import text_of
from ea_repo.exchange.tabular.columns import Field, referred
from ea_repo.exchange.tabular.matrix_reading import MatrixEdits
from ea_repo.exchange.tabular.patches import fields_of, value_of
from ea_repo.exchange.tabular.references import Known, References
from ea_repo.exchange.tabular.row_uids import row_uids
from ea_repo.exchange.tabular.table import Row, Table
from ea_repo.metamodel import Finding
from ea_repo.store.newer import NewerWork
from ea_repo.store.operations import Create, Delete, Operation, Restore, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_CHUNK = 1_000


def plan_edits(state: State, table: Table, terms: Terms) -> Plan:
    """The operations that the edits are. O(rows + what references may name).

    `InvalidInput` tells every wrong cell; every field that was changed on both sides is among the plan's conflicts.
    """
    return _Edits(state, table, terms).plan()


class _Edits:
    def __init__(self, state: State, table: Table, terms: Terms) -> None:
        self.state = state
        self.table = table
        self.base = table.base or state
        self.terms = terms
        self.model = model = terms.model
        self.conflicts: list[NewerWork] = []
        self.missed: list[Missed] = []
        self.findings = table.findings
        self.operations: list[Operation] = []
        self.counts = {
            sort: dict.fromkeys(("in_file", "created", "changed", "unchanged", "deleted"), 0)
            for sort in ("elements", "relationships", "views")
        }
        self.uids = row_uids(state, table, model)
        self.places = {uid: row.place for row, uid in zip(table.rows, self.uids, strict=True) if uid is not None}
        self.shown = References(self.base, model)  # names as they were when it was exported
        self.cells = CellEdits(table, self.shown, References(state, model, self._in_file(), earlier=self.shown))

    def plan(self) -> Plan:
        pairs = zip(self.table.rows, self.uids, strict=True)
        while chunk := list(islice(pairs, _CHUNK)):
            self._chunk([(row, uid) for row, uid in chunk if uid is not None])
        self._missing()
        self._matrices()
        self.table.refuse()
        base = None if self.table.base is None else self.table.base.number
        return Plan(
            [*self._model(), *self.operations], self.counts, self.findings, self._place, self.missed, self.conflicts, base,
            self.state.number, holds=self.terms.conflicts or "refuse",
        )  # fmt: skip

    def _matrices(self) -> None:
        if not self.table.matrices:
            return
        known = {
            (each.type, each.fields.get("source", ""), each.fields.get("target", ""))
            for each in self.operations if isinstance(each, Create)
        }  # fmt: skip
        edits = MatrixEdits(
            self.state, self.base, self.model, self.terms.missing == "delete", known, self.operations, self.findings,
            self.table.problems, self.missed,
        )  # fmt: skip
        before = len(self.operations)
        for each in self.table.matrices:
            edits.read(each)
        for operation in self.operations[before:]:
            self.counts["relationships"]["created" if isinstance(operation, Create) else "deleted"] += 1

    def _place(self, uid: str, field: str) -> tuple[str, str] | None:
        place = self.places.get(uid)
        return None if place is None else (place.pointer(field), place.words(field))

    def _in_file(self) -> dict[str, Known]:
        return {
            uid: Known(uid, row.type, text_of(row.cells.get("name")))
            for row, uid in zip(self.table.rows, self.uids, strict=True) if uid is not None
        }  # fmt: skip

    # What each row changes

    def _chunk(self, rows: list[tuple[Row, str]]) -> None:
        held = self.state.get_many(uid for _, uid in rows)
        bases = self._bases(rows, held)
        self.shown.need(uid for each in bases.values() for uid in referred(each))
        for row, uid in rows:
            self._row(row, uid, bases.get(uid), held.get(uid))

    def _bases(self, rows: list[tuple[Row, str]], held: Mapping[str, Concept]) -> dict[str, Concept]:
        """What each row was made from: the version that it names, or what there was when the table was exported."""
        found = dict(self.base.get_many(uid for _, uid in rows)) if self.table.base is not None else dict(held)
        for row, uid in rows:
            now = held.get(uid)
            if row.version is None or (now is not None and now.version == row.version):
                continue
            versions = {each.record.version: each.record for each in self.state.history(uid)} if now else {}
            if row.version in versions:
                found[uid] = versions[row.version]
            elif now is not None:
                self.table.wrong(row, "version", f'"{uid}" never had a version {row.version}; it is at {now.version}')
        return found

    def _row(self, row: Row, uid: str, base: Concept | None, now: Concept | None) -> None:
        is_relationship = self.state.metamodel.is_relationship(row.type)
        counts = self.counts["relationships" if is_relationship else "elements"]
        counts["in_file"] += 1
        edits = self.cells.of(row, base)
        if base is None and now is None:
            counts["created"] += 1
            self._create(row, uid, edits)
            return
        if base is not None and base.type != row.type:
            edits[("type",)] = row.type
        if now is None:
            if not self._brought_back(row, uid, edits, base):
                counts["unchanged"] += 1
            else:
                counts["created"] += 1
            return
        patch = self._patch(row, uid, edits, base, now)
        if patch:
            counts["changed"] += 1
            self.operations.append(Update(uid, patch, now.version))
        else:
            counts["unchanged"] += 1

    def _create(self, row: Row, uid: str, edits: Mapping[Field, Any]) -> None:
        fields = fields_of({field: value for field, value in edits.items() if value is not None}, None)
        self.operations.append(Create(uid, row.type, fields))

    def _patch(
        self, row: Row, uid: str, edits: Mapping[Field, Any], base: Concept | None, now: Concept
    ) -> dict[str, Any]:
        """The edits that are not said already. A field that others changed too is a conflict."""
        mine: dict[Field, Any] = {}
        for field_, value in edits.items():
            current = value_of(now, field_)
            if value == current:
                continue
            was = None if base is None else value_of(base, field_)
            # A row that was new and is imported again: whoever changed it since was not asked.
            changed = now.version > 1 if base is None else current != was
            if changed:
                self.conflicts.append(self._newer(row, now, field_, was, current, value))
            if not changed or self.terms.conflicts != "keep":
                mine[field_] = value
        return fields_of(mine, now)

    def _brought_back(self, row: Row, uid: str, edits: Mapping[Field, Any], base: Concept | None) -> bool:
        """A row that was edited, of what somebody else deleted: it comes back as it was, with the edits."""
        if not edits or base is None:
            return False
        gone = self.state.history(uid)[-1].replaced or 0
        where = row.place.words("uid")
        self.conflicts.append(NewerWork("concept", uid, base.name, None, None, "deleted", "changed", gone, where))
        if self.terms.conflicts == "keep":
            return False
        self.operations += [Restore(uid, base.written), Update(uid, fields_of(edits, base))]
        return True

    # What is gone

    def _missing(self) -> None:
        """What the file no longer has: told, and deleted where that was asked for."""
        if not self.table.says_what_was_exported:
            if self.terms.missing == "delete":
                message = "the file does not say what was exported, so nothing is deleted"
                self.findings.append(Finding("nothing-deleted", "note", message))
            return
        exported = self._of_the_types() if self.table.exported is None else self.table.exported()
        gone = [each for each in exported if each.uid not in self.places]
        held = self.state.get_many(each.uid for each in gone)
        # Relationships first: what they join is then free.
        for was in sorted(gone, key=lambda each: each.kind == "element"):
            now = held.get(was.uid)
            if now is not None:
                self.missed.append(Missed.concept(now))
                self._delete(was, now)

    def _of_the_types(self) -> Iterable[Concept]:
        types = set(self.table.columns)
        if not types or self.model not in {each.uid for each in self.base.models()}:
            return ()
        found = self.base.iterate(Query(types=tuple(types), model=self.model))
        return (each for each in found if each.type in types)

    def _delete(self, was: Concept, now: Concept) -> None:
        if self.terms.missing != "delete":
            return
        if now.version != was.version:
            self.conflicts.append(
                NewerWork("concept", now.uid, now.name, None, None, "changed", "deleted", now.written)
            )
            if self.terms.conflicts == "keep":
                return
        self.counts["elements" if was.kind == "element" else "relationships"]["deleted"] += 1
        self.operations.append(Delete(was.uid, now.version))

    # Telling

    def _newer(self, row: Row, now: Concept, field_: Field, base: Any, theirs: Any, mine: Any) -> NewerWork:
        where = row.place.words(_key(field_))
        return NewerWork("concept", now.uid, now.name, ".".join(field_), base, theirs, mine, now.written, where)

    def _model(self) -> Iterator[Operation]:
        """The model that new rows go into, where there is none."""
        models = {each.uid for each in self.state.models()}
        wanted = {
            each.uid.partition(":")[0]
            for each in self.operations if isinstance(each, Create)
        }  # fmt: skip
        for key in sorted(wanted - models):
            yield Create(key, record="model", fields={"name": key})


def _key(field_: Field) -> str:
    """The key of the column that says a field."""
    return f"{field_[2]}.{field_[1]}" if field_[0] == "translations" else field_[-1]
