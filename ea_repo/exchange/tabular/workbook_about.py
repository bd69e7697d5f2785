"""The first sheet of a workbook: what it is, how to edit it, what each column means."""

from collections.abc import Sequence
from typing import Any

from ea_repo.exchange.export import Export
from ea_repo.exchange.tabular.cells import fitting
from ea_repo.exchange.tabular.columns import Column
from ea_repo.exchange.tabular.values import choices
from ea_repo.exchange.tabular.words import word, words
from ea_repo.metamodel import Text


class About:
    """The sheet, begun first so that it stands first."""

    def __init__(self, export: Export, workbook: Any, title: str) -> None:
        self.export = export
        self.language = export.language
        self.sheet = workbook.add_worksheet(title)
        self.heading = workbook.add_format({"bold": True, "font_size": 14})
        self.bold = workbook.add_format({"bold": True, "bg_color": "#E7ECF3", "bottom": 1})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.row = 0

    def write(self, sheets: Sequence[tuple[str, Sequence[Column], int]]) -> None:
        """`sheets` are title, columns and number of rows of each sheet of a type."""
        self.sheet.set_column(0, 1, 28)
        self.sheet.set_column(2, 3, 60)
        self.sheet.hide_gridlines(2)
        self._line(self._word("title"), form=self.heading)
        self._facts()
        self._line()
        self._line(self._word("how"), form=self.bold)
        for number, step in enumerate(words()["about"]["step"], 1):
            self._line(f"{number}. {Text(step).get(self.language)}")
        self._line()
        self._line(self._word("sheets"), self._word("rows"), form=self.bold)
        for title, _, count in sheets:
            self._line(title, count)
        self._line()
        self._line(self._word("sheets"), *map(self._word, ("column", "meaning", "values")), form=self.bold)
        for title, columns, _ in sheets:
            for column in columns:
                self._line(title, column.label(self.language), column.help(self.language), self._values(column),
                           form=self.wrapped)  # fmt: skip

    def _facts(self) -> None:
        state, selection = self.export.state, self.export.selection
        named = [text for text in (selection.model, selection.folder, selection.owner) if text]
        if selection.uids is not None:
            named.append(str(len(selection.uids)))
        self._line(self._word("selection"), ", ".join(named) or self._word("everything"))
        self._line(self._word("changeset"), state.number)
        self._line(self._word("on"), self._word("any_date") if state.on is None else state.on.isoformat())

    def _values(self, column: Column) -> str:
        if column.part is None and column.attribute.kind.name == "choice":
            return "; ".join(choices(column.attribute, self.language).values())
        return ""

    def _word(self, key: str) -> str:
        return word("about", key, self.language)

    def _line(self, *cells: str | int, form: Any = None) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                self.sheet.write_number(self.row, column, cell, form)
            elif cell:
                self.sheet.write_string(self.row, column, fitting(cell), form)
        self.row += 1
