"""The `ea-repo` command: runs one command line, and turns every error into one line and an exit code.

Little is imported here: a picture that is kept is written before the rest of the program is loaded.
"""

import gc
import sys
from collections.abc import Sequence

#: Loading the program makes some hundred thousand objects and hardly a cycle among them: not a reason to look for any.
_NEW_OBJECTS_BEFORE_A_SEARCH = 100_000


def main(arguments: Sequence[str]) -> int:
    """Runs one command line and gives its exit code."""
    import typer
    from typer.exceptions import TyperException

    from ea_repo.cli import root, telling, words
    from ea_repo.errors import RepositoryError

    try:
        found = words.command_of(root.app).main(
            args=list(arguments) or ["--help"],
            prog_name=root.NAME,
            standalone_mode=False,
            obj={"arguments": list(arguments)},
        )
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
    arguments = sys.argv[1:]
    if "export" in arguments and _is_kept(arguments):
        sys.exit(0)
    gc.set_threshold(_NEW_OBJECTS_BEFORE_A_SEARCH)
    code = main(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        from ea_repo.cli import telling

        telling.leave_pipe()
    gc.freeze()  # or Python would look for cycles in all that was loaded once more, only to throw it away
    sys.exit(code)


def _is_kept(arguments: Sequence[str]) -> bool:
    """Whether the picture that is asked for was made before, and now is written."""
    from ea_repo.cli import kept_export

    export = kept_export.asked(arguments)
    return export is not None and export.write_again()


if __name__ == "__main__":
    run()
