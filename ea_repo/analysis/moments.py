"""The other moment that a state is compared with."""

from datetime import date

from ea_repo.store.state import State


def other_moment(state: State, on: date | None, as_of: int | None) -> State:
    """The state on a date, after a changeset, or both; with neither, without its draft or before its last changeset.

    It is read through the given state, and of use as long as that is.
    """
    known = state if state.draft is None else state.draft.base
    if on is None and as_of is None and state.draft is None:
        as_of = max(state.number - 1, 0)
    return known.at(on=state.on if on is None else on, as_of=as_of)
