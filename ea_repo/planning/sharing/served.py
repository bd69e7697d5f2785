"""How many citizens use the services that systems support."""

from collections import defaultdict
from collections.abc import Iterable

from ea_repo.planning.sharing.rule import rule
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_SERVING, _SERVICE = "Serving", "service"


def citizens_served(state: State, systems: Iterable[str]) -> dict[str, dict[str, int]]:
    """For each system the services that it directly serves and citizens or businesses use, with their users a year.

    A query a system, and one for all services.
    """
    joins = [
        each for system in sorted(systems) for each in state.relationships(system, direction="out", types=(_SERVING,))
    ]
    services = state.get_many(sorted({each.target for each in joins if each.target is not None}))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for each in joins:
        service = services.get(each.target or "")
        if service is not None and _is_for_citizens(state, service):
            found[each.source or ""][service.uid] = int(service.attributes.get("users_per_year") or 0)
    return dict(found)


def _is_for_citizens(state: State, service: Concept) -> bool:
    groups = service.attributes.get("target_group")
    is_for = not groups or not rule().target_groups.isdisjoint(groups)
    return state.metamodel.has_trait(service.type, _SERVICE) and is_for
