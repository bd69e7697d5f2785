"""What the repository shows: the facts of `facts.toml` counted for every agency at once, on the day of the state."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ea_repo.analysis.agency_tree import parents
from ea_repo.analysis.coverage import support_pairs
from ea_repo.analysis.graph import Graph
from ea_repo.clock import now
from ea_repo.planning.index.framework import LANGUAGES, said_in
from ea_repo.planning.index.proposal_rules import Fact, facts
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.query import Query
from ea_repo.store.sorted_ids import Integers, Mask, among, places
from ea_repo.store.state import State

_TECHNOLOGY = ("technology", "physical")


@dataclass(frozen=True, slots=True)
class Seen:
    """The concepts that a fact is asked about, by id with owner and type, and which of them count. `group` says, for each, what
    it is counted as where groups count: a position among `groups`, -1 for none. `receivers` are further agencies for which each
    counts, -1 for none."""

    ids: Integers
    owners: Integers
    counts: Mask
    receivers: Integers | None = None
    groups: tuple[Mapping[str, str], ...] = ()
    group: Integers | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Of `whole` concepts or groups so many are `found`; `lacking` are the groups that are not there."""

    found: int
    whole: int
    lacking: tuple[Mapping[str, str], ...] = ()


@dataclass
class Evidence:
    """Facts about the agencies of a state in a round. Each is looked up once, when it is first asked for.

    A fact costs one query, and O(relationships) where it asks what is related.
    """

    state: State
    year: int
    _seen: dict[str, Seen] = field(default_factory=dict)
    _counted: dict[str, Mapping[int, Count]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        on = self.state.on or now().date()
        self.today = self.state if self.state.on == on else self.state.at(on=on)
        self.ever = self.state if self.state.on is None else self.state.at(on=None)
        self.above = parents(self.today)

    def count(self, fact: str, agency: int) -> Count:
        """What a fact counts of an agency, by its id, and those below it."""
        if fact not in self._counted:
            self._counted[fact] = self._by_agency(self.seen(fact))
        none = Count(0, len(self.seen(fact).groups), self.seen(fact).groups)
        return self._counted[fact].get(agency, none)

    def concepts(self, fact: str, agency: int) -> Iterator[tuple[int, bool, Mapping[str, str] | None]]:
        """The list behind: the id of each concept of an agency that the fact is asked about, whether it counts, and as which group."""
        seen = self.seen(fact)
        for at, (id_, owner, receiver) in enumerate(zip(seen.ids, seen.owners, _receivers(seen), strict=True)):
            if agency in self._lines(int(owner), int(receiver)):
                group = -1 if seen.group is None else int(seen.group[at])
                yield int(id_), bool(seen.counts[at]), seen.groups[group] if group >= 0 else None

    def line(self, owner: int) -> Sequence[int]:
        """An owner and all above it; a circle ends where it closes."""
        line = [owner]
        while (whole := self.above.get(line[-1])) is not None and whole not in line:
            line.append(whole)
        return line

    def _lines(self, owner: int, receiver: int) -> Iterable[int]:
        """Both with all above them, each once."""
        return self.line(owner) if receiver < 0 else dict.fromkeys([*self.line(owner), *self.line(receiver)])

    def seen(self, code: str) -> Seen:
        if code not in self._seen:
            self._seen[code] = self._look(facts()[code])
        return self._seen[code]

    def _by_agency(self, seen: Seen) -> Mapping[int, Count]:
        pairs = np.stack((seen.owners, _receivers(seen)))
        found, whole = self._summed(pairs[:, seen.counts]), self._summed(pairs)
        if seen.group is None:
            return {agency: Count(found[agency], whole[agency]) for agency in whole}
        there: defaultdict[int, set[int]] = defaultdict(set)
        for owner, group in {*zip(seen.owners[seen.counts].tolist(), seen.group[seen.counts].tolist(), strict=True)}:
            for agency in self.line(owner):
                there[agency].add(group)
        return {
            agency: Count(
                len(groups), len(seen.groups),
                tuple(name for at, name in enumerate(seen.groups) if at not in groups),
            )
            for agency, groups in there.items()
        }  # fmt: skip

    def _summed(self, pairs: Integers) -> Counter[int]:
        total: Counter[int] = Counter()
        different, counts = np.unique(pairs, axis=1, return_counts=True)
        for owner, receiver, count in zip(*different.tolist(), counts.tolist(), strict=True):
            for agency in self._lines(owner, receiver):
                total[agency] += count
        return total

    def _look(self, fact: Fact) -> Seen:
        state = self.ever if fact.planned else self.today
        asked = state.ids_with_owners(Query(types=fact.types, filter=self._on_time(fact.among)))
        ids, owners = _integers(row[0] for row in asked), _integers(row[1] for row in asked)
        fits = np.ones(len(ids), bool)
        if fact.filter is not None:
            both = fact.filter if fact.among is None else f"({fact.among}) and ({fact.filter})"
            fits &= among(
                ids,
                _integers(row[0] for row in state.ids_with_owners(Query(types=fact.types, filter=self._on_time(both)))),
            )
        for related in self._related(state, fact, ids):
            fits &= related
        if fact.groups:
            kinds = [
                {name for type in group.types for name in state.metamodel.descendants(type)} for group in fact.groups
            ]
            group = [next((at for at, kind in enumerate(kinds) if row[2] in kind), -1) for row in asked]
            return Seen(
                ids,
                owners,
                fits & (_integers(group) >= 0),
                None,
                tuple(each.name for each in fact.groups),
                _integers(group),
            )
        if fact.groups_by is not None:
            return self._grouped(state, fact, fact.groups_by, ids, owners, fits)
        return Seen(ids, owners, fits, _received_by(state, ids) if fact.both_ends else None)

    def _on_time(self, filter_: str | None) -> str | None:
        """The filter with the first and last day of the two years that end with the round."""
        return None if filter_ is None else filter_.format(since=f"{self.year - 1}-01-01", until=f"{self.year}-12-31")

    def _related(self, state: State, fact: Fact, ids: Integers) -> Iterator[Mask]:
        graph: Graph = state.graph
        own = _rows(graph, ids)
        if fact.by:
            types = {name for each in fact.by for name in state.metamodel.descendants(each)}
            edges = np.array([name in types for name in graph.type_names], bool).take(graph.relationship_types)
            yield _chosen(graph, ids, _mask(graph, np.concatenate((graph.sources[edges], graph.targets[edges]))))
        if fact.joined is not None:
            other = self._counting(graph, fact.joined)
            ends = (graph.sources[other.take(graph.targets)], graph.targets[other.take(graph.sources)])
            yield _chosen(graph, ids, _mask(graph, np.concatenate(ends)))
        if fact.supported_by is not None:
            pairs = support_pairs(state, self._counting(graph, fact.supported_by), own)
            yield _chosen(graph, ids, _mask(graph, pairs.functions))
        if fact.stands_on is not None:
            yield _chosen(graph, ids, _standing_on(state, self._counting(graph, fact.stands_on)))

    def _counting(self, graph: Graph, code: str) -> Mask:
        """The rows of what another fact counts, whoever owns it."""
        seen = self.seen(code)
        return _rows(graph, seen.ids[seen.counts])

    def _grouped(self, state: State, fact: Fact, attribute: str, ids: Integers, owners: Integers, fits: Mask) -> Seen:
        declared = next(
            found
            for type in fact.types
            if (found := state.metamodel.attributes(type).get(attribute)) is not None and found.values
        )
        known = {choice.name: at for at, choice in enumerate(declared.values)}
        said = attribute_values(state, (attribute,), fact.types)[attribute]
        group = _integers(known.get(str(said.get(id_)), -1) for id_ in ids.tolist())
        names = tuple({each: choice.label.get(each) for each in LANGUAGES} for choice in declared.values)
        return Seen(ids, owners, fits & (group >= 0), None, names, group)


def _receivers(seen: Seen) -> Integers:
    return np.full(len(seen.ids), -1, np.int64) if seen.receivers is None else seen.receivers


def _received_by(state: State, ids: Integers) -> Integers:
    """Who owns the target of each relationship, -1 where nobody does."""
    graph: Graph = state.graph
    order = np.argsort(graph.relationship_ids, kind="stable")
    at, there = places(graph.relationship_ids[order], ids)
    found = np.full(len(ids), -1, np.int64)
    owners = graph.owners[graph.targets[order[at[there]]]]
    found[there] = np.where(owners > 0, owners, -1)
    return found


def called(fact: str, language: str) -> str:
    """What a fact is called."""
    return said_in(facts()[fact].name, language)


def _standing_on(state: State, wanted: Mask) -> Mask:
    """Everything that depends on one of these rows, directly or through technology."""
    graph: Graph = state.graph
    passes = graph.of_types(each.name for each in state.metamodel.elements() if each.layer in _TECHNOLOGY)
    reached = np.zeros(len(graph), bool)
    edge = np.flatnonzero(wanted).astype(np.int32)
    while len(edge):
        found = np.unique(graph.dependents.expand(edge))
        found = found[~reached[found]]
        reached[found] = True
        edge = found[passes[found]].astype(np.int32)
    return reached


def _rows(graph: Graph, ids: Integers) -> Mask:
    at, there = places(graph.ids, ids)
    mask = np.zeros(len(graph), bool)
    mask[at[there]] = True
    return mask


def _chosen(graph: Graph, ids: Integers, mask: Mask) -> Mask:
    """For each id whether its row is in the mask."""
    at, there = places(graph.ids, ids)
    if not len(mask):
        return np.zeros(len(ids), bool)
    chosen: Mask = there & mask[np.where(there, at, 0)]
    return chosen


def _mask(graph: Graph, rows: Any) -> Mask:
    mask = np.zeros(len(graph), bool)
    mask[rows] = True
    return mask


def _integers(values: Iterable[int]) -> Integers:
    return np.array(list(values), np.int64)
