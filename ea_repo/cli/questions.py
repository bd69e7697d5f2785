"""Questions and reports of the catalogue as commands: `ea-repo impact UID`, `ea-repo report NAME`. Their meaning is theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Step
from ea_repo.catalogue import entry
from ea_repo.cli.entries import Extra, entry_command
from ea_repo.cli.options import AsCsv, AsJson, AsOf, DraftId, On, settings, state
from ea_repo.cli.output import Output, csv_text, fields_of, json_text, note, text_of, write_file
from ea_repo.errors import UnknownFormat
from ea_repo.told import row_in
from ea_repo.wording import heading

if TYPE_CHECKING:
    from ea_repo.catalogue import Entry
    from ea_repo.store.state import State

_FORMATS = (".xlsx", ".csv", ".json")
#: More rows than this nobody reads on a screen.
_MOST_SHOWN = 200
Limit = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="N", help=f"At most so many rows; left out, {_MOST_SHOWN} in a table and all otherwise."
    ),
]
GraphMl = Annotated[
    Path | None,
    typer.Option("--graphml", metavar="FILE", help="Write what was found as a graph to FILE, - for the terminal."),
]
OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write all rows to FILE; .xlsx, .csv or .json says the format."
    ),
]
InLanguage = Annotated[
    Literal["en", "id", "ko"] | None,
    typer.Option("--language", help="Language of what is told; else that of the settings."),
]
_EXTRAS: tuple[Extra, ...] = (
    ("limit", Limit, None),
    ("output_file", OutputFile, None),
    ("language", InLanguage, None),
    ("on", On, None),
    ("as_of", AsOf, None),
    ("draft", DraftId, None),
    ("as_json", AsJson, False),
    ("as_csv", AsCsv, False),
    ("graphml", GraphMl, None),
)


def question_command(name: str, kind: Literal["question", "report"] = "question") -> Any:
    """The command that asks a question, or for a report, and prints its rows."""
    found = entry(kind, name)
    own = {parameter.name for parameter in found.parameters}

    def ask(
        ctx: typer.Context, arguments: Mapping[str, Any], on: date | None, as_of: int | None, draft: int | None,
        as_json: bool, as_csv: bool, graphml: Path | None, output_file: Path | None, limit: int | None = None,
        language: str | None = None,
    ) -> None:  # fmt: skip
        output = Output(as_json, as_csv)
        for_people = not (as_json or as_csv)
        language = language or settings().language
        if "language" in own:
            source = ctx.get_parameter_source("language")
            if source is not None and source.name == "DEFAULT":
                arguments = {**arguments, "language": language}
            language = str(arguments["language"])
        with state(ctx, on, as_of, draft) as asked:
            answer: Answer[Any] = found.subject(asked, **arguments)
            if graphml is not None:
                write_file(graphml, answer.to_graphml().encode())
                return
            if output_file is not None:
                write_file(output_file, _file(output_file, found, asked, answer, arguments, language))
                return
            shown = answer[: limit or (_MOST_SHOWN if for_people else None)]
            rows = [fields_of(row if for_people else row_in(row, language)) for row in shown]
            columns = _columns(rows, for_people)
            output.rows(
                _in_words(asked, _readable(asked, rows), language) if for_people else rows,
                columns,
                language=language,
                total=len(answer),
                changeset=asked.number,
            )
        if for_people and len(rows) < len(answer):
            note(f"{len(rows)} of {len(answer)} shown; --limit {len(answer)} shows more")

    return entry_command(found, [extra for extra in _EXTRAS if extra[0] not in own], ask)


def _file(
    path: Path, asked: "Entry", state: "State", answer: Sequence[Any], arguments: Mapping[str, Any], language: str
) -> bytes:
    """All rows in the format that the name of the file says."""
    rows = list(answer)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        from ea_repo.exchange import row_workbook

        return row_workbook.write(rows, asked, state, arguments, language)
    rows = [row_in(row, language) for row in rows]
    if suffix == ".csv":
        names = [each.name for each in fields(rows[0])] if rows else []
        return csv_text(map(fields_of, rows), names).encode()
    if suffix == ".json":
        return json_text({"items": rows, "total": len(rows), "changeset": state.number}).encode()
    raise UnknownFormat(
        f"{path.name} does not say the format; end it with {', '.join(_FORMATS)}", formats=list(_FORMATS)
    )


def _columns(rows: Sequence[Mapping[str, Any]], for_people: bool) -> list[str]:
    """All columns; for people without those in which no row says anything."""
    names = list(rows[0]) if rows else []
    return [name for name in names if not for_people or any(row[name] not in (None, "", ()) for row in rows)]


def _in_words(asked: "State", rows: Sequence[Mapping[str, Any]], language: str) -> Sequence[Mapping[str, Any]]:
    """The rows in the language, yes and no as well."""
    if language == "en":
        return rows
    from ea_repo.exchange.row_words import RowWords

    words = RowWords(asked.metamodel, language)
    says = {True: heading("yes", language), False: heading("no", language)}
    return [
        {name: says[value] if isinstance(value, bool) else words.cell(name, value) for name, value in row.items()}
        for row in rows
    ]


def _readable(asked: "State", rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their chains told by names; several chains in one cell, one after the other."""
    steps = [step for row in rows for value in row.values() for chain in _chains(value) for step in chain]
    concepts = asked.get_many({uid for step in steps for uid in (step.from_uid, step.to_uid)})
    names = {uid: text_of(concept.name) or uid for uid, concept in concepts.items()}
    return [
        {
            name: "; ".join(_chain_text(chain, names) for chain in chains) if (chains := _chains(value)) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def _chains(value: Any) -> Sequence[Sequence[Step]]:
    """The chains that a value is: one, several or none."""
    if _is_chain(value):
        return (value,)
    return value if isinstance(value, tuple) and any(map(_is_chain, value)) else ()


def _is_chain(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Step)


def _chain_text(chain: Sequence[Step], names: Mapping[str, str]) -> str:
    """Payroll -Serving- Tax Office -Composition- Ministry: from the asked concept outwards."""
    if not chain:
        return "itself"
    told = [names.get(chain[0].from_uid, chain[0].from_uid)]
    for step in chain:
        told.append(f"-{step.type}- {names.get(step.to_uid, step.to_uid)}")
    return " ".join(told)
