"""What an inventory changes: its rows as concepts and relationships, compared with what there is now.

Only what the mapping names and a cell says is compared; the rest stays as it is. What is not understood is a finding with
its place, and the rest of the row goes on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ea_repo.exchange.comparison import Missing, Plan
from ea_repo.exchange.identifiers import identifier_of, uid_of
from ea_repo.exchange.inventory.grammar import Rule, Value
from ea_repo.exchange.inventory.grid import Grid
from ea_repo.exchange.inventory.mapping import InventoryMapping, Meant
from ea_repo.exchange.inventory.understanding import cleaned, currency_in, holds, parts, understood
from ea_repo.exchange.slugs import slug
from ea_repo.exchange.tabular.cells import Cell, Place, text_of
from ea_repo.exchange.tabular.columns import Column, Field
from ea_repo.exchange.tabular.patches import fields_of, value_of
from ea_repo.exchange.tabular.references import Known, References
from ea_repo.exchange.tabular.values import Reading
from ea_repo.metamodel import Finding
from ea_repo.metamodel.finding import Severity
from ea_repo.store.operations import Create, Delete, Operation, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Concept, Property
from ea_repo.store.state import State

Cells = dict[str, Cell]


@dataclass(slots=True)
class _Said:
    """A concept as the rows say it, so far."""

    uid: str
    meant: Meant
    place: Place
    codes: tuple[str, ...]
    cells: dict[str, tuple[Cell, Value]] = field(default_factory=dict)  # by key of the column
    properties: list[Property] | None = None
    places: dict[str, tuple[Place, str]] = field(default_factory=dict)


def plan_inventory(state: State, grid: Grid, mapping: InventoryMapping, model: str, missing: Missing) -> Plan:
    """The operations, counts and findings. `InvalidInput` where the mapping names columns that are not there.

    O(rows + what references may name + the relationships of the types that are mapped).
    """
    return _Planning(state, grid, mapping, model, missing).plan()


class _Planning:
    def __init__(self, state: State, grid: Grid, mapping: InventoryMapping, model: str, missing: Missing) -> None:
        self.state = state
        self.mapping = mapping
        self.model = model
        self.missing = missing
        self.grid = grid
        self.columns = _Columns(grid, mapping)
        self.empty = frozenset(each.strip().casefold() for each in mapping.table.empty)
        self.findings: list[Finding] = []
        self.operations: list[Operation] = []
        self.said: dict[str, _Said] = {}
        self.of_row: list[tuple[Place, Cells, dict[str, str]]] = []  # the uid of each concept of a row by its name
        self.places: dict[str, Place] = {}
        self.counts = {
            sort: dict.fromkeys(("in_file", "created", "changed", "unchanged", "deleted"), 0)
            for sort in ("elements", "relationships", "views")
        }

    def plan(self) -> Plan:
        for place, row in self.grid.rows:
            cells = {name: cleaned(cell, self.empty) for name, cell in row.items()}
            if any(holds(rule, cells, self.columns.of(rule.column)) for rule in self.mapping.table.skip):
                continue
            if any(cell is not None for cell in cells.values()):
                self._row(place, cells)
        known = {uid: Known(uid, each.meant.type, self._name(each), each.codes) for uid, each in self.said.items()}
        self.references = References(self.state, self.model, known, "code")
        self.reading = Reading("en", self.references.resolve)
        self._concepts()
        relationships = list(self._relationships())
        self._write_relationships(relationships)
        if self.missing == "delete":
            self._deletions({said.uid for said in self.said.values()}, {uid for uid, _, _ in relationships})
        return Plan([*self._new_model(), *self.operations], self.counts, self.findings, self._place)

    def _place(self, uid: str, field_: str) -> tuple[str, str] | None:
        place = self.places.get(uid)
        if place is None:
            return None
        said = self.said.get(uid)
        where, column = said.places.get(field_, (place, "")) if said else (place, "")
        return where.pointer(column), where.words(column)

    # Rows

    def _row(self, place: Place, cells: Cells) -> None:
        uids: dict[str, str] = {}
        for meant in self.mapping.concepts:
            if meant.when is not None and not holds(meant.when, cells, self.columns.of(meant.when.column)):
                continue
            said = self._concept(meant, place, cells)
            if said is not None:
                uids[meant.called] = said.uid
        self.of_row.append((place, cells, uids))

    def _concept(self, meant: Meant, place: Place, cells: Cells) -> _Said | None:
        found = {key: (self._cell(value, cells), value) for key, value in meant.values.items()}
        if "name" in found and isinstance(said_name := found["name"][0], str):
            found["name"] = (" ".join(said_name.split()), found["name"][1])
        name = text_of(found["name"][0]).strip() if "name" in found else ""
        codes = tuple(text_of(cells.get(self.columns.of(each))).strip() for each in meant.identifier)
        identifier = slug(" ".join(codes)) if all(codes) and codes else slug(name) if not meant.identifier else ""
        if not identifier:
            if any(cell is not None for cell, value in found.values() if value.constant is None) or any(codes):
                lacks = (
                    " and ".join(each for each, code in zip(meant.identifier, codes, strict=True) if not code) or "name"
                )
                self._finding("no-identifier", place, None, f"a {meant.type} without {lacks} is left out", "error")
            return None
        uid = uid_of(self.model, f"{meant.prefix}{identifier}")
        said = _Said(uid, meant, place, codes if len(codes) == 1 else ())
        said.cells = {key: each for key, each in found.items() if each[0] is not None}
        said.places = {key: (place, self.columns.of(each[1].column or "")) for key, each in found.items()}
        if meant.properties:
            said.properties = list(self._properties(meant, cells))
        return self._merged(said, place, meant)

    def _merged(self, said: _Said, place: Place, meant: Meant) -> _Said:
        """What several rows say of one concept: what they add counts, what they contradict is a finding."""
        first = self.said.get(said.uid)
        if first is None:
            self.said[said.uid] = said
            self.places[said.uid] = place
            return said
        if first.meant.type != meant.type:
            self._finding(
                "duplicate-code", place, None,
                f'"{identifier_of(said.uid)}" is a {first.meant.type} already ({_lower(first.place.words())}); give one a prefix',
            )  # fmt: skip
            return first
        for key, (cell, value) in said.cells.items():
            before = first.cells.get(key)
            if before is None:
                first.cells[key] = (cell, value)
                first.places[key] = said.places[key]
            elif _folded(text_of(before[0])) != _folded(text_of(cell)):
                self._finding(
                    "duplicate-code", place, value.column,
                    f'"{identifier_of(said.uid)}" is there already ({_lower(first.place.words())}) with {key} '
                    f'"{_short(before[0])}"; "{_short(cell)}" is passed over',
                )  # fmt: skip
        return first

    def _cell(self, value: Value, cells: Cells) -> Cell:
        if value.constant is not None:
            return value.constant if not isinstance(value.constant, list) else "; ".join(map(str, value.constant))
        if value.join:
            return (
                " ".join(filter(None, (text_of(cells.get(self.columns.of(each))).strip() for each in value.join)))
                or None
            )
        return cells.get(self.columns.of(value.column or ""))

    def _name(self, said: _Said) -> str:
        return text_of(said.cells["name"][0]).strip() if "name" in said.cells else ""

    def _properties(self, meant: Meant, cells: Cells) -> Iterator[Property]:
        chosen = (
            self.columns.unused() if "*" in meant.properties else [self.columns.of(each) for each in meant.properties]
        )
        for column in chosen:
            if text := text_of(cells.get(column)).strip():
                yield Property(column, text)

    # Concepts

    def _concepts(self) -> None:
        held = self.state.get_many(self.said)
        for uid, said in self.said.items():
            self.counts["elements"]["in_file"] += 1
            values = self._values(said, self.mapping.columns[said.meant.type])
            if said.properties is not None:
                values["properties",] = said.properties or None
            self._write(uid, said.meant.type, values, held.get(uid), "elements")

    def _values(self, said: _Said, columns: Mapping[str, Column]) -> dict[Field, Any]:
        """What is understood of the cells, by field."""
        found: dict[Field, Any] = {}
        for key, (cell, value) in said.cells.items():
            column = columns[key]
            place, where = said.places[key]
            understood_ = [
                each
                for part in parts(cell, value, column)
                for each in self._understood(part, value, column, place, where)
            ]
            if not understood_:
                continue
            if column.part == "amount":
                self._amount(found, said, columns, key, understood_[0], cell, place, where)
            elif column.part is None:
                found[column.field] = understood_ if column.attribute.many else understood_[0]
                if len(understood_) > 1 and not column.attribute.many:
                    self._finding("unfit-value", place, where, f"{key} has room for one value; the first is taken")
        return found

    def _understood(self, cell: Cell, value: Value, column: Column, place: Place, where: str) -> Iterator[Any]:
        try:
            found = understood(cell, value, column, self.mapping.table, self.reading)
        except ValueError as error:
            is_reference = column.kind == "reference"
            code = "unmatched-reference" if is_reference else "unfit-value"
            self._finding(code, place, where, f'"{_short(cell)}" {error}')
            return
        if found is not None:
            yield found

    def _amount(
        self, found: dict[Field, Any], said: _Said, columns: Mapping[str, Column], key: str, amount: Any, cell: Cell,
        place: Place, where: str,
    ) -> None:  # fmt: skip
        value = said.cells[key][1]
        beside = said.cells.get(f"{key}.currency")
        currency = text_of(beside[0]).strip().upper() if beside else value.currency or currency_in(cell)
        attribute = columns[key].attribute
        try:
            if currency is None:
                raise ValueError('names no currency; say it in the mapping, such as currency = "IDR"')
            found[columns[key].field] = attribute.kind.parse({"amount": amount, "currency": currency}, attribute)
        except ValueError as error:
            self._finding("unfit-value", place, where, f'"{_short(cell)}" {error}')

    def _write(self, uid: str, type_name: str, values: Mapping[Field, Any], now: Concept | None, sort: str) -> None:
        if now is None:
            lacking = [
                name for name, each in self.state.metamodel.attributes(type_name).items()
                if each.required and ("attributes", name) not in values
            ]  # fmt: skip
            if lacking:
                self._finding("missing-attribute", self.places[uid], None,
                              f"a {type_name} needs {', '.join(lacking)}; it is left out", "error")  # fmt: skip
                return
            self.counts[sort]["created"] += 1
            self.operations.append(
                Create(uid, type_name, fields_of({key: each for key, each in values.items() if each is not None}, None))
            )
            return
        metamodel = self.state.metamodel
        if now.type not in metamodel.descendants(type_name) and type_name not in metamodel.descendants(now.type):
            self._finding(
                "identifier-taken", self.places[uid], None,
                f'"{identifier_of(uid)}" is a {now.type} already, so this {type_name} is left out; give one a prefix', "error",
            )  # fmt: skip
            return
        patch = {key: each for key, each in values.items() if each != value_of(now, key)}
        if now.type not in metamodel.descendants(type_name):
            patch["type",] = type_name
        if patch:
            self.counts[sort]["changed"] += 1
            self.operations.append(Update(uid, fields_of(patch, now), now.version))
        else:
            self.counts[sort]["unchanged"] += 1

    # Relationships

    def _relationships(self) -> Iterator[tuple[str, Meant, dict[Field, Any]]]:
        """uid, what is meant, and the fields of each relationship that the rows say, each once."""
        there = self._there()
        made: dict[tuple[str, str, str], str] = {}
        for place, cells, uids in self.of_row:
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
                        values = self._values(
                            self._relationship(uid, meant, place, cells), self.mapping.columns[meant.type]
                        )
                        yield uid, meant, {**values, ("source",): source, ("target",): target}

    def _relationship(self, uid: str, meant: Meant, place: Place, cells: Cells) -> _Said:
        said = _Said(uid, meant, place, ())
        for key, value in meant.values.items():
            cell = self._cell(value, cells)
            if cell is not None:
                said.cells[key] = (cell, value)
                said.places[key] = (place, self.columns.of(value.column or ""))
        return said

    def _there(self) -> dict[tuple[str, str, str], str]:
        """Relationships of the mapped types that the model has, so that they are not doubled."""
        types = tuple(dict.fromkeys(each.type for each in self.mapping.relationships))
        if not types or self.model not in {each.uid for each in self.state.models()}:
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
        cell = self._cell(value, cells)
        for part in parts(cell, value, column):
            try:
                yield self.references.resolve(text_of(part).strip(), of)
            except ValueError as error:
                self._finding("unmatched-reference", place, value.column, f'"{_short(part)}" {error}')

    def _write_relationships(self, found: list[tuple[str, Meant, dict[Field, Any]]]) -> None:
        held = self.state.get_many(uid for uid, _, _ in found)
        written = {each.uid for each in self.operations if isinstance(each, Create)}
        for uid, meant, values in found:
            self.counts["relationships"]["in_file"] += 1
            lost = [end for end in (values["source",], values["target",])
                    if end in self.said and end not in written and end not in self._stored(end)]  # fmt: skip
            if lost:
                self._finding(
                    "dangling-end", self.places[uid], None, f'the {meant.type} is left out, as "{lost[0]}" is', "error"
                )
                continue
            self._write(uid, meant.type, values, held.get(uid), "relationships")

    def _stored(self, uid: str) -> set[str]:
        return set(self.state.get_many([uid]))

    # The rest

    def _deletions(self, elements: set[str], relationships: set[str]) -> None:
        if self.model not in {each.uid for each in self.state.models()}:
            return
        for types, kept, sort in (
            (tuple(each.type for each in self.mapping.relationships), relationships, "relationships"),
            (tuple(each.type for each in self.mapping.concepts), elements, "elements"),
        ):
            if not types:
                continue
            for concept in self.state.iterate(Query(types=types, model=self.model)):
                if concept.uid not in kept:
                    self.counts[sort]["deleted"] += 1
                    self.operations.append(Delete(concept.uid, concept.version, cascade=sort == "elements"))

    def _new_model(self) -> Iterator[Operation]:
        if self.model not in {each.uid for each in self.state.models()} and self.operations:
            yield Create(self.model, record="model", fields={"name": self.model})

    def _finding(
        self, code: str, place: Place, column: str | None, message: str, severity: Severity = "warning"
    ) -> None:
        where = place.words(self.columns.of(column) if column else None)
        self.findings.append(Finding(code, severity, f"{where}: {message}"))


class _Columns:
    """The columns that a mapping names, as the table has them; blanks and capitals aside."""

    def __init__(self, grid: Grid, mapping: InventoryMapping) -> None:
        self._known = {_folded(name): name for name in grid.columns}
        self._grid = grid
        self._used: set[str] = set()
        for path, name in _named(mapping):
            if _folded(name) in self._known:
                self._used.add(self._known[_folded(name)])
            elif name != "*":
                mapping.faults.unknown(path, "column", name, list(grid.columns))
        mapping.faults.tell()

    def of(self, name: str) -> str:
        """The name as the table has it."""
        return self._known.get(_folded(name), name)

    def unused(self) -> list[str]:
        return [name for name in self._grid.columns if name not in self._used]


def _named(mapping: InventoryMapping) -> Iterator[tuple[tuple[str | int, ...], str]]:
    rules: list[Rule] = list(mapping.table.skip)
    for meant in (*mapping.concepts, *mapping.relationships):
        rules += [] if meant.when is None else [meant.when]
        for key in ("identifier", "properties"):
            yield from (((*meant.path, key), name) for name in getattr(meant, key))
        for value in (*meant.values.values(), *meant.ends.values()):
            names = [value.column] if value.column is not None else list(value.join)
            yield from ((value.path, name) for name in names)
    yield from ((rule.path, rule.column) for rule in rules)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _short(cell: Cell) -> str:
    text = " ".join(text_of(cell).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
