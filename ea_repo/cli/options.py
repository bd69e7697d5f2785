"""What the commands share: their options, and opening the repository with them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ea_repo.repository import Repository
    from ea_repo.settings import Settings
    from ea_repo.store.state import State

#: Plain help pages: Rich's would take as long to import as everything else together.
CONTEXT: dict[str, Any] = {"help_option_names": ["--help", "-h"], "max_content_width": 100}


def new_app(**options: Any) -> typer.Typer:
    """A Typer application with the ways of this command."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=CONTEXT,
        **options,
    )


def day(text: str) -> date:
    """A date as people write it for programs."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is not a date; write it as 2028-01-31') from None


On = Annotated[
    date | None,
    typer.Option("--on", metavar="DATE", parser=day, help="As it holds on this date, such as 2028-01-31."),
]
AsOf = Annotated[int | None, typer.Option("--as-of", metavar="N", help="As it was known after changeset N.")]
DraftId = Annotated[
    int | None, typer.Option("--draft", metavar="ID", help="As if draft ID (`changes list --drafts`) were applied.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV, for spreadsheets.")]
Author = Annotated[str | None, typer.Option("--author", metavar="NAME", help="Who the change is by, if not you.")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept with the change.")]
ModelKey = Annotated[str | None, typer.Option("--model", metavar="KEY", help="Only of this model.")]


def settings() -> "Settings":
    """The settings in force."""
    from ea_repo.settings import read_settings

    return read_settings()


def database_url(ctx: typer.Context) -> str:
    """The address of the repository that the command line or the settings name."""
    named = ctx.obj.get("database")
    return named or settings().database_url


@contextmanager
def repository(ctx: typer.Context) -> Iterator["Repository"]:
    """The repository that the command line or the settings name, opened."""
    from ea_repo.repository import open_repository

    with open_repository(database_url(ctx)) as opened:
        yield opened


@contextmanager
def state(
    ctx: typer.Context, on: date | None = None, as_of: int | None = None, draft: int | None = None
) -> Iterator["State"]:
    """A state of the repository, for the commands that only ask."""
    with repository(ctx) as opened, opened.state(on=on, as_of=as_of, draft=draft) as found:
        yield found


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on standard error, shown on a terminal only: `progress(done, total, doing)`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, markup=False, emoji=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total, doing: bar.update(task, completed=done, total=total, description=f"{doing} {what}")


def by_name(values: Sequence[str], what: str) -> dict[str, str]:
    """`name=value` arguments as a dictionary."""
    pairs = [value.partition("=") for value in values]
    wrong = [name for name, sign, _ in pairs if not sign or not name]
    if wrong:
        raise typer.BadParameter(f'"{wrong[0]}" is not {what}, such as criticality=vital')
    return {name: value for name, _, value in pairs}
