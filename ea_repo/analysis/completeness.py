"""Completeness: how much of what the register should say it says, by agency, with what is missing of each concept."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.agency_tree import Level, rolled_up
from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import labels_of
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.analysis.graph import Graph
from ea_repo.catalogue import question
from ea_repo.store.attribute_values import attribute_values, described
from ea_repo.store.labels import labels
from ea_repo.store.sorted_ids import Mask, places
from ea_repo.store.state import State

By = Literal["agency", "concept"]
Counts = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of `expected` facts about `concepts` concepts so many are `recorded`: `score` percent of them.

    A row is an agency with all it owns (no uid: what nobody owns), or one concept. `missing` are the facts that are not
    recorded, those that most lack first.
    """

    uid: str | None
    name: str
    type: str | None
    model: str | None
    owner: str | None
    concepts: int
    expected: int
    recorded: int
    score: float
    missing: tuple[str, ...]


class _Fact(NamedTuple):
    name: str
    expected: Mask
    recorded: Mask


@question(example={"by": "agency", "level": 2})
def completeness(
    state: State,
    *,
    by: Annotated[By, "A score for each agency, or the list behind it: each concept that lacks something."] = "agency",
    level: Level = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Completeness]:
    """How complete the register is: of the facts it should hold about each concept, how many it holds, by agency.

    What a type should tell stands in `completeness.toml`; only concepts of those types count. The lowest score first,
    then as first written. The conditions choose what is judged. Nothing is searched, so there is neither direction nor
    depth, and what explains a score is the list behind it. O(nodes) for each fact.
    """
    rules = tomllib.loads(files(__package__).joinpath("completeness.toml").read_text("utf-8"))["expected"]
    return judged(state, rules, by, level, chosen(state, type, model, owner))


def judged(
    state: State, rules: Sequence[Mapping[str, Any]], by: By, level: int | None, mask: Mask | None
) -> Answer[Completeness]:
    """How complete a state is by any rules in the form of `completeness.toml`: `types`, and the `facts` they should tell."""
    graph: Graph = state.graph
    facts = list(_facts(state, rules))
    if mask is not None:
        facts = [each._replace(expected=each.expected & mask) for each in facts]
    if by == "agency":
        return Answer.of(state, _by_agency(state, facts, level))
    expected = _summed(graph, [each.expected for each in facts])
    recorded = _summed(graph, [each.expected & each.recorded for each in facts])
    rows = np.flatnonzero(recorded < expected)
    rows = rows.take(np.lexsort((rows, recorded.take(rows) / expected.take(rows))))

    def told(positions: Sequence[int]) -> list[Completeness]:
        wanted = [int(rows[each]) for each in positions]
        known = labels_of(state, wanted)
        found = []
        for row in wanted:
            label, missing = (
                known[row],
                tuple(each.name for each in facts if each.expected[row] and not each.recorded[row]),
            )
            found.append(
                Completeness(
                    label.uid, label.name, label.type, label.model, label.owner,
                    1, int(expected[row]), int(recorded[row]), _score(recorded[row], expected[row]), missing,
                )
            )  # fmt: skip
        return found

    return Answer(state, len(rows), told)


def _by_agency(state: State, facts: Sequence[_Fact], level: int | None) -> list[Completeness]:
    graph: Graph = state.graph
    ids, of_row = np.unique(rolled_up(state, level), return_inverse=True)

    def counted(which: Mask) -> Counts:
        return np.bincount(of_row[which], minlength=len(ids))

    expected = {each.name: counted(each.expected) for each in facts}
    lacking = {each.name: counted(each.expected & ~each.recorded) for each in facts}
    concepts = counted(_summed(graph, [each.expected for each in facts]) > 0)
    known = labels(state, [id_ for id_ in ids.tolist() if id_])
    rows = []
    for at in np.flatnonzero(concepts).tolist():
        wanted, missing = (sum(int(counts[at]) for counts in each.values()) for each in (expected, lacking))
        names = sorted((name for name in lacking if lacking[name][at]), key=lambda name: -lacking[name][at])
        agency = known.get(int(ids[at]))
        rows.append(
            Completeness(
                uid=None if agency is None else agency.uid,
                name="" if agency is None else agency.name,
                type=None if agency is None else agency.type,
                model=None if agency is None else agency.model,
                owner=None if agency is None else agency.owner,
                concepts=int(concepts[at]),
                expected=wanted,
                recorded=wanted - missing,
                score=_score(wanted - missing, wanted),
                missing=tuple(names),
            )
        )
    return sorted(rows, key=lambda row: row.score)


def _facts(state: State, rules: Sequence[Mapping[str, Any]]) -> Iterator[_Fact]:
    """Each fact with the rows of which it is expected, and those of which it is recorded."""
    graph: Graph = state.graph
    types_of: dict[str, set[str]] = {}
    for rule in rules:
        for name in rule["facts"]:
            types_of.setdefault(name, set()).update(
                each for wanted in rule["types"] for each in state.metamodel.descendants(wanted)
            )
    known: Mapping[str, Mask] = {
        "owner": graph.owners > 0,
        "dependencies": np.diff(graph.dependencies.starts) > 0,
        "dependents": np.diff(graph.dependents.starts) > 0,
    }
    attributes = [name for name in types_of if name not in known and name != "description"]
    said = attribute_values(state, attributes, sorted(set().union(*(types_of[name] for name in attributes))))
    for name, types in types_of.items():
        if name in known:
            recorded = known[name]
        else:
            recorded = _rows_of(graph, described(state, types) if name == "description" else said[name])
        yield _Fact(name, graph.of_types(types), recorded)


def _rows_of(graph: Graph, ids: Any) -> Mask:
    at, there = places(graph.ids, np.array(sorted(ids), np.int64))
    found = np.zeros(len(graph), bool)
    found[at[there]] = True
    return found


def _summed(graph: Graph, masks: Sequence[Mask]) -> Counts:
    total = np.zeros(len(graph), np.intp)
    for mask in masks:
        total += mask
    return total


def _score(recorded: int, expected: int) -> float:
    return round(100 * int(recorded) / int(expected), 1)
