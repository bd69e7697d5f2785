"""The words of a command line as the values that a command declares: numbers within bounds, choices, paths, days.

Typer leaves that to pydantic, which takes as long to load as a fifth of a short command, and says what is wrong in terms of
programs. So the parameters of our commands are given a reading of ours. What it does not know is left to Typer, and so is
everything if a Typer to come asks for its reading in another way.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from typer.main import get_command

from ea_repo.cli.lazy import LazyCommands
from ea_repo.cli.options import CONTEXT

Reading = Callable[[Any], Any]


def command_of(app: typer.Typer) -> Any:
    """The command that an application declares, its parameters read here."""
    command = get_command(app)
    _read_here(command)
    return command


@dataclass(frozen=True, slots=True)
class _Words:
    """What Typer asks of a parameter that is read here: `coerce`."""

    reading: Reading
    is_list: bool

    def coerce(self, value: Any, param: Any, ctx: typer.Context) -> Any:
        """The value that was meant. `BadParameter` says what would be right."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        try:
            return list(map(self.reading, value)) if self.is_list else self.reading(value)
        except ValueError as error:
            raise typer.BadParameter(str(error), ctx=ctx, param=param) from error


def _read_here(command: Any) -> None:
    # All of its parameters, that of its help too, which is asked for in a context.
    for parameter in command.get_params(typer.Context(command, **CONTEXT)):
        words = _words(parameter.type_descriptor)
        if words is not None:
            parameter.get_runtime_param = _always(words)
    below = getattr(command, "commands", {})
    if not isinstance(below, LazyCommands):  # those are made by `command_of` when they are called
        for each in below.values():
            _read_here(each)


def _always(words: _Words) -> Callable[[], _Words]:
    return lambda: words


def _words(declared: Any) -> _Words | None:
    is_list = get_origin(declared.annotation) is list
    annotation = get_args(declared.annotation)[0] if is_list else declared.annotation
    reading = _reading(annotation, declared.parameter_info)
    return None if reading is None else _Words(reading, is_list)


def _reading(annotation: Any, declared: Any) -> Reading | None:
    """How one word is read; None for what is left to Typer."""
    if declared.parser is not None:
        parser: Reading = declared.parser
        return parser
    if annotation in (int, float):
        return _number(annotation, declared.min, declared.max)
    if get_origin(annotation) is Literal:
        return _choice(get_args(annotation))
    return _PLAIN.get(annotation)


def _number(kind: type[int] | type[float], least: float | None, most: float | None) -> Reading:
    def number(word: Any) -> int | float:
        try:
            found = kind(word)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise ValueError(f'"{word}" is not a {"whole " if kind is int else ""}number')
        if (least is not None and found < least) or (most is not None and found > most):
            raise ValueError(f"{word} is not {_between(least, most)}")
        return found

    return number


def _between(least: float | None, most: float | None) -> str:
    if most is None:
        return f"{least:,} or more"
    return f"{most:,} or less" if least is None else f"from {least:,} to {most:,}"


def _choice(allowed: tuple[Any, ...]) -> Reading:
    by_word = {str(each): each for each in allowed}

    def choice(word: Any) -> Any:
        if str(word) not in by_word:
            raise ValueError(f'"{word}" is not one of {", ".join(by_word)}')
        return by_word[str(word)]

    return choice


def _yes_or_no(said: Any) -> bool:
    if not isinstance(said, bool):
        raise ValueError(f'"{said}" is neither yes nor no')
    return said


_PLAIN: Mapping[Any, Reading] = {str: str, Path: Path, bool: _yes_or_no}
