"""Which functions of government each system serves, directly or through the services that it offers."""

from collections.abc import Iterable

from diagrams.subjects import FUNCTIONS, first_of
from ea_repo.analysis.coverage import support
from ea_repo.store.query import Query
from ea_repo.store.state import State


def served_functions(state: State, systems: Iterable[str]) -> dict[str, list[str]]:
    """For each system the uids of the functions that it supports by the fewest steps, at most three; often none.

    What counts as a function is the first type for functions that the repository has any of. One search for all systems.
    """
    found: dict[str, list[str]] = {uid: [] for uid in systems}
    types = first_of(state, FUNCTIONS)
    functions = [each.uid for each in state.iterate(Query(types=types))] if types else []
    for each in support(state, found, functions):
        found[each.system].append(each.function)
    return found
