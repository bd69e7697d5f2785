"""What the cells of a row change: the new value of each field whose cell differs from what was exported."""

from collections.abc import Callable
from typing import Any

from ea_repo.exchange.tabular.cells import Cell, same, text_of
from ea_repo.exchange.tabular.columns import Column, Field
from ea_repo.exchange.tabular.patches import value_of
from ea_repo.exchange.tabular.references import References
from ea_repo.exchange.tabular.table import Row, Table
from ea_repo.exchange.tabular.values import NameOf, Reading
from ea_repo.store.records import Concept


class CellEdits:
    """Understands cells. `shown` has names as they were when the table was exported, `references` those of the file and of now."""

    def __init__(self, table: Table, shown: References, references: References) -> None:
        self.table = table
        self.shown = shown
        self.reading = Reading(table.language, references.resolve)
        self.shows: dict[str, list[tuple[Column, Callable[[Concept, NameOf], Cell]]]] = {}

    def of(self, row: Row, base: Concept | None) -> dict[Field, Any]:
        """The new values in stored form. `base`: what the row was made from. Wrong cells are problems of the table."""
        found: dict[Field, Any] = {}
        cells, name_of = row.cells, self.shown.name_of
        for column, show in self._columns(row.type):
            key = column.key
            if key in ("uid", "type", "version") or key not in cells:
                continue
            cell = cells[key]
            if base is not None:
                shown = show(base, name_of)
                if cell is shown or same(cell, shown):
                    continue
            elif cell is None:
                if column.attribute.required:
                    self.table.wrong(row, key, f"{column.label('en')} is required", "required")
                continue
            self._edit(row, column, cell, base, found)
        return found

    def _columns(self, type_name: str) -> list[tuple[Column, Callable[[Concept, NameOf], Cell]]]:
        found = self.shows.get(type_name)
        if found is None:
            columns = self.table.columns[type_name]
            found = self.shows[type_name] = [(each, each.shown_in(self.table.language)) for each in columns]
        return found

    def _edit(self, row: Row, column: Column, cell: Cell, base: Concept | None, found: dict[Field, Any]) -> None:
        try:
            value = self._whole(row, column, base) if column.part else column.read(cell, self.reading)
        except ValueError as error:
            shown = " ".join(text_of(cell).split())
            said = f'"{shown if len(shown) <= 60 else shown[:57] + "..."}" {error}'
            self.table.wrong(row, column.key, said, "wrong-value")
            return
        if value is None and column.attribute.required:
            self.table.wrong(row, column.key, f"{column.label('en')} is required", "required")
        elif base is None or value != value_of(base, column.field):
            found[column.field] = value

    def _whole(self, row: Row, column: Column, base: Concept | None) -> Any:
        """An amount of money of its two cells."""
        name = column.attribute.name
        halves = {}
        for other in self.table.columns[row.type]:
            if other.field == column.field:
                if other.key in row.cells:
                    halves[other.part] = other.read(row.cells[other.key], self.reading)
                elif base is not None:
                    halves[other.part] = other.value(base)
        amount, currency = halves.get("amount"), halves.get("currency")
        if amount is None:
            if column.part == "currency" and currency is not None:
                raise ValueError(f"stands without an amount; fill in {name}, or clear both")
            return None
        if currency is None:
            raise ValueError(f"has no currency; fill in {name}.currency, such as IDR")
        return column.attribute.kind.parse({"amount": amount, "currency": currency}, column.attribute)
