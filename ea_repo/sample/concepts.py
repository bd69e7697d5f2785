"""Makes elements and relationships of the rows: every cell becomes a field, a typed attribute or relationships."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ea_repo.metamodel import Attribute, Metamodel
from ea_repo.sample.tables import Link, Row, Table, Tables
from ea_repo.store.operations import Create

LANGUAGES = ("id", "ko")
_TEXTS = ("name", "description")
_ENDS = ("source", "target")
_DATES = ("valid_from", "valid_until")


def concepts(tables: Tables, metamodel: Metamodel) -> Iterator[Create]:
    """The elements of all rows, each followed by the relationships that its row tells."""
    owners = {row.uid: row.cells.get(table.owner) for table, row in tables.rows()}
    for table, row in tables.rows():
        type_name = table.type or row.cells["type"]
        declared = metamodel.attributes(type_name)
        _check_columns(table, row, declared)
        fields = _fields(tables, table, row, owners)
        attributes = dict(_attributes(tables, table, row, declared))
        yield Create(row.uid, type_name, {**fields, "attributes": attributes} if attributes else fields)
        for link in table.links:
            yield from _relationships(tables, row, link, metamodel)


def _fields(tables: Tables, table: Table, row: Row, owners: Mapping[str, str | None]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: row.cells[name] for name in _TEXTS if name in row.cells}
    translations = {
        language: {name: row.cells[f"{name}_{language}"] for name in _TEXTS if f"{name}_{language}" in row.cells}
        for language in LANGUAGES
    }
    if any(translations.values()):
        fields["translations"] = {language: said for language, said in translations.items() if said}
    for end in _ENDS:
        if end in row.cells:
            fields[end] = tables.uid(row, end, row.cells[end])
    owner = owners[row.uid]
    if table.owner_of:
        owner = owners[tables.uid(row, table.owner_of, row.cells[table.owner_of])]
    if owner:
        fields["owner"] = tables.uid(row, table.owner, owner)
    fields["folder"] = f"{row.model}:folder-{table.folder or 'relations'}"
    return {**fields, **_validity(table, row)}


def _validity(table: Table, row: Row) -> dict[str, str]:
    found = {}
    for column, names in table.also.items():
        for name in names:
            if name in _DATES and column in row.cells:
                day = date.fromisoformat(row.cells[column])
                # The end of life is the first day without it, valid_until the last day with it.
                found[name] = (day - timedelta(days=1) if name == "valid_until" else day).isoformat()
    return found


def _attributes(tables: Tables, table: Table, row: Row, declared: Mapping[str, Attribute]) -> Iterator[tuple[str, Any]]:
    for column, cell in row.cells.items():
        for name in (column, *table.also.get(column, ())):
            if name in declared:
                yield name, _value(tables, row, declared[name], column, cell)


def _value(tables: Tables, row: Row, attribute: Attribute, column: str, cell: str) -> Any:
    parts = [cell]
    if attribute.many:
        parts = cell.split(";") if attribute.kind.name in ("text", "money") else cell.split()
    if attribute.kind.name == "reference":
        parts = [tables.uid(row, column, part) for part in parts]
    elif attribute.kind.name == "money":
        parts = [f"{Decimal(part) * tables.money_unit:f} {tables.currency}" for part in parts]
    try:
        return attribute.parse(parts if attribute.many else parts[0])
    except ValueError as error:
        raise row.wrong(column, f'"{cell}" {error}') from None


def _relationships(tables: Tables, row: Row, link: Link, metamodel: Metamodel) -> Iterator[Create]:
    for word in row.cells.get(link.column, "").split():
        named, _, option = word.partition(":")
        other = tables.uid(row, link.column, named)
        source, target = (row.uid, other) if link.source == "row" else (other, row.uid)
        attributes = {**link.attributes, **{name: row.cells[name] for name in link.carries if name in row.cells}}
        if link.option and (option or link.usual):
            attributes[link.option] = option or link.usual
        identifier = f"{row.model}:{source.partition(':')[2]}.{link.verb}.{target.partition(':')[2]}"
        fields: dict[str, Any] = {"source": source, "target": target, "folder": f"{row.model}:folder-relations"}
        if attributes:
            fields["attributes"] = metamodel.normalise(link.type, attributes)
        yield Create(identifier, link.type, fields)


def _check_columns(table: Table, row: Row, declared: Mapping[str, Attribute]) -> None:
    known = {
        "type", "owner", table.owner, *_ENDS, *_TEXTS, *declared, *table.also,
        *(f"{name}_{language}" for name in _TEXTS for language in LANGUAGES),
        *(link.column for link in table.links), *(name for link in table.links for name in link.carries),
    }  # fmt: skip
    for column in row.cells:
        if column not in known:
            raise row.wrong(column, "is neither a field, nor an attribute of its type, nor a link")
