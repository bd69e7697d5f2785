"""Each agency with all that it is below, by uid."""

from collections.abc import Iterable

from ea_repo.analysis.agency_tree import parents
from ea_repo.store.labels import uids
from ea_repo.store.state import State


def with_those_above(state: State, owners: Iterable[str]) -> dict[str, list[str]]:
    """For each owner the agencies from itself up to the top. O(agencies); a circle ends where it closes."""
    by_id = parents(state)
    names = uids(state, {*by_id, *by_id.values()})
    above = {names[part]: names[whole] for part, whole in by_id.items()}
    return {owner: _line(owner, above) for owner in owners}


def _line(uid: str, above: dict[str, str]) -> list[str]:
    line = [uid]
    while (whole := above.get(line[-1])) is not None and whole not in line:
        line.append(whole)
    return line
