"""A mapping in force: what the columns of an inventory mean, checked against the metamodel.

See docs/how-to/inventory.md for the form. `read_mapping` judges everything that can be judged without the inventory;
whether its columns are there is judged when it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ea_repo.exchange.inventory.grammar import Rule, Said, Value, parsed
from ea_repo.exchange.tabular.columns import Column, columns_of
from ea_repo.metamodel import Metamodel
from ea_repo.metamodel.faults import Faults


@dataclass(frozen=True, slots=True)
class TableForm:
    """How the table is written."""

    sheet: str | None = None
    header: tuple[int, ...] = ()  # numbers of rows; none: the first that looks like one
    rows: str | None = None  # in JSON: the path to the list
    delimiter: str | None = None
    encoding: str | None = None
    skip: tuple[Rule, ...] = ()
    empty: tuple[str, ...] = ()  # texts that say nothing
    thousands: str | None = None
    decimal: str | None = None
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """A concept or relationship that rows say. `called` is its name within the mapping."""

    path: tuple[str | int, ...]
    type: str
    called: str
    identifier: tuple[str, ...] = ()
    prefix: str = ""
    when: Rule | None = None
    values: Mapping[str, Value] = field(default_factory=dict)  # by key of the column of the type
    properties: tuple[str, ...] = ()  # columns kept as properties; "*": all that are not used otherwise
    ends: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InventoryMapping:
    """What a mapping says. `columns` are those of each type by key; `faults` tells of columns that are not there."""

    table: TableForm
    concepts: tuple[Meant, ...]
    relationships: tuple[Meant, ...]
    columns: Mapping[str, Mapping[str, Column]]
    faults: Faults


def read_mapping(text: str, source: str, metamodel: Metamodel) -> InventoryMapping:
    """The mapping that a TOML text is. `InvalidInput` tells every fault with its line and key."""
    said, faults = parsed(text, source)
    form = said.get("table")
    table = TableForm() if form is None else TableForm(**form.values)
    columns: dict[str, dict[str, Column]] = {}
    concepts = tuple(_meant(each, False, metamodel, columns, faults) for each in said.get("concept", ()))
    relationships = tuple(_meant(each, True, metamodel, columns, faults) for each in said.get("relationship", ()))
    if not concepts and not relationships and "concept" not in said.values:
        faults.add((), "a mapping needs a [[concept]]", '[[concept]] with type = "System"', "missing-key")
    _check_names(concepts, relationships, metamodel, faults)
    faults.tell()
    return InventoryMapping(table, concepts, relationships, columns, faults)


def _meant(
    said: Said, is_relationship: bool, metamodel: Metamodel, columns: dict[str, dict[str, Column]], faults: Faults
) -> Meant:
    type_name = said.get("type", "")
    values: dict[str, Value] = {} if said.get("name") is None else {"name": said.get("name")}
    if type_name not in metamodel.types:
        if type_name:
            faults.unknown((*said.path, "type"), "type", type_name, list(metamodel.types))
    elif metamodel.is_relationship(type_name) is not is_relationship:
        wanted = "[[relationship]]" if not is_relationship else "[[concept]]"
        faults.add((*said.path, "type"), f"{type_name} belongs under {wanted}", wanted)
    else:
        known = columns.setdefault(type_name, {each.key: each for each in columns_of(metamodel, type_name)})
        fields = said.get("fields", {})
        for key, value in fields.items():
            if key in ("uid", "type", "version", "source", "target", "properties") or (
                key not in known and not key.startswith(("name.", "description."))
            ):
                faults.unknown((*said.path, "fields", key), f"field of {type_name}", key, [*known, "name.id"])
            else:
                if key not in known:
                    _, _, language = key.partition(".")
                    known.update(
                        (each.key, each) for each in columns_of(metamodel, type_name, (language,)) if each.key == key
                    )
                values[key] = value
    if type_name in columns and not is_relationship and not said.get("identifier") and "name" not in values:
        faults.add(said.path, "a concept needs a name or an identifier", 'name = "..." with the column', "missing-key")
    ends = {end: said.get(end) for end in ("source", "target") if said.get(end) is not None} if is_relationship else {}
    return Meant(
        said.path, type_name, said.get("as", type_name), said.get("identifier", ()), said.get("prefix", ""),
        said.get("when"), values, said.get("properties", ()), ends,
    )  # fmt: skip


def _check_names(
    concepts: tuple[Meant, ...], relationships: tuple[Meant, ...], metamodel: Metamodel, faults: Faults
) -> None:
    names = [each.called for each in concepts]
    for each in concepts:
        if each.called and names.count(each.called) > 1:
            faults.add(each.path, f'two concepts are called "{each.called}"', 'as = "..." to tell them apart')
    for relationship in relationships:
        for value in relationship.ends.values():
            if value.column is None and value.constant is None and value.of not in names:
                faults.unknown(value.path, "concept of the row", value.of or "", names)
    for meant in (*concepts, *relationships):
        for value in (*meant.values.values(), *meant.ends.values()):
            if (
                value.of is not None
                and value.column is not None
                and value.of not in names
                and value.of not in metamodel.types
            ):
                faults.unknown(
                    (*value.path, "of"), "concept of the mapping or type", value.of, [*names, *metamodel.types]
                )
