"""How many citizens use the services that systems support."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from ea_repo.analysis.joins import joined, mask_of, rows_of, uids_of
from ea_repo.planning.sharing.rule import rule
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.state import State

_SERVING, _SERVICE = "Serving", "service"
_FACTS = ("users_per_year", "target_group")


def citizens_served(state: State, systems: Iterable[str]) -> dict[str, dict[str, int]]:
    """For each system the services that it directly serves and citizens or businesses use, with their users a year.

    O(relationships), and two queries.
    """
    known = state.metamodel
    services = state.graph.of_types(each.name for each in known.elements() if known.has_trait(each.name, _SERVICE))
    joins = joined(state, (_SERVING,), sources=mask_of(state, rows_of(state, systems)), targets=services)
    types = {state.graph.type_names[at] for at in np.unique(state.graph.types[joins.targets]).tolist()}
    ids = state.graph.ids[joins.targets].tolist()
    said = attribute_values(state, _FACTS, types, ids=sorted(set(ids))) if ids else {}
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for system, service, id_ in zip(*uids_of(state, joins.sources, joins.targets), ids, strict=True):
        groups = said["target_group"].get(id_)
        if not groups or not rule().target_groups.isdisjoint(groups):
            found[system][service] = int(said["users_per_year"].get(id_) or 0)
    return dict(found)
