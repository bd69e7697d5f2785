"""An inventory as a format: a mapping makes it one."""

from dataclasses import dataclass
from pathlib import Path

from ea_repo.errors import NotFound
from ea_repo.exchange.format import Source
from ea_repo.exchange.inventory.grid import read_grid
from ea_repo.exchange.inventory.mapping import read_mapping
from ea_repo.exchange.inventory.planning import plan_inventory
from ea_repo.exchange.plan import Plan, Terms
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Inventory:
    """Any table in CSV, .xlsx or JSON, as `mapping` (TOML) understands it. `name` is what faults of it call it."""

    mapping: str
    name: str = "mapping.toml"

    @classmethod
    def of_file(cls, path: Path) -> "Inventory":
        """With the mapping that a file holds."""
        if not path.is_file():
            raise NotFound(f'there is no file "{path}"')
        return cls(path.read_text("utf-8", "replace"), path.name)

    def recognises(self, source: Source) -> bool:
        """Whoever gives a mapping says that it fits."""
        return True

    def plan(self, state: State, source: Source, terms: Terms) -> Plan:
        """What the rows change. `InvalidInput` tells every fault of the mapping with its line."""
        mapping = read_mapping(self.mapping, self.name, state.metamodel)
        return plan_inventory(state, read_grid(source, mapping.table), mapping, terms.checked(state))
