"""The questions of the catalogue as commands: `ea-repo impact UID`. What they mean is `ea_repo/analysis`."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import typer

from ea_repo.catalogue import entry
from ea_repo.cli.entries import Extra, entry_command
from ea_repo.cli.options import AsCsv, AsJson, AsOf, On, state
from ea_repo.cli.output import Output, fields_of

_EXTRAS: tuple[Extra, ...] = (("on", On, None), ("as_of", AsOf, None), ("as_json", AsJson, False), ("as_csv", AsCsv, False))


def question_command(name: str) -> Any:
    """The command that asks a question and prints its rows."""
    found = entry("question", name)

    def ask(
        ctx: typer.Context, arguments: Mapping[str, Any], on: date | None, as_of: int | None, as_json: bool, as_csv: bool
    ) -> None:
        output = Output(as_json, as_csv)
        with state(ctx, on, as_of) as asked:
            rows = list(_rows(found.subject(asked, **arguments)))
        columns = [each.name for each in fields(rows[0])] if rows else []
        output.rows(map(fields_of, rows), columns)

    return entry_command(found, _EXTRAS, ask)


def _rows(answer: Any) -> Iterable[Any]:
    """The rows of an answer; a single one is a list of one, none an empty list."""
    if answer is None:
        return []
    return [answer] if is_dataclass(answer) else answer
