"""The plain table (.csv): one row a concept with the columns of its type, for programs and for quick edits.

The header has the stable keys of the columns: `uid`, `type`, `version`, then those of the type. Values are the stable ones
too: names of choices, true and false, ISO dates, uids. A row that says its version is compared with that version when it is
imported again, so that newer work of others is merged or told; without one, with what there is now. RFC 4180, UTF-8.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from ea_repo.catalogue import file_format
from ea_repo.errors import MalformedRequest, Problem
from ea_repo.exchange.export import Export
from ea_repo.exchange.format import Source
from ea_repo.exchange.losses import left_out
from ea_repo.exchange.plan import Plan, Terms
from ea_repo.exchange.tabular.cells import Place, plain, text_of
from ea_repo.exchange.tabular.columns import Column, columns_of, type_column, version_column
from ea_repo.exchange.tabular.csv_text import decoded, delimiter_of, rows_of
from ea_repo.exchange.tabular.edits import plan_edits
from ea_repo.exchange.tabular.table import Row, Table
from ea_repo.exchange.tabular.values import STABLE
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_HEADER = re.compile(rb'(\xef\xbb\xbf)?"?uid"?[,;\t|]"?type"?[,;\t|\r\n]')
_TRANSLATION = re.compile(r"(?:name|description)\.([A-Za-z0-9-]{1,35})")
#: What a spreadsheet takes for a formula at the beginning of a cell.
_LIKE_A_FORMULA = ("=", "+", "-", "@")
_MARK = "\ufeff"


@file_format(name="csv")
class PlainTable:
    """One table (.csv) with a row a concept, of one type or of several; edited and imported again."""

    media_type = "text/csv"
    suffix = ".csv"
    options: Mapping[str, str] = {
        "type": "Only this type, such as System, not those that refine it.",
        "bom": "yes: begin with a byte order mark, so that Excel reads it as UTF-8.",
    }

    def recognises(self, source: Source) -> bool:
        return source.entries is None and _HEADER.match(source.data) is not None

    def plan(self, state: State, source: Source, terms: Terms) -> Plan:
        """The edits as operations."""
        base = terms.checked(state).base
        table = _table(state.metamodel, source)
        table.base = None if base is None else state.at(on=None, as_of=base)
        return plan_edits(state, table, terms)

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        """The table of what is selected, row by row."""
        only = export.options.get("type")
        if only is not None:
            export.state.metamodel.type(only)
        columns = _columns(export, only)
        text = io.TextIOWrapper(file, "utf-8", newline="", write_through=False)
        if export.options.get("bom") == "yes":
            text.write(_MARK)
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([column.key for column in columns])
        shows = [(column.field, column.key, column.shown_in(STABLE)) for column in columns]
        like_formulas = 0
        for concept in _concepts(export, only):
            known = _keys(export.state.metamodel, concept.type)
            cells = [
                text_of(show(concept, _no_name)) if _applies(field, key, known) else "" for field, key, show in shows
            ]
            like_formulas += sum(cell.startswith(_LIKE_A_FORMULA) for cell in cells)
            writer.writerow(cells)
        text.flush()
        text.detach()
        left = [*left_out(export, "the table")]
        if not like_formulas:
            return left
        message = f"{like_formulas} cells begin like formulas; a spreadsheet would run them: import the columns as text, or export xlsx"
        return [Finding("like-a-formula", "warning", message), *left]


def _no_name(uid: str) -> str | None:
    return None


def _applies(field: tuple[str, ...], key: str, known: frozenset[str]) -> bool:
    return field[0] != "attributes" or key in known


def _keys(metamodel: Metamodel, type_name: str) -> frozenset[str]:
    found = set()
    for name in metamodel.attributes(type_name):
        found |= {name, f"{name}.currency"}
    return frozenset(found)


def _concepts(export: Export, only: str | None) -> Iterator[Concept]:
    for concepts in (export.elements(), export.relationships()):
        yield from (each for each in concepts if only is None or each.type == only)


def _columns(export: Export, only: str | None) -> list[Column]:
    """The columns of every type that occurs, each once, in the order of the types."""
    metamodel = export.state.metamodel
    types: dict[str, set[str]] = {} if only is None else {only: set()}
    for concept in _concepts(export, only):
        types.setdefault(concept.type, set()).update(concept.translations)
    languages = tuple(sorted(set().union(*types.values())))
    found: dict[str, Column] = {}
    for name in sorted(types, key=list(metamodel.types).index):
        for column in columns_of(metamodel, name, languages):
            found.setdefault(column.key, column)
    uid, *rest = found.values() if found else columns_of(metamodel, next(iter(metamodel.types)))
    return [uid, type_column(), version_column(), *rest]


def _table(metamodel: Metamodel, source: Source) -> Table:
    text, _ = decoded(source.data, source.name)
    rows = rows_of(text, source.name, delimiter_of(text[: text.find("\n") + 1] or text))
    _, header = next(rows)
    keys = [key.strip() for key in header]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise MalformedRequest(f'{source.name}, line 1: the column "{twice}" is there twice')
    languages = tuple(dict.fromkeys(match[1] for key in keys if (match := _TRANSLATION.fullmatch(key))))
    columns: dict[str, list[Column]] = {}
    table = Table("csv", "en", [], columns)
    known = {"uid", "type", "version"}
    anywhere = {column.key for name in metamodel.types for column in columns_of(metamodel, name)}
    found = []
    where = {key: key for key in keys}
    for line, row in rows:
        said = {key: plain(cell) for key, cell in zip(keys, row, strict=False)}
        place = Place(None, line, where)
        type_name = text_of(said.get("type")).strip()
        if type_name not in metamodel.types:
            detail = f'Line {line}, column type: there is no type "{type_name[:60]}"'
            table.problems.append(Problem(f"line {line}/type", f"{detail}.", "unknown-type"))
            continue
        if type_name not in columns:
            columns[type_name] = columns_of(metamodel, type_name, languages)
            known |= {column.key for column in columns[type_name]}
        applying = {column.key for column in columns[type_name]}
        _refuse_foreign(table, {key: cell for key, cell in said.items() if key in anywhere}, applying, type_name, place)
        version = _version(table, said, place)
        cells = {key: cell for key, cell in said.items() if key in applying}
        found.append(Row(type_name, cells, place, version))
    table.findings += [
        Finding("unknown-column", "warning", f'the column "{key[:80]}" is of none of the types; it is passed over')
        for key in keys if key not in known and found
    ]  # fmt: skip
    table.rows = found
    return table


def _refuse_foreign(table: Table, said: Mapping[str, object], applying: set[str], type_name: str, place: Place) -> None:
    """A value in a column that other types have would be lost without a word."""
    for key, cell in said.items():
        if cell is not None and key not in applying and key not in ("type", "version"):
            detail = f"{place.words(key)}: {type_name} has no {key}; empty the cell."
            table.problems.append(Problem(place.pointer(key), detail, "unknown-attribute"))


def _version(table: Table, said: Mapping[str, object], place: Place) -> int | None:
    text = str(said.get("version") or "").strip()
    if not text:
        return None
    if text.isdecimal() and len(text) < 10:
        return int(text)
    detail = f'{place.words("version")}: "{text[:60]}" is not a version; leave it as it was exported, or empty.'
    table.problems.append(Problem(place.pointer("version"), detail))
    return None
