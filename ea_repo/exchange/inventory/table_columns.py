"""The columns that a mapping names, as the table has them."""

from collections.abc import Iterator

from ea_repo.exchange.inventory.grammar import Rule
from ea_repo.exchange.inventory.grid import Grid
from ea_repo.exchange.inventory.mapping import InventoryMapping


class TableColumns:
    """Looks them up, blanks and capitals aside. `InvalidInput` tells every one that is not there."""

    def __init__(self, grid: Grid, mapping: InventoryMapping) -> None:
        self._known = {folded(name): name for name in grid.columns}
        self._grid = grid
        self._used: set[str] = set()
        for path, name in _named(mapping):
            if folded(name) in self._known:
                self._used.add(self._known[folded(name)])
            elif name != "*":
                mapping.faults.unknown(path, "column", name, list(grid.columns))
        mapping.faults.tell()

    def of(self, name: str) -> str:
        """The name as the table has it."""
        return self._known.get(folded(name), name)

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


def folded(name: str) -> str:
    """A name as it is looked up."""
    return " ".join(name.split()).casefold()
