"""Plants duplicates in a made-up nation: systems of another agency that do the same with other words and other technology.

Of an original's functions, data and services the copy has seven in ten, the others are strangers'; half of what is said of
its technology is different, it has other users, a name in another language with half of the words, and no description.
"""

import numpy as np
from numpy.typing import NDArray

from benchmarks.nation_facts import ACTIVITIES, SUBJECTS
from ea_repo.analysis.chains import labels_of
from ea_repo.analysis.graph import Graph
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Operation
from ea_repo.store.records import Concept

_KEPT = 0.7
_PLATFORMS = ("national_data_centre", "own_data_centre", "government_cloud", "commercial_cloud")


def plant(repository: Repository, count: int, seed: int = 1, model: str = "nation") -> dict[str, str]:
    """Adds so many duplicates in one changeset; gives the uid of each one's original."""
    chance = np.random.default_rng([seed, 7])
    operations: list[Operation] = []
    planted: dict[str, str] = {}
    with repository.state() as state:
        graph: Graph = state.graph
        systems = np.flatnonzero(graph.of_types(("System",)))
        chosen = systems[np.linspace(0, len(systems) - 1, count).astype(int)]
        related = _related(graph, chosen)
        known = labels_of(state, {*chosen.tolist(), *(row for _, _, _, row in related)})
        counts = {name: int(graph.of_types((name,)).sum()) for name in ("Agency", *_SORTS)}
        concepts = state.get_many(known[row].uid for row in chosen.tolist())
        for number, row in enumerate(chosen.tolist()):
            original, copy = concepts[known[row].uid], f"{model}:planted-{number}"
            planted[copy] = original.uid
            operations.append(_copy(chance, original, copy, f"{model}:agency-{int(chance.integers(counts['Agency']))}"))
            for of, kind, sort, target in related:
                if of == row:
                    stranger = f"{model}:{_SORTS[sort]}-{int(chance.integers(counts[sort]))}"
                    uid = known[target].uid if chance.random() < _KEPT else stranger
                    identifier = f"{copy}.{kind}.{uid.partition(':')[2]}"
                    operations.append(Create(identifier, kind, {"source": copy, "target": uid}))
    once = {each.uid: each for each in operations if isinstance(each, Create)}
    repository.changeset("benchmark", "Plant duplicates", list(once.values())).apply()
    return planted


_SORTS = {"BusinessProcess": "process", "PublicService": "service", "DataSet": "data"}


def _copy(chance: np.random.Generator, original: Concept, copy: str, owner: str) -> Create:
    attributes = {name: value for name, value in original.attributes.items() if name == "yearly_cost"}
    attributes |= {"hosting": str(chance.choice(_PLATFORMS)), "public_facing": bool(chance.integers(2))}
    subject = next((each for each in SUBJECTS if f" {each} " in f" {original.name} "), SUBJECTS[0])
    name = f"Aplikasi {chance.choice(ACTIVITIES)} {subject}"
    return Create(copy, "System", {"name": name, "owner": owner, "attributes": attributes})


def _related(graph: Graph, systems: NDArray[np.intp]) -> list[tuple[int, str, str, int]]:
    """(system, relationship, type of its end, its end): processes by way of what it realizes, services, data."""
    kinds = np.array(graph.type_names)[graph.relationship_types]
    types = np.array(graph.type_names)[graph.types]

    def out(rows: NDArray[np.intp], kind: str, target: str) -> list[tuple[int, int]]:
        found = np.flatnonzero(np.isin(graph.sources, rows) & (kinds == kind) & (types[graph.targets] == target))
        return list(zip(graph.sources[found].tolist(), graph.targets[found].tolist(), strict=True))

    offered = out(systems, "Realization", "ApplicationService")
    serving = out(np.array([row for _, row in offered], np.intp), "Serving", "BusinessProcess")
    found = {(system, "Serving", "BusinessProcess", process)
             for system, one in offered for other, process in serving if one == other}  # fmt: skip
    found |= {(one, "Serving", "PublicService", other) for one, other in out(systems, "Serving", "PublicService")}
    found |= {(one, "Access", "DataSet", other) for one, other in out(systems, "Access", "DataSet")}
    return sorted(found)
