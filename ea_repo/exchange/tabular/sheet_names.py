"""What sheets are called: the plural of the type, as Excel allows it and no two alike."""

import re
from dataclasses import dataclass, field

from ea_repo.exchange.tabular.drop_downs import SHEET as LISTS
from ea_repo.exchange.tabular.words import word
from ea_repo.exchange.tabular.workbook_facts import SHEET as FACTS
from ea_repo.metamodel import Type

_LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


@dataclass(slots=True)
class SheetNames:
    """Gives out names, each once."""

    language: str
    _taken: set[str] = field(default_factory=lambda: {LISTS, FACTS, "history"})

    def about(self) -> str:
        return self.free(word("sheet", "about", self.language))

    def of_type(self, type_: Type) -> str:
        return self.free(type_.several.get(self.language) or type_.name)

    def free(self, wanted: str) -> str:
        """The name, or one like it that is not taken."""
        base = _FORBIDDEN.sub(" ", wanted).strip(" '")[:_LONGEST] or "Sheet"
        name, number = base, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{base[: _LONGEST - len(str(number)) - 1]} {number}"
        self._taken.add(name.casefold())
        return name
