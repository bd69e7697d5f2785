"""What an inventory changes: its rows as concepts and relationships, compared with what there is now.

Only what the mapping names and a cell says is compared; the rest stays as it is. What is not understood is a finding with
its place, and the rest of the row goes on.
"""

from collections.abc import Iterator, Mapping

from ea_repo.exchange.identifiers import identifier_of, uid_of
from ea_repo.exchange.inventory.cell_values import CellValues, Values
from ea_repo.exchange.inventory.grid import Grid
from ea_repo.exchange.inventory.mapping import InventoryMapping, Meant
from ea_repo.exchange.inventory.rows import Cells, Rows, Said
from ea_repo.exchange.inventory.understanding import holds, parts
from ea_repo.exchange.plan import Missed, Plan, Terms, settled
from ea_repo.exchange.slugs import slug
from ea_repo.exchange.tabular.cells import Place, text_of
from ea_repo.exchange.tabular.patches import fields_of, value_of
from ea_repo.store.newer import last_import
from ea_repo.store.operations import Create, Delete, Operation, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State


def plan_inventory(state: State, grid: Grid, mapping: InventoryMapping, terms: Terms) -> Plan:
    """The operations, counts and findings. `InvalidInput` where the mapping names columns that are not there.

    O(rows + what references may name + the concepts of the types that are mapped).
    """
    return _Planning(state, grid, mapping, terms).plan()


class _Planning:
    def __init__(self, state: State, grid: Grid, mapping: InventoryMapping, terms: Terms) -> None:
        self.state = state
        self.mapping = mapping
        self.terms = terms
        self.model = terms.model
        self.rows = Rows(grid, mapping, terms.model)
        self.said = self.rows.said
        self.columns = self.rows.columns
        self.places = {uid: said.place for uid, said in self.said.items()}
        self.operations: list[Operation] = []
        self.lost: set[str] = set()  # concepts of rows that are left out
        self.in_file: dict[str, str] = {}  # what goes in: the sort of each by uid
        self.needed: dict[str, list[str]] = {}  # required attributes by type
        self.is_new = terms.model not in {each.uid for each in state.models()}

    def plan(self) -> Plan:
        self._concepts()
        relationships = list(self._relationships())
        self._write_relationships(relationships)
        gone = [] if self.is_new else list(self._gone({uid for uid, _, _ in relationships}))
        deletions = [Delete(each.uid, each.version, cascade=each.kind == "element") for each in gone]
        operations = [*self._new_model(), *self.operations]
        base = last_import(self.state, self.model) if self.terms.base is None else self.terms.base
        found = settled(self.state, self.terms, operations, deletions, base=base, place=self._place)
        missed = [Missed.concept(each) for each in gone]
        return Plan(
            found.operations, self._counts(found.operations, gone, len(relationships)), self.rows.findings(), self._place, missed,
            found.conflicts, base, self.state.number, holds=self.terms.conflicts or "file",
        )  # fmt: skip

    def _counts(
        self, operations: list[Operation], gone: list[Concept], relationships: int
    ) -> dict[str, dict[str, int]]:
        found = {
            sort: dict.fromkeys(("in_file", "created", "changed", "unchanged", "deleted"), 0)
            for sort in ("elements", "relationships", "views")
        }
        found["elements"]["in_file"], found["relationships"]["in_file"] = len(self.said), relationships
        for sort in self.in_file.values():
            found[sort]["unchanged"] += 1
        sorts = {each.uid: f"{each.kind}s" for each in gone}
        for each in operations:
            if each.record != "concept":
                continue
            if isinstance(each, Delete):
                found[sorts[each.uid]]["deleted"] += 1
            else:
                counts = found[self.in_file[each.uid]]
                counts["created" if isinstance(each, Create) else "changed"] += 1
                counts["unchanged"] -= 1
        return found

    def _place(self, uid: str, field_: str) -> tuple[str, str] | None:
        place = self.places.get(uid)
        if place is None:
            return None
        said = self.said.get(uid)
        where, column = said.places.get(field_, (place, "")) if said else (place, "")
        return where.pointer(column), where.words(column)

    # Concepts

    def _concepts(self) -> None:
        """What goes in. What lacks something is left out, and then nothing can refer to it: the rest is understood anew."""
        held = self.state.get_many(self.said)
        self.lost = {uid for uid, said in self.said.items() if uid in held and not self._fits(said, held[uid])}
        told = len(self.rows.told)
        lacking = True
        while lacking:
            del self.rows.told[told:]
            values = self._all_values()
            lacking = self._lost_too(values, held)
        for uid, said in self.said.items():
            if uid not in self.lost:
                self._write(uid, said.meant.type, values[uid], held.get(uid), "elements")

    def _all_values(self) -> dict[str, Values]:
        self.cells = CellValues(self.state, self.mapping, self.rows, self.lost)
        found = {}
        for uid, said in self.said.items():
            values = found[uid] = self.cells.values(said, self.mapping.columns[said.meant.type])
            if said.properties is not None:
                values["properties",] = said.properties or None
        return found

    def _lost_too(self, values: Mapping[str, Values], held: Mapping[str, Concept]) -> bool:
        """Whether more is left out, as it would be new and lacks what its type requires."""
        for uid in self.lost:
            self._tell_lost(self.said[uid], values[uid], held.get(uid))
        needed_by: dict[str, list[str]] = {}
        waiting = []
        for uid, said in self.said.items():
            if uid in held or uid in self.lost:
                continue
            if self._lacking(said.meant.type, values[uid]):
                waiting.append(uid)
            for name in self._needed(said.meant.type):
                needed_by.setdefault(str(values[uid].get(("attributes", name))), []).append(uid)
        before = len(self.lost)
        while waiting:
            uid = waiting.pop()
            if uid not in self.lost:
                self.lost.add(uid)
                waiting += needed_by.get(uid, ())
        return len(self.lost) > before

    def _lacking(self, type_name: str, values: Values) -> list[str]:
        return [name for name in self._needed(type_name) if ("attributes", name) not in values]

    def _needed(self, type_name: str) -> list[str]:
        found = self.needed.get(type_name)
        if found is None:
            declared = self.state.metamodel.attributes(type_name)
            found = self.needed[type_name] = [name for name, each in declared.items() if each.required]
        return found

    def _fits(self, said: Said, now: Concept) -> bool:
        """Whether a row can be of what there is: of its type, or of one that refines it or that it refines."""
        metamodel = self.state.metamodel
        type_name = said.meant.type
        return now.type in metamodel.descendants(type_name) or type_name in metamodel.descendants(now.type)

    def _tell_lost(self, said: Said, values: Values, now: Concept | None) -> None:
        type_name = said.meant.type
        if now is None:
            lacking = ", ".join(self._lacking(type_name, values))
            message = f"the {type_name} needs {lacking}; it is left out"
            self.rows.finding("missing-attribute", said.place, None, message, "error")
        else:
            message = f'"{identifier_of(said.uid)}" is a {now.type} already, so this {type_name} is left out; give one a prefix'
            self.rows.finding("identifier-taken", said.place, None, message, "error")

    def _write(self, uid: str, type_name: str, values: Values, now: Concept | None, sort: str) -> None:
        self.in_file[uid] = sort
        if now is None:
            said = {key: each for key, each in values.items() if each is not None}
            self.operations.append(Create(uid, type_name, fields_of(said, None)))
            return
        patch = {key: each for key, each in values.items() if each != value_of(now, key)}
        if now.type not in self.state.metamodel.descendants(type_name):
            patch["type",] = type_name
        if patch:
            self.operations.append(Update(uid, fields_of(patch, now), now.version))

    # Relationships

    def _relationships(self) -> Iterator[tuple[str, Meant, Values]]:
        """uid, what is meant, and the fields of each relationship that the rows say, each once."""
        there = self._there()
        made: dict[tuple[str, str, str], str] = {}
        for place, cells, uids in self.rows.of_row:
            for meant in self.mapping.relationships:
                if meant.when is not None and not holds(meant.when, cells, self.columns.of(meant.when.column)):
                    continue
                for source in self._ends(meant, "source", place, cells, uids):
                    for target in self._ends(meant, "target", place, cells, uids):
                        codes = [text_of(cells.get(self.columns.of(each))).strip() for each in meant.identifier]
                        key = (meant.type, source, target) if not codes else (meant.type, "", slug(" ".join(codes)))
                        if key in made:
                            continue
                        said = (
                            slug(" ".join(codes))
                            or f"{meant.type.lower()}-{identifier_of(source)}-{identifier_of(target)}"
                        )
                        uid = (None if codes else there.get(key)) or uid_of(self.model, said.replace(":", "-"))
                        made[key] = uid
                        self.places[uid] = place
                        values = self.cells.values(
                            self._relationship(uid, meant, place, cells), self.mapping.columns[meant.type]
                        )
                        yield uid, meant, {**values, ("source",): source, ("target",): target}

    def _relationship(self, uid: str, meant: Meant, place: Place, cells: Cells) -> Said:
        said = Said(uid, meant, place, ())
        for key, value in meant.values.items():
            cell = self.rows.cell(value, cells)
            if cell is not None:
                said.cells[key] = (cell, value)
                said.places[key] = (place, self.columns.of(value.column or ""))
        return said

    def _there(self) -> dict[tuple[str, str, str], str]:
        """Relationships of the mapped types that the model has, so that they are not doubled."""
        types = tuple(dict.fromkeys(each.type for each in self.mapping.relationships))
        if not types or self.is_new:
            return {}
        found = self.state.iterate(Query(types=types, model=self.model))
        return {(each.type, each.source or "", each.target or ""): each.uid for each in found}

    def _ends(self, meant: Meant, end: str, place: Place, cells: Cells, uids: Mapping[str, str]) -> Iterator[str]:
        value = meant.ends[end]
        if value.column is None and value.constant is None and not value.join:
            if value.of is not None and value.of in uids:
                yield uids[value.of]
            return
        of = next((each.type for each in self.mapping.concepts if each.called == value.of), value.of)
        column = self.mapping.columns[meant.type][end]
        cell = self.rows.cell(value, cells)
        for part in parts(cell, value, column):
            try:
                yield self.cells.references.resolve(text_of(part).strip(), of)
            except ValueError as error:
                self.cells.unmatched(part, str(error), place, value.column)

    def _write_relationships(self, found: list[tuple[str, Meant, Values]]) -> None:
        held = self.state.get_many(uid for uid, _, _ in found)
        for uid, meant, values in found:
            now = held.get(uid)
            lost = [end for end in (values["source",], values["target",]) if end in self.lost]
            if lost:
                message = f'the {meant.type} is left out, as "{lost[0]}" is'
                self.rows.finding("dangling-end", self.places[uid], None, message, "error")
            elif now is None and (lacking := self._lacking(meant.type, values)):
                message = f"the {meant.type} needs {', '.join(lacking)}; it is left out"
                self.rows.finding("missing-attribute", self.places[uid], None, message, "error")
            elif now is not None and not self._fits(Said(uid, meant, self.places[uid], ()), now):
                message = f'"{identifier_of(uid)}" is a {now.type} already, so this {meant.type} is left out'
                self.rows.finding("identifier-taken", self.places[uid], None, message, "error")
            else:
                self._write(uid, meant.type, values, now, "relationships")

    # The rest

    def _gone(self, relationships: set[str]) -> Iterator[Concept]:
        """What the model has of the mapped types and the rows do not say. Relationships first: what they join is then free."""
        for types, kept in (
            ({each.type for each in self.mapping.relationships}, relationships),
            ({each.type for each in self.mapping.concepts}, self.said.keys()),
        ):
            if types:
                found = self.state.iterate(Query(types=tuple(sorted(types)), model=self.model))
                yield from (each for each in found if each.uid not in kept)

    def _new_model(self) -> Iterator[Operation]:
        if self.is_new and self.operations:
            yield Create(self.model, record="model", fields={"name": self.model})
