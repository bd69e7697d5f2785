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
        self.left = workbook.add_format({"align": "left"})
        self.row = 0

    def write(self, sheets: Sequence[tuple[str, Sequence[Column], int]], matrices: Sequence[str]) -> None:
        """`sheets` are title, columns and number of rows of each sheet of a type; `matrices` are titles. Each is a link."""
        self.sheet.set_column(0, 1, 28)
        self.sheet.set_column(2, 3, 84)
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self._line(self._word("title"), form=self.heading)
        self._facts()
        self._line()
        self._line(self._word("how"), form=self.bold)
        for number, step in enumerate(words()["about"]["step"], 1):
            self._line(f"{number}. {Text(step).get(self.language)}")
        if matrices:
            self._line(f"{len(words()['about']['step']) + 1}. {self._word('cross')}")
        self._line()
        self._line(self._word("sheets"), self._word("rows"), form=self.bold)
        for title, _, count in sheets:
            self._link(title)
            self._line("", count, form=self.left)
        for title in matrices:
            self._link(title)
            self._line()
        self._line()
        self._line(self._word("sheets"), *map(self._word, ("column", "meaning", "values")), form=self.bold)
        for title, columns, _ in sheets:
            self._link(title)
            for at, column in enumerate(columns):
                self._line("" if at == 0 else title, column.label(self.language), column.help(self.language), self._values(column),
                           form=self.wrapped)  # fmt: skip

    def _facts(self) -> None:
        state, selection = self.export.state, self.export.selection
        named = [text for text in (selection.model, selection.folder, selection.owner) if text]
        if selection.uids is not None:
            named.append(str(len(selection.uids)))
        self._line(self._word("selection"), ", ".join(named) or self._word("everything"))
        self._line(self._word("changeset"), state.number, form=self.left)
        self._line(self._word("on"), self._word("any_date") if state.on is None else state.on.isoformat())

    def _values(self, column: Column) -> str:
        if column.part is None and column.attribute.kind.name == "choice":
            return "; ".join(choices(column.attribute, self.language).values())
        return ""

    def _word(self, key: str) -> str:
        return word("about", key, self.language)

    def _link(self, title: str) -> None:
        """The first cell of the line that comes: a link to the sheet."""
        address = title.replace("'", "''")
        self.sheet.write_url(self.row, 0, f"internal:'{address}'!A1", string=title)

    def _line(self, *cells: str | int, form: Any = None) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                self.sheet.write_number(self.row, column, cell, form)
            elif cell:
                self.sheet.write_string(self.row, column, fitting(cell), form)
        self.row += 1
