"""The lists that cells of a workbook are chosen from, each a column of one hidden sheet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from ea_repo.exchange.tabular.cells import fitting, letters
from ea_repo.exchange.tabular.columns import Column
from ea_repo.exchange.tabular.values import choices, reference_text
from ea_repo.metamodel import Finding
from ea_repo.store.query import Query
from ea_repo.store.state import State

SHEET = "ea-repo lists"
#: A longer list helps nobody to choose; what is not listed may be written all the same.
MOST_LISTED = 5_000


@dataclass(slots=True)
class DropDowns:
    """Lists by what they are of. Each is made once."""

    state: State
    language: str
    lists: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _names: dict[Any, str | None] = field(default_factory=dict)

    def name(self, column: Column) -> str | None:
        """The defined name of the list that a column is chosen from; None where it is not."""
        attribute = column.attribute
        if attribute.many or column.part:
            return None
        match attribute.kind.name:
            case "choice":
                return self._listed(tuple(choices(attribute, self.language).values()))
            case "boolean":
                return self._listed(
                    tuple(attribute.kind.text(each, attribute, self.language) for each in (True, False))
                )
            case "reference":
                return self._concepts(attribute.target)
            case _:
                return None

    def write(self, workbook: Any, sheet: Any) -> None:
        """Writes the lists and names them."""
        for column, (name, listed) in enumerate(self.lists.items()):
            last = max(len(listed), 1)
            letter = letters(column)
            workbook.define_name(name, f"='{SHEET}'!${letter}$1:${letter}${last}")
        for row, texts in enumerate(zip_longest(*self.lists.values())):
            for column, text in enumerate(texts):
                if text is not None:
                    sheet.write_string(row, column, fitting(text))

    def _listed(self, texts: tuple[str, ...]) -> str | None:
        if texts not in self._names:
            self._names[texts] = f"ea_list_{len(self.lists) + 1}"
            self.lists[f"ea_list_{len(self.lists) + 1}"] = list(texts)
        return self._names[texts]

    def _concepts(self, target: str | None) -> str | None:
        if ("concepts", target) not in self._names:
            asked = Query(types=() if target is None else (target,), kind="element" if target is None else None)
            count = self.state.count(asked)
            if count > MOST_LISTED:
                what = f"{target}s" if target else "elements"
                self.findings.append(
                    Finding("no-list", "note", f"there are {count:,} {what}: too many to choose from in a list")
                )
            texts = tuple(sorted(self._texts(asked))) if 0 < count <= MOST_LISTED else ()
            self._names["concepts", target] = self._listed(texts) if texts else None
        return self._names["concepts", target]

    def _texts(self, asked: Query) -> Iterator[str]:
        return (reference_text(each.uid, each.name) for each in self.state.iterate(asked))
