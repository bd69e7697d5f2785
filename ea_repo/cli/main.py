"""The `ea-repo` command: finds the command asked for, runs it, and turns every error into one line and an exit code."""

import importlib
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from ea_repo.cli import listing, telling
from ea_repo.cli.lazy import LazyCommands
from ea_repo.cli.options import new_app
from ea_repo.errors import RepositoryError

NAME = "ea-repo"


def load(name: str) -> Any:
    """The command of that name, imported now."""
    module = listing.command_modules().get(name)
    if module is None:
        return importlib.import_module("ea_repo.cli.questions").question_command(name)
    command = get_command(importlib.import_module(module).app)
    command.name = name
    return command


class Root(TyperGroup):
    """Lists its commands from their sources, so that help imports none of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = LazyCommands(listing.summaries, load)

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for _, names in listing.sections() for name in names]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        known = listing.summaries()
        for title, names in listing.sections():
            if names:
                with formatter.section(title):
                    formatter.write_dl([(name, known[name]) for name in names])


app = new_app(cls=Root)


@app.callback()
def root(
    ctx: typer.Context,
    database: Annotated[
        str | None,
        typer.Option("--database", "-d", metavar="URL", help="Database to use instead of EA_REPO_DATABASE_URL."),
    ] = None,
) -> None:
    """The enterprise architecture of a government: what there is, what depends on what, and what will change."""
    ctx.obj = {"database": database}


def main(arguments: Sequence[str]) -> int:
    """Runs one command line and gives its exit code."""
    try:
        found = get_command(app).main(args=list(arguments) or ["--help"], prog_name=NAME, standalone_mode=False)
    except RepositoryError as error:
        return telling.tell(error, arguments)
    except TyperException as error:
        return telling.tell_usage(error, arguments)
    except (KeyboardInterrupt, typer.Abort):
        telling.complain("interrupted")
        return telling.INTERRUPTED
    except BrokenPipeError:
        return telling.leave_pipe()
    except Exception as error:  # noqa: BLE001 - the outermost door
        return telling.tell(telling.unexpected(error), arguments)
    return found if isinstance(found, int) else 0


def run() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # A pipe gets UTF-8 whatever the locale; what a terminal cannot show is escaped.
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    code = main(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        telling.leave_pipe()
    sys.exit(code)


if __name__ == "__main__":
    run()
