"""Where capacity is short, and where it lies idle."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes
from ea_repo.analysis.graph import Graph
from ea_repo.catalogue import report
from ea_repo.planning.calendar_dates import after_months
from ea_repo.planning.resources.register import day, day_of, names, on_a_day, resources, rules
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.labels import uids
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.told import Told, term, told

Verdict = Literal["over", "under", "fitting", "standby"]
_RULES = rules("capacity")
_PERCENTS = (0.0, 100.0)
_ORDER: tuple[Verdict, ...] = ("over", "under", "standby", "fitting")


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much of a resource is used, in percent. `because` names the cut-offs that decided.

    over: a cut-off is reached; under: processor and memory, as far as measured, lie below theirs; standby: so too, but
    it is meant to. `stale` says that the measurement is old, or of no known day.
    """

    uid: str
    name: str
    type: str
    owner: str | None
    agency: str
    verdict: Verdict
    cpu: float | None
    memory: float | None
    storage: float | None
    network: float | None
    racks: float | None
    because: tuple[str, ...]
    measured_on: date | None
    stale: bool
    units: int


@report(example={"type": ["Server"], "verdict": "over"})
def capacity(
    state: State,
    *,
    verdict: Annotated[Verdict | None, "Only resources of this verdict."] = None,
    cpu_over: Annotated[float, "Processor in percent from which it is over-used.", _PERCENTS] = _RULES["cpu_over"],
    memory_over: Annotated[float, "Memory in percent from which it is over-used.", _PERCENTS] = _RULES["memory_over"],
    storage_over: Annotated[float, "Storage in percent from which it is over-used.", _PERCENTS] = _RULES[
        "storage_over"
    ],
    network_over: Annotated[float, "Network in percent from which it is over-used.", _PERCENTS] = _RULES[
        "network_over"
    ],
    racks_over: Annotated[float, "Racks in percent from which it is over-used.", _PERCENTS] = _RULES["racks_over"],
    cpu_under: Annotated[float, "Processor in percent below which it is under-used.", _PERCENTS] = _RULES["cpu_under"],
    memory_under: Annotated[float, "Memory in percent below which it is under-used.", _PERCENTS] = _RULES[
        "memory_under"
    ],
    stale_months: Annotated[int, "A measurement older than so many months is stale.", range(1, 241)] = _RULES[
        "stale_months"
    ],
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Capacity]:
    """Which resources are over-used and which under-used, by cut-offs of processor, memory, storage, network and racks.

    Only resources that tell some use. What serves in a standby or test environment only is meant to idle
    (`resources.toml`). The over-used first, those with most cut-offs reached before. O(resources).
    """
    state = on_a_day(state)
    over = {
        "cpu": cpu_over, "memory": memory_over, "storage": storage_over, "network": network_over, "racks": racks_over,
    }  # fmt: skip
    under = {"cpu": cpu_under, "memory": memory_under}
    found = [(each, used) for each in resources(state, type, model, owner) if (used := _used(each))]
    known = names(state, (each.owner for each, _ in found))
    idle, oldest = _idle(state), after_months(day_of(state), -stale_months)
    rows = []
    for each, used in found:
        said, because = judged(used, over, under)
        measured = day(each, "measured_on")
        rows.append(
            Capacity(
                each.uid, each.name, each.type, each.owner, known.get(each.owner, ""),
                "standby" if said == "under" and each.uid in idle else said,
                used.get("cpu"), used.get("memory"), used.get("storage"), used.get("network"), used.get("racks"),
                because, measured, measured is None or measured < oldest, each.attributes.get("quantity", 1),
            )
        )  # fmt: skip
    kept = [each for each in rows if verdict is None or each.verdict == verdict]
    return Answer.of(state, sorted(kept, key=lambda row: (_ORDER.index(row.verdict), -len(row.because), row.uid)))


def judged(
    used: Mapping[str, float], over: Mapping[str, float], under: Mapping[str, float]
) -> tuple[Literal["over", "under", "fitting"], tuple[str, ...]]:
    """The verdict on what is used, by cut-offs of the same names, and what it was because of."""
    if short := [_compared(name, used[name], ">=", cut) for name, cut in over.items() if used.get(name, -1.0) >= cut]:
        return "over", tuple(short)
    measured = [name for name in under if name in used]
    if measured and all(used[name] < under[name] for name in measured):
        return "under", tuple(_compared(name, used[name], "<", under[name]) for name in measured)
    return "fitting", ()


def _compared(name: str, value: float, sign: str, cut: float) -> Told:
    return told("ea_repo.planning", "compared", what=term(name), value=f"{value:g}", sign=sign, cut=f"{cut:g}")


def _used(resource: Concept) -> dict[str, float]:
    said: Mapping[str, Any] = resource.attributes
    found = {name: float(said[f"{name}_percent"]) for name in ("cpu", "memory", "storage", "network")
             if f"{name}_percent" in said}  # fmt: skip
    if said.get("racks") and "racks_used" in said:
        found["racks"] = round(100 * said["racks_used"] / said["racks"], 1)
    return found


def _idle(state: State) -> set[str]:
    """What serves, and in nothing but environments that are meant to idle."""
    graph: Graph = state.graph
    said = attribute_values(state, ("environment",), ("Serving",))["environment"]
    serves = state.metamodel.descendants("Serving")
    positions = np.flatnonzero([name in serves for name in graph.type_names])
    of_serving = np.flatnonzero(np.isin(graph.relationship_types, positions))
    environments: dict[int, set[str]] = {}
    for at in of_serving.tolist():
        environment = said.get(int(graph.relationship_ids[at]), "production")
        environments.setdefault(int(graph.ids[graph.sources[at]]), set()).add(environment)
    idle = [id_ for id_, found in environments.items() if found <= set(_RULES["idle_environments"])]
    return set(uids(state, idle).values())
