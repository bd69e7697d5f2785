"""Catalogue entries as commands: one mechanism for questions and viewpoints, so a new entry needs nothing here.

A parameter without a default is an argument, every other one an option of its name.
"""

import inspect
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer

from ea_repo.cli.options import day, new_app
from ea_repo.cli.words import command_of

if TYPE_CHECKING:
    from ea_repo.catalogue import Entry, Parameter

#: A further parameter of the command: its name, annotation and default.
Extra = tuple[str, Any, Any]
Body = Callable[..., None]


def entry_command(
    entry: "Entry", extras: Sequence[Extra], body: Body, *, options: Sequence["Parameter"] | None = None
) -> Any:
    """A command for an entry.

    `body(ctx, arguments, **extras)` gets the entry's own arguments by name; with `options`, which every entry of its
    kind has, they come after the arguments.
    """

    def call(ctx: typer.Context, **given: Any) -> None:
        own = {each.name: _value(each, given.pop(each.name)) for each in entry.parameters}
        if options is None:
            body(ctx, own, **given)
        else:
            body(ctx, own, {each.name: _value(each, given.pop(each.name)) for each in options}, **given)

    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters = [context, *map(_parameter, entry.parameters), *map(_parameter, options or ())]
    parameters += [_made(*extra) for extra in extras]
    _sign(call, parameters)
    app = new_app()
    app.command(name=entry.name, help=inspect.getdoc(entry.subject) or entry.summary)(call)
    return command_of(app)


def _parameter(parameter: "Parameter") -> inspect.Parameter:
    annotation, is_list = _plain(parameter.annotation)
    settings: dict[str, Any] = {"help": parameter.help or None}
    if annotation is date:
        settings |= {"parser": day, "metavar": "DATE"}
    elif annotation in (int, float):
        settings |= {"min": parameter.minimum, "max": parameter.maximum, "metavar": "N"}
    elif annotation is str:
        settings |= {"metavar": parameter.name.upper()}
    declared = list[annotation] if is_list else annotation  # type: ignore[valid-type]
    if parameter.required:
        return _made(parameter.name, Annotated[declared, typer.Argument(**settings)])
    is_flag = annotation is bool and parameter.default is False
    names = [f"--{parameter.name.replace('_', '-')}"] if is_flag else []
    default = None if is_list or parameter.default is None else parameter.default
    return _made(parameter.name, Annotated[declared | None, typer.Option(*names, **settings)], default)


def _plain(annotation: Any) -> tuple[Any, bool]:
    """The type of one value, and whether several may be given."""
    if get_origin(annotation) in (tuple, list):
        return get_args(annotation)[0], True
    return annotation, False


def _value(parameter: "Parameter", given: Any) -> Any:
    if get_origin(parameter.annotation) is tuple:
        return tuple(given) if given else () if parameter.required else tuple(parameter.default)
    return parameter.default if given is None and not parameter.required else given


def _made(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _sign(function: Any, parameters: Sequence[inspect.Parameter]) -> None:
    """Gives a function the signature that Typer reads."""
    function.__signature__ = inspect.Signature(parameters)
    function.__annotations__ = {each.name: each.annotation for each in parameters}
