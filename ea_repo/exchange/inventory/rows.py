"""What the rows of an inventory say: concepts by uid, gathered from all rows that say the same one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ea_repo.exchange.identifiers import identifier_of, uid_of
from ea_repo.exchange.inventory.grammar import Value
from ea_repo.exchange.inventory.grid import Grid
from ea_repo.exchange.inventory.mapping import InventoryMapping, Meant
from ea_repo.exchange.inventory.table_columns import TableColumns, folded
from ea_repo.exchange.inventory.understanding import cleaned, holds
from ea_repo.exchange.slugs import slug
from ea_repo.exchange.tabular.cells import Cell, Place, text_of
from ea_repo.metamodel import Finding
from ea_repo.metamodel.finding import Severity
from ea_repo.store.records import Property

Cells = dict[str, Cell]


@dataclass(slots=True)
class Said:
    """A concept as the rows say it, so far."""

    uid: str
    meant: Meant
    place: Place
    codes: tuple[str, ...]
    cells: dict[str, tuple[Cell, Value]] = field(default_factory=dict)  # by key of the column
    properties: list[Property] | None = None
    places: dict[str, tuple[Place, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return text_of(self.cells["name"][0]).strip() if "name" in self.cells else ""


@dataclass(frozen=True, slots=True)
class _Told:
    code: str
    severity: Severity
    place: Place
    column: str | None
    message: str


class Rows:
    """Reads the rows of a table by a mapping.

    `said` are the concepts by uid, `of_row` the uid of each concept of a row by its name in the mapping.
    """

    def __init__(self, grid: Grid, mapping: InventoryMapping, model: str) -> None:
        self.mapping = mapping
        self.model = model
        self.columns = TableColumns(grid, mapping)
        self.said: dict[str, Said] = {}
        self.of_row: list[tuple[Place, Cells, dict[str, str]]] = []
        self.told: list[_Told] = []
        empty = frozenset(each.strip().casefold() for each in mapping.table.empty)
        for place, row in grid.rows:
            cells = {name: cleaned(cell, empty) for name, cell in row.items()}
            if any(holds(rule, cells, self.columns.of(rule.column)) for rule in mapping.table.skip):
                continue
            if any(cell is not None for cell in cells.values()):
                self._row(place, cells)

    def cell(self, value: Value, cells: Cells) -> Cell:
        """What a value of the mapping is in a row."""
        if value.constant is not None:
            return value.constant if not isinstance(value.constant, list) else "; ".join(map(str, value.constant))
        if value.join:
            return (
                " ".join(filter(None, (text_of(cells.get(self.columns.of(each))).strip() for each in value.join)))
                or None
            )
        return cells.get(self.columns.of(value.column or ""))

    def finding(
        self, code: str, place: Place, column: str | None, message: str, severity: Severity = "warning"
    ) -> None:
        """Tells of a cell or row."""
        self.told.append(_Told(code, severity, place, self.columns.of(column) if column else None, message))

    def findings(self) -> list[Finding]:
        """All that was told; what several cells of a column say alike once, at the first, with how many there are."""
        alike = Counter((each.code, each.column, each.message) for each in self.told if each.column)
        found = []
        for each in self.told:
            times = alike.pop((each.code, each.column, each.message), 0) if each.column else 1
            if times:
                more = "" if times == 1 else f" (and {times - 1} more row{'s' if times > 2 else ''})"
                found.append(
                    Finding(each.code, each.severity, f"{each.place.words(each.column)}: {each.message}{more}")
                )
        return found

    def _row(self, place: Place, cells: Cells) -> None:
        uids: dict[str, str] = {}
        for meant in self.mapping.concepts:
            if meant.when is not None and not holds(meant.when, cells, self.columns.of(meant.when.column)):
                continue
            said = self._concept(meant, place, cells)
            if said is not None:
                uids[meant.called] = said.uid
        self.of_row.append((place, cells, uids))

    def _concept(self, meant: Meant, place: Place, cells: Cells) -> Said | None:
        found = {key: (self.cell(value, cells), value) for key, value in meant.values.items()}
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
                self.finding("no-identifier", place, None, f"a {meant.type} without {lacks} is left out", "error")
            return None
        uid = uid_of(self.model, f"{meant.prefix}{identifier}")
        said = Said(uid, meant, place, codes if len(codes) == 1 else ())
        said.cells = {key: each for key, each in found.items() if each[0] is not None}
        said.places = {key: (place, self.columns.of(each[1].column or "")) for key, each in found.items()}
        if meant.properties:
            said.properties = list(self._properties(meant, cells))
        return self._merged(said, place, meant)

    def _merged(self, said: Said, place: Place, meant: Meant) -> Said:
        """What several rows say of one concept: what they add counts, what they contradict is a finding."""
        first = self.said.get(said.uid)
        if first is None:
            self.said[said.uid] = said
            return said
        if first.meant.type != meant.type:
            self.finding(
                "duplicate-code", place, None,
                f'"{identifier_of(said.uid)}" is a {first.meant.type} already ({lower(first.place.words())}); give one a prefix',
            )  # fmt: skip
            return first
        for key, (cell, value) in said.cells.items():
            before = first.cells.get(key)
            if before is None:
                first.cells[key] = (cell, value)
                first.places[key] = said.places[key]
            elif folded(text_of(before[0])) != folded(text_of(cell)):
                self.finding(
                    "duplicate-code", place, value.column,
                    f'"{identifier_of(said.uid)}" is there already ({lower(first.place.words())}) with {key} '
                    f'"{short(before[0])}"; "{short(cell)}" is passed over',
                )  # fmt: skip
        return first

    def _properties(self, meant: Meant, cells: Cells) -> Iterator[Property]:
        chosen = (
            self.columns.unused() if "*" in meant.properties else [self.columns.of(each) for each in meant.properties]
        )
        for column in chosen:
            if text := text_of(cells.get(column)).strip():
                yield Property(column, text)


def lower(text: str) -> str:
    """With a small first letter, to go on in a sentence."""
    return text[:1].lower() + text[1:]


def short(cell: Cell) -> str:
    """The beginning of what a cell says, on one line."""
    text = " ".join(text_of(cell).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
