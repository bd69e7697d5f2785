"""Values on the command line: what is taken, and what is said of the others."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import typer
from typer.exceptions import TyperException

from ea_repo.cli.options import day, new_app
from ea_repo.cli.words import command_of


def read(function: Callable[..., Any], *words: str) -> Any:
    """What a command that only gives back its value makes of the words."""
    app = new_app()
    app.command()(function)
    return command_of(app).main(args=list(words), prog_name="x", standalone_mode=False)


def number(size: Annotated[int, typer.Option(min=1, max=1_000)] = 5) -> int:
    return size


def share(of: Annotated[float | None, typer.Option(min=0)] = None) -> float | None:
    return of


def choice(colour: Annotated[Literal["red", "blue"] | None, typer.Option()] = None) -> str | None:
    return colour


def texts(names: Annotated[list[str] | None, typer.Argument()] = None) -> list[str] | None:
    return names


def numbers(of: Annotated[list[int] | None, typer.Option(min=0)] = None) -> list[int] | None:
    return of


def when(on: Annotated[date | None, typer.Option(parser=day)] = None) -> date | None:
    return on


def where(to: Annotated[Path, typer.Argument()]) -> Path:
    return to


def whether(all_: Annotated[bool, typer.Option("--all")] = False) -> bool:
    return all_


@pytest.mark.parametrize(
    ("function", "words", "value"),
    [
        (number, [], 5),
        (number, ["--size", "1000"], 1_000),
        (share, [], None),
        (share, ["--of", "0.5"], 0.5),
        (choice, ["--colour", "blue"], "blue"),
        (texts, ["a", "보건"], ["a", "보건"]),
        (numbers, ["--of", "3", "--of", "0"], [3, 0]),
        (when, ["--on", "2028-01-31"], date(2028, 1, 31)),
        (where, ["a/b.svg"], Path("a/b.svg")),
        (whether, [], False),
        (whether, ["--all"], True),
    ],
)
def test_a_word_is_read_as_what_the_parameter_is(function: Callable[..., Any], words: list[str], value: Any) -> None:
    found = read(function, *words)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("function", "words", "said"),
    [
        (number, ["--size", "x"], '"x" is not a whole number'),
        (number, ["--size", "1.5"], '"1.5" is not a whole number'),
        (number, ["--size", "0"], "0 is not from 1 to 1,000"),
        (share, ["--of", "nan"], '"nan" is not a number'),
        (share, ["--of", "inf"], '"inf" is not a number'),
        (share, ["--of", "-1"], "-1 is not 0 or more"),
        (choice, ["--colour", "green"], '"green" is not one of red, blue'),
        (numbers, ["--of", "3", "--of", "y"], '"y" is not a whole number'),
        (when, ["--on", "31.1.2028"], '"31.1.2028" is not a date; write it as 2028-01-31'),
        (where, [], "Missing argument"),
    ],
)
def test_another_word_is_refused_with_what_would_be_right(
    function: Callable[..., Any], words: list[str], said: str
) -> None:
    with pytest.raises(TyperException) as told:
        read(function, *words)
    assert said in told.value.format_message()
