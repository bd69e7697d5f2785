"""Which functions of government each system serves, directly or through the services that it offers."""

from collections.abc import Iterable

from ea_repo.analysis.impact import impact
from ea_repo.store.query import Query
from ea_repo.store.state import State

#: What counts as a function: the first of these that the repository has any of.
_FUNCTIONS = ("BusinessFunction", "BusinessProcess")
_FARTHEST = 3


def served_functions(state: State, systems: Iterable[str]) -> dict[str, list[str]]:
    """For each system the uids of the functions that depend on it by the fewest steps, at most three; often none.

    One walk a system.
    """
    types = next(((name,) for name in _FUNCTIONS if state.count(Query(types=(name,)))), ())
    if not types:
        return {uid: [] for uid in systems}
    found: dict[str, list[str]] = {}
    for uid in systems:
        reached = impact(state, uid, depth=_FARTHEST, type=types)
        nearest = reached.distances[0] if len(reached) else 0
        found[uid] = [each.uid for each in reached[: int((reached.distances == nearest).sum())]]
    return found
