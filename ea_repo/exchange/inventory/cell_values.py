"""What the cells of an inventory mean as fields of concepts; what is not understood is told with its place."""

from collections.abc import Iterator, Mapping
from typing import Any

from ea_repo.exchange.identifiers import identifier_of
from ea_repo.exchange.inventory.grammar import Value
from ea_repo.exchange.inventory.mapping import InventoryMapping
from ea_repo.exchange.inventory.rows import Rows, Said, lower, short
from ea_repo.exchange.inventory.table_columns import folded
from ea_repo.exchange.inventory.understanding import currency_in, parts, understood
from ea_repo.exchange.tabular.cells import Cell, Place, text_of
from ea_repo.exchange.tabular.columns import Column, Field
from ea_repo.exchange.tabular.references import Known, References
from ea_repo.exchange.tabular.values import Reading
from ea_repo.store.state import State

Values = dict[Field, Any]


class CellValues:
    """Understands cells by a mapping. References may name what the rows say, but for what is `lost`, or the repository has."""

    def __init__(self, state: State, mapping: InventoryMapping, rows: Rows, lost: set[str]) -> None:
        self.mapping = mapping
        self.rows = rows
        known = {
            uid: Known(uid, each.meant.type, each.name, each.codes)
            for uid, each in rows.said.items() if uid not in lost
        }  # fmt: skip
        self.references = References(state, rows.model, known, "code")
        self.reading = Reading("en", self.references.resolve)
        self.lost_names = {
            folded(text): rows.said[uid]
            for uid in lost
            for text in (rows.said[uid].name, identifier_of(uid), uid, *rows.said[uid].codes) if text
        }  # fmt: skip

    def values(self, said: Said, columns: Mapping[str, Column]) -> Values:
        """What is understood of the cells of a concept, by field."""
        found: Values = {}
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
                    self.rows.finding("unfit-value", place, where, f"{key} has room for one value; the first is taken")
        return found

    def _understood(self, cell: Cell, value: Value, column: Column, place: Place, where: str) -> Iterator[Any]:
        try:
            found = understood(cell, value, column, self.mapping.table, self.reading)
        except ValueError as error:
            if column.kind == "reference":
                self.unmatched(cell, str(error), place, where)
            else:
                self.rows.finding("unfit-value", place, where, f'"{short(cell)}" {error}')
            return
        if found is not None:
            yield found

    def _amount(
        self, found: Values, said: Said, columns: Mapping[str, Column], key: str, amount: Any, cell: Cell,
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
            self.rows.finding("unfit-value", place, where, f'"{short(cell)}" {error}')

    def unmatched(self, cell: Cell, error: str, place: Place, where: str | None) -> None:
        """A reference that names nothing, or what is left out itself."""
        lost = self.lost_names.get(folded(text_of(cell)))
        if lost is not None:
            error = f"is left out itself ({lower(lost.place.words())}){''.join(error.partition(';')[1:])}"
        self.rows.finding("unmatched-reference", place, where, f'"{short(cell)}" {error}')
