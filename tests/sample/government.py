"""The sample as plain dictionaries, and what can be asked of them by counting."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import networkx

from ea_repo.metamodel import standard
from ea_repo.sample import operations
from ea_repo.store.operations import Create

NOW = "2026-11-01"
SERVICES = ("PublicService", "AdministrativeService")
GOVERNMENT = "centre:GOV"


@cache
def government() -> "Government":
    return Government(tuple(each for each in operations() if isinstance(each, Create)))


@dataclass(frozen=True)
class Government:
    operations: tuple[Create, ...]

    @cached_property
    def concepts(self) -> dict[str, Create]:
        return {each.uid: each for each in self.operations if each.record == "concept"}

    def of(self, *types: str) -> list[str]:
        wanted = {name for each in types for name in standard().descendants(each)}
        return [uid for uid, each in self.concepts.items() if each.type in wanted]

    @cached_property
    def resources(self) -> list[str]:
        names = [name for name in standard().types if standard().has_trait(name, "information-resource")]
        return self.of(*names)

    def type(self, uid: str) -> str:
        return self.concepts[uid].type

    def said(self, uid: str, name: str) -> Any:
        return self.concepts[uid].fields.get("attributes", {}).get(name)

    def owner(self, uid: str) -> str | None:
        found = self.concepts[uid].fields.get("owner")
        return None if found is None else str(found)

    def links(self, relationship: str, *, source: Iterable[str] = (), target: Iterable[str] = ()) -> list[str]:
        """Relationships of a type, between elements of these types."""
        return [
            uid
            for uid in self.of(relationship)
            if (not source or self.type(self.source(uid)) in source)
            and (not target or self.type(self.target(uid)) in target)
        ]

    def source(self, uid: str) -> str:
        return str(self.concepts[uid].fields["source"])

    def target(self, uid: str) -> str:
        return str(self.concepts[uid].fields["target"])

    @cached_property
    def above(self) -> dict[str, str]:
        return {self.target(each): self.source(each) for each in self.links("Composition", source=["Agency"])}

    def division(self, uid: str) -> str | None:
        """The child of the government that the owner of a thing is or belongs to."""
        agency = self.owner(uid)
        while agency is not None and self.above.get(agency, GOVERNMENT) != GOVERNMENT:
            agency = self.above[agency]
        return agency

    def between_divisions(self, exchange: str) -> bool:
        return self.division(self.source(exchange)) != self.division(self.target(exchange))

    @cached_property
    def systems_of(self) -> dict[str, set[str]]:
        """Systems that support each function and service."""
        found = defaultdict(set)
        for each in self.links("Serving", source=["System"], target=["BusinessFunction", *SERVICES]):
            found[self.target(each)].add(self.source(each))
        return dict(found)  # one that makes keys when it is read would make what others look for

    @cached_property
    def categories_of(self) -> dict[str, set[str]]:
        found = defaultdict(set)
        for each in self.of("ClassifiedAs"):
            found[self.source(each)].add(self.target(each))
        return dict(found)

    @cached_property
    def dependents(self) -> "networkx.DiGraph[Any]":
        """An edge leads from each thing to what depends on it."""
        graph: networkx.DiGraph[Any] = networkx.DiGraph()
        for each in self.of("Composition", "Aggregation", "Assignment", "Realization", "Serving", "Access",
                            "Association", "Triggering", "Flow"):  # fmt: skip
            end = standard().dependent(self.type(each), self.concepts[each].fields.get("attributes", {}))
            if end in ("target", "both"):
                graph.add_edge(self.source(each), self.target(each))
            if end in ("source", "both"):
                graph.add_edge(self.target(each), self.source(each))
        return graph

    def effects(self, initiative: str, effect: str) -> set[str]:
        return {
            self.target(each)
            for each in self.links("Association", source=["Initiative"])
            if self.source(each) == initiative and self.said(each, "effect") == effect
        }


@dataclass(frozen=True)
class Trouble:
    """A line of the README: `about` is what stands before the colon, if anything."""

    kind: str
    is_all: bool
    about: str | None
    uids: frozenset[str]


def troubles() -> list[Trouble]:
    text = (files("ea_repo.sample") / "README.md").read_text("utf-8")
    found = []
    for kind, sentence, where in re.findall(r"^\| ([a-z-]+) \| (.+?) \| (\S+:\S+.*?) \|$", text, re.MULTILINE):
        about, colon, rest = where.rpartition(": ")
        uids = frozenset(rest.split())
        found.append(Trouble(kind, sentence.startswith("all "), about if colon else None, uids))
    return found
