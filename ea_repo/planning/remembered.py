"""What is read of a state once, however many reports are asked of it: a state never changes."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Concatenate, ParamSpec, TypeVar

from ea_repo.store.state import State

Arguments = ParamSpec("Arguments")
Found = TypeVar("Found")


def remembered(
    read: Callable[Concatenate[State, Arguments], Found], /
) -> Callable[Concatenate[State, Arguments], Found]:
    """`read(state, ...)`, computed once for a state and its arguments, which must be hashable, and kept until it is closed.

    Whoever asks again gets the very same object, so nobody may change it.
    """

    asked = signature(read)

    @wraps(read)
    def once(state: State, /, *arguments: Arguments.args, **named: Arguments.kwargs) -> Found:
        bound = asked.bind(state, *arguments, **named)
        bound.apply_defaults()
        key = (read, *list(bound.arguments.values())[1:])
        if key not in state.kept:
            state.kept[key] = read(state, *arguments, **named)
        found: Found = state.kept[key]
        return found

    return once
