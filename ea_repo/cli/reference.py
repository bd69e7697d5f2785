"""The reference pages of the commands and the settings, made of their declarations.

`python -m ea_repo.cli.reference` writes them again.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field
from pathlib import Path
from typing import Any

from ea_repo import errors
from ea_repo.cli import listing
from ea_repo.cli.root import NAME, app
from ea_repo.cli.telling import INTERRUPTED, WRONG_USAGE
from ea_repo.cli.words import command_of
from ea_repo.environment import FILE_NAME, FILE_VARIABLE, PREFIX
from ea_repo.settings import FIELDS

COMMANDS_PAGE = Path("docs/reference/commands.md")
SETTINGS_PAGE = Path("docs/reference/settings.md")
_MADE_BY = "This page is made from the program; write it again with `make docs`."
#: What Typer puts behind the name of an argument.
_TYPE = re.compile(r" <(str|list\[str\]|int|path)>$")
_BEYOND_ERRORS = {
    0: "done",
    1: "done, and something is wrong: `doctor` or `db check` found a problem",
    WRONG_USAGE: "the command line is wrong",
    INTERRUPTED: "interrupted from the keyboard",
}


def commands_page() -> str:
    """Every command with its arguments and options, and the exit codes."""
    root = command_of(app)
    context = root.make_context(NAME, [], resilient_parsing=True)
    parts = [
        "# Commands",
        f"{_MADE_BY} `{NAME} COMMAND --help` says the same.",
        _options(root, context),
        _table(("command", "what it does"), _contents()),
    ]
    for _, names in listing.sections():
        for name in names:
            parts.extend(_command(context, root.commands[name], name, 2))
    return "\n\n".join([*parts, "## Exit codes", _table(("code", "meaning"), _exit_codes())]) + "\n"


def settings_page() -> str:
    """Every setting with its default."""
    rows = [
        (f"`{PREFIX}{name.upper()}`", f"`{name}`", _default(each), each.metadata["description"])
        for name, each in FIELDS.items()
    ]
    introduction = (
        f"{_MADE_BY}\n\nA variable of the environment wins over the file, which is `{FILE_NAME}` in the current "
        f"folder or the one that `{FILE_VARIABLE}` names. `{NAME} doctor` shows what is in force."
    )
    return (
        "\n\n".join(
            ["# Settings", introduction, _table(("variable", "key in the file", "default", "what it is"), rows)]
        )
        + "\n"
    )


def _contents() -> Iterator[Sequence[str]]:
    for _, names in listing.sections():
        for name in names:
            yield f"[`{NAME} {name}`](#{NAME}-{name})", listing.summaries()[name]


def _command(parent: Any, command: Any, name: str, level: int) -> Iterator[str]:
    """The section of a command, and those of its own commands."""
    context = command.make_context(name, [], parent=parent, resilient_parsing=True)
    yield f"{'#' * level} {context.command_path}"
    yield f"```text\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```"
    yield command.help or ""
    if rows := _options(command, context):
        yield rows
    for each, below in dict(getattr(command, "commands", {})).items():
        yield from _command(context, below, each, level + 1)


def _options(command: Any, context: Any) -> str:
    records = [record for each in command.get_params(context) if (record := each.get_help_record(context))]
    rows = [(f"`{_TYPE.sub('', name)}`", text) for name, text in records if "--help" not in name]
    return _table(("option", "meaning"), rows) if rows else ""


def _exit_codes() -> Iterator[Sequence[str]]:
    meanings: dict[int, list[str]] = {code: [text] for code, text in _BEYOND_ERRORS.items()}
    known: list[type[errors.RepositoryError]] = [errors.RepositoryError, *errors.RepositoryError.__subclasses__()]
    for error in known:
        if error.__module__ == errors.__name__:
            meanings.setdefault(error.exit_code, []).append(f"{error.title.lower()} (`{error.code}`)")
    for code, texts in sorted(meanings.items()):
        yield str(code), "; ".join(texts)


def _default(setting: "Field[Any]") -> str:
    return "" if setting.default in (None, (), MISSING) else f"`{setting.default}`"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [columns, ["---"] * len(columns), *([_cell(each) for each in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


PAGES: Mapping[Path, Any] = {COMMANDS_PAGE: commands_page, SETTINGS_PAGE: settings_page}


def main() -> None:
    """Writes the pages where the documents are."""
    for path, page in PAGES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(), encoding="utf-8")
        sys.stdout.write(f"wrote {path}\n")


if __name__ == "__main__":
    main()
