"""Random architectures, and what depends on what in them worked out with networkx from the descriptions alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import count, islice
from typing import Any

import networkx as nx
from hypothesis import strategies as st

from ea_repo.store.operations import Create, Delete, Operation, Update

#: ArchiMate 3.2, chapter 5, as the design reads it; the metamodel is not asked. A refinement does as what it refines.
DEPENDENT_END = {
    "Composition": "source",
    "Aggregation": "source",
    "Specialization": "source",
    "Assignment": "target",
    "Realization": "target",
    "Serving": "target",
    "Triggering": "target",
    "Flow": "target",
    "DataExchange": "target",
    "Influence": "none",
}
ACCESS = {None: "source", "access": "source", "read": "source", "write": "target", "read_write": "both"}
DIRECTED = {None: "none", False: "none", True: "source"}

ELEMENT_TYPES = ("System", "ApplicationComponent", "Agency", "DataSet", "Junction")
REFINEMENTS = {
    "System": {"System"},
    "ApplicationComponent": {"ApplicationComponent", "System"},
    "BusinessActor": {"Agency"},
    "DataObject": {"DataSet"},
    "Flow": {"Flow", "DataExchange"},
    "Junction": {"Junction"},
}
DAYS = (date(2026, 1, 1), date(2027, 6, 30), date(2028, 1, 1))
MODELS = ("one", "two")


@dataclass(frozen=True)
class Item:
    """An element or relationship; others are named by their keys."""

    key: str
    model: str
    type: str
    source: str | None = None
    target: str | None = None
    owner: str | None = None
    said: Any = None  # access type, or whether an association is directed
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def end(self) -> str:
        if self.type == "Access":
            return ACCESS[self.said]
        return DIRECTED[self.said] if self.type == "Association" else DEPENDENT_END[self.type]

    def within(self, period: tuple[date | None, date | None]) -> "Item":
        return replace(self, valid_from=period[0], valid_until=period[1])

    def holds(self, on: date | None) -> bool:
        starts, ends = self.valid_from or date.min, self.valid_until or date.max
        return on is None or starts <= on <= ends


@dataclass(frozen=True)
class Architecture:
    """Items by key. `prefix` keeps the uids of one example apart from those of another in the same repository."""

    items: Mapping[str, Item]
    prefix: str = ""

    def uid(self, key: str) -> str:
        return f"{self.prefix}{self.items[key].model}:{key}"

    def model(self, key: str) -> str:
        return f"{self.prefix}{key}"

    def creating(self) -> list[Operation]:
        models: list[Operation] = [Create(self.model(key), record="model", fields={"name": key}) for key in MODELS]
        return models + [Create(self.uid(item.key), item.type, self.fields(item)) for item in self.items.values()]

    def becoming(self, later: "Architecture") -> Iterator[Operation]:
        """The changes that lead from here to there."""
        for key, item in self.items.items():
            if key not in later.items:
                yield Delete(self.uid(key))
            elif later.items[key] != item:
                yield Update(self.uid(key), later.fields(later.items[key]))
        for key in later.items.keys() - self.items.keys():
            yield Create(later.uid(key), later.items[key].type, later.fields(later.items[key]))

    def fields(self, item: Item) -> dict[str, Any]:
        found: dict[str, Any] = {
            "owner": item.owner and self.uid(item.owner),
            "valid_from": item.valid_from and item.valid_from.isoformat(),
            "valid_until": item.valid_until and item.valid_until.isoformat(),
        }
        if item.source is not None and item.target is not None:
            found |= {"source": self.uid(item.source), "target": self.uid(item.target)}
        else:
            found["name"] = f"Name of {item.key}"
        if item.type == "Access":
            found["attributes"] = {"access_type": item.said}
        if item.type == "Association":
            found["attributes"] = {"directed": item.said}
        return found

    def needs(self, on: date | None = None) -> "nx.MultiDiGraph[str]":
        """An edge from everything to everything it depends on, keyed by relationship; on a date, if one is given."""
        holding = {key for key in self.items if self.holds(key, on)}
        relationships = [self.items[key] for key in holding if self.items[key].source is not None]
        ends = {end for item in relationships for end in (item.source, item.target)}
        found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        found.add_nodes_from(key for key in holding if self.items[key].source is None or key in ends)
        for item in relationships:
            if item.end in ("source", "both"):
                found.add_edge(item.source, item.target, key=item.key)
            if item.end in ("target", "both"):
                found.add_edge(item.target, item.source, key=item.key)
            if item.key in ends:
                found.add_edge(item.key, item.source, key=item.key)
                found.add_edge(item.key, item.target, key=item.key)
        return found

    def holds(self, key: str, on: date | None) -> bool:
        item = self.items[key]
        ends = [end for end in (item.source, item.target) if end is not None]
        return item.holds(on) and all(self.holds(end, on) for end in ends)

    def agencies_below(self, key: str) -> set[str]:
        tree: nx.DiGraph[str] = nx.DiGraph([(key, key)])
        for item in self.items.values():
            ends = (item.source, item.target)
            if item.type in ("Composition", "Aggregation") and all(
                self.items[str(end)].type == "Agency" for end in ends
            ):
                tree.add_edge(*ends)
        return nx.descendants(tree, key) | {key}

    def fits(self, key: str, type_name: str | None, model: str | None, owner: str | None) -> bool:
        item = self.items[key]
        return (
            (type_name is None or item.type in REFINEMENTS[type_name])
            and (model is None or item.model == model)
            and (owner is None or item.owner in self.agencies_below(owner))
        )


_BOUNDS = (None, *DAYS)
#: (valid from, valid until), mostly neither.
PERIODS = st.sampled_from(
    [(None, None)] * 8
    + [(first, last) for first in _BOUNDS for last in _BOUNDS if not (first and last) or first <= last]
)


@st.composite
def elements(draw: st.DrawFn, key: str, agencies: tuple[str, ...]) -> Item:
    owner = draw(st.sampled_from((None, *agencies)))
    item = Item(key, draw(st.sampled_from(MODELS)), draw(st.sampled_from(ELEMENT_TYPES)), owner=owner)
    return item.within(draw(PERIODS))


@st.composite
def relationships(draw: st.DrawFn, key: str, ends: tuple[str, ...]) -> Item:
    type_name = draw(st.sampled_from((*DEPENDENT_END, "Access", "Association")))
    said = {"Access": tuple(ACCESS), "Association": tuple(DIRECTED)}.get(type_name, (None,))
    end = st.sampled_from(ends)
    item = Item(key, draw(st.sampled_from(MODELS)), type_name, draw(end), draw(end), said=draw(st.sampled_from(said)))
    return item.within(draw(PERIODS))


@st.composite
def architectures(draw: st.DrawFn) -> Architecture:
    """Cycles, self-loops, parallel relationships and relationships to relationships included."""
    items: dict[str, Item] = {}
    for number in range(draw(st.integers(1, 8))):
        agencies = tuple(key for key, item in items.items() if item.type == "Agency")
        items[f"e{number}"] = draw(elements(f"e{number}", agencies))
    for number in range(draw(st.integers(0, 14))):
        items[f"r{number}"] = draw(relationships(f"r{number}", tuple(items)))
    return Architecture(items)


@st.composite
def later(draw: st.DrawFn, before: Architecture) -> Architecture:
    """The same after some changes: relationships gone, come and turned, elements with other dates and owners."""
    items = dict(before.items)
    if not items:
        return before
    used = {end for item in items.values() for end in (item.source, item.target, item.owner)}
    for key in draw(st.lists(st.sampled_from(sorted(items)), max_size=4, unique=True)):
        item = items[key]
        if key not in used and draw(st.booleans()):
            del items[key]
        elif item.source is not None:
            items[key] = replace(item, source=item.target, target=item.source).within(draw(PERIODS))
        else:
            items[key] = replace(item, owner=None).within(draw(PERIODS))
    unused = (key for number in count() if (key := f"n{number}") not in before.items)
    for key in islice(unused, draw(st.integers(0, 3)) if items else 0):
        items[key] = draw(relationships(key, tuple(sorted(items))))
    return replace(before, items=items)
