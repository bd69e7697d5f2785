"""What replaces what an initiative retires: something of the same type that it, or another initiative, introduces."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ea_repo.analysis.coverage import FUNCTIONS, SYSTEMS, support_pairs
from ea_repo.analysis.joins import mask_of, rows_of, uids_of
from ea_repo.planning.roadmap.plan import Initiative, Plan
from ea_repo.store.state import State

#: (initiative, what it retires) -> what replaces it, and which initiative introduces that
Replacements = Mapping[tuple[str, str], Sequence[tuple[str, Initiative]]]


def replacements(state: State, whole: Plan, live: Sequence[Initiative]) -> Replacements:
    """For each thing that an initiative retires what may replace it, of these initiatives.

    What the initiative itself introduces of the same type; where that is nothing, what others introduce of the same type that
    close a gap in common with it, or that supports a function which no system supports that stays. O(initiatives squared at
    worst, and the relationships of systems to functions).
    """
    introduced: defaultdict[str, list[tuple[str, Initiative]]] = defaultdict(list)
    for each in live:
        for uid in each.introduces:
            introduced[whole.named[uid].type].append((uid, each))
    retired = {uid for each in live for uid in each.retires}
    new = {uid for some in introduced.values() for uid, _ in some}
    functions = _left_functions(state, retired | new)
    found = {}
    for each in live:
        for uid in each.retires:
            those = introduced[whole.named[uid].type]
            own = [(thing, by) for thing, by in those if by.uid == each.uid]
            found[each.uid, uid] = own or [
                (thing, by)
                for thing, by in those
                if thing != uid
                and (not set(by.gaps).isdisjoint(each.gaps) or not functions[uid].isdisjoint(functions[thing]))
            ]
    return found


def _left_functions(state: State, changing: set[str]) -> Mapping[str, set[str]]:
    """For each of what is retired or new the functions that it supports, without those that a system supports which stays."""
    graph = state.graph
    systems = graph.of_types(each for name in SYSTEMS for each in _descendants(state, name))
    functions = graph.of_types(each for name in FUNCTIONS for each in _descendants(state, name))
    pairs = support_pairs(state, systems, functions)
    goes_on = ~mask_of(state, rows_of(state, changing))
    stays = goes_on[pairs.systems]
    is_kept = mask_of(state, pairs.functions[stays].tolist())
    supported: defaultdict[str, set[str]] = defaultdict(set)
    some = ~stays & ~is_kept[pairs.functions]
    for system, function in zip(*uids_of(state, pairs.systems[some], pairs.functions[some]), strict=True):
        supported[system].add(function)
    return supported


def _descendants(state: State, name: str) -> Sequence[str]:
    return tuple(state.metamodel.descendants(name)) if name in state.metamodel.types else ()
