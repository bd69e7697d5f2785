"""Quality: what is wrong or missing in the register, seen over the whole of it. What counts is in `quality.toml`."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Hop, Hops, Step, labels_of, steps_of
from ea_repo.analysis.criticality import demanded
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.catalogue import question
from ea_repo.clock import now
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.labels import referring
from ea_repo.store.last_days import last_days, written_before
from ea_repo.store.sorted_ids import places
from ea_repo.store.state import State
from ea_repo.told import Told, told

_SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """One thing about one concept. `chain` leads from what makes it a finding, where another concept does."""

    code: str
    severity: str
    uid: str
    name: str
    type: str
    model: str
    owner: str | None
    message: str
    chain: tuple[Step, ...]


class Found(NamedTuple):
    """A finding about a row: what its message has to say, and the way that shows it; the dependant at its begin may be named."""

    row: int
    facts: Mapping[str, Any] = {}
    way: tuple[Hop, ...] = ()


Check = Callable[[State, Mapping[str, Any], int | None], Iterator[Found]]


@question(example={"type": ["System"]})
def quality(
    state: State,
    *,
    stale_days: Annotated[
        int | None, "Also what was last written longer ago than so many days.", range(1, 36_501)
    ] = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[QualityFinding]:
    """What is wrong or missing in the register: orphans, dead ends, missing owners, ends before those who depend on it.

    Also support that has ended on the state's date or today, what the register calls less critical than those who depend
    on it, relationships that the standard does not allow (told of their source) and, if asked, what nobody wrote for
    long. The gravest first, then by code, then as first written. The whole register is judged, so there is neither
    direction nor depth. O(nodes + edges) for each check.
    """
    rules = tomllib.loads(files(__package__).joinpath("quality.toml").read_text("utf-8"))
    mask = chosen(state, type, model, owner)
    rows: list[tuple[str, Found]] = []
    for code in sorted(rules, key=lambda name: (_SEVERITIES.index(rules[name]["severity"]), name)):
        found = _CHECKS[code](state, rules[code], stale_days)
        rows += [(code, each) for each in found if mask is None or mask[each.row]]

    def tell(positions: Sequence[int]) -> list[QualityFinding]:
        some = [rows[each] for each in positions]
        begins = {each.way[0].before for _, each in some if each.way}
        known = labels_of(state, {*(each.row for _, each in some), *begins})
        steps = steps_of(state, (hop for _, each in some for hop in each.way))
        answer = []
        for code, each in some:
            label, rule = known[each.row], rules[code]
            facts = dict(each.facts)
            if each.way:
                facts["dependant"] = known[each.way[0].before].name
            answer.append(
                QualityFinding(
                    code, rule["severity"], label.uid, label.name, label.type, label.model, label.owner,
                    told(__package__, f"quality_{code.replace('-', '_')}", **facts), tuple(steps[hop] for hop in each.way),
                )
            )  # fmt: skip
        return answer

    return Answer(state, len(rows), tell)


def _orphans(state: State, rule: Mapping[str, Any], stale_days: int | None) -> Iterator[Found]:
    graph: Graph = state.graph
    joined = np.zeros(len(graph), bool)
    joined[graph.sources] = joined[graph.targets] = True
    joined[np.isin(graph.ids, graph.relationship_ids)] = True
    for others in (graph.owners, referring(state)):  # who owns something, or is named in an attribute, is joined to it
        joined[np.isin(graph.ids, others)] = True
    joined |= _of(state, {"types": rule["apart_from"]})
    yield from map(Found, np.flatnonzero(~joined).tolist())


def _unused(state: State, rule: Mapping[str, Any], stale_days: int | None) -> Iterator[Found]:
    graph: Graph = state.graph
    yield from map(Found, np.flatnonzero(_of(state, rule) & (np.diff(graph.dependents.starts) == 0)).tolist())


def _unsupported(state: State, rule: Mapping[str, Any], stale_days: int | None) -> Iterator[Found]:
    graph: Graph = state.graph
    yield from map(Found, np.flatnonzero(_of(state, rule) & (np.diff(graph.dependencies.starts) == 0)).tolist())


def _unowned(state: State, rule: Mapping[str, Any], stale_days: int | None) -> Iterator[Found]:
    yield from map(Found, np.flatnonzero(_of(state, rule) & (state.graph.owners == 0)).tolist())


def _ends_before(state: State, rule: Mapping[str, Any], stale_days: int | None) -> Iterator[Found]:
    """Told once for each that ends, of the dependant that goes on longest."""
    graph: Graph = state.graph
    said = last_days(state)
    ends = np.full(len(graph), np.iinfo(np.int32).max, np.int32)
    at, there = places(graph.ids, said.ids)
    ends[at[there]] = said.days[there]
    side = graph.dependencies
    sources = side.rows
    wrong = np.flatnonzero(ends.take(side.neighbours) < ends.take(sources))
    order = np.lexsort((side.relationships.take(wrong), -ends.take(sources.take(wrong)), side.neighbours.take(wrong)))
    wrong = wrong.take(order)
    for edge in wrong[np.flatnonzero(np.diff(side.neighbours.take(wrong), prepend=-1))].tolist():
        row, by = int(side.neighbours[edge]), int(side.relationships[edge])
        yield Found(row, {"end": said.date_of(int(ends[row]))}, (Hop(int(sources[edge]), row, by),))


def _support_ended(state: State, rule: Mapping[str, Any], stale_days: int | None) -> Iterator[Found]:
    graph: Graph = state.graph
    name, today = rule["attribute"], (state.on or now().date()).isoformat()
    known = state.metamodel
    types = [each.name for each in known.elements() if name in known.attributes(each.name)]
    for id_, end in sorted(attribute_values(state, (name,), types)[name].items()):
        row = graph.row(id_)
        if row is not None and end < today:
            yield Found(row, {"end": end})


def _undervalued(state: State, rule: Mapping[str, Any], stale_days: int | None) -> Iterator[Found]:
    graph: Graph = state.graph
    found = demanded(state)
    if found is None:
        return
    said = [Told(each.name, each.label.get) for each in found.choices]
    ways = [Hops(graph.dependents, each) for each in found.walks]
    for row in np.flatnonzero(found.undervalued & (found.recorded < len(found.values))).tolist():
        rank = int(found.propagated[row])
        facts = {"recorded": said[found.recorded[row]], "demanded": said[rank]}
        yield Found(row, facts, tuple(ways[rank].to(row)))


def _illegal(state: State, rule: Mapping[str, Any], stale_days: int | None) -> Iterator[Found]:
    graph: Graph = state.graph
    size = max(len(graph.type_names), 1)
    sources, targets = (graph.types.take(ends).astype(np.int64) for ends in (graph.sources, graph.targets))
    keys = (sources * size + graph.relationship_types) * size + targets
    for key in np.unique(keys).tolist():
        source, type_name, target = (
            graph.type_names[each] for each in (key // size**2, key // size % size, key % size)
        )
        if not state.metamodel.permitted(source, type_name, target):
            facts = {"source": source, "type": type_name, "target": target}
            for position in np.flatnonzero(keys == key).tolist():
                yield Found(int(graph.sources[position]), facts)


def _stale(state: State, rule: Mapping[str, Any], stale_days: int | None) -> Iterator[Found]:
    if stale_days is None:
        return
    graph: Graph = state.graph
    for id_, number in written_before(state, now() - timedelta(days=stale_days)):
        row = graph.row(id_)
        if row is not None:
            yield Found(row, {"number": number})


def _of(state: State, rule: Mapping[str, Any]) -> NDArray[np.bool_]:
    graph: Graph = state.graph
    return graph.of_types(each for name in rule["types"] for each in state.metamodel.descendants(name))


#: A check for each entry of the file.
_CHECKS: Mapping[str, Check] = {
    "orphan": _orphans,
    "unused": _unused,
    "unsupported-service": _unsupported,
    "no-owner": _unowned,
    "ends-before-dependant": _ends_before,
    "support-ended": _support_ended,
    "undervalued": _undervalued,
    "illegal-relationship": _illegal,
    "stale": _stale,
}
