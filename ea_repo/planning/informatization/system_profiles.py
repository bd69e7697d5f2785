"""What is known of every system for comparing it with others: functions, data, services, users, technology and words.

What is compared, and how much it counts, stands in `similarity.toml`.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log10
from typing import Any

import numpy as np

from ea_repo.analysis.chains import labels_of
from ea_repo.analysis.coverage import FUNCTIONS, SYSTEMS, support_pairs
from ea_repo.analysis.graph import Graph
from ea_repo.analysis.joins import joined
from ea_repo.planning.informatization.category_tree import classified
from ea_repo.planning.informatization.function_coverage import of_first
from ea_repo.planning.informatization.similarity import Numbers, Profiles
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.labels import ids_of
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.search import tokens
from ea_repo.store.sorted_ids import Mask, places
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True, eq=False)
class SystemProfiles:
    """Every system, by row of the graph; `words` are the tokens below zero, the others are rows of the graph."""

    systems: tuple[Concept, ...]
    rows: Numbers
    profiles: Profiles
    words: tuple[str, ...]

    def reasons(
        self, state: State, one: int, other: int, *, most: int = 3
    ) -> dict[str, tuple[float | None, list[str]]]:
        """For each feature how alike two systems are in it, and what they have in common, in words."""
        found = self.profiles.by_feature(one, other)
        rows = {token for _, both in found.values() for token in both[:most] if token >= 0}
        known = labels_of(state, rows)
        return {
            name: (share, [known[token].name if token >= 0 else self.words[-token - 1] for token in both[:most]])
            for name, (share, both) in found.items()
        }


@cache
def settings() -> Mapping[str, Any]:
    """What `similarity.toml` says."""
    return tomllib.loads(files(__package__).joinpath("similarity.toml").read_text("utf-8"))


def system_profiles(state: State, weights: Mapping[str, float]) -> SystemProfiles:
    """The profiles of all systems of the state. O(systems + relationships)."""
    graph: Graph = state.graph
    is_system = of_first(state, SYSTEMS)
    rows = np.flatnonzero(is_system).astype(np.int64)
    concepts = _concepts(state, {graph.type_names[at] for at in np.unique(graph.types[rows]).tolist()}, rows)
    place = np.full(len(graph), -1, np.int64)
    place[rows] = np.arange(len(rows))
    words: dict[str, int] = {}
    services = graph.of_types(state.metamodel.descendants("BusinessService"))
    supporting = support_pairs(state, is_system, of_first(state, FUNCTIONS))
    pairs = (supporting.systems.astype(np.int64), supporting.functions.astype(np.int64))
    offered = joined(state, ("Serving", "Realization"), sources=is_system, targets=services).ends
    having = {
        "function": _together(pairs, _categories(state, *pairs), classified(state, is_system)[::-1]),
        "data": _with_categories(state, joined(state, ("Access",), sources=is_system).ends),
        "service": offered,
        "text": _worded(concepts, rows, words, words_of),
        "technology": _together(
            joined(state, ("Serving", "Assignment", "Realization"), sources=_software(state), targets=is_system).ends[
                ::-1
            ],
            _worded(concepts, rows, words, lambda each: _said(each, settings()["attributes"]["technology"])),
        ),
        "users": _together(
            joined(state, ("Serving",), sources=is_system, targets=_actors(state)).ends,
            _worded(concepts, rows, words, _users),
            _target_groups(state, offered, words),
        ),
    }
    made = {name: (place[each[0]], each[1]) for name, each in having.items()}
    return SystemProfiles(tuple(concepts), rows, Profiles.of(len(rows), made, weights), tuple(words))


def _concepts(state: State, types: Iterable[str], rows: Numbers) -> list[Concept]:
    """The systems in the order of their rows."""
    graph: Graph = state.graph
    found = list(state.iterate(Query(types=tuple(sorted(types)), kind="element"))) if len(rows) else []
    ids = ids_of(state, (each.uid for each in found))
    at, there = places(graph.ids[rows], np.array([ids[each.uid] for each in found], np.int64))
    by_place = {
        place: each for place, each, is_there in zip(at.tolist(), found, there.tolist(), strict=True) if is_there
    }
    return [by_place[place] for place in range(len(rows))]


def _together(*parts: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
    return np.concatenate([each[0] for each in parts]), np.concatenate([each[1] for each in parts])


def _categories(state: State, systems: Numbers, things: Numbers) -> tuple[Numbers, Numbers]:
    """(system, category) where the system has a thing that is classified so: other agencies have things of their own."""
    mask = np.zeros(len(state.graph), bool)
    mask[things] = True
    category, thing = classified(state, mask)
    order = np.argsort(thing, kind="stable")
    category, thing = category[order], thing[order]
    first, last = (np.searchsorted(thing, things, side) for side in ("left", "right"))
    counts = last - first
    ends = np.cumsum(counts)
    at = np.repeat(first - (ends - counts), counts) + np.arange(counts.sum())
    return np.repeat(systems, counts), category[at]


def _with_categories(state: State, pairs: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
    return _together(pairs, _categories(state, *pairs))


def _software(state: State) -> Mask:
    graph: Graph = state.graph
    return graph.of_types(state.metamodel.descendants("SystemSoftware"))


def _actors(state: State) -> Mask:
    graph: Graph = state.graph
    return graph.of_types(
        each for name in ("BusinessActor", "BusinessRole") for each in state.metamodel.descendants(name)
    )


def _worded(concepts: Sequence[Concept], rows: Numbers, words: dict[str, int], told: Any) -> tuple[Numbers, Numbers]:
    """(system, word) as tokens below zero; new words are added to those known."""
    found = [
        (row, -1 - words.setdefault(word, len(words)))
        for row, each in zip(rows.tolist(), concepts, strict=True)
        for word in told(each)
    ]
    pairs = np.array(found, np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def words_of(concept: Concept) -> Iterator[str]:
    """The words that tell things apart: of name and description in all languages, as `similarity.toml` says."""
    rules = settings()["text"]
    passed_over, shortest = set(rules["passed_over"]), rules["shortest_word"]
    translated = (text for said in concept.translations.values() for text in said.values())
    for word in tokens(" ".join([concept.name, concept.description or "", *translated])):
        is_long = len(word) >= shortest or not word.isascii()
        if is_long and not word.isdigit() and word not in passed_over:
            yield word


def _said(concept: Concept, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        value = concept.attributes.get(name)
        for each in value if isinstance(value, list | tuple) else [] if value is None else [value]:
            yield f"{name}: {str(each).lower()}"


def _users(concept: Concept) -> Iterator[str]:
    yield from _said(concept, settings()["attributes"]["users"])
    number = concept.attributes.get("users")
    if isinstance(number, int) and number > 0:
        yield f"users: about {10 ** round(log10(number)):,}"


def _target_groups(state: State, offered: tuple[Numbers, Numbers], words: dict[str, int]) -> tuple[Numbers, Numbers]:
    """(system, for whom the services are that it supports)."""
    graph: Graph = state.graph
    names = settings()["service_attributes"]["users"]
    known = attribute_values(state, names, ("BusinessService",)) if len(offered[0]) else {}
    found = []
    for system, id_ in zip(offered[0].tolist(), graph.ids[offered[1]].tolist(), strict=True):
        for name in names:
            value = known[name].get(id_)
            for each in value if isinstance(value, list) else [] if value is None else [value]:
                found.append((system, -1 - words.setdefault(f"{name}: {each}", len(words))))
    pairs = np.array(found, np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
